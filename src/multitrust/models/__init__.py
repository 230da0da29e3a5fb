"""Messages to responses: HTTP providers, local weights, scripted mocks."""

from multitrust.models.launch import Server, launched
from multitrust.models.mock import KEYED, messages_digest
from multitrust.models.resolve import ModelForm, known_models, resolve
from multitrust.models.started import started_model
from multitrust.models.tokens import tokenizer_of, trace_limit, usual_trace_limit
from multitrust.models.zoo import RUNS, ZooModel, ending, what_to_type, zoo

__all__ = [
    "KEYED",
    "RUNS",
    "ModelForm",
    "Server",
    "ZooModel",
    "ending",
    "known_models",
    "launched",
    "messages_digest",
    "resolve",
    "started_model",
    "tokenizer_of",
    "trace_limit",
    "usual_trace_limit",
    "what_to_type",
    "zoo",
]
