"""Messages to responses: HTTP providers, local weights, scripted mocks."""

from multitrust.models.mock import KEYED, messages_digest
from multitrust.models.resolve import ModelForm, known_models, resolve
from multitrust.models.zoo import RUNS, ZooModel, ending, what_to_type, zoo

__all__ = [
    "KEYED",
    "RUNS",
    "ModelForm",
    "ZooModel",
    "ending",
    "known_models",
    "messages_digest",
    "resolve",
    "what_to_type",
    "zoo",
]
