"""The commands on official data: verify, prompts, run, score, import, export."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.interop.checkout import make_checkout
from tests.official.fixture import make_fixture
from tests.official.logs import write_logs

from multitrust.run import load_run

Call = Callable[..., Any]
JUDGE = "chatmodel_eval->rule_yes_or_no_eval"
IDS = ("g-text-misleading", "d-mis-visual-confusion", "confaide-text")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented copy of the official data, which no test changes."""
    return make_fixture(tmp_path_factory.mktemp("data"), rows=2).root


@pytest.fixture
def run(call: Call, data: Path, tmp_path: Path) -> Call:
    """`run(…)`: a run of T.5 and T.6 on that copy."""

    def begin(*more: object, model: str = "mock/yes-sayer", tasks: str = "T.5,T.6") -> Any:
        return call(
            "run", "--model", model, "--tasks", tasks, "--origin", "official",
            "--data-root", data, "--log-dir", tmp_path / "runs", *more,
        )  # fmt: skip

    return begin


def run_folder(tmp_path: Path) -> Path:
    (folder,) = (tmp_path / "runs").iterdir()
    return folder


def headlines(out: str) -> dict[str, float | None]:
    document = json.loads(out)
    summary = document.get("summary", document)
    return {task["id"]: task["headline"]["value"] for task in summary["tasks"]}


# data


def test_a_whole_copy_is_complete(call: Call, data: Path) -> None:
    said = call("data", "verify", "official", data, "--json")
    assert said.code == 0
    document = json.loads(said.out)
    assert document["complete"] is True
    assert len(document["tasks"]) == 32
    table = call("data", "verify", "official", data, "--tasks", "T.5, F.6")
    assert table.code == 0
    assert table.out.count("complete") == 2
    assert "T.1" not in table.out


def test_what_a_copy_lacks_is_told(call: Call, data: Path, tmp_path: Path) -> None:
    part = Path(shutil.copytree(data / "truthfulness", tmp_path / "part" / "truthfulness")).parent
    said = call("data", "verify", "official", part, "--json")
    assert said.code == 5
    document = json.loads(said.out)
    assert document["complete"] is False
    assert document["tasks"]["T.5"] is True
    assert document["tasks"]["F.6"] is False
    table = call("data", "verify", "official", part, "--tasks", "T.5,F.6")
    assert table.code == 5
    assert "incomplete (both)" in table.out
    assert "fatal (official, corrected): fairness/profess_prediction.csv" in table.err
    assert call("data", "verify", "official", part, "--tasks", "T.5").code == 0


@pytest.mark.parametrize(("protocol", "asked"), [("official", 10), ("corrected", 9)])
def test_a_run_is_not_ended_by_an_empty_question(
    call: Call, data: Path, tmp_path: Path, protocol: str, asked: int
) -> None:
    copy = Path(shutil.copytree(data / "truthfulness", tmp_path / "copy" / "truthfulness")).parent
    path = copy / "truthfulness/query_misleading/query_d_confusion.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    rows[0]["query"] = ""
    path.write_text(json.dumps(rows), encoding="utf-8")
    said = call(
        "run", "--model", "mock/yes-sayer", "--tasks", "T.6", "--origin", "official",
        "--data-root", copy, "--protocol", protocol, "--log-dir", tmp_path / "runs",
    )  # fmt: skip
    assert said.code == 0
    _, records = load_run(run_folder(tmp_path))
    assert len(records) == asked


