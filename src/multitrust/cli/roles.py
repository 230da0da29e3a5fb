"""Models in other roles than the target's: their flags, and from flags to models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import click

from multitrust.core import ConfigError, Model, UnknownNameError
from multitrust.models import is_offline, resolve
from multitrust.models.addresses import show_address

ROLES = ("judge", "harm", "action", "perspective", "moderation")
"""What models are asked for besides answers."""
SHARED = ("offline", "max_connections")
"""Settings of the target that hold for models of other roles too: one host may serve them all."""
EXAMPLE = "judge={model: openai/gpt-4o, timeout: 60}"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A model as it was typed, with all that was typed for it."""

    spec: str
    base_url: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


def judging(command: F) -> F:
    """Flags that name models in other roles than the target's."""
    flags = (
        click.option(
            "--judge", metavar="MODEL", help="The model that judges: --model-role judge=MODEL."
        ),
        click.option(
            "--model-role",
            "roles",
            multiple=True,
            metavar="ROLE=MODEL",
            envvar="MULTITRUST_MODEL_ROLE",
            help=f"A model in a role ({', '.join(ROLES)}): a name as for --model, or "
            "{model: NAME, SETTING: VALUE, ...}.",
        ),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


def named_roles(
    judge: str | None, roles: tuple[str, ...], settings: Mapping[str, str] | None = None
) -> dict[str, Named]:
    """The models that are named for roles, by role.

    Args:
        judge: the flag `--judge`.
        roles: the flags `--model-role`.
        settings: those of the target; some hold for all models.

    Raises:
        ConfigError: a flag is not ROLE=MODEL, a model's settings cannot be read, or one role is
            given twice.
        UnknownNameError: there is no such role.
    """
    if judge is not None and not judge.strip():
        raise ConfigError("--judge names no model; expected a name, e.g. --judge openai/gpt-4o")
    chosen = {} if judge is None else {"judge": read_named("judge", judge)}
    for given in roles:
        role, sign, text = given.partition("=")
        if not sign or not text.strip():
            raise ConfigError(
                f"--model-role {show_address(given)}: expected ROLE=MODEL, e.g. judge=openai/gpt-4o"
            )
        if role not in ROLES:
            raise UnknownNameError("role", role, ROLES)
        if role in chosen:
            raise ConfigError(f"the role {role!r} is given to two models; name one")
        chosen[role] = read_named(role, text)
    return {role: share_settings(named, settings or {}) for role, named in chosen.items()}


def share_settings(named: Named, settings: Mapping[str, str]) -> Named:
    """The model of a role with those settings of the target that hold for all models.

    Its own settings come first, but none of them switches `offline` off.
    """
    shared = {name: settings[name] for name in SHARED if name in settings}
    chosen = {**shared, **named.settings}
    if is_offline(shared):
        chosen["offline"] = "true"
    return replace(named, settings=chosen)


def read_named(role: str, text: str) -> Named:
    """A model's name, or `{model: NAME, SETTING: VALUE, …}` as YAML or JSON writes it.

    Besides the settings of `-M`, `base_url` says which server is asked.

    Raises:
        ConfigError: it is neither.
    """
    from multitrust.data import parse_yaml

    if not text.startswith("{"):
        return Named(spec=text)
    try:
        fields = parse_yaml(text, f"--model-role {role}")
    except ConfigError as error:
        raise ConfigError(f"{error}; expected settings in braces, e.g. {EXAMPLE}") from None
    if not isinstance(fields, dict) or not all(isinstance(v, str) and v for v in fields.values()):
        raise ConfigError(
            f"--model-role {role}={show_address(text)}: expected a name or settings in braces, "
            f"e.g. {EXAMPLE}"
        )
    settings = {str(key).replace("-", "_"): value for key, value in fields.items()}
    if len(settings) < len(fields):
        raise ConfigError(
            f"--model-role {role}={show_address(text)} gives one setting twice, with - and with _; "
            "keep one of both"
        )
    if "model" not in settings:
        raise ConfigError(
            f"--model-role {role}={show_address(text)} names no model; expected e.g. {EXAMPLE}"
        )
    spec, base_url = settings.pop("model"), settings.pop("base_url", None)
    return Named(spec=spec, base_url=base_url, settings=settings)


def role_models(
    judge: str | None, roles: tuple[str, ...], settings: Mapping[str, str]
) -> dict[str, Model]:
    """The models by role; arguments as for `named_roles`.

    Raises:
        ConfigError: as `named_roles`; there is no such model, or it lacks something.
        UnknownNameError: there is no such role.
    """
    named = named_roles(judge, roles, settings)
    return {role: role_model(role, model) for role, model in named.items()}


def role_model(role: str, named: Named) -> Model:
    """The model of one role.

    Raises:
        ConfigError: there is no such model, or it lacks something; names the role.
    """
    try:
        return resolve(named.spec, base_url=named.base_url, options=named.settings)
    except ConfigError as error:
        raise ConfigError(f"{role}: {error}") from None
