"""A run against a server of this machine that fails in every way: is anything lost or made twice?

Five requests in a hundred go wrong, in every way that `tests/stub_server.py` knows, and the server
goes down twice, for three seconds unless told otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.stub_server import ENDINGS, Chaos, Stub, serving

from multitrust.models import resolve
from multitrust.run import RunConfig, execute, load_run
from workload import Questions, draw_pictures, questions_task, show

SETTINGS = {"timeout": "5", "first_delay": "0.1"}


def main() -> None:
    """Run once and compare what the server dealt with what the run holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=10_000)
    parser.add_argument("--down", type=float, default=3.0, help="Seconds for which it is down.")
    chosen = parser.parse_args()
    count = chosen.prompts
    chaos = Chaos(falls=(count // 10, count * 9 // 10), down_for=chosen.down)
    with tempfile.TemporaryDirectory() as folder, serving(Stub(chaos=chaos)) as server:
        draw_pictures(Path(folder), 1)
        config = RunConfig(
            model=resolve(f"{server.url}#x", options=SETTINGS),
            tasks=(questions_task(Questions(count, Path(folder), 1)),),
            folder=Path(folder) / "run",
        )
        start = time.perf_counter()
        execute(config)
        seconds = time.perf_counter() - start
        found = {record.prompt: record.outcome for record in load_run(config.folder)[1]}
    wrong = [
        prompt for prompt, names in chaos.ended.items() if found.get(prompt) != ENDINGS[names[-1]]
    ]
    columns = ("prompts", "seconds", "requests", "lost", "twice", "of another outcome")
    twice = sum(len(names) > 1 for names in chaos.ended.values())
    row = (count, f"{seconds:.0f}", chaos.troubles.total(), count - len(found), twice, len(wrong))
    show("Trouble of every kind", columns, [tuple(map(str, row))])


if __name__ == "__main__":
    main()
