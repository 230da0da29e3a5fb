"""Which lines of the package the tests run: `pytest -p tests.line_coverage --numprocesses 3`.

Slipcover measures in the processes that run the tests and stops looking at a line once it was
seen, so that tests take as long as without it; what other processes run, which tests start, is
not seen. A run in which less than `FLOOR` percent of the lines were seen fails.
"""

from __future__ import annotations

import json
import os
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

FLOOR = 90
PACKAGE = Path(__file__).parents[1] / "src/multitrust"
FOLDER = "SLIPCOVER_COVERAGE_DIR"
"""The variable in which slipcover's plugin keeps the folder of what the processes found."""
SEEN = pytest.StashKey[dict[str, Any]]()

os.environ["SLIPCOVER_ENABLED"] = "1"
os.environ["SLIPCOVER_SOURCE"] = str(PACKAGE)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a run without processes, in which slipcover's plugin would measure nothing."""
    if not (hasattr(config, "workerinput") or config.getoption("numprocesses", None)):
        raise pytest.UsageError("tests.line_coverage measures worker processes: add -n 1 or more")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Take what slipcover's plugin has merged, and fail the run below the floor."""
    if hasattr(session.config, "workerinput"):
        return
    folder = Path(os.environ.pop(FOLDER))
    merged = folder / "merged.json"
    percent = 0.0
    if merged.exists():
        session.config.stash[SEEN] = seen = json.loads(merged.read_bytes())
        percent = seen["summary"]["percent_covered"]
    shutil.rmtree(folder)
    if session.exitstatus == pytest.ExitCode.OK and percent < FLOOR:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the files of which lines were not seen, and the part of all lines that was."""
    seen = config.stash.get(SEEN, None)
    if seen is None:
        return
    from slipcover import print_coverage

    table = StringIO()
    print_coverage(seen, outfile=table, skip_covered=True, missing_width=60)
    terminalreporter.write_line(table.getvalue())
    lines = seen["summary"]
    terminalreporter.write_line(
        f"{lines['percent_covered']:.2f} % of {lines['covered_lines'] + lines['missing_lines']} "
        f"lines were run by the tests; at least {FLOOR} % are asked for"
    )
