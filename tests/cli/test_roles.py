"""Models in roles: each takes the settings that the target takes, for `run`, `plan` and `score`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.official.fixture import make_fixture

from multitrust.cli.roles import Named, named_roles, role_models
from multitrust.core import ConfigError, ModelIdentity
from multitrust.run import load_run

Call = Callable[..., Any]
URL = "http://127.0.0.1:9/v1"
PLAIN = ModelIdentity(name=f"{URL}#x", server=URL)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented copy of the official data, which no test changes."""
    return make_fixture(tmp_path_factory.mktemp("data"), rows=4).root


@pytest.fixture
def flags(data: Path, tmp_path: Path) -> list[object]:
    """T.5 on that copy, whose answers a judge rates."""
    official = ["--origin", "official", "--data-root", data, "--protocol", "official"]
    return ["--tasks", "T.5", *official, "--log-dir", tmp_path / "runs", "--no-report"]


def run_folder(tmp_path: Path) -> Path:
    (folder,) = (tmp_path / "runs").iterdir()
    return folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openai/gpt-4o", Named(spec="openai/gpt-4o")),
        (f"{URL}#a=b", Named(spec=f"{URL}#a=b")),
        ("{model: hf/a, dtype: bfloat16}", Named(spec="hf/a", settings={"dtype": "bfloat16"})),
        (
            f'{{"model":"{URL}#x","base-url":"http://h:8/v1","max-wait":"1e1"}}',
            Named(spec=f"{URL}#x", base_url="http://h:8/v1", settings={"max_wait": "1e1"}),
        ),
        (
            "{model: hf/a, revision: 1e10, trust_remote_code: true}",
            Named(spec="hf/a", settings={"revision": "1e10", "trust_remote_code": "true"}),
        ),
    ],
)
def test_a_role_is_a_name_or_a_name_with_settings(text: str, expected: Named) -> None:
    assert named_roles(None, (f"harm={text}",)) == {"harm": expected}
    assert named_roles(text, ()) == {"judge": expected}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{timeout: 3}", "names no model"),
        ("{model: a", "settings in braces"),
        ("{model}", "settings in braces"),
        ("{}", "names no model"),
        ("{model: [a, b]}", "settings in braces"),
        ("{model: a, timeout: {at: 3}}", "settings in braces"),
        ("{model: mock/echo, timout: 3}", "did you mean timeout"),
        (f"{{model: {URL}#x, timeout: soon}}", "judge: -M timeout=soon"),
        (f"{{model: {URL}#x, timeout: .nan}}", "judge: -M timeout=.nan"),
        (f"{{model: {URL}#x, thinking_tokens: 1{'0' * 5000}}}", "at most 7 digits"),
        ("{model: &a [*a]}", "settings in braces"),
        ("{model: mock/echo, model: mock/echo}", "stands twice"),
        ('{model: "\\ud800"}', "half a character"),
        ("{model: " * 500, "more than 20 levels"),
        ("{? [a] : b}", "a key must be a text"),
        (f"{{model: {URL}#x, base_url: 'http://me:word@h/v1'}}", "no user, password or query"),
    ],
)
def test_settings_of_a_role_that_cannot_be_used(call: Call, text: str, words: str) -> None:
    said = call("run", "--model", "mock/echo", "--tasks", "T.1", "--model-role", f"judge={text}")
    assert said.code == 2
    assert words in said.err
    assert "word@" not in said.err


def test_the_settings_of_a_role_are_its_own() -> None:
    settings = {"max_connections": "3", "timeout": "7", "thinking_tokens": "9"}
    plain = f"{{model: {URL}#x}}"
    own = f"{{model: {URL}#x, timeout: 5, max_connections: 2, thinking_tokens: 40}}"
    models: Any = role_models(own, (f"harm={plain}",), settings)
    assert (models["judge"].limits.timeout, models["judge"].limits.max_connections) == (5, 2)
    assert (models["harm"].limits.timeout, models["harm"].limits.max_connections) == (120, 3)
    assert models["judge"].identity == replace(PLAIN, thinking_tokens=40)
    assert models["harm"].identity == PLAIN


def test_no_role_loosens_offline() -> None:
    away = "{model: 'http://192.0.2.1/v1#x', offline: false}"
    role_models(away, (), {})
    with pytest.raises(ConfigError, match="judge: --offline allows this machine only"):
        role_models(away, (), {"offline": "true"})


