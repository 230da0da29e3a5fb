"""What an interruption costs: the time to find a run finished, and answers lost by kill -9."""

from __future__ import annotations

import argparse
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from endpoint import endpoint
from multitrust.run import execute
from workload import Questions, draw_pictures, fresh, run_config, served, show, spent

LIMIT_SECONDS, LIMIT_LOST = 2.0, 0
GRACE = 0.05
"""Seconds that an answer may be away from the disk."""
EPOCHS = 15
"""Of the embedded data: about 20,000 samples."""
COMMAND = Path(sys.executable).with_name("multitrust")
QUESTION = re.compile(r"Question (\d+)\.")


def find_finished(questions: Questions, folder: Path) -> float:
    """Seconds until `execute` finds that nothing is left to do."""
    config = run_config(questions, folder, served("http://127.0.0.1:9/v1", 64))
    return spent(lambda: execute(config)).seconds


def run_command(folder: Path) -> None:
    """`multitrust run` of the embedded data with a scripted model, several times each sample."""
    arguments = ["run", "--model", "mock/yes-sayer", "--epochs", str(EPOCHS), "--display", "none"]
    arguments += ["--fail-on-error", "1000000"]  # it answers no question but those for yes or no
    subprocess.run([COMMAND, *arguments, "--log-dir", folder], check=True, capture_output=True)


def fill(questions: Questions, folder: Path, url: str) -> None:
    """A run, to be killed or finished."""
    execute(run_config(questions, folder, served(url, 256)))


def answers(log: Path) -> list[tuple[float, str]]:
    """When the endpoint answered which question, so far."""
    lines = log.read_text().splitlines()
    return [
        (float(line.split()[0]), found.group(1))
        for line in lines
        if (found := QUESTION.search(line)) is not None
    ]


@dataclass(frozen=True, slots=True)
class Loss:
    """What one kill cost."""

    answered: int
    """Answers that the endpoint had given when the run was killed."""
    asked_again: int
    oldest: float
    """Seconds between the kill and the oldest answer that was asked for again."""
    lost: int
    """Answers older than `GRACE` that were asked for again."""


def kill(questions: Questions, after: int) -> Loss:
    """Kill a run once it has so many answers, resume it, and see what is asked again."""
    with tempfile.TemporaryDirectory() as name, endpoint(log=Path(name) / "log") as url:
        folder, log = Path(name) / "run", Path(name) / "log"
        process = multiprocessing.get_context("spawn").Process(
            target=fill, args=(questions, folder, url)
        )
        process.start()
        while len(answers(log)) < after:
            time.sleep(0.05)
        killed = time.time()
        process.kill()
        process.join()
        before = [(when, number) for when, number in answers(log) if when <= killed]
        fresh(fill, questions, folder, url)
        again = Counter(number for _, number in answers(log))
        ages = [killed - when for when, number in before if again[number] > 1]
    return Loss(len(before), len(ages), max(ages, default=0.0), sum(age > GRACE for age in ages))


def show_finished(count: int, repeats: int) -> None:
    """Measure how long runs take that are finished already."""
    with tempfile.TemporaryDirectory() as name:
        pictures, folder, logs = (Path(name) / part for part in ("pictures", "run", "logs"))
        pictures.mkdir()
        draw_pictures(pictures, 50)
        questions = Questions(count, pictures, 50)
        with endpoint(0.0) as url:
            fresh(fill, questions, folder, url)
        run_command(logs)
        calls = [fresh(find_finished, questions, folder) for _ in range(repeats)]
        commands = [spent(lambda: run_command(logs)).seconds for _ in range(repeats)]
    rows: list[tuple[str, ...]] = [
        (f"execute, {count:,} samples", f"{median(calls):.2f}"),
        ("multitrust run with table and report, about 20,000", f"{median(commands):.2f}"),
    ]
    show("A finished run again", ("", f"median s (limit {LIMIT_SECONDS:g})"), rows)


def show_kills(count: int, repeats: int) -> None:
    """Measure what kills at different places cost."""
    with tempfile.TemporaryDirectory() as name:
        draw_pictures(Path(name), 50)
        questions = Questions(count, Path(name), 50)
        losses = [kill(questions, count * (i + 1) // (repeats + 1)) for i in range(repeats)]
    rows: list[tuple[str, ...]] = [
        (f"{one.answered:,}", f"{one.asked_again}", f"{1000 * one.oldest:.0f}", f"{one.lost}")
        for one in losses
    ]
    columns = (
        "answered when killed",
        "asked again",
        "age of the oldest, ms",
        f"older than {1000 * GRACE:.0f} ms (limit {LIMIT_LOST})",
    )
    show(f"Runs of {count:,} samples killed with -9, 256 in flight, and resumed", columns, rows)


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--killed-samples", type=int, default=4_000)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    show_finished(chosen.samples, chosen.repeats)
    show_kills(chosen.killed_samples, chosen.repeats)


if __name__ == "__main__":
    main()
