"""Messages to responses: HTTP providers, local weights, scripted mocks."""

from multitrust.models.mock import KEYED, messages_digest
from multitrust.models.resolve import ModelForm, known_models, resolve

__all__ = ["KEYED", "ModelForm", "known_models", "messages_digest", "resolve"]
