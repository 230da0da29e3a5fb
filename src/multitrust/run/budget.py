"""Money: what a run has spent, and stopping it before it would spend too much.

Spending is kept line by line beside the run, so that it survives the death of the process and an
invocation that resumes knows what the earlier ones have paid.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
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
from multitrust.run.estimate import TARGET, Rough
from multitrust.run.files import check_regular
from multitrust.run.manifest import read_manifest, rewrite_manifest
from multitrust.run.pictures import size_of
from multitrust.run.prices import Price, show_usd

FILE = "spending.jsonl"
CAUTION = 2.0
"""How many times the estimated input a request may turn out to be."""
SURPRISE = 4.0
"""How many times what is reserved several requests under way may cost without passing the limit."""

log = logging.getLogger("multitrust.run")


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


def open_lines(path: Path) -> BinaryIO:
    """The file, to append lines, unbuffered; one that a dying process left unfinished is ended."""
    check_regular(path)
    file = path.open("ab", buffering=0)
    if file.tell() and path.read_bytes()[-1:] != b"\n":
        file.write(b"\n")
    return file


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
class BudgetGuard:
    """Counts what requests cost, and lets none begin that might pass the limit.

    Before a request is sent, the most that it should cost is reserved; its reply tells the price.
    A server may bill more than that: the dearest reply so far, relative to what was reserved for
    it, scales all reservations, those under way included. Requests begin one by one until replies
    have told prices, and again when the limit is near: several are under way only where the limit
    would hold if they all cost `SURPRISE` times what is reserved. A request that does not fit waits
    for replies; when none is under way any more, the budget is exhausted.
    """

    folder: Path
    limit: float | None = None
    """USD for all invocations of the run together; None for no limit."""
    spent: float = 0.0
    _reserved: float = 0.0
    """USD as estimated for the requests under way."""
    _under_way: int = 0
    _replies: int = 0
    _scale: float = 1.0
    """What the dearest reply cost, relative to its estimate; at least 1."""
    _freed: asyncio.Event = field(default_factory=asyncio.Event)
    _exhausted: bool = False
    _file: BinaryIO | None = None
    _unwritten: bytes = b""

    def __post_init__(self) -> None:
        self.spent = sum(spent.usd for spent in spending_in(self.folder).values())

    def _fits(self, usd: float) -> bool:
        """Whether a request of this estimate may begin now."""
        if self.limit is None:
            return True
        if self._exhausted:
            return False
        left = self.limit - self.spent
        if not self._under_way:
            return usd * self._scale <= left
        return (
            self._under_way <= self._replies
            and SURPRISE * self._scale * (self._reserved + usd) <= left
        )

    @asynccontextmanager
    async def reserve(self, usd: float) -> AsyncIterator[None]:
        """Reserve an estimate while a request is under way.

        Raises:
            BudgetError: the request might pass the limit, and no reply can change that.
        """
        while not self._fits(usd):
            if not self._under_way:
                self._exhausted = True
                self._free()
                raise BudgetError(
                    f"stopped before the budget of {self.limit:g} USD would be passed: "
                    f"{show_usd(self.spent)} USD are spent and the next request may cost "
                    f"{show_usd(usd * self._scale)}; everything answered is kept, run the same "
                    "command with a larger --budget to go on"
                )
            await self._freed.wait()
        self._reserved += usd
        self._under_way += 1
        try:
            yield
        finally:
            self._reserved -= usd
            self._under_way -= 1
            self._free()

    def _free(self) -> None:
        """Wake the requests that wait."""
        self._freed.set()
        self._freed = asyncio.Event()

    def pay(self, role: str, spent: Spent, estimate: float) -> None:
        """Count what a reply has cost, for which `estimate` USD were reserved."""
        self.spent += spent.usd
        self._replies += 1
        if estimate > 0:
            self._scale = max(self._scale, spent.usd / estimate)
        self._unwritten += orjson.dumps({"role": role, **asdict(spent)}) + b"\n"
        self._write()

    def _write(self) -> None:
        """Append what is not written yet; a disk that is full now may take it with the next."""
        if not self._unwritten:
            return
        with suppress(OSError):
            if self._file is None:
                self._file = open_lines(self.folder / FILE)
            written = self._file.write(self._unwritten)
            self._unwritten = self._unwritten[written:]

    def close(self) -> None:
        """Write what is left and close the file."""
        self._write()
        if self._unwritten:
            log.warning("%s cannot be written: a resumed run will count too little", FILE)
        if self._file is not None:
            self._file.close()


@dataclass(frozen=True, slots=True)
class BudgetedModel:
    """A model whose requests are paid for from a budget."""

    model: Model
    role: str
    price: Price
    guard: BudgetGuard

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
        async with self.guard.reserve(most):
            response = await self.model.generate(messages, config)
            self.guard.pay(self.role, self.bill(response, asked, limit), most)
            return response

    def bill(self, response: Response, asked: int, limit: int) -> Spent:
        """What a reply has cost; what its usage does not tell, or cannot be, is taken to be much.

        Every request has input tokens, and every text output tokens: a report of none is not
        believed.
        """
        told, said = response.input_tokens, response.output_tokens
        fresh = told if told is not None and told > 0 else round(CAUTION * asked)
        silent = not response.text and not response.reasoning
        made = said if said is not None and (said > 0 or (said == 0 and silent)) else limit
        cached = min(max(response.cached_tokens or 0, 0), fresh)
        return Spent(
            requests=1,
            input_tokens=fresh,
            cached_tokens=cached,
            output_tokens=made,
            usd=self.price.cost(fresh, made, cached),
        )

    async def close(self) -> None:
        """Close the model."""
        await self.model.close()


def input_estimate(price: Price, messages: tuple[Message, ...]) -> int:
    """Tokens of a request, roughly."""
    gauge = Rough(price.pictures)
    images = (image for message in messages for image in message.images)
    return gauge.text(messages) + sum(gauge.picture(*size_of(image)) for image in images)


def apply_budget(config: RunConfig, guard: BudgetGuard) -> RunConfig:
    """The configuration, its models paid for from the budget as far as they cost anything."""

    def budgeted(role: str, model: Model) -> Model:
        price = config.prices.get(role)
        return model if price is None or price.free else BudgetedModel(model, role, price, guard)

    models = {role: budgeted(role, model) for role, model in config.models.items()}
    return replace(config, model=budgeted(TARGET, config.model), models=models)
