"""`multitrust plan`: what a run would ask and cost."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from multitrust.cli.config_file import configurable
from multitrust.cli.needs import as_rows, idle_roles, named_models, needs_of, tell_needs
from multitrust.cli.numbers import Finite
from multitrust.cli.options import (
    Selection,
    model_settings,
    priced,
    priced_as,
    reaching,
    selection,
)
from multitrust.cli.output import json_flag, print_json
from multitrust.cli.roles import judging
from multitrust.core import check_needs
from multitrust.models import check_settings, likely_trace_limit, resolve, tokenizer_of
from multitrust.models.addresses import show_address
from multitrust.models.resolve import limits
from multitrust.report import add_numbers, blank, show_table
from multitrust.run import (
    Answerer,
    Load,
    PlanLine,
    Price,
    Prices,
    Rough,
    RunConfig,
    plan_lines,
    read_prices,
    run_loop,
    show_usd,
    total,
)

OVERHEAD = 1.0
"""Seconds of a request besides its new tokens."""


@click.command("plan")
@configurable
@reaching
@judging
@selection
@priced
@click.option(
    "--latency",
    type=Finite(min=0, max=1e6),
    default=20.0,
    show_default=True,
    help="Seconds that a model takes for 1,000 new tokens.",
)
@json_flag("Print JSON.")
def command(
    model: str | None,
    model_base_url: str | None,
    settings: tuple[str, ...],
    max_connections: int | None,
    max_retries: int | None,
    timeout: float | None,
    offline: bool,
    judge: str | None,
    roles: tuple[str, ...],
    own_prices: Path | None,
    latency: float,
    as_json: bool,
    **flags: Any,
) -> None:
    """Say what a run would ask and cost, without asking: requests, pictures, tokens, money, time.

    Money needs --model (and --judge), as prices go by the model's name. Ends with 5 if the data of
    a task cannot be used, as the run would.
    """
    options = model_settings(settings, max_connections, max_retries, timeout, offline)
    connections = limits(options).max_connections
    named = named_models(model, model_base_url, options, judge, roles)
    models = {role: priced_as(one.spec) for role, one in named.items()}
    prices = read_prices(own_prices)
    asked = {role: answerer(name, named[role].settings, prices) for role, name in models.items()}
    chosen = Selection(**flags)
    needs = needs_of(chosen, named)
    check_needs(need for need in needs if need.kind == "data")
    lines = planned(chosen.config(resolve("mock/silent"), Path()), asked)
    bill = Bill(models, prices)
    hours = seconds(total(lines), models, connections, latency)
    if as_json:
        print_json(as_document(lines, bill) | {"seconds": hours, "needs": as_rows(needs)})
        return
    show_table(as_table(lines, bill), Console())
    for note in (*notes(total(lines), bill, hours), *idle_roles(chosen, named)):
        click.echo(note)
    tell_needs(needs)


def planned(
    config: RunConfig, models: Mapping[str, Answerer] | None = None
) -> tuple[PlanLine, ...]:
    """The plan's lines."""
    return run_loop(plan_lines(config, models))


def answerer(model: str, settings: Mapping[str, str], prices: Prices) -> Answerer:
    """A model that would be asked; its own tokenizer counts if it is at hand, else a rough one.

    Raises:
        ConfigError: a setting cannot be read.
    """
    check_settings(settings)
    price = prices.of(model)
    gauge = tokenizer_of(model) or (Rough() if price is None else Rough(price.pictures))
    return Answerer(name=model, gauge=gauge, trace=likely_trace_limit(model, settings))


@dataclasses.dataclass(frozen=True, slots=True)
class Bill:
    """Which models would be asked, and what they cost."""

    models: Mapping[str, str]
    """Names by role."""
    prices: Prices

    def price(self, role: str) -> Price | None:
        """The price of a role's model, if there is a model and it has a price."""
        return self.prices.of(self.models[role]) if role in self.models else None

    def usd(self, loads: Mapping[str, Load]) -> tuple[float, float] | None:
        """USD as expected and at most, of the roles that have models; None without prices."""
        priced = [(load, self.price(role)) for role, load in loads.items() if role in self.models]
        costs = [load.cost(price) for load, price in priced if price is not None]
        if not costs or len(costs) < len(priced):
            return None
        return sum(low for low, _ in costs), sum(high for _, high in costs)


