"""While a run folder cannot be written, nothing new is asked of any model, and nothing is lost."""

from __future__ import annotations

import asyncio
import errno
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.run.questions import COUNT, JUDGED, PLAIN
from tests.servers.scripted import Host, hosting, reply

from multitrust.core import StoreError, Task
from multitrust.models import resolve
from multitrust.run import RunConfig, execute_async, load_run
from multitrust.run.store import Store

CONNECTIONS = 3


@dataclass
class Disk:
    """A disk that is full from the group after so many answered requests on, for some attempts."""

    server: Host
    full_after: int
    attempts: int
    during: list[int] = field(default_factory=list)
    """Requests that had come at each attempt that failed."""

    def check(self) -> None:
        if len(self.server.times) >= self.full_after and len(self.during) < self.attempts:
            self.during.append(len(self.server.times))
            raise OSError(errno.ENOSPC, "No space left on device")


def run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, task: Task, full_after: int, attempts: int = 5
) -> tuple[Disk, int]:
    """Where the disk was full, and how many requests came in all."""
    write = Store._write

    async def main() -> tuple[Disk, int]:
        async with hosting(lambda _: reply(), 0.005) as server:
            disk = Disk(server, full_after, attempts)

            def checked(store: Store) -> None:
                disk.check()
                write(store)

            monkeypatch.setattr(Store, "_write", checked)
            options = {"max_connections": str(CONNECTIONS)}
            target, judge = (resolve(f"{server.url}#{n}", options=options) for n in ("x", "judge"))
            models = {} if task is PLAIN else {"judge": judge}
            config = RunConfig(model=target, tasks=(task,), folder=folder, models=models)
            try:
                await execute_async(config)
            finally:
                monkeypatch.setattr(Store, "_write", write)
            return disk, len(server.times)

    return asyncio.run(main())


@pytest.mark.parametrize("task", [PLAIN, JUDGED], ids=["plain", "judged"])
@pytest.mark.parametrize("full_after", [1, 50])
def test_what_is_under_way_ends_and_nothing_more_is_sent(
    task: Task, full_after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, sent = run(tmp_path / "run", monkeypatch, task, full_after)
    assert len(disk.during) == disk.attempts
    assert disk.during[-1] <= disk.during[0] + CONNECTIONS
    undisturbed, expected = run(tmp_path / "other", monkeypatch, task, 3 * COUNT)
    assert not undisturbed.during
    assert sent == expected
    assert len(load_run(tmp_path / "run")[1]) == COUNT


def test_what_was_written_before_a_run_gives_up_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store.__init__, "__kwdefaults__", {"patience": 0.2})
    with pytest.raises(StoreError, match="answers are not stored"):
        run(tmp_path / "run", monkeypatch, PLAIN, 50, attempts=1000)
    assert 0 < len(load_run(tmp_path / "run")[1]) < 50 + CONNECTIONS
