"""Money: what a run has spent, and stopping it before it would spend too much.

Spending is kept line by line beside the run, so that it survives the death of the process and an
invocation that resumes knows what the earlier ones have paid.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import orjson

from multitrust.core import (
    BudgetError,
    GenerateConfig,
    Message,
    Model,
    ModelIdentity,
    Response,
)
from multitrust.run.config import RunConfig
from multitrust.run.engine import first
from multitrust.run.estimate import TARGET, Rough
from multitrust.run.manifest import read_manifest, rewrite_manifest
from multitrust.run.pictures import size_of
from multitrust.run.prices import Price

FILE = "spending.jsonl"
CAUTION = 2.0
"""How many times the estimated input a request may turn out to be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What the model of one role has been paid for."""

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    """Input tokens that the provider had cached."""
    output_tokens: int = 0
    usd: float = 0.0

    def plus(self, other: Spent) -> Spent:
        """Both together."""
        return Spent(**{k: v + getattr(other, k) for k, v in asdict(self).items()})


def spending_in(folder: Path) -> dict[str, Spent]:
    """What a run has spent so far, by role; empty where nothing was priced."""
    totals: dict[str, Spent] = {}
    for role, spent in lines_of(folder / FILE):
        totals[role] = totals.get(role, Spent()).plus(spent)
    return totals


def note_spending(folder: Path) -> None:
    """Write what the run has spent into its manifest, if anything was priced."""
    totals = {role: asdict(spent) for role, spent in spending_in(folder).items()}
    if totals:
        rewrite_manifest(folder, replace(read_manifest(folder), spending=totals))


def lines_of(path: Path) -> Iterator[tuple[str, Spent]]:
    """Role and spending of each request. A line that a dying process left unfinished is skipped."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            try:
                fields = orjson.loads(line)
                yield fields.pop("role"), Spent(**fields)
            except (orjson.JSONDecodeError, KeyError, TypeError):
                continue


@dataclass(slots=True)
class Purse:
    """Pays for requests and lets none begin that might pass the limit.

    Before a request is sent, the most that it may cost is set aside; the rest comes back with the
    reply. A request that does not fit waits for replies; when none is under way any more, the
    purse is exhausted. Hence nothing that was paid for is ever thrown away.
    """

    folder: Path
    limit: float | None = None
    """USD for all invocations of the run together; None for no limit."""
    spent: float = 0.0
    _reserved: float = 0.0
    _under_way: int = 0
    _refused: float = 0.0
    _freed: asyncio.Event = field(default_factory=asyncio.Event)
    _exhausted: asyncio.Event = field(default_factory=asyncio.Event)
    _file: BinaryIO | None = None

    def __post_init__(self) -> None:
        self.spent = sum(spent.usd for spent in spending_in(self.folder).values())

    @asynccontextmanager
    async def set_aside(self, usd: float) -> AsyncIterator[None]:
        """Hold this much back while a request is under way."""
        while self.limit is not None and self.spent + self._reserved + usd > self.limit:
            if not self._under_way:
                self._refused = usd
                self._exhausted.set()
            await self._freed.wait()
        self._reserved += usd
        self._under_way += 1
        try:
            yield
        finally:
            self._reserved -= usd
            self._under_way -= 1
            self._freed.set()
            self._freed = asyncio.Event()

    def pay(self, role: str, spent: Spent) -> None:
        """Note what a reply has cost."""
        if self._file is None:
            self._file = (self.folder / FILE).open("ab")
        self._file.write(orjson.dumps({"role": role, **asdict(spent)}) + b"\n")
        self._file.flush()
        self.spent += spent.usd

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    async def within(self, work: Awaitable[None]) -> None:
        """Await the work; stop it once the purse is exhausted.

        Raises:
            BudgetError: the next request might pass the limit; none is under way.
        """
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._watch())
                await work
                watch.cancel()
        except* Exception as errors:  # noqa: BLE001  the group's first error is the cause
            raise first(errors) from None

    async def _watch(self) -> None:
        await self._exhausted.wait()
        raise BudgetError(
            f"stopped before the budget of {self.limit:g} USD would be passed: {self.spent:.4f} "
            f"USD are spent and the next request may cost {self._refused:.4f}; everything answered "
            "is kept, run the same command with a larger --budget to go on"
        )


@dataclass(frozen=True, slots=True)
class Paid:
    """A model whose requests are paid for from a purse."""

    model: Model
    role: str
    price: Price
    purse: Purse

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def identity(self) -> ModelIdentity:
        """The model's identity."""
        return self.model.identity

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The model's answer, once it is certain that it can be paid for."""
        asked = input_estimate(self.price, messages)
        limit = config.max_tokens + self.model.identity.thinking_tokens
        most = self.price.cost(CAUTION * asked, limit)
        async with self.purse.set_aside(most):
            response = await self.model.generate(messages, config)
            self.purse.pay(self.role, self.bill(response, asked, limit))
            return response

    def bill(self, response: Response, asked: int, limit: int) -> Spent:
        """What a reply has cost; what its usage does not tell is taken to be much."""
        told = response.input_tokens
        fresh = round(CAUTION * asked) if told is None else told
        said = limit if response.output_tokens is None else response.output_tokens
        cached = min(response.cached_tokens or 0, fresh)
        return Spent(
            requests=1,
            input_tokens=fresh,
            cached_tokens=cached,
            output_tokens=said,
            usd=self.price.cost(fresh, said, cached),
        )

    async def close(self) -> None:
        """Close the model."""
        await self.model.close()


def input_estimate(price: Price, messages: tuple[Message, ...]) -> int:
    """Tokens of a request, roughly."""
    gauge = Rough(price.pictures)
    images = (image for message in messages for image in message.images)
    return gauge.text(messages) + sum(gauge.picture(*size_of(image)) for image in images)


def paying(config: RunConfig, purse: Purse) -> RunConfig:
    """The configuration, its models paid from the purse as far as they cost anything."""

    def paid(role: str, model: Model) -> Model:
        price = config.prices.get(role)
        return model if price is None or price.free else Paid(model, role, price, purse)

    models = {role: paid(role, model) for role, model in config.models.items()}
    return replace(config, model=paid(TARGET, config.model), models=models)
