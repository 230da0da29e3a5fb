"""Bad logs: each is named and left out, and the scores of all other tasks stay as they were."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.interop.numbers import brought_in
from tests.official.logs import KINDS, Kind, corrupt, write_logs
from tests.official.spec import Place, load_spec, run_places

Call = Callable[..., Any]
Change = Callable[[dict[str, Any]], Any]
"""Changes a log, or gives the text or the bytes to write in its place."""
TASKS = ("T.5", "T.6", "S.1", "S.4", "R.5", "F.6", "P.2", "P.5")
PLACES = {p.id: p for p in run_places(load_spec()) if p.task["id"] in TASKS}
MALFORMED = set(KINDS) - {"unknown_id", "wrong_folder", "duplicate"}
REPLY = "chatmodel_eval:pred_no_op"
HARM = "harmbenchmodel_eval:pred_no_op"
SERVICE = "google_perspective_api_eval:pred_no_op"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whole")
    write_logs(root, "m", 5, samples=6, ids=PLACES)
    return root


@pytest.fixture
def logs(whole: Path, tmp_path: Path) -> Path:
    """A copy of whole logs that the test may damage."""
    return Path(shutil.copytree(whole, tmp_path / "logs"))


@pytest.fixture
def bring(call: Call, tmp_path: Path) -> Call:
    """`bring(logs)`: the exit code of an import, and what it printed as JSON."""

    def begin(logs: Path) -> tuple[int, dict[str, Any]]:
        words = ("import", "mmtrusteval", logs, "--model", "m", "--log-dir", tmp_path / "runs")
        said = call(*words, "--no-report", "--json")
        return said.code, json.loads(said.out)

    return begin


@pytest.fixture(scope="module")
def undamaged(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The tasks' numbers of the whole logs, by id."""
    _, summary = brought_in(whole, "m", tmp_path_factory.mktemp("runs"))
    return tasks_in({"summary": json.loads(summary.to_json())})


def tasks_in(said: dict[str, Any]) -> dict[str, Any]:
    return {task["id"]: task for task in said["summary"]["tasks"]}


def seen(said: dict[str, Any]) -> list[dict[str, str]]:
    """The problems, but for logs of tasks that were never there."""
    mine = {str(place.log(Path(), "m")) for place in PLACES.values()}
    return [
        problem
        for problem in said["problems"]
        if problem["file"] in mine or problem["message"] != "there is no such log"
    ]


def others_are_as_before(said: dict[str, Any], undamaged: dict[str, Any], task: str) -> None:
    found = tasks_in(said)
    for name in set(TASKS) - {task}:
        assert found[name] == undamaged[name], name
        assert found[name]["headline"]["value"] is not None


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_damage(
    kind: Kind, logs: Path, bring: Call, undamaged: dict[str, Any]
) -> None:
    path = corrupt(logs, "m", kind)
    code, said = bring(logs)
    assert code == (1 if kind in MALFORMED else 0)
    problems, where = seen(said), str(path.relative_to(logs))
    assert any(problem["file"].startswith(where) for problem in problems)
    fatal = [problem for problem in problems if problem["severity"] == "fatal"]
    assert bool(fatal) == (kind in MALFORMED)
    if kind in ("ragged", "nan_in_flags"):
        assert fatal[0]["row"] == f"sample {5 if kind == 'ragged' else 0} (from 0)"
    listed = kind in ("ragged", "missing_list", "nan_in_flags")
    lost = "" if kind in ("unknown_id", "duplicate") else "S.4" if listed else "T.5"
    assert set(said["tasks"]) == set(TASKS) - {lost}
    others_are_as_before(said, undamaged, lost)


def sample(row: int, **fields: Any) -> Change:
    """Puts values into a sample."""
    return lambda log: log["per_sample_results"][row].update(fields)


def samples(**fields: Any) -> Change:
    """Puts values into all samples."""
    return lambda log: [row.update(fields) for row in log["per_sample_results"]] and None


def total(value: float) -> Change:
    """Puts a value in the place of the first total."""
    return lambda log: log["total_results"].update({next(iter(log["total_results"])): value})


def twice(log: dict[str, Any]) -> str:
    text = json.dumps(log)
    return text.replace('"total_results": {', '"total_results": {}, "total_results": {')


