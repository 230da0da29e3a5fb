"""Score, Metric and the headline: from a response to a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from multitrust.core.messages import Response
from multitrust.core.needs import parts_of
from multitrust.core.sample import Env, Sample

REFUSED = "(refused)"
"""The `answer` of a score whose response declined to answer."""

SCORER = "scorer"
"""What `Score.failed` says where the scorer itself raised an error."""

NEEDS = "needs "
"""How the reason begins of a score that needed what the run did not have, e.g. a judge."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """A scorer's value for one response, or the reason why there is none.

    Exactly one of `value` and `unscored` is given.
    """

    scorer: str
    value: float | None = None
    unscored: str | None = None
    """Why there is no value: `empty`, `blocked`, `truncated`, `unparsed`, `unjudged`, one of them
    with more about it behind a colon, or a sentence."""
    answer: str | None = None
    """What was read out of the response; `REFUSED` for a refusal."""
    explanation: str = ""
    failed: str = ""
    """What failed, so that there is no value and scoring is to be tried again: the role of the
    model that gave no reply, e.g. `judge`, or `SCORER`; empty where nothing failed."""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.unscored is None):
            raise ValueError(f"score {self.scorer!r} needs either a value or a reason for none")
        if self.failed and self.value is not None:
            raise ValueError(f"score {self.scorer!r} has a value, so {self.failed} did not fail")

    @property
    def lacks(self) -> str:
        """What was needed and not there, as the reason says it; empty if nothing was."""
        return self.unscored if self.unscored and self.unscored.startswith(NEEDS) else ""


class Scorer(Protocol):
    """Gives one response a score."""

    @property
    def name(self) -> str:
        """What the score is called in records and tables."""

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Score the response; unscored with a reason where there is no value."""

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """A response to `sample` that earns the best (`good`) or the worst value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A request that a scorer makes of a model in another role than the target's."""

    role: str
    text: str
    """The only message."""
    max_tokens: int
    at_most: int = 1
    """How often it is made at most, e.g. twice where an unreadable reply is asked for again."""


@runtime_checkable
class AskingScorer(Protocol):
    """A scorer that says what it asks of models in other roles, so that a plan can count it."""

    def asks(self, sample: Sample, answer: str) -> tuple[Ask, ...]:
        """The requests that scoring this answer takes, in their order.

        Raises:
            MultitrustError: the sample cannot be asked about, and the scorer leaves it unscored.
        """


@runtime_checkable
class LoadingScorer(Protocol):
    """A scorer that reads something long before it can score, such as a list of words."""

    def load(self) -> None:
        """Read it; a run has it done before it asks, where no reply waits meanwhile."""


def load_parts(part: object) -> None:
    """Load a scorer, or the scorers among the parts of anything that holds some."""
    if isinstance(part, LoadingScorer):
        part.load()
        return
    for inner in parts_of(part):
        load_parts(inner)


def asks_of(scorer: object, sample: Sample, answer: str) -> tuple[Ask, ...]:
    """What a scorer asks to score this answer: what it says itself, else what its parts say.

    Raises:
        MultitrustError: as `AskingScorer.asks`.
    """
    if isinstance(scorer, AskingScorer):
        return scorer.asks(sample, answer)
    return tuple(ask for part in parts_of(scorer) for ask in asks_of(part, sample, answer))


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """A scored record as a metric sees it."""

    sample_id: str
    value: float
    family: str
    epoch: int = 0
    target: Any = None
    answer: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A number with its interval, or with the reason why it has none.

    `low` and `high` are both given, with `low` < `high` and the value between them, or both None:
    without a value, with too few samples, or for a number that has no interval at all.
    """

    value: float | None = None
    """None when nothing was scored."""
    low: float | None = None
    high: float | None = None
    needed: int | None = None
    """Families that an interval takes, where there are too few to tell."""
    n: int = 0
    """Scored records."""
    unscored: int = 0
    errors: int = 0
    level: float = 0.95
    method: str = ""

    @property
    def ends(self) -> tuple[float, float, float] | None:
        """(low, value, high), or None without a value or without an interval."""
        if self.value is None or self.low is None or self.high is None:
            return None
        return (self.low, self.value, self.high)


Compute = Callable[[Sequence[Scored]], float]
IntervalOf = Callable[[Sequence[Scored], float], tuple[float, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """Many scores folded into one number."""

    name: str
    scorer: Scorer
    compute: Compute
    interval: IntervalOf
    """(scored, level) -> (low, high), on the metric's own scale; infinite ends where these scores
    are too few to tell."""
    method: str = ""
    """The interval's name, e.g. `Wilson`."""
    higher_is_better: bool = True
    range: tuple[float, float] = (0.0, 1.0)
    least: int = 2
    """Families below which there is no interval; 0 for a metric that never has one."""

    def goodness(self, value: float) -> float:
        """The value on a scale where 0 is worst and 1 is best; not clipped."""
        low, high = self.range
        share = (value - low) / (high - low)
        return share if self.higher_is_better else 1.0 - share


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """One weighted term of a headline: a metric in a condition."""

    condition: str
    metric: str
    weight: float
    twin: bool = False
    """Whether it belongs to the benign half of a balanced headline."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """A task's number: 100 x (the weighted sum of its leaves' goodness + offset).

    Weights and offset sum to 1, so that a perfect model gets 100. A negative offset takes away
    what a model earns that treats everything alike.
    """

    leaves: tuple[Leaf, ...]
    offset: float = 0.0
    cut: bool = True
    """Whether it is cut to 0 and 100."""

    def __post_init__(self) -> None:
        total = sum(leaf.weight for leaf in self.leaves) + self.offset
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"headline weights and offset sum to {total}, not to 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contrast:
    """A metric over the pairs of samples that two conditions share: `other` minus `base`."""

    name: str
    metric: str
    base: str
    other: str
