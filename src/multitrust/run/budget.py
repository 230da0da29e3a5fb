"""Money: what a run has spent, and stopping it before it would spend too much.

Each paid request is a line of `spending.jsonl`, written at once, so that it survives the death of
the process. The sums stand in the store, too, and in the manifest: where the lines tell of less,
as they were lost or cut, the largest sum counts.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import BinaryIO

import orjson

from multitrust.core import (
    BudgetError,
    GenerateConfig,
    Message,
    Model,
    Response,
    StoreError,
    before_sending,
    escaped,
)
from multitrust.run.codec import check_fields
from multitrust.run.config import RunConfig
from multitrust.run.database import NAME, damaged, database_path, reading, stored_sums
from multitrust.run.estimate import TARGET, Rough
from multitrust.run.files import check_regular, explain, quotable, read_file
from multitrust.run.generation import WrappedModel, generate
from multitrust.run.manifest import read_manifest, rewrite_manifest
from multitrust.run.pictures import size_of
from multitrust.run.prices import Price, show_usd
from multitrust.run.seal import MANIFEST

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

    def at_least(self, other: Spent) -> Spent:
        """The larger of both, field by field."""
        return Spent(**{k: max(v, getattr(other, k)) for k, v in asdict(self).items()})

    def minus(self, other: Spent) -> Spent:
        """What this is more than another; 0 where it is less."""
        return Spent(**{k: max(v - getattr(other, k), 0) for k, v in asdict(self).items()})

    def agrees(self, other: Spent) -> bool:
        """Whether both are the same but for the rounding of sums."""
        same = replace(self, usd=0.0) == replace(other, usd=0.0)
        return same and math.isclose(self.usd, other.usd, rel_tol=1e-9, abs_tol=1e-12)


Sums = dict[str, Spent]
"""What was spent, by role."""


def spending_in(folder: Path) -> Sums:
    """What a run has spent so far, by role; empty where nothing was priced.

    Raises:
        StoreError: a line of `spending.jsonl`, or what the manifest tells, can be no spending.
    """
    return at_least(listed(folder / FILE), sums_elsewhere(folder))


def listed(path: Path) -> Sums:
    """The sums of the lines of `spending.jsonl`.

    Raises:
        StoreError: a line can be no spending, or the file cannot be read.
    """
    sums: Sums = {}
    for role, spent in lines_of(path):
        sums[role] = sums.get(role, Spent()).plus(spent)
    if not all(math.isfinite(spent.usd) for spent in sums.values()):
        raise unusable(path, f"its sum is {sum(spent.usd for spent in sums.values())} USD")
    return sums


def sums_elsewhere(folder: Path) -> Sums:
    """The sums that the store and the manifest of a run hold.

    Raises:
        StoreError: the store cannot be read, or the manifest tells what can be no spending.
    """
    sums: Sums = {}
    if (folder / MANIFEST).is_file():
        for role, known in read_manifest(folder).spending.items():
            try:
                sums[role] = load_spent(known)
            except ValueError as problem:
                raise StoreError(
                    f"{folder / MANIFEST} is damaged: spending of {escaped(role)}: {problem}; "
                    "restore the file from a copy"
                ) from None
    if (path := database_path(folder)).is_file():
        with reading(path) as database:
            for role, body in stored_sums(database):
                try:
                    sums = at_least(sums, {role: load_spent(orjson.loads(body))})
                except ValueError as problem:
                    raise damaged(path, f"spending of {escaped(role)}: {problem}") from None
    return sums


def at_least(sums: Sums, others: Sums) -> Sums:
    """The larger of both sums of each role."""
    return sums | {role: sums.get(role, Spent()).at_least(one) for role, one in others.items()}


def load_spent(known: object) -> Spent:
    """Spending from JSON.

    Raises:
        ValueError: it is none: a field is missing or unknown, no number, negative or not finite.
    """
    check_fields(known, Spent)
    spent = Spent(**known)  # type: ignore[arg-type]
    for one in fields(Spent):
        if not 0 <= getattr(spent, one.name) < math.inf:
            raise ValueError(f"{one.name} is {getattr(spent, one.name)}, expected 0 or more")
    return spent


def note_spending(folder: Path) -> None:
    """Write what the run has spent into its manifest, if anything was priced."""
    totals = {role: asdict(spent) for role, spent in spending_in(folder).items()}
    if totals:
        rewrite_manifest(folder, replace(read_manifest(folder), spending=totals))


def open_lines(path: Path) -> BinaryIO:
    """The file, to append lines, unbuffered. A line that a dying process left is cut off."""
    check_regular(path)
    file = path.open("ab", buffering=0)
    *lines, last = path.read_bytes().split(b"\n")
    if last and is_unfinished(last):
        file.truncate(sum(len(line) + 1 for line in lines))
    elif last:
        file.write(b"\n")
    return file


def lines_of(path: Path) -> Iterator[tuple[str, Spent]]:
    """Role and spending of each request. A line that a dying process left unfinished is skipped.

    Raises:
        StoreError: a line is no spending, or the file cannot be read.
    """
    try:
        check_regular(path)
        *lines, last = read_file(path).split(b"\n") if path.exists() else [b""]
    except ValueError as problem:
        raise unusable(path, str(problem)) from None
    except OSError as error:
        raise StoreError(
            f"cannot read {path}, which tells what was spent: {explain(error)}"
        ) from None
    if last and not is_unfinished(last):
        lines.append(last)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            known = orjson.loads(line)
            role = known.pop("role") if isinstance(known, dict) else None
            if not isinstance(role, str):
                raise ValueError("it names no role")
            yield role, load_spent(known)
        except (ValueError, KeyError) as problem:  # no role: KeyError
            shown = line[:80].decode(errors="backslashreplace")
            what = quotable(path, f"{shown!r} ({problem})")
            raise unusable(path, f"line {number} is {what}") from None


def is_unfinished(line: bytes) -> bool:
    """Whether a line without an end is no whole JSON."""
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return True
    return False


def unusable(path: Path, what: str) -> StoreError:
    """What to tell about a file that does not say what was spent."""
    return StoreError(
        f"{path} is damaged: {what}; expected one JSON object a line, with role, requests, tokens "
        "and usd, none below 0. Restore it from a copy, or remove what is no such line: the sums "
        f"in {NAME} and {MANIFEST} count all the same"
    )


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
    _sums: Sums = field(default_factory=dict)
    _reserved: float = 0.0
    """USD as estimated for the requests under way."""
    _under_way: int = 0
    _replies: int = 0
    _scale: float = 1.0
    """What the dearest reply cost, relative to its estimate; at least 1."""
    _freed: asyncio.Event = field(default_factory=asyncio.Event)
    _exhausted: bool = False
    _keep: Callable[[str, bytes], None] | None = None
    """Puts the sum of a role into the store."""
    _file: BinaryIO | None = None
    _unwritten: bytes = b""

    def __post_init__(self) -> None:
        lines = listed(self.folder / FILE)
        self._sums = at_least(lines, sums_elsewhere(self.folder))
        self.spent = sum(spent.usd for spent in self._sums.values())
        told = sum(spent.usd for spent in lines.values())
        for role, most in self._sums.items():
            known = lines.get(role, Spent())
            if not most.agrees(known):
                self._unwritten += line_of(role, most.minus(known))
        if self._unwritten:
            log.warning(
                "%s tells of %.4f USD, but the run has spent %.4f: lines are missing; %.4f USD are "
                "taken as spent", self.folder / FILE, told, self.spent, self.spent,
            )  # fmt: skip

    def keep_sums(self, keep: Callable[[str, bytes], None]) -> None:
        """Have the sum of each role put into the store from now on, by role and as JSON."""
        self._keep = keep
        for role, spent in self._sums.items():
            keep(role, orjson.dumps(spent))

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
            with before_sending():
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
        self._unwritten += line_of(role, spent)
        self._write()
        self._sums[role] = self._sums.get(role, Spent()).plus(spent)
        if self._keep is not None:
            self._keep(role, orjson.dumps(self._sums[role]))

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
            log.warning("%s cannot be written; %s holds the sum of what was spent", FILE, NAME)
        if self._file is not None:
            self._file.close()


def line_of(role: str, spent: Spent) -> bytes:
    """A line of `spending.jsonl`."""
    return orjson.dumps({"role": role, **asdict(spent)}) + b"\n"


@dataclass(frozen=True, slots=True)
class BudgetedModel(WrappedModel):
    """A model whose requests are paid for from a budget."""

    price: Price
    guard: BudgetGuard

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The model's answer, once it is certain that it can be paid for."""
        asked = input_estimate(self.price, messages)
        limit = config.max_tokens + self.model.identity.thinking_tokens
        most = self.price.cost(CAUTION * asked, limit)
        async with self.guard.reserve(most):
            response = await generate(self.model, messages, config)
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