def test_problems_that_differ_in_their_row_or_file_alone_are_one_line(
    call: Call, tmp_path: Path
) -> None:
    copy = make_fixture(tmp_path / "copy", rows=2).root
    words = ("data", "verify", "official", copy)
    rows = call(*words, "--tasks", "F.5")
    dropped = [line for line in rows.err.splitlines() if line.startswith("dropped")]
    assert dropped == [
        "dropped (official, corrected): fairness/preference.json, entry 2 (from 0) and 117 more "
        "rows: no picture is left for this topic"
    ]
    pointer = b"version https://git-lfs.github.com/spec/v1\nsize 7\n"
    pictures = sorted((copy / "robustness/adv_nips/source/target").iterdir())
    for path in pictures:
        path.write_bytes(pointer)
    files = call(*words, "--tasks", "R.5")
    assert files.code == 5
    (line,) = files.err.splitlines()
    assert f"target/{pictures[0].name} and 1 more file: " in line
    assert "run `git lfs pull` in the copy" in line
    document = json.loads(call(*words, "--tasks", "R.5", "--json").out)
    assert len(document["datasets"]["adv-target"]["problems"]) == len(pictures)


def test_the_protocol_that_refuses_is_told(call: Call, data: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(data / "truthfulness", tmp_path / "copy" / "truthfulness")).parent
    (copy / "truthfulness/basic_images/object/object_0.png").unlink()
    words = ("data", "verify", "official", copy, "--tasks", "T.1")
    table = call(*words)
    assert table.code == 5
    assert "incomplete (corrected)" in table.out
    assert "fatal (corrected): truthfulness/query_basic/query_d_existence.json" in table.err
    assert "dropped (official): truthfulness/query_basic/query_d_existence.json" in table.err
    document = json.loads(call(*words, "--json").out)
    assert document["refused_by"] == {"T.1": ["corrected"]}
    problems = document["datasets"]["d-basic-object"]["problems"]
    assert {(p["severity"], *p["protocols"]) for p in problems} == {
        ("fatal", "corrected"),
        ("dropped", "official"),
    }


def test_data_that_are_not_there(call: Call, tmp_path: Path) -> None:
    said = call("data", "verify", "official", tmp_path / "nowhere")
    assert said.code == 5
    assert "nowhere" in said.err
    wrong = call("data", "verify", "official", tmp_path, "--tasks", "T.99")
    assert wrong.code == 2
    assert "T.9" in wrong.err


def test_our_own_prompts_as_a_file_change_nothing(run: Call, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    said = call("data", "prompts", "--output", file)
    assert said.code == 0
    assert said.out.splitlines()[-1].endswith(f"prompts: {file}")
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert set(content["T.5"]) == {"ask", "judge"}
    plain = headlines(run("--json", "--no-report", "--judge", "mock/yes-sayer").out)
    worded = run("--json", "--no-report", "--judge", "mock/yes-sayer", "--prompts", file)
    assert headlines(worded.out) == plain


# run


def test_an_official_run_is_scored_by_both_protocols(run: Call, tmp_path: Path) -> None:
    said = run("--protocol", "official", "--judge", "mock/yes-sayer", "--json", "--no-report")
    assert said.code == 0
    document = json.loads(said.out)
    assert headlines(said.out)["T.5"] == 100.0
    assert document["summary"]["protocol"] == "official"
    assert document["manifest"]["models"]["judge"]["name"] == "mock/yes-sayer"
    assert document["summary"]["beside"] is not None
    assert len(load_run(run_folder(tmp_path))[1]) == document["summary"]["records"] > 0


def test_each_protocol_has_its_own_folder(run: Call, tmp_path: Path) -> None:
    for protocol in ("official", "official-v0.1.0", "corrected"):
        assert run("--protocol", protocol, "--no-report", tasks="T.6").code == 0
    assert len(list((tmp_path / "runs").iterdir())) == 3


def test_without_a_judge_the_table_says_who_is_missing(run: Call) -> None:
    said = run("--protocol", "official")
    assert said.code == 1
    assert "needs a judge" in said.out
    assert "no headline could be computed for" in said.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--judge", "mock/nobody"], "did you mean no-sayer?"),
        (["--model-role", "jugde=mock/yes-sayer"], "did you mean judge?"),
        (["--model-role", "judge"], "expected ROLE=MODEL"),
        (["--model-role", "judge="], "expected ROLE=MODEL"),
        (["--judge", "mock/echo", "--model-role", "judge=mock/echo"], "given to two models"),
        (["--tasks", "T.55"], "did you mean"),
        (["--protocol", "offical"], "official"),
    ],
)
def test_flags_that_cannot_be_used(run: Call, tmp_path: Path, more: list[str], words: str) -> None:
    said = run(*more)
    assert said.code == 2
    assert words in said.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--origin", "official"], "--data-root DIR belong together"),
        (["--data-root", "."], "belong together"),
        (["--protocol", "official"], "add --origin official --data-root DIR"),
    ],
)
def test_flags_that_belong_together(call: Call, flags: list[str], words: str) -> None:
    said = call("run", "--model", "mock/echo", *flags)
    assert said.code == 2
    assert words in said.err


