"""The settings of models, and which models each one is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from multitrust.core import ConfigError, UnknownNameError
from multitrust.models.addresses import show_address
from multitrust.models.hosts import HOSTS, SERVER

SETTINGS: Mapping[str, type[int] | type[float]] = MappingProxyType(
    {
        "max_connections": int,
        "timeout": float,
        "max_retries": int,
        "max_wait": float,
        "first_delay": float,
        "requests_per_minute": float,
        "tokens_per_minute": float,
    }
)
"""Settings that limit how a server is asked. They change no answer, and have flags and variables
that hold for a whole session, so models that are not asked over a connection take them, too."""
WEIGHTS = ("`hf…`", "`demo`")
OTHER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "offline": ("all",),
        "max_tokens_field": ("chat completions",),
        "thinking_tokens": ("served models", "`hf/…`", "`hf-completion/…`", "`demo`"),
        "temperature": ("served models",),
        "api_version": ("`azure/…`", "`anthropic/…`", "`google/…`", "`vertex/…`"),
        "project": ("`vertex/…`",),
        "location": ("`vertex/…`",),
        "batch_size": WEIGHTS,
        "device": WEIGHTS,
        "dtype": WEIGHTS,
        "device_map": ("`hf…`",),
        "quantization": WEIGHTS,
        "attn_implementation": WEIGHTS,
        "trust_remote_code": ("`hf…`",),
        "revision": ("`hf…`",),
    }
)
"""All other settings -> the models that they are for, as `docs/command-line.md` has it."""
LOCAL = ("hf", "hf-classifier", "hf-completion")
SERVED = (SERVER, *HOSTS.values())
KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "served models": frozenset(host.name for host in SERVED),
        "chat completions": frozenset(h.name for h in SERVED if h.format in ("chat", "azure")),
        "`hf…`": frozenset(LOCAL),
        "`demo`": frozenset({"demo"}),
        **{f"`{name}/…`": frozenset({name}) for name in (*LOCAL, *HOSTS)},
    }
)
"""Models as `OTHER` calls them -> what `kind_of` says of them."""
ASKED_ALONE = ("openai-moderation", "perspective")
"""Services with scores, which know no settings but those of their connection."""


def kind_of(spec: str) -> str:
    """What stands before a model's name: a host, `server` for `URL#ID`, `hf` …; else empty."""
    if spec.startswith(("http://", "https://")):
        return SERVER.name
    kind = spec.partition("/")[0]
    return kind if kind in (*HOSTS, *LOCAL, *ASKED_ALONE, "demo") else ""


def check_settings(names: Iterable[str], spec: str = "") -> None:
    """See that all settings exist, and that they are for a model.

    Args:
        names: of the settings.
        spec: the model, as `resolve` takes it. A mock stands in for any model and takes all
            settings; so does a name of the zoo, until it is known how that model is run.

    Raises:
        UnknownNameError: one does not exist.
        ConfigError: one would have no effect on this model.
    """
    kind = kind_of(spec)
    for name in names:
        if name not in SETTINGS and name not in OTHER:
            raise UnknownNameError("model setting", name, (*SETTINGS, *OTHER))
        words = OTHER.get(name, ("all",))
        if kind and words != ("all",) and not any(kind in KINDS[word] for word in words):
            told = ", ".join(words).replace("`", "")
            raise ConfigError(
                f"-M {name} has no effect on {show_address(spec)!r}; it is for {told}; leave it out"
            )
