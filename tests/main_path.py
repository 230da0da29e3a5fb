"""The main path of README.md, as a stranger goes it: `make main-path`.

The wheel is built and installed into a fresh environment outside the checkout, without torch. All
32 tasks are run there against a server. Then weights are asked for, and pip understands the command
that the error names. Last the embedded model answers, in the environment of this script, which has
the extra that README.md names for it. Packages come from the index that pip is configured with.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.stub_server import Stub, serving

from multitrust.core import Env
from multitrust.models import resolve
from multitrust.run import RunConfig, plan
from multitrust.tasks import load_tasks

CHECKOUT = Path(__file__).parents[1]
PACKAGE = "src/multitrust"
LIMIT = 2
DEMO_TASKS = "T.1,S.5,R.4,F.4,P.1"
"""One of each aspect, two of them with pictures that are attacked."""
HINT = "install with: "


class Answering(Stub):
    """A server whose answers the scorers of all tasks can read."""

    answers: dict[str, str]

    def drawn(self) -> str:
        """What is answered next."""
        content = self.requests[-1]["messages"][-1]["content"]
        text = content if isinstance(content, str) else content[-1]["text"]
        return f"say {self.answers[text]}"


def main() -> None:
    """Go the whole path; the first thing that is not as it should be ends it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build_wheel(folder)
        check_content(wheel)
        program = install(wheel, folder)
        check_run(program, folder)
        check_hint(program, folder)
        check_demo(folder)
    sys.stdout.write("the main path of README.md: all tasks ran, the hint works, the demo ran\n")


def call(*command: object, folder: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, without variables that would change what is installed or run.

    Raises:
        SystemExit: it ended with another exit code.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MULTITRUST_"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder, env=kept | {"MULTITRUST_CACHE_DIR": str(folder / "cache")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    expect(done.returncode == code, f"exit code {done.returncode}, expected {code}: {said}")
    return done


def expect(true: bool, otherwise: object) -> None:
    """End with what is wrong.

    Raises:
        SystemExit: it is.
    """
    if not true:
        sys.exit(f"the main path of README.md is broken: {otherwise}")


def build_wheel(folder: Path) -> Path:
    """The wheel of the checkout."""
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
    call(*pip, "--wheel-dir", folder / "dist", CHECKOUT, folder=folder)
    (wheel,) = (folder / "dist").iterdir()
    return wheel


def check_content(wheel: Path) -> None:
    """See that the wheel holds what git tracks of the package and its commit, and nothing else."""
    tracked = call("git", "ls-files", PACKAGE, folder=CHECKOUT).stdout.splitlines()
    expected = {path.removeprefix("src/") for path in tracked if (CHECKOUT / path).is_file()}
    expected.add("multitrust/commit.txt")
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if name.startswith("multitrust/")}
    expect(found == expected, f"the wheel differs from git in {sorted(found ^ expected)}")


def install(wheel: Path, folder: Path) -> Path:
    """The program in a fresh environment that holds the wheel and what it always needs."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv/bin/python"
    pinned = ("--constraint", CHECKOUT / "constraints.txt")
    call(python, "-m", "pip", "install", "--quiet", "--no-compile", *pinned, wheel, folder=folder)
    heavy = "from importlib.util import find_spec as f; print(f('torch'), f('transformers'))"
    expect(call(python, "-c", heavy, folder=folder).stdout == "None None\n", "torch was installed")
    return folder / "venv/bin/multitrust"


def check_run(program: Path, folder: Path) -> None:
    """All tasks against a server: every request answered, every task with a number."""
    server = Answering()
    server.answers = answers()
    with serving(server):
        command = (program, "run", "--model", f"{server.url}#stub", "--limit", LIMIT, "--json")
        document = json.loads(call(*command, folder=folder).stdout)
    expect(Path(folder, document["report"]).is_file(), "there is no report")
    check_summary(document["summary"], [task.id for task in load_tasks()])


def answers() -> dict[str, str]:
    """Text of a question -> an answer that its scorer can read, right for one of its samples."""

    async def collect() -> dict[str, str]:
        config = RunConfig(
            model=resolve("mock/silent"), tasks=load_tasks(), folder=Path(), limit=LIMIT
        )
        return {
            sample.text: entry.task.metrics_of(entry.condition)[0].scorer.exemplar(
                sample, good=True
            )
            for entry in plan(config)
            for sample in [await entry.condition.present(entry.sample, Env())]
        }

    return asyncio.run(collect())


def check_summary(summary: dict[str, Any], tasks: Sequence[str]) -> None:
    """See that these tasks were run, and that each has a number, or says why it has none.

    Two samples are too few for a gap between groups (F.6) or a correlation (P.3).
    """
    found = {task["id"]: task for task in summary["tasks"]}
    expect(list(found) == list(tasks), f"tasks of the run: {list(found)}")
    silent = [name for name, task in found.items() if not task["lacks"] and is_unread(task)]
    expect(not silent, f"tasks without a number, although not all answers were read: {silent}")
    expect(not summary["outcomes"].get("errored"), summary["outcomes"])


def is_unread(task: dict[str, Any]) -> bool:
    """Whether a task has no number for another reason than that all its samples are too few."""
    headline = task["headline"]
    return headline["value"] is None and not (headline["n"] and not headline["unscored"])


def check_hint(program: Path, folder: Path) -> None:
    """See that weights are refused with a command that pip takes and that brings torch."""
    said = call(program, "run", "--model", "demo", folder=folder, code=2).stderr
    expect(HINT in said, said)
    command = said.partition(HINT)[2].partition(" (without a GPU")[0]
    pinned = f"--dry-run --quiet --report - --constraint {CHECKOUT / 'constraints.txt'}"
    planned = call("sh", "-c", f"{command.strip()} {pinned}", folder=folder).stdout
    names = [item["metadata"]["name"] for item in json.loads(planned)["install"]]
    expect({"torch", "transformers", "accelerate"} <= set(names), f"{command} brings {names}")


def check_demo(folder: Path) -> None:
    """The embedded model in the environment of this script, a sample of each condition."""
    program = Path(sys.executable).with_name("multitrust")
    command = (program, "run", "--model", "demo", "--tasks", DEMO_TASKS, "--limit", 1, "--json")
    document = json.loads(call(*command, folder=folder).stdout)
    check_summary(document["summary"], DEMO_TASKS.split(","))


if __name__ == "__main__":
    main()