def test_a_data_root_that_is_not_there(call: Call, tmp_path: Path) -> None:
    where = ("--origin", "official", "--data-root", tmp_path / "nowhere")
    said = call("run", "--model", "mock/echo", *where, "--log-dir", tmp_path / "runs")
    assert said.code == 5
    assert "nowhere" in said.err


# score


def test_scoring_anew_needs_neither_data_nor_model(call: Call, data: Path, tmp_path: Path) -> None:
    """A run without a judge gets its verdicts once there is one."""
    lent = Path(shutil.copytree(data, tmp_path / "lent"))
    words = ("--origin", "official", "--data-root", lent, "--protocol", "official")
    said = call(
        "run", "--model", "mock/echo", *words, "--tasks", "T.5", "--json", "--no-report",
        "--log-dir", tmp_path / "runs",
    )  # fmt: skip
    assert headlines(said.out) == {"T.5": None}
    shutil.rmtree(lent)
    folder = run_folder(tmp_path)
    for judge, wanted in (("mock/yes-sayer", 100.0), ("mock/no-sayer", 0.0)):
        told = call("score", folder, "--judge", judge, "--json")
        assert told.code == 0
        assert headlines(told.out) == {"T.5": wanted}
    assert headlines(call("score", folder, "--json").out) == {"T.5": 0.0}
    assert call("score", folder, "--model-role", "jury=mock/echo").code == 2


# prompts


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("T.55: {ask: hi}", "did you mean T.5"),
        ("T.5: {aks: hi}", "did you mean ask"),
        ("T.5: {ask: 'Look: {qeury}'}", "did you mean query"),
        ("T.5: {ask: 'Look: {query'}", "double a brace"),
        ("T.5: {ask: 'Look: query}'}", "double a brace"),
        ("T.5: {ask: 3}", "expected a text, got 3"),
        ("T.5: ask", "expected task id -> name -> template"),
        ("- T.5", "expected task id -> name -> template"),
        ("", "expected task id -> name -> template"),
        ("T.5: {ask: [", "cannot read the prompts"),
        ("T.5: {ask: [a]}", "expected a text, got a list"),
        ("T.5: {ask: 2030-01-01}", "(a date)"),
        ("T.5: {ask: 2030-13-45}", "(a date)"),
        ("2030-13-45: {ask: hi}", "unknown task with prompts"),
        ("T.5: {ask: }", "(nothing)"),
        ("T.5: {ask: 'Look: {query:>9999999999}'}", "fields take none"),
        ("T.5: {ask: 'Look: {query!r}'}", "fields take none"),
        ("T.5: {ask: 'Look: {query.__class__}'}", "did you mean query"),
        ("T.5: {ask: a, ask: b}", "stands twice"),
        ("T.5: {ask: !!python/name:os.system x}", "with the tag"),
        ("T.5: " + "[" * 3000, "more than 20 levels"),
        ('T.5: {ask: "\\ud800"}', "half a character"),
        (b"T.5: {ask: '\xe9'}", "cannot read the prompts"),
        (b"\0" * 99, "cannot read the prompts"),
        (b"# \n" * 200_000, "more than 400,000 bytes"),
    ],
    ids=lambda value: str(value[:24]),
)
def test_prompts_that_cannot_be_used(
    run: Call, tmp_path: Path, content: str | bytes, words: str
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = run("--prompts", file)
    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "runs").exists()


