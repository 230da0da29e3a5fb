"""Answer keys for the mocks that are always right or always wrong."""

from __future__ import annotations

from multitrust.models import messages_digest
from multitrust.run.config import RunConfig
from multitrust.run.engine import run_loop
from multitrust.run.plan import env_for, plan


def answer_key(config: RunConfig, *, good: bool) -> dict[str, str]:
    """Digest of messages -> the best (`good`) or worst response that the scorers know of."""

    async def collect() -> dict[str, str]:
        key = {}
        for entry in plan(config):
            sample = await entry.condition.present(entry.sample, env_for(config, entry))
            scorer = entry.task.metrics_of(entry.condition)[0].scorer
            key[messages_digest(sample.input)] = scorer.exemplar(sample, good=good)
        return key

    return run_loop(collect())
