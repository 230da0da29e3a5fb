"""How long an import of a whole set of the original's logs takes, and what memory it needs."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the logs are made by the tests' generator

from tests.official.logs import write_logs

from workload import fresh, show, spent

LIMIT_SECONDS, LIMIT_MB = 60, 1000
MODEL, SEED = "made-up", 0
COMMAND = Path(sys.executable).with_name("multitrust")


def bring(root: Path, logs: Path) -> tuple[float, float, float]:
    """Seconds and seconds of CPU of `multitrust import` with table and page, and peak MB."""
    command = (COMMAND, "import", "mmtrusteval", logs, "--model", MODEL, "--log-dir", root / "runs")

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)

    seconds = spent(run).seconds
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def main() -> None:
    """Measure an import of all dataset ids."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000, help="of each dataset id")
    samples = parser.parse_args().samples
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_logs(root / "logs", MODEL, SEED, samples=samples)
        files = list((root / "logs").rglob("*.json"))
        size = sum(path.stat().st_size for path in files) / 1e6
        seconds, cpu, peak = fresh(bring, root, root / "logs")
    what = (f"{len(files)} x {samples:,}", f"{size:,.0f}")
    row = (*what, f"{seconds:.1f}", f"{cpu:.1f}", f"{peak:,.0f}")
    limits = (f"s (limit {LIMIT_SECONDS})", "s of CPU", f"peak MB (limit {LIMIT_MB:,})")
    show("multitrust import mmtrusteval", ("logs x samples", "MB of logs", *limits), [row])


if __name__ == "__main__":
    main()
