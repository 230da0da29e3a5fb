"""A scorer on samples whose target is written in another form than it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from multitrust.core import Ask, Env, Response, Sample, Score, Scorer, asks_of


@dataclass(frozen=True, slots=True)
class Aimed:
    """Another scorer, given the sample with its target in the form that it takes."""

    scorer: Scorer
    aim: Callable[[Sample], Sample]

    @property
    def name(self) -> str:
        """The other scorer's name."""
        return self.scorer.name

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """The other scorer's score."""
        return await self.scorer(self.aim(sample), response, env)

    def asks(self, sample: Sample, answer: str) -> tuple[Ask, ...]:
        """What the other scorer asks."""
        return asks_of(self.scorer, self.aim(sample), answer)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The other scorer's exemplar."""
        return self.scorer.exemplar(self.aim(sample), good=good)


def aimed(scorer: Scorer, aim: Callable[[Sample], Sample]) -> Aimed:
    """The scorer on samples that `aim` rewrites."""
    return Aimed(scorer, aim)
