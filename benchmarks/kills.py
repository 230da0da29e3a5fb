"""What `kill -9` costs: runs of all tasks, killed at random moments and resumed.

Half of the runs begin with an empty image cache, so that images are being made when the run dies.
For each the table says which answers were asked for again, and how old they were at the kill.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from endpoint import endpoint
from multitrust.run import load_run
from workload import show

COMMAND = Path(sys.executable).with_name("multitrust")
GRACE = (0.05, 0.2)
"""Seconds before the kill; the second one is the limit."""


def answers(log: Path) -> list[tuple[float, str]]:
    """When the endpoint answered which request, so far."""
    whole = log.read_text(errors="replace").rpartition("\n")[0].splitlines()
    return [(float(when), name) for when, name, *_ in (line.split(" ", 2) for line in whole)]


def start(url: str, folder: Path, cache: Path, limit: int) -> subprocess.Popen[bytes]:
    """`multitrust run` of all tasks."""
    run = ("run", "--model", f"{url}#stub", "--limit", str(limit), "--display", "none")
    return subprocess.Popen(
        [COMMAND, *run, "--no-report", "--log-dir", folder],
        env={**os.environ, "MULTITRUST_CACHE_DIR": str(cache)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """What one kill cost."""

    answered: int
    """Answers that the endpoint had sent when the run was killed."""
    again: tuple[float, ...]
    """Seconds between these answers and the kill, where they were asked for again."""
    whole: bool
    """Whether the resumed run holds every record once."""


def kill(latency: float, cache: Path, limit: int, after: int) -> Loss:
    """Kill a run once it has so many answers, resume it, and see what is asked again."""
    with tempfile.TemporaryDirectory() as name:
        log, folder = Path(name) / "log", Path(name) / "logs"
        with endpoint(latency, log) as url:
            process = start(url, folder, cache, limit)
            while len(answers(log)) < after and process.poll() is None:
                time.sleep(0.002)
            killed = time.time()
            process.kill()
            process.wait()
            time.sleep(2 * latency)
            before = [(when, request) for when, request in answers(log) if when <= killed]
            if start(url, folder, cache, limit).wait() not in (0, 1):
                raise RuntimeError("the killed run could not be resumed")
            times = Counter(request for _, request in answers(log))
        (run,) = folder.iterdir()
        keys = [record.key for record in load_run(run)[1]]
        ages = tuple(killed - when for when, request in before if times[request] > 1)
        return Loss(len(before), ages, len(keys) == len(set(keys)) and not errors(run))


def errors(run: Path) -> int:
    """Records of a run that have no response."""
    return sum(record.response is None for record in load_run(run)[1])


def requests(cache: Path, limit: int) -> int:
    """Answers that a whole run takes; fills the image cache."""
    with tempfile.TemporaryDirectory() as name, endpoint(0.0, Path(name) / "log") as url:
        start(url, Path(name) / "logs", cache, limit).wait()
        return len(answers(Path(name) / "log"))


def row(latency: float, kind: str, losses: list[Loss]) -> tuple[str, ...]:
    """A line of the table."""
    ages = [age for loss in losses for age in loss.again]
    return (
        f"{1000 * latency:.0f} ms, {kind} cache",
        f"{len(losses)}",
        f"{min(loss.answered for loss in losses)} to {max(loss.answered for loss in losses)}",
        f"{len(ages)}",
        f"{1000 * max(ages, default=0.0):.0f}",
        *(f"{sum(age > grace for age in ages)}" for grace in GRACE),
        f"{sum(loss.whole for loss in losses)} of {len(losses)}",
    )


def main() -> None:
    """Kill runs at two latencies, with an empty and a full image cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30, help="in all")
    parser.add_argument("--limit", type=int, default=4, help="samples a condition")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    rng, rows = random.Random(chosen.seed), []
    with tempfile.TemporaryDirectory() as name:
        warm, cold = Path(name) / "warm", Path(name) / "cold"
        whole = requests(warm, chosen.limit)
        arms = [(latency, cache) for latency in (0.02, 0.05) for cache in (cold, warm)]
        for number, (latency, cache) in enumerate(arms):
            losses = []
            for _ in range(chosen.kills * (number + 1) // 4 - chosen.kills * number // 4):
                shutil.rmtree(cold, ignore_errors=True)
                losses.append(kill(latency, cache, chosen.limit, rng.randrange(1, whole)))
            rows.append(row(latency, cache.name, losses))
    columns = (
        "latency",
        "kills",
        "answered when killed",
        "asked again",
        "oldest of these, ms",
        f"older than {1000 * GRACE[0]:.0f} ms",
        f"older than {1000 * GRACE[1]:.0f} ms (limit 0)",
        "records whole and unique",
    )
    show(f"Runs of {whole:,} requests killed with -9 and resumed", columns, rows)


if __name__ == "__main__":
    main()
