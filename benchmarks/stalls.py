"""How long the event loop of a run is held up, with an empty and with a full image cache.

A loop that is held up reads no reply and commits no answer. The monitor sleeps in the same loop and
notes by how much it wakes too late, and how much of that the loop's own thread was computing: on a
busy machine the rest is waiting for a processor.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from endpoint import endpoint
from multitrust.models import resolve
from multitrust.run import RunConfig, execute_async, run_loop
from multitrust.tasks import select_tasks
from workload import fresh, show

NAP = 0.005
LIMIT = 0.05


async def watch(late: list[tuple[float, float]]) -> None:
    """Note (seconds too late, seconds of the thread's processor time) of each nap."""
    while True:
        start, cpu = time.monotonic(), time.thread_time()
        await asyncio.sleep(NAP)
        late.append((time.monotonic() - start - NAP, time.thread_time() - cpu))


def measure(url: str, cache: Path, limit: int) -> tuple[float, list[tuple[float, float]]]:
    """Seconds of a run of all tasks, and its naps."""
    os.environ["MULTITRUST_CACHE_DIR"] = str(cache)
    tasks, late = select_tasks(["all"]), list[tuple[float, float]]()

    async def main(folder: Path) -> None:
        model = resolve(f"{url}#stub")
        watching = asyncio.create_task(watch(late))
        await execute_async(RunConfig(model=model, tasks=tasks, folder=folder, limit=limit))
        watching.cancel()

    with tempfile.TemporaryDirectory() as name:
        start = time.monotonic()
        run_loop(main(Path(name) / "run"))
        return time.monotonic() - start, late


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=4, help="samples a condition")
    chosen = parser.parse_args()
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as name, endpoint(0.02) as url:
        for kind in ("empty", "full"):
            seconds, naps = fresh(measure, url, Path(name), chosen.limit)
            late = [lateness for lateness, _ in naps]
            rows.append(
                (
                    f"{kind} image cache",
                    f"{seconds:.1f}",
                    f"{1000 * quantiles(late, n=100)[98]:.1f}",
                    f"{1000 * max(late):.0f}",
                    f"{1000 * max(cpu for _, cpu in naps):.0f}",
                    f"{sum(lateness > LIMIT for lateness in late)}",
                    f"{sum(cpu > LIMIT for _, cpu in naps)}",
                )
            )
    columns = (
        "",
        "s",
        "99th percentile, ms",
        "longest stall, ms",
        "longest by its own work, ms",
        f"above {1000 * LIMIT:.0f} ms",
        "of these by its own work (limit 0)",
    )
    show(f"Stalls of the event loop, all tasks, {chosen.limit} samples a condition", columns, rows)


if __name__ == "__main__":
    main()
