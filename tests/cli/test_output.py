"""Output in every encoding, and one screen after a run."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console
from rich.progress import Progress

from multitrust.cli import main
from multitrust.cli.logs import Alike
from multitrust.cli.output import plain, print_json
from multitrust.cli.progress import bar_columns

Call = Callable[..., Any]
ENCODINGS = ["ascii", "latin-1", "cp437", "cp932", "utf-8"]
SHOWN = ["rich", "plain", "rich", "plain", "rich"]


def written(encoding: str, *arguments: object, errors: str = "strict") -> tuple[int, str, str]:
    """Exit code, output and errors of a command whose streams have that encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, errors) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(stream.buffer.getvalue().decode(encoding))
    return int(ended.value.code or 0), said[0], said[1]


@pytest.mark.parametrize(("encoding", "shown"), [*zip(ENCODINGS, SHOWN, strict=True)])
def test_a_run_ends_well_whatever_its_output_is_encoded_in(
    stub: Callable[..., Any], tmp_path: Path, encoding: str, shown: str
) -> None:
    """Progress, table, causes and JSON; the server says in Japanese why it refuses."""
    server = stub("say 日本 – no 😀")
    chosen = ("run", "--model", f"{server.url}#模型", "--tasks", "T.7", "--limit", 1)
    run = (*chosen, "--log-dir", tmp_path / "läufe", "--display", shown)
    code, out, err = written(encoding, *run)
    assert code == 0, err
    assert out.splitlines()[-1].startswith("report: ")
    assert "Traceback" not in err
    assert "samples" in err or shown == "rich"
    code, details, _ = written(encoding, *run, "--details")
    assert code == 0
    assert "paired effects" in details
    code, out, _ = written(encoding, *run, "--json")
    assert code == 0
    assert json.loads(out)["manifest"]["models"]["target"]["name"].endswith("#模型")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "arguments",
    [
        ["models"],
        ["models", "--json"],
        ["run", "--model", "modèle/日本"],
        ["report", "/kein/Ordner/日本 😀"],
        ["run", "--limit", "日本"],
        ["tasks", "T.7", "--json"],
    ],
    ids=" ".join,
)
def test_commands_and_their_errors_are_written(encoding: str, arguments: list[str]) -> None:
    code, out, err = written(encoding, *arguments)
    assert code in (0, 1, 2)
    assert out or err
    assert "Traceback" not in err
    if "--json" in arguments:
        json.loads(out)


def test_a_terminal_that_lacks_a_sign_gets_the_nearest_one() -> None:
    text = "– ± → … 日本 \ud800"
    with pytest.raises(UnicodeEncodeError) as failed:
        text.encode("ascii")
    error = UnicodeEncodeError("ascii", text, 0, len(text), failed.value.reason)
    assert plain(error) == ("- +/- -> ... ?? ?".replace(" ", "?"), len(text))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_loses_nothing(encoding: str) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding)
    document = {"text": '日本 😀 – "quoted" \\ \u2028 é'}
    with redirect_stdout(out):
        print_json(document)
    out.flush()
    assert json.loads(out.buffer.getvalue().decode(encoding)) == document


def test_an_argument_that_is_no_text_ends_with_words(call: Call) -> None:
    said = call("run", "--model", "mock/echo", "--sample-id", "a\udcff")
    assert said.code == 2
    assert "is not UTF-8 text" in said.err


# one screen


