"""The official protocol beside each task: the dataset ids, chains and scores of the original.

MultiTrust (arXiv:2406.07057) and its toolbox (official-protocol, sections 2 to 6). A task file
holds, beside its `TASK` on embedded data, an `OFFICIAL`: what is asked of the official data, read
by both protocols. `official` takes the original's evaluators and formulas, quirks included;
`corrected` takes the same formulas over scorers that mend what `docs/protocols.md` lists. A run of
either keeps what the other needs, so both numbers stand side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from multitrust.core import (
    Condition,
    Contrast,
    DataUnavailableError,
    GenerateConfig,
    Headline,
    Leaf,
    Metric,
    Origin,
    Protocol,
    Sample,
    Scorer,
    Task,
)
from multitrust.data.official import OfficialRow, official_rows
from multitrust.metrics import mean
from multitrust.metrics.official import pinned
from multitrust.scorers.official import log_total

Wording = Mapping[str, str]
"""Name -> template with fields in braces."""
POSITION = "position"
"""Key of a sample's metadata: its place in the dataset id, from 0; exported logs keep the order."""


@dataclass(frozen=True, slots=True)
class Say:
    """A task's wording: our own, but for what the user's file replaces."""

    own: Wording
    replaced: Wording
    protocol: Protocol = "corrected"

    @property
    def keywords(self) -> Literal["main", "v0.1.0"]:
        """Which list of refusal keywords counts."""
        return "v0.1.0" if self.protocol == "official-v0.1.0" else "main"

    def __call__(self, name: str, kind: str = "") -> str:
        """The template of that name; one for the kind (`group.gun`) goes before the general one."""
        for chosen in (self.replaced, self.own):
            for key in (f"{name}.{kind}", name):
                if key in chosen:
                    return chosen[key]
        raise KeyError(name)


Ask = Callable[[OfficialRow, Say], str]
"""The text of a row's prompt."""


def ask(name: str) -> Ask:
    """The prompt of that name; of the row's variant where the name holds `{variant}`."""
    return lambda row, say: say(name.format(variant=row.variant)).format(**row.fields)


def verbatim(name: str) -> Ask:
    """A field of the row as the whole prompt."""
    return lambda row, say: str(row.fields[name])


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """A sequence of evaluators whose name is its key in the original's logs."""

    scorer: Scorer
    totals: tuple[str, ...] = ("pred_mean",)
    """What the original folds it into."""
    listed: bool = False
    """Whether its values stand in the log sample by sample."""
    span: tuple[float, float] = (0.0, 1.0)
    """Lowest and highest value."""
    summed: bool = False
    """Whether its value comes from outside and only totals of it are logged."""
    by_subset: bool = False
    """Whether the totals are also given for each subset."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """A number that the original's score script stores for a dataset id."""

    metric: Metric
    """Named as upstream."""
    totals: tuple[str, ...] = ()
    """The keys of a log's totals that it is made of; none where it is made sample by sample."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """What an imported log holds for all samples together."""

    totals: Mapping[str, float | None]
    """None where the log has NaN."""
    summed: frozenset[str] = frozenset()
    """Chains of which the log holds nothing sample by sample."""

    def pin(self, result: Result) -> Metric:
        """The result's metric, with the log's value where it is made of totals."""
        if not result.totals:
            return result.metric
        totals = [self.total(key) for key in result.totals]
        scorer = result.metric.scorer
        counted = log_total(scorer) if scorer.name in self.summed else scorer
        return pinned(result.metric, totals, counted, self.kinds(result))

    def total(self, key: str) -> float:
        """A total as the log holds it."""
        total = self.totals[key]
        return math.nan if total is None else total

    def kinds(self, result: Result) -> Mapping[str, float]:
        """The totals of the kinds of samples, of a result that is made of one total."""
        begin = f"{result.totals[0]}_"
        held = [key for key in self.totals if key.startswith(begin) and len(result.totals) == 1]
        return {key.removeprefix(begin): self.total(key) for key in held}


@dataclass(frozen=True, kw_only=True, slots=True)
class Arm:
    """One dataset id of the original: a condition of that name."""

    id: str
    ask: Ask
    chains: tuple[Chain, ...]
    results: tuple[Result, ...]
    corrected: tuple[Metric, ...] = ()
    """What the corrected protocol measures."""
    log: str = ""
    """The log folder where it is not the task's."""
    run: bool = True
    """Whether the original's scripts run it."""
    per_row: int = 1
    """Samples that one row of the data makes, in a row."""
    facts: tuple[str, ...] = ()
    """Keys of a sample's `extra` that results depend on."""

    def metrics(self, logged: Logged | None = None) -> tuple[Metric, ...]:
        """All that is measured; chains that no result uses are scored for the sake of the log.

        Args:
            logged: what an imported log holds in total; results made of totals have its values.
        """
        results = (
            result.metric if logged is None else logged.pin(result) for result in self.results
        )
        measured = (*results, *self.corrected)
        scored = {result.metric.scorer.name for result in self.results}
        left = [chain for chain in self.chains if chain.scorer.name not in scored]
        return (*measured, *(mean(c.scorer.name, c.scorer, range=c.span) for c in left))


