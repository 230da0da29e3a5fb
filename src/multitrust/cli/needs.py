"""What a command with these flags needs, and how it is said."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from multitrust.cli.options import Selection
from multitrust.cli.roles import Named, named_roles
from multitrust.core import ConfigError, Need
from multitrust.models import model_needs, resolve
from multitrust.run import find_needs, roles_needed

TARGET = "target"
WIDTH = 80


def named_models(
    model: str | None,
    base_url: str | None,
    settings: Mapping[str, str],
    judge: str | None,
    roles: tuple[str, ...],
) -> dict[str, Named]:
    """The models that the flags name, by role: the target first, if one is named.

    Args:
        model: the flag `--model`.
        base_url: the flag `--model-base-url`.
        settings: what `model_settings` makes of the target's flags.
        judge: the flag `--judge`.
        roles: the flags `--model-role`.

    Raises:
        ConfigError, UnknownNameError: as `named_roles`.
    """
    others = named_roles(judge, roles, settings)
    if model is None:
        return others
    return {TARGET: Named(spec=model, base_url=base_url, settings=settings), **others}


def needs_of(chosen: Selection, named: Mapping[str, Named]) -> tuple[Need, ...]:
    """What the chosen tasks and the named models need, whether it is there or not.

    Args:
        chosen: the flags that choose tasks and data.
        named: the models by role; that of the target under `target`.

    Raises:
        ConfigError: flags that do not go together.
    """
    config = chosen.config(resolve("mock/silent"), Path())
    roles = set(named) - {TARGET}
    models = [need for role, model in named.items() for need in needs_of_model(role, model)]
    return (*models, *find_needs(config, roles))


def idle_roles(chosen: Selection, named: Mapping[str, Named]) -> list[str]:
    """What is to be known of models that no scorer of the chosen tasks asks, a line each."""
    asked = {TARGET, *roles_needed(chosen.config(resolve("mock/silent"), Path()))}
    return [tell_idle(role) for role in named if role not in asked]


def tell_idle(role: str) -> str:
    """That the model of a role is left out."""
    return f"not asked: {role}; no scorer of these tasks needs it"


def needs_of_model(role: str, model: Named) -> tuple[Need, ...]:
    """What the model of one role needs; one that can never be asked so is a need itself."""
    try:
        found = model_needs(model.spec, base_url=model.base_url, options=model.settings)
    except ConfigError as error:
        found = (Need(kind="model", name=model.spec, missing=str(error)),)
    if role == TARGET:
        return found
    return tuple(replace(n, missing=f"{role}: {n.missing}") if n.missing else n for n in found)


def tell_needs(needs: Iterable[Need], *, err: bool = False) -> None:
    """Say what is missing: a sentence, and below it what mends it, in one line to be copied.

    Args:
        needs: all of them.
        err: whether on standard error.
    """
    for need in needs:
        if need.missing:
            word = "missing" if need.blocks else "note"
            click.echo(
                textwrap.fill(f"{word}: {need.said}", WIDTH, subsequent_indent="  "), err=err
            )
            if need.mend:
                click.echo(f"  {need.mend}", err=err)


def as_rows(needs: Iterable[Need]) -> list[dict[str, Any]]:
    """The needs for machines."""
    return [asdict(need) | {"blocks": need.blocks} for need in needs]
