"""The errors that multitrust raises on purpose.

    MultitrustError                 exit code
    ├── ConfigError                 2   a flag, file or name that cannot be used
    │   ├── UnknownNameError        2   a task, model, condition … that does not exist
    │   ├── MissingExtraError       2   an optional package is not installed
    │   └── RunMismatchError        2   the run folder belongs to another configuration
    ├── BudgetError                 6   the money that a run may cost is used up
    ├── DataUnavailableError        5   data that a task needs cannot be had
    ├── ImageError                  1   a picture that cannot be read or is absurd
    ├── LogsRejectedError           1   logs of another program, all of which are malformed
    ├── ModelError                  1   a request to a model failed (never an answer)
    └── StoreError                  1   a run folder that cannot be written, read or locked

Every message says what came, what was expected and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, Literal

from multitrust.core.installation import install_hint


class MultitrustError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line returns."""

    exit_code = 1

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by message and fields, as subclasses are made from other arguments."""
        return (_restore, (type(self), self.args, self.__dict__))


def _restore(
    kind: type[MultitrustError], args: tuple[Any, ...], fields: dict[str, Any]
) -> MultitrustError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(fields)
    return error


class ConfigError(MultitrustError):
    """The request itself cannot be carried out."""

    exit_code = 2


class UnknownNameError(ConfigError):
    """A name that does not exist; lists its nearest neighbours.

    Attributes:
        near: the question whether one of these was meant; empty if there are none.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        options = sorted(set(known))
        folded = {option.casefold(): option for option in options}
        near = difflib.get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.4)
        if near:
            hint = "did you mean " + ", ".join(folded[key] for key in near) + "?"
        else:
            hint = "known: " + ", ".join(options[:40])
        super().__init__(f"unknown {kind} {name!r}; {hint}")
        self.kind, self.name = kind, name
        self.near = hint if near else ""


class LogsRejectedError(MultitrustError):
    """All logs that were to be read are malformed.

    Attributes:
        problems: what is wrong with each, as values that can be listed.
    """

    def __init__(self, message: str, problems: Iterable[Any]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class MissingExtraError(ConfigError):
    """An optional dependency is missing; names the command that installs it here."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed; {install_hint(extra)}")


class RunMismatchError(ConfigError):
    """A run folder holds a run of another configuration."""


class BudgetError(MultitrustError):
    """The next request might cost more than is left; all that was answered is kept."""

    exit_code = 6


class DataUnavailableError(MultitrustError):
    """Data that a task needs is absent and cannot be made here."""

    exit_code = 5


class ImageError(MultitrustError):
    """A picture that cannot be read or should not be sent."""


ModelErrorKind = Literal[
    "connection", "auth", "not_found", "rate_limit", "server", "timeout", "bad_request",
    "bad_reply", "unavailable",
]  # fmt: skip
"""`unavailable`: no request can be answered for longer than a run waits; it ends, resumable."""


class ModelError(MultitrustError):
    """A request that brought no response.

    Attributes:
        kind: what went wrong, one of `ModelErrorKind`.
        retryable: whether the same request may succeed later.
        retry_after: seconds that the server asked to wait, or None.
    """

    kind: ModelErrorKind = "server"
    retryable: bool = False
    retry_after: float | None = None

    def __init__(
        self,
        message: str,
        *,
        kind: ModelErrorKind,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retryable = retryable
        self.retry_after = retry_after


class StoreError(MultitrustError):
    """A run folder that cannot be written, read or locked."""
