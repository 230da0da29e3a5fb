"""What is missing is said before anything is asked, by `run`, `plan` and `doctor` alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.official.fixture import make_fixture

Call = Callable[..., Any]
COMPRESSED = ("--model", "hf/some/where", "-M", "quantization=bnb-4bit")
KEYLESS = ("--model", "openai/x", "--judge", "anthropic/y")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_fixture(tmp_path_factory.mktemp("data"), rows=2).root


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (COMPRESSED, ["hf/some/where needs bitsandbytes>=", "install with: ", "[bnb]'"]),
        (KEYLESS, ["openai/x needs a key: set OPENAI", "judge: anthropic/y needs a key: set ANTH"]),
        (("--model", "gpt-4-turbo"), ["shut down"]),
        (("--model", "mock/echo", "--judge", "openay/y"), ["judge: unknown model 'openay/y'"]),
    ],
)
def test_what_is_missing_for_models(
    call: Call, tmp_path: Path, flags: tuple[str, ...], said: list[str]
) -> None:
    chosen = ("--tasks", "T.6", "--limit", 1)
    run = call("run", *flags, *chosen, "--log-dir", tmp_path / "logs")
    assert run.code == 2
    assert not (tmp_path / "logs").exists()
    plan, doctor = call("plan", *flags, *chosen), call("doctor", *flags, *chosen)
    assert (plan.code, doctor.code) == (0, 1)
    assert "can be made" not in doctor.out
    for text in said:
        assert text in run.err
        assert text in " ".join(plan.out.split())
        assert text in " ".join(doctor.out.split())
    needs = json.loads(call("plan", *flags, *chosen, "--json").out)["needs"]
    assert [need["missing"] for need in needs if need["blocks"]]
    assert needs == json.loads(call("doctor", *flags, *chosen, "--json").out)["needs"]


def test_missing_data_are_named_by_task_before_anything_is_asked(
    call: Call, stub: Callable[..., Any], data: Path, tmp_path: Path
) -> None:
    server = stub()
    root = data / "truthfulness"
    flags = ("--origin", "official", "--data-root", root, "--tasks", "T.5,F.6")
    run = call("run", "--model", f"{server.url}#x", *flags, "--log-dir", tmp_path)
    assert run.code == 5
    assert run.err.startswith("error: T.5, F.6: the data root")
    assert "multitrust data fetch official DIR" in run.err
    assert server.requests == []
    assert call("doctor", *flags).code == 5


def unlink(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def garble(path: Path) -> None:
    path.write_bytes(b"garbage")


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("task", "name", "file", "damage"),
    [
        ("P.3", "confaide-image", "privacy/confaide/imgs/1.png", unlink),
        ("R.1", "coco-o-tattoo", "robustness/ood-artistic/source/tattoo/1.jpg", garble),
        ("R.3", "dt-unrelated-image-noise", "unrelated_images/noise_2.png", cut),
        ("T.1", "d-basic-object", "truthfulness/basic_images/object/object_1.png", empty),
    ],
)
@pytest.mark.parametrize("protocol", ["official", "corrected"])
def test_a_picture_that_cannot_be_shown_is_refused_before_anything_is_asked(
    call: Call, tmp_path: Path, data: Path, task: str, name: str, file: str,
    damage: Callable[[Path], None], protocol: str,
) -> None:  # fmt: skip
    picture = data / file
    chosen = ("--tasks", f"T.5,{task}", "--protocol", protocol)
    flags = ("--origin", "official", "--data-root", data, *chosen)
    before = picture.read_bytes()
    damage(picture)
    try:
        run = call("run", "--model", "mock/echo", *flags, "--log-dir", tmp_path / "logs")
        others = [call(command, *flags) for command in ("plan", "doctor")]
        verify = call("data", "verify", "official", data, "--tasks", f"T.5,{task}")
    finally:
        picture.write_bytes(before)
    assert {said.code for said in (run, verify, *others)} == {5}
    assert not (tmp_path / "logs").exists()
    for text in (run.err, others[0].err, others[1].out):
        assert f"{task}: dataset id {name}: {picture}: " in text
        assert f"multitrust data verify official {data} --tasks {task}" in text


def test_tasks_that_will_have_no_score_are_said_and_run(
    call: Call, data: Path, tmp_path: Path
) -> None:
    flags = ("--origin", "official", "--data-root", data, "--tasks", "T.5,T.6", "--limit", 1)
    model = ("--model", "mock/yes-sayer", "--log-dir", tmp_path)
    run = call("run", *model, *flags, "--no-report")
    assert run.err.startswith("note: T.5: no model in the role judge")
    judged = call("run", *model, *flags, "--no-report", "--judge", "mock/yes-sayer")
    assert "no model in the role" not in judged.err
    doctor = call("doctor", *flags)
    assert doctor.code == 0
    assert "--  T.5: no model in the role judge" in doctor.out
    assert "can be made" not in doctor.out  # without a model
    assert "ok  this run can be made" in call("doctor", *flags, "--model", "mock/echo").out
    assert "note: T.5: no model in the role judge" in call("plan", *flags).out


def test_nothing_is_missing_for_the_embedded_tasks(call: Call) -> None:
    assert json.loads(call("doctor", "--json").out)["needs"] == []
    told = call("doctor", "--model", "mock/echo", "--tasks", "R.4,T.6").out
    assert told.splitlines()[-1] == "ok  this run can be made"
    assert "missing" not in told
    assert "missing" not in call("plan", "--tasks", "R.4,R.5,S.5", "--limit", 1).out


OPENAI = ("--model", "openai/gpt-4o")
AWAY = "--offline allows this machine only, but openai/gpt-4o is at api.openai.com"
KEY = {"OPENAI_API_KEY": "sk-abc"}


@pytest.mark.parametrize(
    ("flags", "variables", "said"),
    [
        (OPENAI, {"MULTITRUST_OFFLINE": "1", **KEY}, AWAY),
        ((*OPENAI, "--offline"), KEY, AWAY),
        ((*OPENAI, "-M", "offline=true"), KEY, AWAY),
        (("--model", "mock/saint", "--judge", "openai/gpt-4o", "--offline"), KEY, f"judge: {AWAY}"),
        (
            ("--model", "x", "--model-base-url", "http://192.0.2.1:8/v1", "--offline"),
            {},
            "unknown model 'x'",
        ),
        (
            ("--model", "vllm/x", "--model-base-url", "http://192.0.2.1:8/v1", "--offline"),
            {},
            "vllm/x is at 192.0.2.1",
        ),
        (
            ("--model", "hf/nobody/nothing", "--offline"),
            {},
            "it is not on this machine; offline, only this machine was searched",
        ),
        (("--model", "hf/nobody/nothing"), {"HF_HUB_OFFLINE": "1"}, "hf download nobody/nothing"),
        (("--model", "hf/./no/where"), {}, "there is no such folder"),
    ],
)
def test_what_cannot_be_asked_offline_is_said_by_all_alike(
    call: Call, tmp_path: Path, flags: tuple[str, ...], variables: dict[str, str], said: str
) -> None:
    chosen = (*flags, "--tasks", "T.6", "--limit", 1)
    run = call("run", *chosen, "--log-dir", tmp_path, **variables)
    assert (run.code, said in run.err) == (2, True)
    plan, doctor = call("plan", *chosen, **variables), call("doctor", *chosen, **variables)
    dry = call("run", *chosen, "--dry-run", **variables)
    assert (plan.code, dry.code, doctor.code) == (0, 0, 1)
    assert said in " ".join(plan.out.split())
    assert dry.out == plan.out
    assert said in doctor.out
    assert "can be made" not in doctor.out


def test_what_is_on_this_machine_can_be_asked_offline(call: Call, tmp_path: Path) -> None:
    kept = tmp_path / "hub" / "models--some--weights"
    (kept / "snapshots" / "abc").mkdir(parents=True)
    (kept / "snapshots" / "abc" / "config.json").write_text("{}")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("abc")
    weights = f"hf/{kept}"
    for model in ("mock/saint", "http://127.0.0.1:9/v1#x", "vllm/x", weights):
        said = call("doctor", "--offline", "--model", model, "--tasks", "T.6")
        assert (said.code, "this run can be made" in said.out) == (0, True), model


@pytest.mark.parametrize("command", ["plan", "doctor"])
def test_every_flag_that_says_how_a_model_is_asked_is_known(call: Call, command: str) -> None:
    flags = ("--max-connections", 2, "--max-retries", 1, "--timeout", 5, "--offline")
    address = ("--model", "vllm/x", "--model-base-url", "http://127.0.0.1:9/v1")
    assert call(command, *address, *flags, "--tasks", "T.6", "--json").code == 0
