"""What the default seed asks of a model, word for word and picture for picture.

A change that is meant raises `DATA_VERSION`; `python tests/data/test_fingerprints.py` then writes
the new fingerprints.
"""

from __future__ import annotations

import asyncio
import json
from hashlib import sha256
from pathlib import Path

from multitrust.data import DATA_VERSION
from multitrust.models import resolve
from multitrust.run import RunConfig, plan
from multitrust.run.plan import env_for
from multitrust.run.sample_runner import record_of
from multitrust.tasks import load_tasks

STORED = Path(__file__).with_name("fingerprints.json")


async def current() -> dict[str, str]:
    """The data version, and a hash of every condition of every task."""
    config = RunConfig(model=resolve("mock/echo"), tasks=load_tasks(), folder=Path())
    lines: dict[str, list[str]] = {}
    for entry in plan(config):
        sample = await entry.condition.present(entry.sample, env_for(config, entry))
        record = record_of(entry, sample)
        shown = [record.sample_id, record.prompt, record.images, record.target]
        lines.setdefault(f"{record.task}/{record.condition}", []).append(json.dumps(shown))
    hashes = {arm: sha256("\n".join(shown).encode()).hexdigest() for arm, shown in lines.items()}
    return {"data version": DATA_VERSION, **hashes}


def test_the_default_seed_is_what_it_was() -> None:
    assert asyncio.run(current()) == json.loads(STORED.read_text())


if __name__ == "__main__":
    STORED.write_text(json.dumps(asyncio.run(current()), indent=1) + "\n")