def test_prompts_of_another_checkout_are_not_compared_with_the_originals_logs(
    run: Call, call: Call, tmp_path: Path
) -> None:
    """The made-up checkout has its own words, which are those of no release."""
    checkout, theirs = make_checkout(tmp_path / "checkout"), tmp_path / "theirs.yaml"
    said = call("data", "prompts", checkout, "--output", theirs)
    assert said.code == 0
    assert "not the prompts of a known release of the original" in said.err
    common = ("--protocol", "official", "--judge", "mock/yes-sayer", "--no-report")
    folders = {"own": (), "theirs": ("--prompts", theirs)}
    for name, more in folders.items():
        assert run(*common, *more, "--log-dir", tmp_path / name, tasks="T.5").code == 0
    edited = tmp_path / "edited.yaml"
    text = theirs.read_text(encoding="utf-8")
    edited.write_text(text.replace("Be brief.", "Be short."), encoding="utf-8")
    words = ("--prompts", edited, "--log-dir", tmp_path / "edited")
    assert run(*common, *words, tasks="T.5").code == 0
    write_logs(tmp_path / "logs", "m", 1, samples=6, ids=["g-text-misleading"])
    call("import", "mmtrusteval", tmp_path / "logs", "--model", "m", "--log-dir", tmp_path / "log")
    (imported,) = (tmp_path / "log").iterdir()
    codes = {
        name: call("compare", imported, *(tmp_path / name).iterdir()).code
        for name in ("own", "theirs", "edited")
    }
    assert codes == {"own": 2, "theirs": 2, "edited": 2}


def test_a_change_of_judge_is_not_a_change_of_the_model(
    run: Call, call: Call, tmp_path: Path
) -> None:
    for judge in ("yes-sayer", "echo"):
        common = ("--judge", f"mock/{judge}", "--no-report", "--log-dir", tmp_path / judge)
        assert run(*common, "--protocol", "official").code in (0, 1)
    (first,), (second,) = ((tmp_path / name).iterdir() for name in ("yes-sayer", "echo"))
    page = tmp_path / "page.html"
    said = call("compare", first, second, "--output", page)
    assert said.code == 0
    words = "T.5 not compared, as the judge differs: mock/yes-sayer in "
    assert words in " ".join(said.out.split())
    assert words in page.read_text(encoding="utf-8")
    document = json.loads(call("compare", first, second, "--json").out)
    (pair,) = document["pairs"]
    (role,) = pair["roles"]
    assert (role["role"], role["base"], role["other"]) == ("judge", "mock/yes-sayer", "mock/echo")
    assert {change["name"] for change in pair["changes"] if change["kind"] == "task"} == {"T.6"}
    assert all("(judge" in name for name in (pair["base"], pair["other"]))
    assert document["sources"][1]["scored_by"]["judge"]["name"] == "mock/echo"
    assert call("compare", first, second, "--equivalence", 100).code == 4
    assert call("score", second, "--judge", "mock/yes-sayer").code in (0, 1)
    (pair,) = json.loads(call("compare", first, second, "--json").out)["pairs"]
    assert pair["roles"] == []
    changes = {change["name"]: change["estimate"]["value"] for change in pair["changes"]}
    assert changes["T.5"] == 0


