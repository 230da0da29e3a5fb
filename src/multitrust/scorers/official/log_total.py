"""What stands for a sample's score where an imported log holds the mean over all samples only."""

from __future__ import annotations

from dataclasses import dataclass

from multitrust.core import Ask, Env, Response, Sample, Score, Scorer


@dataclass(frozen=True, slots=True)
class LogTotal:
    """A chain of which there is a total and nothing else: the total cannot be made again."""

    chain: Scorer

    @property
    def name(self) -> str:
        """The chain's name, marked."""
        return f"{self.chain.name} (total)"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Unscored: the import writes these scores."""
        return Score(scorer=self.name, unscored="needs the log that it was imported from")

    def asks(self, sample: Sample, answer: str) -> tuple[Ask, ...]:
        """Nothing, whatever the chain would."""
        return ()

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The chain's."""
        return self.chain.exemplar(sample, good=good)


def log_total(chain: Scorer) -> LogTotal:
    """The total of a chain in an imported log."""
    return LogTotal(chain)
