"""`multitrust models`: what can answer."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from multitrust.cli.output import json_flag, print_json
from multitrust.core import UnknownNameError
from multitrust.models import (
    RUNS,
    ModelForm,
    ZooModel,
    ending,
    known_models,
    model_needs,
    what_to_type,
    zoo,
)
from multitrust.report import add_numbers, blank, published_rows, show_table

WIDTH = 80
INDENT = 13
"""Where the facts about one model begin."""


@click.command("models")
@click.argument("name", required=False)
@click.option("--family", help="Models of this family only.")
@click.option("--runs", type=click.Choice(list(RUNS)), help="Models that are run so only.")
@click.option("--paper", is_flag=True, help="The 21 models of the paper only.")
@click.option("--text", metavar="SEARCH", help="Models with this in any of their facts only.")
@json_flag("Print JSON.")
def command(
    name: str | None,
    family: str | None,
    runs: str | None,
    paper: bool,
    text: str | None,
    as_json: bool,
) -> None:
    """List the ways of naming a model and the models that have a name, or tell all about one."""
    if name is not None:
        tell(named(name), as_json)
        return
    models = chosen(family, runs, paper, text)
    forms = () if family or runs or paper or text else known_models()
    if as_json:
        rows = [as_row(model) for model in models]
        print_json({"forms": [dataclasses.asdict(form) for form in forms], "models": rows})
        return
    if forms:
        show_table(forms_table(forms), Console())
    show_table(zoo_table(models), Console())


def named(name: str) -> ZooModel:
    """The model of that name in the zoo.

    Raises:
        UnknownNameError: there is none.
    """
    if name not in zoo():
        raise UnknownNameError("model of the zoo", name, zoo())
    return zoo()[name]


def chosen(
    family: str | None, runs: str | None, paper: bool, text: str | None
) -> Sequence[ZooModel]:
    """The models of the zoo that pass every filter that is given.

    Raises:
        UnknownNameError: there is no such family.
    """
    families = {model.family.casefold(): model.family for model in zoo().values()}
    if family and family.casefold() not in families:
        raise UnknownNameError("family", family, families.values())
    return [
        model
        for model in zoo().values()
        if (not family or model.family.casefold() == family.casefold())
        and (not runs or model.runs == runs)
        and (not paper or model.paper21)
        and (not text or text.casefold() in facts_text(model))
    ]


def facts_text(model: ZooModel) -> str:
    """Everything that is written about a model, case-folded."""
    return "\n".join(map(str, dataclasses.asdict(model).values())).casefold()


def as_row(model: ZooModel) -> dict[str, Any]:
    """A model as JSON: its facts, its rank among the published, what to type to run it."""
    return {
        **dataclasses.asdict(model),
        "published_rank": rank(model),
        "what_to_type": what_to_type(model),
    }


def forms_table(forms: Sequence[ModelForm]) -> Table:
    """The ways of naming a model."""
    table = blank("Ways of naming a model")
    table.add_column("--model", no_wrap=True)
    for head in ("reached by", "extra", "what it is"):
        table.add_column(head)
    for form in forms:
        table.add_row(form.form, form.reach, form.needs, form.summary)
    return table


def zoo_table(models: Sequence[ZooModel]) -> Table:
    """Models of the zoo, one a line."""
    count = f"{len(models)} of {len(zoo())} models by name"
    table = blank(f"{count}; `multitrust models NAME` tells more")
    table.add_column("--model", no_wrap=True)
    add_numbers(table, "size")
    for head in ("runs", "paper"):
        table.add_column(head)
    add_numbers(table, "published")
    for model in models:
        end = f"{'' if model.runs == 'retired' else 'ends '}{model.retired}"
        runs = f"{model.runs} {end}".rstrip() if model.retired else model.runs
        place = rank(model)
        table.add_row(
            model.name,
            size(model),
            runs,
            "yes" if model.paper21 else "",
            f"{place}" if place else "",
        )
    return table


def size(model: ZooModel) -> str:
    """Its parameters, e.g. `7B`; empty if not known."""
    return "" if model.size is None else f"{model.size:g}B"


def rank(model: ZooModel) -> int | None:
    """Its rank in the published table; None if it is not there."""
    return next((row.rank for row in published_rows() if row.name == model.published), None)


def tell(model: ZooModel, as_json: bool) -> None:
    """Everything about one model, and what to type to run it here."""
    missing = "" if model.runs == "retired" else needed(model)
    if as_json:
        print_json({**as_row(model), "needed": missing})
        return
    click.echo(f"{model.title}\n")
    for head, fact in facts(model):
        click.echo(wrapped(f"{head:{INDENT}}{fact}", " " * INDENT))
    commands = what_to_type(model)
    if commands:
        click.echo("\nTo run it here:\n")
    for line in commands:
        click.echo("  " + folded(line))
    if missing:
        click.echo("\n" + wrapped(f"Still needed here: {missing}"))


def facts(model: ZooModel) -> Iterator[tuple[str, str]]:
    """(What it is, in words) of a model; facts that it cannot have are left out."""
    count = len(published_rows())
    yield "name", model.name
    yield "family", model.family
    if model.runs not in ("api", "retired"):
        yield "size", "not found" if model.size is None else f"{model.size:g} billion parameters"
        yield "licence", model.licence or "not found"
    yield "source", model.source
    yield "revision", model.revision or "not pinned"
    yield "runs", f"{model.runs}: {RUNS[model.runs]}"
    if model.spec:
        yield "as", f"--model {model.spec}"
    if ending(model):
        yield "end", ending(model)
    if model.image_token:
        yield "image token", model.image_token
    if model.paper21:
        yield "paper", "one of the 21 models"
    if model.published:
        yield "published", f"rank {rank(model)} of {count}, as {model.published}"
    if model.upstream_id:
        yield "original id", model.upstream_id
    if model.notes:
        yield "notes", model.notes


def wrapped(text: str, indent: str = "") -> str:
    """A text in lines of at most 80 characters, all but the first indented."""
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def folded(line: str) -> str:
    """A command in lines of at most 80 characters, two of them taken already."""
    if len(line) <= WIDTH - 2:
        return line
    flag = " --model-base-url"
    place = line.find(flag) if flag in line else line.rfind(" ")
    return f"{line[:place]} \\\n    {line[place + 1 :]}"


def needed(model: ZooModel) -> str:
    """What is missing here to run a model, keys by name only; empty if nothing is.

    Whether a server runs is not asked, as that would open a connection.
    """
    if model.runs not in ("hf", "api") or not model.spec:
        return "a running server that holds it"
    return "; ".join(need.missing for need in model_needs(model.name) if need.missing)