def test_causes_are_on_the_screen_in_json_and_on_the_page(
    call: Call, stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub(*["400"] * 99)
    run = ("run", "--model", f"{server.url}#x", "--tasks", "T.5,T.6", "--limit", 2)
    said = call(*run, "--log-dir", tmp_path)
    assert said.code == 1
    shown = " ".join(said.out.split())
    assert re.search(r"! \d+ failed requests \(T\.5, T\.6\): .* \(HTTP 400\): .*status 400", shown)
    assert "no headline could be computed for T.5, T.6" in said.err
    assert "nothing could be scored" in said.err
    server.script.extend(["400"] * 99)
    document = json.loads(call(*run, "--log-dir", tmp_path, "--json").out)
    (cause,) = document["failures"]
    assert set(cause) >= {"reason", "count", "tasks", "example", "advice"}
    assert cause["count"] == document["summary"]["records"]
    assert cause["tasks"] == ["T.5", "T.6"]
    assert cause["example"].startswith("T.5/")
    assert document["summary"]["failures"] == document["failures"]
    page = Path(document["report"]).read_text(encoding="utf-8")
    assert f"{cause['count']} failed requests: 1 cause" in page
    assert "(HTTP 400)" in page


def test_what_a_model_that_only_thinks_needs_is_said(
    call: Call, stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub(*["say "] * 99)
    run = ("run", "--model", f"{server.url}#x", "--tasks", "T.6", "--limit", 1, "--no-report")
    said = call(*run, "--log-dir", tmp_path)
    assert said.code == 1
    assert "nothing could be scored" in said.err
    assert "thinking_tokens" in said.out
    assert len(said.out.splitlines()) <= 40


@pytest.mark.parametrize("command", ["run", "score", "report"])
def test_details_print_every_effect(call: Call, tmp_path: Path, command: str) -> None:
    run = (
        "run",
        "--model",
        "mock/yes-sayer",
        "--tasks",
        "T.7",
        "--limit",
        2,
        "--log-dir",
        tmp_path,
    )
    first = call(*run)
    assert "paired effects, in points" not in first.out
    (folder,) = tmp_path.iterdir()
    arguments = run if command == "run" else (command, folder)
    short, whole = call(*arguments), call(*arguments, "--details")
    assert (short.code, whole.code) == (0, 0)
    assert short.out == first.out
    assert "paired effects, in points" in whole.out
    assert whole.out.splitlines()[-1] == short.out.splitlines()[-1]


# warnings


def test_alike_warnings_are_one_line_with_a_count(capsys: pytest.CaptureFixture[str]) -> None:
    log, alike = logging.Logger("multitrust.test"), Alike()
    seen: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    handler.addFilter(alike)
    log.addHandler(handler)
    for number in range(10):
        log.warning("scorer %s failed on %s", "box", number)
        log.info("%d samples", number)
    log.warning("another thing")
    assert seen == [
        "scorer box failed on 0", *(f"{n} samples" for n in range(10)), "another thing",
    ]  # fmt: skip
    alike.tell()
    assert capsys.readouterr().err == "9 more like: scorer box failed on 0\n"


def test_exceptions_of_different_kinds_are_not_alike() -> None:
    alike = Alike()

    def shown(error: Exception) -> bool:
        info = (type(error), error, None)
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), info)
        return alike.filter(record)

    assert [shown(ValueError("a")), shown(KeyError("a")), shown(ValueError("b"))] == [
        True, True, False,
    ]  # fmt: skip


def test_click_writes_plain_ascii_too() -> None:
    out = io.TextIOWrapper(io.BytesIO(), "ascii")
    with redirect_stdout(out), pytest.raises(SystemExit):
        main(["--version"])
    with redirect_stdout(out):
        click.echo("é – 日")
    out.flush()
    assert out.buffer.getvalue().decode("ascii").endswith("? - ?\n")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_bars_cut_no_count_and_no_word(width: int) -> None:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=None)
    notes = "about 3 h 20 min left, making 12 images, asking 64, 12 refused, 12.34 USD"
    shown = Progress(*bar_columns(), console=console)
    shown.add_task("all", total=12345, completed=10000, notes=notes)
    shown.add_task("T.2 vqa-under-visual-illusion", total=2345, completed=10, notes="")
    console.print(shown.get_renderable())
    text = out.getvalue()
    for count in ("10000/12345", "10/2345"):
        assert any(count in line.replace("  ", " ").split() for line in text.splitlines())
    words = text.split()
    assert [word for word in notes.split() if word not in words] == []
    assert "…" not in text