DAMAGE: dict[str, tuple[str, Change, str, str, str]] = {
    "a key twice": ("g-text-misleading", twice, "", "", "'total_results' is there twice"),
    "no sample": (
        "g-text-misleading", lambda log: log.update(per_sample_results=[]), "", "", "no sample"
    ),
    "UTF-16": (
        "g-text-misleading", lambda log: json.dumps(log).encode("utf-16"), "", "", "not UTF-8"
    ),
    "Latin-1": (
        "g-text-misleading", lambda log: b'{"\xe9": 1}', "", "", "not UTF-8 at byte 2"
    ),
    "an empty file": ("g-text-misleading", lambda log: b"", "", "", "no JSON, or cut off"),
    "a list": ("g-text-misleading", lambda log: "[1, 2]", "", "", "got a list"),
    "too deep": (
        "g-text-misleading", lambda log: "[" * 100_000, "", "", "lists within lists"
    ),
    "NaN as total": ("g-text-misleading", total(math.nan), "", "pred_mean", "got nan"),
    "infinity as total": ("g-text-misleading", total(math.inf), "", "pred_mean", "got inf"),
    "a huge total": ("g-text-misleading", total(10**400), "", "pred_mean", "from 0 to 1"),
    "a percentage as total": ("g-text-misleading", total(62.5), "", "pred_mean", "from 0 to 1"),
    "a total below 0": ("nsfw-image-description", total(-0.5), "", "pred_mean", "from 0 to 1"),
    "a number as answer": ("g-text-misleading", sample(2, pred=3), "2", "pred", "got 3"),
    "a picture too many": (
        "g-text-misleading", sample(1, content=["a", "b", "c"]), "1", "content", "got ['a', 'b',"
    ),
    "an unknown class": (
        "vispr-recognition-pri-query", sample(4, label=2), "4", "label", "expected 0 or 1, got 2"
    ),
    "extra as a list": (
        "d-mis-visual-confusion", sample(3, extra=["x"]), "3", "extra", "an object, got ['x']"
    ),
    "a person without gender": (
        "profession-pred", sample(5, extra={"age": "young", "skintone": "dark"}), "5", "extra",
        "lacks 'gender'",
    ),
    "a kind without its name": (
        "d-mis-visual-confusion", sample(0, extra={}), "0", "extra", "lacks 'subset'"
    ),
    "half a flag": (
        "typographic-prompt", sample(2, **{HARM: 0.5}), "2", HARM, "expected 0 or 1, got 0.5"
    ),
    "a text where upstream lists nothing": (
        "adv-target", samples(**{"chatmodel_score->rule_yes_or_no_eval:pred_no_op": "no"}), "0",
        "chatmodel_score->rule_yes_or_no_eval:pred_no_op", "from 0 to 1, got 'no'",
    ),
    "a score above the services'": (
        "nsfw-image-description", samples(**{SERVICE: 1.5}), "0", SERVICE, "from 0 to 1, got 1.5"
    ),
    "a number as reply": ("g-text-misleading", sample(1, **{REPLY: 4}), "1", REPLY, "text, got 4"),
    "no reply to one": (
        "g-text-misleading", lambda log: log["per_sample_results"][3].pop(REPLY) and None, "3",
        REPLY, "1 of 6 samples lack it",
    ),
    "content of another layout": (
        "adv-target", sample(2, content={"image": "a.png", "question": "b"}), "2", "content",
        "an object of image_path and text, got {'image'",
    ),
    "a path that is a number": (
        "adv-target", sample(0, content={"image_path": 7, "text": "b"}), "0", "content",
        "an object of image_path and text, got {'image_path': 7",
    ),
    "two answers in one": (
        "d-mis-visual-confusion", sample(1, pred=["Yes", "No"]), "1", "pred", "got ['Yes', 'No']"
    ),
}  # fmt: skip
"""What is wrong -> dataset id, change, row, field, words of the message."""


@pytest.mark.parametrize("name", DAMAGE)
def test_each_is_named_with_file_row_and_field(
    name: str, logs: Path, bring: Call, undamaged: dict[str, Any]
) -> None:
    dataset, change, row, field, words = DAMAGE[name]
    damage(PLACES[dataset], logs, change)
    code, said = bring(logs)
    assert code == 1
    fatal = [problem for problem in seen(said) if problem["severity"] == "fatal"]
    assert fatal
    assert {problem["file"] for problem in fatal} == {str(PLACES[dataset].log(Path(), "m"))}
    found = fatal[0]
    assert words in found["message"]
    assert found["row"] == (f"sample {row} (from 0)" if row else "")
    assert found["field"].endswith(field)
    task = PLACES[dataset].task["id"]
    assert set(said["tasks"]) == set(TASKS) - {task}
    others_are_as_before(said, undamaged, task)


def damage(place: Place, logs: Path, change: Change) -> None:
    path = place.log(logs, "m")
    log = json.loads(path.read_text(encoding="utf-8"))
    made = change(log)
    text = made if isinstance(made, str | bytes) else json.dumps(log)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_services_that_are_listed_sample_by_sample_are_used(
    logs: Path, bring: Call, undamaged: dict[str, Any]
) -> None:
    damage(PLACES["nsfw-image-description"], logs, samples(**{SERVICE: 0.25}))
    code, said = bring(logs)
    assert code == 0
    metric, before = (
        next(
            metric
            for metric in tasks["S.1"]["conditions"][0]["metrics"]
            if metric["name"] == "PersepectiveScore"
        )
        for tasks in (tasks_in(said), undamaged)
    )
    assert metric["estimate"]["value"] == before["estimate"]["value"]
    assert metric["estimate"]["method"] != before["estimate"]["method"]


def test_without_any_reply_the_total_is_still_the_score(
    logs: Path, bring: Call, undamaged: dict[str, Any]
) -> None:
    place = PLACES["g-text-misleading"]
    damage(place, logs, lambda log: [row.pop(REPLY) for row in log["per_sample_results"]] and None)
    code, said = bring(logs)
    assert code == 0
    found, before = (tasks["T.5"]["headline"] for tasks in (tasks_in(said), undamaged))
    assert found["value"] == before["value"]
    assert found["low"] <= found["value"] <= found["high"]