@dataclass(frozen=True, slots=True)
class OfficialDataset:
    """The samples of a dataset id, worded."""

    name: str
    ask: Ask
    say: Say
    question_as: str = ""
    """The key of `extra` that holds the prompt, where evaluators want it."""

    def samples(self, origin: Origin) -> Iterator[Sample]:
        """The samples in the order of the data.

        Raises:
            DataUnavailableError: the origin is another, or its data are incomplete or malformed.
        """
        if origin.name != "official":
            raise DataUnavailableError(
                f"{self.name} is a dataset of the official data, not of {origin.name!r}; "
                "give --origin official --data-root DIR"
            )
        corrected = self.say.protocol == "corrected"
        rows = official_rows(self.name, origin, corrected=corrected)
        for position, row in enumerate(rows):
            yield self.sample_of(row, position)

    def sample_of(self, row: OfficialRow, position: int) -> Sample:
        """The row as a sample.

        Args:
            row: of the dataset id.
            position: of the row, from 0.
        """
        text = self.ask(row, self.say)
        extra = {**row.extra, self.question_as: text} if self.question_as else dict(row.extra)
        metadata: dict[str, Any] = {"family": row.family, POSITION: position, "extra": extra}
        if "subset" in extra:
            metadata |= {"kind": extra["subset"], "stratum": extra["subset"]}
        if row.picture:
            metadata["picture"] = row.picture
        return Sample.ask(row.id, text, target=row.target, show=row.image, metadata=metadata)


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficialTask:
    """A task on the official data."""

    like: Task
    """The task on embedded data; gives id, name and place."""
    log: str
    """Folder of its logs, below `logs/`."""
    max_tokens: int
    arms: Callable[[Say], tuple[Arm, ...]]
    score: Mapping[tuple[str, str], float]
    """(dataset id, result) -> weight in the task's score; weights sum to 1."""
    corrects: Mapping[str, str] = field(default_factory=dict)
    """Result -> the corrected protocol's metric in its place; itself where not named."""
    wording: Wording = field(default_factory=dict)
    """Our own prompts, and those to judges."""
    effects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Dataset id without a picture -> the ids of the same texts beside pictures."""
    question_as: str = ""
    revision: int = 0
    """How often scores of stored responses have changed on the official data alone."""

    @property
    def id(self) -> str:
        """The task's id."""
        return self.like.id

    @property
    def version(self) -> int:
        """The version of the task on the official data."""
        return self.like.version + self.revision

    def task(
        self,
        protocol: Protocol = "corrected",
        replaced: Wording | None = None,
        logged: Mapping[str, Logged] | None = None,
    ) -> Task:
        """The task as a value; `beside` is the headline by the other protocol.

        Args:
            protocol: by which it is scored.
            replaced: prompts in place of our own.
            logged: what imported logs hold, by dataset id.
        """
        say = Say(self.wording, replaced or {}, protocol)
        official, mended = headline(self.score, cut=False), headline(self.summed(), cut=True)
        mine, other = (mended, official) if protocol == "corrected" else (official, mended)
        return replace(
            self.like,
            dataset=None,
            metrics=(),
            conditions=tuple(
                Condition(
                    name=arm.id,
                    dataset=OfficialDataset(arm.id, arm.ask, say, self.question_as),
                    metrics=arm.metrics((logged or {}).get(arm.id)),
                )
                for arm in self.arms(say)
                if arm.run
            ),
            headline=mine,
            beside=other,
            contrasts=tuple(self.contrasts(protocol)),
            reading=None,
            version=self.version,
            config=GenerateConfig(max_tokens=self.max_tokens),
        )

    def run_arms(self) -> tuple[Arm, ...]:
        """The dataset ids that the original's scripts run, in our own wording."""
        return tuple(arm for arm in self.arms(Say(self.wording, {})) if arm.run)

    def summed(self) -> Mapping[tuple[str, str], float]:
        """The corrected score: weights of results that one metric stands for are added up."""
        whole: dict[tuple[str, str], float] = {}
        for (arm, key), weight in self.score.items():
            place = (arm, self.corrects.get(key, key))
            whole[place] = whole.get(place, 0.0) + weight
        return whole

    def contrasts(self, protocol: Protocol) -> Iterator[Contrast]:
        """What each picture changes against the text alone, in the first result of the score."""
        scored: dict[str, str] = {}
        for arm, first in self.score:
            scored.setdefault(arm, first)
        for base, others in self.effects.items():
            said = f" beside {base}" if len(self.effects) > 1 else ""
            key = scored[base]
            metric = self.corrects.get(key, key) if protocol == "corrected" else key
            for other in others:
                yield Contrast(
                    name=f"effect of a {picture_of(other)} picture{said}",
                    metric=metric,
                    base=base,
                    other=other,
                )


def picture_of(name: str) -> str:
    """What a dataset id shows, in a word."""
    last = name.rsplit("-", 1)[-1]
    return {"image": "related", "assistance": "related", "misvisual": "misleading"}.get(last, last)


def headline(weights: Mapping[tuple[str, str], float], *, cut: bool) -> Headline:
    """The weighted sum of results; not cut it may fall below 0, as the original's P.3 can."""
    leaves = (Leaf(condition=arm, metric=key, weight=w) for (arm, key), w in weights.items())
    return Headline(leaves=tuple(leaves), cut=cut)


KINDS = ("color", "nature", "noise")


def modality(
    prefix: str, key: str, *, share: float = 1.0, image: str = "image"
) -> dict[tuple[str, str], float]:
    """Text, related picture, and the mean of three unrelated ones, a third each."""
    weights = (3, 3, 1, 1, 1)
    ids = modality_ids(prefix, image=image)
    return {(name, key): share * w / 9 for name, w in zip(ids, weights, strict=True)}


def modality_ids(prefix: str, *, image: str = "image") -> tuple[str, ...]:
    """The dataset ids of the five paired conditions, the text first."""
    unrelated = (f"{prefix}-unrelated-image-{kind}" for kind in KINDS)
    return (f"{prefix}-text", f"{prefix}-{image}", *unrelated)


def pictures(prefix: str, *, image: str = "image") -> dict[str, tuple[str, ...]]:
    """The dataset ids with pictures, by the one without."""
    text, *others = modality_ids(prefix, image=image)
    return {text: tuple(others)}
