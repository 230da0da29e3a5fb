"""What a full disk costs: a run in a small file system that fills up at every stage.

The file system is a tmpfs in a mount namespace of this program's own, which takes root or user
namespaces. Nothing that was stored may be lost, and nothing that was answered and stored may be
asked for again.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from endpoint import endpoint
from multitrust.core import MultitrustError, StoreError
from multitrust.run import execute, iter_records, verify_run
from workload import Questions, draw_pictures, fresh, run_config, served, show

SIZE = 24 << 20
"""Bytes of the file system."""
QUESTION = re.compile(r"Question (\d+)\.")
INSIDE = "MULTITRUST_BENCHMARK_MOUNTED"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is made, and on what."""

    disk: Path
    url: str
    log: Path
    questions: Questions

    @property
    def folder(self) -> Path:
        """The run."""
        return self.disk / "run"

    def fill(self, room: int = 0) -> None:
        """Take all space but so many bytes."""
        ballast = self.disk / "ballast"
        with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        os.truncate(ballast, max(0, ballast.stat().st_size - room))

    def free(self) -> None:
        """Give the space back."""
        (self.disk / "ballast").unlink(missing_ok=True)

    def asked(self) -> Counter[str]:
        """How often each question was answered."""
        return Counter(QUESTION.findall(self.log.read_text()))

    def stored(self) -> set[str]:
        """Questions whose records can be read in the run."""
        try:
            prompts = [record.prompt for record in iter_records(self.folder)]
        except StoreError:
            return set()
        return {number for prompt in prompts for number in QUESTION.findall(prompt)}

    def run(self) -> str:
        """Run or resume, in a process of its own; how it ended."""
        return fresh(run, self)

    def when_answered(self, count: int, act: Callable[[], object]) -> threading.Thread:
        """Do something as soon as so many questions have been answered."""

        def wait() -> None:
            while sum(self.asked().values()) < count:
                time.sleep(0.01)
            act()

        thread = threading.Thread(target=wait)
        thread.start()
        return thread


def run(place: Place) -> str:
    """Run or resume; the error's first words, or nothing."""
    try:
        execute(run_config(place.questions, place.folder, served(place.url, 64)))
    except MultitrustError as error:
        return str(error)
    return ""


def begin(place: Place, after: int) -> None:
    """Run until so many questions have been answered, and kill the run."""
    process = get_context("spawn").Process(target=run, args=(place,))
    process.start()
    place.when_answered(after, lambda: os.kill(process.pid or 0, signal.SIGKILL)).join()
    process.join()


def at_start(place: Place) -> tuple[str, set[str]]:
    """Full before the run begins."""
    place.fill()
    return place.run(), set()


def for_a_while(place: Place) -> tuple[str, set[str]]:
    """Full for three seconds in the middle of the run."""

    def full() -> None:
        place.fill()
        time.sleep(3)
        place.free()

    waiting = place.when_answered(place.questions.count // 2, full)
    said = place.run()
    waiting.join()
    return said, place.stored()


def for_good(place: Place) -> tuple[str, set[str]]:
    """Full from the middle of the run on, until the store gives up."""
    waiting = place.when_answered(place.questions.count // 2, place.fill)
    said = place.run()
    waiting.join()
    return said, place.stored()


def at_resume(place: Place) -> tuple[str, set[str]]:
    """Full when a killed run is resumed."""
    begin(place, place.questions.count // 2)
    before = place.stored()
    place.fill()
    return place.run(), before


def damaged(place: Place) -> tuple[str, set[str]]:
    """Full when a killed run is resumed whose store lost its first page."""
    begin(place, place.questions.count // 2)
    before = place.stored()
    path = place.folder / "run.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.write(bytes(4096))
    place.fill()
    return place.run(), before


def while_finishing(place: Place) -> tuple[str, set[str]]:
    """Full when all is answered and table and seal are to be written."""
    place.run()
    (place.folder / "complete.json").unlink()
    for name in ("records.parquet", "digests.jsonl"):
        (place.folder / name).unlink()
    before = place.stored()
    place.fill(room=300_000)
    return place.run(), before


STAGES = (at_start, for_a_while, for_good, at_resume, damaged, while_finishing)


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of a few megabytes."""
    with tempfile.TemporaryDirectory() as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", name]
        subprocess.run(command, check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


def measure(stage: Callable[[Place], tuple[str, set[str]]], count: int) -> tuple[str, ...]:
    """A row of the table: what a stage cost, once space was free again and the run resumed."""
    with tempfile.TemporaryDirectory() as name, small_disk() as disk:
        pictures = Path(name)
        draw_pictures(pictures, 20)
        log = pictures / "log"
        with endpoint(0.02, log) as url:
            place = Place(disk, url, log, Questions(count, pictures, 20))
            said, before = stage(place)
            asked = place.asked()
            place.free()
            ended = place.run()
            again = {number for number in asked if place.asked()[number] > asked[number]}
        whole = verify_run(place.folder).whole and not ended
        done = place.stored()
    return (
        (stage.__doc__ or "").rstrip("."),
        said.partition(",")[0].replace(str(disk), "…")[:90] or "completed",
        f"{sum(asked.values()):,}",
        f"{len(before):,}",
        f"{len(before & again)}",
        f"{len(again):,}",
        f"{len(done):,}{'' if whole else ' (not whole)'}",
    )


def main() -> None:
    """Measure every stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=2_000)
    parser.add_argument("--stage", choices=[stage.__name__ for stage in STAGES])
    chosen = parser.parse_args()
    if INSIDE not in os.environ:
        how = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
        command = ["unshare", *how, sys.executable, *sys.argv]
        sys.exit(subprocess.run(command, env=os.environ | {INSIDE: "1"}, check=False).returncode)
    columns = (
        "full", "the run said", "answered", "stored", "lost of what was stored", "asked again",
        "records in the end",
    )  # fmt: skip
    stages = [stage for stage in STAGES if chosen.stage in (None, stage.__name__)]
    rows = [measure(stage, chosen.prompts) for stage in stages]
    show(f"{chosen.prompts:,} prompts on a disk of {SIZE >> 20} MB", columns, rows)


if __name__ == "__main__":
    main()
