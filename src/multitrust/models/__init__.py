"""Messages to responses: HTTP providers, local weights, scripted mocks."""

from multitrust.models.launch import Server, launched
from multitrust.models.mock import KEYED, messages_digest
from multitrust.models.needs import model_needs
from multitrust.models.reasoning import suggest_setting
from multitrust.models.resolve import (
    ModelForm,
    is_offline,
    known_models,
    resolve,
)
from multitrust.models.roles import settings_for_role
from multitrust.models.settings import check_settings
from multitrust.models.started import server_of, started_model
from multitrust.models.tokens import likely_trace_limit, tokenizer_of
from multitrust.models.zoo import RUNS, ZooModel, ending, what_to_type, zoo

__all__ = [
    "KEYED",
    "RUNS",
    "ModelForm",
    "Server",
    "ZooModel",
    "check_settings",
    "ending",
    "is_offline",
    "known_models",
    "launched",
    "likely_trace_limit",
    "messages_digest",
    "model_needs",
    "resolve",
    "server_of",
    "settings_for_role",
    "started_model",
    "suggest_setting",
    "tokenizer_of",
    "what_to_type",
    "zoo",
]