def seconds(
    loads: Mapping[str, Load], models: Mapping[str, str], connections: int, latency: float
) -> float:
    """Rough time of a run; the models of different roles are asked at the same time."""
    asked = [load for role, load in loads.items() if role in models or role == "target"]
    return max(
        (load.requests * OVERHEAD + load.output_tokens / 1000 * latency) / connections
        for load in asked
    )


def as_document(lines: Sequence[PlanLine], bill: Bill) -> dict[str, Any]:
    """The plan for machines."""
    loads = total(lines)
    usd = bill.usd(loads)
    return {
        "models": dict(bill.models),
        "lines": [dataclasses.asdict(line) for line in lines],
        "total": {role: dataclasses.asdict(load) for role, load in loads.items()},
        "usd": None if usd is None else {"expected": usd[0], "at_most": usd[1]},
        "prices": {
            role: dataclasses.asdict(price)
            for role in bill.models
            if (price := bill.price(role)) is not None
        },
    }


def as_table(lines: Sequence[PlanLine], bill: Bill) -> Table:
    """A row for each task, and for each other role that its scorers ask."""
    table = blank("what will be asked")
    table.add_column("task", no_wrap=True)
    table.add_column("asked", no_wrap=True)
    add_numbers(
        table, "requests", "pictures", "tokens in", "of pictures", "new, about", "at most", "USD"
    )
    for task in dict.fromkeys(line.task for line in lines):
        add_rows(table, task, total([line for line in lines if line.task == task]), bill)
    table.add_section()
    add_rows(table, "all", total(lines), bill, style="bold")
    return table


def add_rows(
    table: Table, name: str, loads: Mapping[str, Load], bill: Bill, style: str | None = None
) -> None:
    """A row for each role."""
    for place, (role, load) in enumerate(loads.items()):
        usd = bill.usd({role: load})
        table.add_row(
            name if place == 0 else "",
            role,
            *map(short, (load.requests, load.images, load.input_tokens, load.image_tokens)),
            *map(short, (load.output_tokens, load.max_tokens)),
            "" if usd is None else show_usd(usd[0]),
            style=style,
        )


def notes(loads: Mapping[str, Load], bill: Bill, hours: float) -> list[str]:
    """What the table does not say: money in all, prices and their dates, what is missing, time."""
    told = []
    usd = bill.usd(loads)
    if usd is not None:
        told.append(f"money: {show_usd(usd[0])} USD expected, {show_usd(usd[1])} USD at most")
    for role in loads:
        name, price = bill.models.get(role), bill.price(role)
        if name is None:
            flag = "--model" if role == "target" else f"--model-role {role}=MODEL"
            told.append(f"{role}: no model named, so no money; name one with {flag}")
        elif price is None:
            told.append(
                f"{role}: no price of {show_address(name)} is known; give it with --prices FILE"
            )
        else:
            paid = f"{price.input:g} in, {price.cached:g} cached, {price.output:g} out"
            told.append(f"{role}: {show_address(name)} at {paid} USD a million ({price.date})")
    told.append(f"time: about {clock(hours)}, roughly: --max-connections and --latency decide it")
    return told


def short(number: float) -> str:
    """A number of at most seven characters; `--json` has all digits."""
    if number < 100_000:
        return f"{number:,.0f}"
    return f"{number / 1e3:,.0f}k" if number < 1e7 else f"{number / 1e6:,.1f}M"


def clock(duration: float) -> str:
    """Seconds for people."""
    minutes = round(duration / 60)
    return f"{duration:.0f} s" if minutes < 2 else f"{minutes // 60} h {minutes % 60:02d} min"