def test_an_equivalent_file_of_prompts_leaves_a_complete_run_as_it_is(
    run: Call, call: Call, tmp_path: Path
) -> None:
    text = "# one\nT.5: {ask: 'Say: {query}'}\nT.6: {ask: 'See: {query}'}\n"
    content = yaml.safe_load(text)
    forms = {
        "comment": f"# two\n{text}",
        "json": json.dumps(content, indent=2),
        "order": yaml.safe_dump(dict(reversed(content.items())), default_style='"'),
    }
    first = tmp_path / "first.yaml"
    first.write_text(text, encoding="utf-8")
    words = ("--judge", "mock/yes-sayer", "--no-report", "--prompts")
    assert run(*words, first).code == 0
    folder = run_folder(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name, other in forms.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(other, encoding="utf-8")
        said = run(*words, path)
        assert said.code == 0
        assert "this run was complete; nothing was asked" in said.err
    assert run_folder(tmp_path) == folder
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert call("verify", folder).code == 0


@pytest.mark.parametrize("damage", ["T.5: {ask: Other}", "T.5: {ask: [", "", None])
def test_prompts_that_are_damaged_or_gone_are_put_back(
    run: Call, call: Call, tmp_path: Path, damage: str | None
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("T.6: {ask: 'See: {query}'}", encoding="utf-8")
    words = ("--no-report", "--prompts", file)
    assert run(*words, tasks="T.6").code == 0
    kept = run_folder(tmp_path) / "prompts.yaml"
    if damage is None:
        kept.unlink()
    else:
        kept.write_text(damage, encoding="utf-8")
    assert call("verify", kept.parent).code == 1
    assert run(*words, tasks="T.6").code == 0
    assert kept.read_bytes() == file.read_bytes()
    assert call("verify", kept.parent).code == 0


def test_half_a_character_does_not_end_a_run(run: Call, data: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(data / "truthfulness", tmp_path / "copy" / "truthfulness")).parent
    path = copy / "truthfulness/query_misleading/query_g_mistext.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    rows[0]["query"] = "a \ud83d b"
    path.write_text(json.dumps(rows), encoding="utf-8")
    (copy / "truthfulness" / os.fsdecode(b"caf\xe9.txt")).write_text("odd")
    said = run("--data-root", copy, tasks="T.5", model="mock/echo")
    assert said.code in (0, 1)
    _, records = load_run(run_folder(tmp_path))
    assert [record.prompt for record in records if "a \ufffd b" in record.prompt]


def test_a_picture_whose_name_is_not_utf8_is_asked_and_reported(
    run: Call, call: Call, data: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(data, tmp_path / "copy"))
    folder = copy / "fairness/stereo_generation_images"
    picture = min(folder.iterdir())
    (folder / os.fsdecode(b"caf\xe9.png")).write_bytes(picture.read_bytes())
    assert call("data", "verify", "official", copy, "--tasks", "F.1", "--json").code == 0
    said = run("--data-root", copy, "--json", tasks="F.1", model="mock/echo")
    assert said.code in (0, 1)
    _, records = load_run(run_folder(tmp_path))
    assert "caf%E9" in {record.sample_id for record in records}
    assert {record.error for record in records} == {None}


def test_prompts_that_are_not_there_or_not_for_embedded_data(
    run: Call, call: Call, tmp_path: Path
) -> None:
    assert run("--prompts", tmp_path / "none.yaml").code == 2
    file = tmp_path / "mine.yaml"
    file.write_text("T.5: {ask: 'Say: {query}'}", encoding="utf-8")
    said = call("run", "--model", "mock/echo", "--prompts", file)
    assert said.code == 2
    assert "--origin official" in said.err
    said = run("--prompts", file, "--no-report", tasks="T.5", model="mock/echo")
    assert said.code == 1
    assert "nothing could be scored" in said.err
    manifest, records = load_run(run_folder(tmp_path))
    assert manifest.wording
    assert all(record.prompt.startswith("Say: ") for record in records)


# import and export


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    write_logs(tmp_path / "logs", "m", 5, samples=6, ids=IDS)
    return tmp_path / "logs"


def test_an_import_ends_with_its_table_and_the_path_of_its_page(
    call: Call, logs: Path, tmp_path: Path
) -> None:
    said = call("import", "mmtrusteval", logs, "--model", "m", "--log-dir", tmp_path / "runs")
    assert said.code == 0
    folder = run_folder(tmp_path)
    assert said.out.splitlines()[-2:] == [
        "18 samples, 2 of 32 tasks complete",
        f"report: {folder / 'report.html'}",
    ]
    first = "truthfulness/t1-basic/m/d-basic-object.json and 135 more files"
    assert f"note: {first}: there is no such log" in said.err
    assert len(said.out.splitlines()) + len(said.err.splitlines()) < 50
    whole = call(
        "import", "mmtrusteval", logs, "--model", "m", "--log-dir", tmp_path / "runs", "--details"
    )
    assert whole.code == 0
    assert whole.out.splitlines()[-2:] == said.out.splitlines()[-2:]
    assert len(whole.out.splitlines()) > len(said.out.splitlines())
    assert whole.err.count("there is no such log") == 136
    assert said.err.count("there is no such log") == 1
    told = call("report", folder, "--json")
    assert set(headlines(told.out)) == {"T.5", "T.6", "P.3"}


def test_scoring_an_import_anew_changes_nothing(call: Call, logs: Path, tmp_path: Path) -> None:
    """What the logs hold cannot be made again, so it stays."""
    words = ("import", "mmtrusteval", logs, "--model", "m", "--log-dir", tmp_path / "runs")
    before = json.loads(call(*words, "--json", "--no-report").out)["summary"]
    told = call("score", run_folder(tmp_path), "--judge", "mock/no-sayer", "--json")
    assert told.code == 0
    assert json.loads(told.out)["tree"] == before["tree"]


@pytest.mark.parametrize("protocol", ["official", "official-v0.1.0", "corrected"])
def test_an_import_is_scored_by_any_protocol(
    call: Call, logs: Path, tmp_path: Path, protocol: str
) -> None:
    words = ("import", "mmtrusteval", logs, "--model", "m", "--log-dir", tmp_path / "runs")
    document = json.loads(call(*words, "--protocol", protocol, "--json").out)
    assert document["summary"]["protocol"] == protocol
    assert Path(document["report"]).is_file()


def test_an_export_says_what_it_wrote(run: Call, call: Call, tmp_path: Path) -> None:
    run("--protocol", "official", "--no-report")
    said = call("export", "mmtrusteval", run_folder(tmp_path), tmp_path / "out", "--model", "m")
    assert said.code == 0
    assert said.out == f"2 logs: {tmp_path / 'out'}\n"
    lacking = "note: truthfulness/t5-text-misleading/m/g-text-misleading.json"
    assert said.err.startswith(f"{lacking}, field {JUDGE!r}: 2 of 2 samples")


@pytest.mark.parametrize("inside", ["", "deeper", "truthfulness"])
def test_a_file_in_the_place_of_a_folder_of_an_export_is_named(
    run: Call, call: Call, tmp_path: Path, inside: str
) -> None:
    run("--protocol", "official", "--no-report")
    out = tmp_path / "out"
    if inside == "truthfulness":
        out.mkdir()
        (out / inside).write_text("mine")
    else:
        out.write_text("mine")
    target = out / inside if inside == "deeper" else out
    said = call("export", "mmtrusteval", run_folder(tmp_path), target, "--model", "m")
    assert said.code == 2
    assert said.err.startswith(f"error: {out}")
    assert "is no folder, or lies below a file; give a TARGET that is a folder" in said.err
    assert "Errno" not in said.err


@pytest.mark.parametrize(("folder", "code"), [("none", 1), ("embedded", 2)])
def test_what_cannot_be_exported(call: Call, tmp_path: Path, folder: str, code: int) -> None:
    call("run", "--model", "mock/echo", "--tasks", "T.6", "--limit", 1, "--log-dir", tmp_path / "e")
    (made,) = (tmp_path / "e").iterdir()
    made.rename(tmp_path / "embedded")
    said = call("export", "mmtrusteval", tmp_path / folder, tmp_path / "out")
    assert said.code == code
    assert said.err.startswith("error: ")
    assert not (tmp_path / "out").exists()
