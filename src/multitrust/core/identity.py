"""What determines a model's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from multitrust.core.errors import ConfigError


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelIdentity:
    """Everything about a model that determines its answers.

    Two models with equal identities give one answer to one request, so that the identity is part of
    the key under which responses are reused, of a run's id, and of its manifest. What only changes
    how fast or how reliably a model is reached (timeouts, connections) or who pays for it (keys,
    projects) is no part of it. Holds no secret and no path of weights but what the user typed as
    the model's name.
    """

    name: str
    """How the user named the model, e.g. `openai/gpt-4o`; the short name in reports and tables."""
    server: str = ""
    """The address that is asked, or a digest of the command that started the server. Empty where
    the name alone decides: for the published address of a provider, and for local weights."""
    revision: str = ""
    """The commit or the digest of local weights; empty where it is not known."""
    thinking_tokens: int = 0
    """Tokens that the model may think beyond the token limit of a request."""
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Whatever else may change an answer, by the name of the setting; JSON-serialisable."""

    @property
    def details(self) -> dict[str, str]:
        """Revision, thinking tokens and settings, as far as there are any, as a page shows them."""
        first = {"revision": self.revision, "thinking_tokens": str(self.thinking_tokens or "")}
        known = {key: value for key, value in first.items() if value}
        return known | dict(sorted(self.settings.items()))

    def __str__(self) -> str:
        """All of it on one line, for messages."""
        known = ({"server": self.server} if self.server else {}) | self.details
        told = ", ".join(f"{key}={value}" for key, value in known.items())
        return f"{self.name} ({told})" if told else self.name


def check_identity(model: object, role: str) -> None:
    """See that a model, which may be of the user's own making, says what determines its answers.

    Args:
        model: the model.
        role: what it is in a run, for the message.

    Raises:
        ConfigError: its attribute `identity` is missing or no `ModelIdentity` of text fields.
    """
    found = getattr(model, "identity", None)
    if not isinstance(found, ModelIdentity):
        raise ConfigError(
            f"{role}: the identity of {type(model).__name__} is {found!r:.80}, expected a "
            "ModelIdentity; write e.g. identity = ModelIdentity(name='my-model')"
        )
    for name in ("name", "server", "revision"):
        if not isinstance(getattr(found, name), str):
            raise ConfigError(
                f"{role}: {name} of the ModelIdentity of {type(model).__name__} is "
                f"{getattr(found, name)!r:.80}, expected a text"
            )
