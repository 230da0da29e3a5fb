"""Peak memory of a whole run, small and large: it must not grow with the number of samples.

Each run has a new process, counted from its start to the folder that is marked complete.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from endpoint import endpoint
from multitrust.run import execute
from workload import Questions, draw_pictures, fresh, run_config, served, show

LIMIT_MB = 50
IN_FLIGHT = 64


def peak(questions: Questions, url: str) -> float:
    """MB that the process has held at most.

    The system's own count for a process starts with what its parent held, so it is not asked.
    """
    with tempfile.TemporaryDirectory() as folder:
        execute(run_config(questions, Path(folder), served(url, IN_FLIGHT)))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1000


def main() -> None:
    """Measure runs that show few pictures in turn, and runs with a picture for each sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="up to 100,000 samples")
    sizes = (1000, 20_000, 100_000) if parser.parse_args().full else (1000, 20_000)
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as folder, endpoint(latency=0.01) as url:
        for shared in (True, False):
            least = 0.0
            for count in sizes:
                pictures = 50 if shared else count
                draw_pictures(Path(folder), pictures)
                found = fresh(peak, Questions(count, Path(folder), pictures), url)
                least = least or found
                rows.append(
                    (f"{count:,}", f"{pictures:,}", f"{found:,.0f}", f"{found - least:,.0f}")
                )
    columns = ("samples", "pictures", "peak MB", f"more than at 1,000 (limit {LIMIT_MB} MB)")
    show("Memory", columns, rows)


if __name__ == "__main__":
    main()