def test_a_judge_of_a_run_is_judging_its_own_settings(
    call: Call, flags: list[object], stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub(latency=0.02)
    judge = {"model": f"{URL}#x", "base_url": server.url, "max_tokens_field": "most"}
    typed = json.dumps(judge | {"max_connections": "2", "thinking_tokens": "50"})
    said = call("run", "--model", "mock/echo", *flags, "--judge", typed)
    assert said.code == 0
    assert server.requests
    assert all(request["most"] > 50 and "max_tokens" not in request for request in server.requests)
    assert server.most_in_flight == 2
    manifest, records = load_run(run_folder(tmp_path))
    assert manifest.models["judge"] == replace(PLAIN, server=server.url, thinking_tokens=50)
    assert all(record.scores[0].value is not None for record in records)


def test_what_changes_a_judges_answers_makes_another_run(
    call: Call, flags: list[object], tmp_path: Path
) -> None:
    for settings in ("", ", timeout: 9", ", thinking_tokens: 50", ", temperature: none"):
        judge = f"{{model: {URL}#x, first_delay: 0, max_retries: 0{settings}}}"
        call("run", "--model", "mock/silent", *flags, "--judge", judge)  # empty answers: not judged
    judges = [load_run(folder)[0].models["judge"] for folder in (tmp_path / "runs").iterdir()]
    assert set(judges) == {
        PLAIN,
        replace(PLAIN, settings={"temperature": "none"}),
        replace(PLAIN, thinking_tokens=50),
    }


def test_the_variable_takes_settings_without_spaces(
    call: Call, flags: list[object], tmp_path: Path
) -> None:
    roles = f'judge={{"model":"{URL}#x","thinking_tokens":"50","max_retries":"0"}} harm=mock/echo'
    said = call("run", "--model", "mock/silent", *flags, MULTITRUST_MODEL_ROLE=roles)
    models = load_run(run_folder(tmp_path))[0].models
    assert models["judge"] == replace(PLAIN, thinking_tokens=50)
    assert "not asked: harm" in said.err


def test_a_plan_counts_what_a_role_may_think(call: Call, flags: list[object]) -> None:
    def planned(judge: str, *more: object) -> dict[str, Any]:
        asking = ("--model", "openai/gpt-4o", *more, "--judge", judge)
        said = call("plan", *flags[:8], *asking, "--json")
        assert said.code == 0
        return dict(json.loads(said.out)["total"])

    plain = planned("openai/gpt-4o")
    thinks = planned("{model: openai/gpt-4o, thinking_tokens: 1000}")
    both = planned("{model: openai/gpt-4o, thinking_tokens: 1000}", "-M", "thinking_tokens=500")
    judged = plain["judge"]["most_requests"]
    assert judged > 0
    assert thinks["judge"]["max_tokens"] - plain["judge"]["max_tokens"] == 1000 * judged
    assert thinks["target"] == plain["target"]
    asked = plain["target"]["most_requests"]
    assert both["target"]["max_tokens"] - plain["target"]["max_tokens"] == 500 * asked


@pytest.mark.parametrize(
    "more",
    [
        ("-M", "thinkin_tokens=5"),
        ("--judge", "{model: openai/gpt-4o, thinkin_tokens: 5}"),
    ],
)
def test_a_plan_knows_the_settings(call: Call, more: tuple[str, ...]) -> None:
    said = call("plan", "--tasks", "T.1", "--model", "openai/gpt-4o", *more)
    assert said.code == 2
    assert "did you mean thinking_tokens" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--model", "http://me:{}@host:port/v1#m"),
        ("run", "--model", "me:{}@host#m"),
        ("run", "--model", "vllm/m", "--model-base-url", "me:{}@host"),
        ("run", "--model", "demo", "--judge", "//me:{}@host#m"),
        ("run", "--model", "demo", "--model-role", "http://me:{}@host"),
        ("run", "--model", "demo", "--model-role", "judge={{base_url: 'http://me:{}@host/v1'}}"),
        ("run", "--model", "demo", "--model-role", "judge={{base_url: http://me:{}@host/v1"),
        ("run", "--start", "serve", "--model-base-url", "http://me:{}@host:port/v1"),
        ("serve", "http://me:{}@host:port/v1#m"),
        ("plan", "--tasks", "T.1", "--model", "http://me:{}@host:port/v1#m"),
    ],
    ids=" ".join,
)
def test_no_command_shows_the_password_of_an_address(
    call: Call, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    more = ("--log-dir", tmp_path) if arguments[0] == "run" else ()
    said = call(*(argument.format("p4ssw0rd-of-mine") for argument in arguments), *more)
    assert "p4ssw0rd" not in said.out + said.err
    assert list(tmp_path.iterdir()) == []


def test_a_proxy_with_a_bad_port_ends_with_2_and_words(call: Call, tmp_path: Path) -> None:
    proxy = "http://me:p4ssw0rd-of-mine@proxy.test:99999"
    variables = {"HTTPS_PROXY": proxy, "https_proxy": proxy, "OPENAI_API_KEY": "any-key-at-all"}
    said = call("run", "--model", "openai/x", "--log-dir", tmp_path, **variables)
    assert said.code == 2
    assert "as the proxy for api.openai.com; expected http://USER:PASSWORD@HOST:PORT" in said.err
    assert "p4ssw0rd" not in said.err


def test_scoring_anew_takes_the_settings_of_a_judge(
    call: Call, flags: list[object], stub: Callable[..., Any], tmp_path: Path
) -> None:
    call("run", "--model", "mock/echo", *flags)
    server = stub()
    judge = f"{{model: '{URL}#x', base_url: '{server.url}', max_tokens_field: most}}"
    said = call("score", run_folder(tmp_path), "--judge", judge, "--json")
    assert said.code == 0
    assert server.requests
    assert all("most" in request for request in server.requests)


def test_scoring_anew_stops_at_its_budget_and_goes_on(
    call: Call, flags: list[object], stub: Callable[..., Any], tmp_path: Path
) -> None:
    call("run", "--model", "mock/echo", *flags)
    server, prices = stub(), tmp_path / "prices.toml"
    prices.write_text('[[price]]\nmodels = ["http://127.0.0.1:*"]\ninput = 0\noutput = 1e6\n')
    judge = (
        f"{{model: '{server.url}#x', thinking_tokens: 3}}"  # a dollar a reply, about 100 at most
    )
    score = ["score", run_folder(tmp_path), "--judge", judge]
    refused = call(*score, "--budget", 105)
    assert refused.code == 2
    assert f"there is none for {server.url}#x (judge)" in refused.err
    assert server.requests == []
    stopped = call(*score, "--budget", 105, "--prices", prices)
    assert stopped.code == 6
    assert "everything answered is kept" in stopped.err
    asked = len(server.requests)
    assert asked > 0
    done = call(*score, "--budget", 6000, "--prices", prices)
    assert done.code == 0
    bodies = [json.dumps(request) for request in server.requests]
    assert asked < len(bodies) == len(set(bodies))
    assert f"spent {len(bodies)}.00 USD" in done.out
    manifest, records = load_run(run_folder(tmp_path))
    judging = ModelIdentity(name=f"{server.url}#x", server=server.url, thinking_tokens=3)
    assert manifest.scored_by == {"judge": judging}
    assert all(record.scores[0].value is not None for record in records)


def test_a_model_that_nothing_asks_is_named_and_not_of_the_run(
    call: Call, stub: Callable[..., Any], tmp_path: Path
) -> None:
    run = ("run", "--model", "mock/saint", "--tasks", "T.6", "--limit", 1, "--log-dir", tmp_path)
    assert call(*run).code == 0
    said = call(*run, "--judge", f"{stub().url}#j", "--model-role", "harm=mock/echo")
    assert said.code == 0
    assert "not asked: judge; no scorer of these tasks needs it" in said.err
    assert "not asked: harm" in said.err
    assert "nothing was asked" in said.err, "it is the same run"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("command", "roles", "idle"),
    [
        (("plan",), ("--judge", "mock/echo"), ["judge"]),
        (("plan",), ("--model-role", "harm=mock/echo", "--judge", "mock/echo"), ["judge", "harm"]),
        (("run", "--dry-run"), ("--judge", "mock/echo"), ["judge"]),
        (("doctor",), ("--model-role", "action=mock/echo"), ["action"]),
        (("doctor",), (), []),
    ],
)
def test_a_model_that_nothing_asks_is_named_before_the_run(
    call: Call, command: tuple[str, ...], roles: tuple[str, ...], idle: list[str]
) -> None:
    limit = () if command == ("doctor",) else ("--limit", 1)
    said = call(*command, "--model", "mock/saint", "--tasks", "T.6", *limit, *roles)
    assert said.code == 0
    lines = [line.removeprefix("--  ") for line in said.out.splitlines()]
    told = [line for line in lines if line.startswith("not asked")]
    assert told == [f"not asked: {role}; no scorer of these tasks needs it" for role in idle]


def test_a_judge_that_is_asked_is_not_said_to_be_left_out(call: Call, data: Path) -> None:
    official = ("--origin", "official", "--data-root", data, "--tasks", "T.5")
    flags = ("--model", "mock/echo", "--judge", "mock/echo")
    assert "not asked" not in call("plan", *official, *flags).out
    assert "not asked" not in call("doctor", *official, *flags).out


def test_failed_requests_of_a_judge_are_failures_of_run_and_score(
    call: Call, flags: list[object], stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub("yes", "400", "yes")
    judge = ("--judge", f"{{model: '{server.url}#j', max_connections: 1}}")
    said = call("run", "--model", "mock/echo", *flags, *judge, "--json")
    (cause,) = json.loads(said.out)["failures"]
    assert (said.code, cause["role"], cause["count"]) == (1, "judge", 1)
    assert cause["reason"].startswith(f"judge: {server.url}#j did not accept the request")
    assert "samples failed; rerun the same command to retry them" in said.err
    asked = len(server.requests)
    again = call("run", "--model", "mock/echo", *flags, *judge, "--json")
    assert (again.code, json.loads(again.out)["failures"]) == (0, [])
    assert len(server.requests) == asked + 1
