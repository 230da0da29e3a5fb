"""Each format against its server: every outcome, pictures, keys, retries, identity."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import polars
import pytest
from PIL import Image
from tests.servers.anthropic import MESSAGES
from tests.servers.formats import APIS
from tests.servers.google import GENERATE
from tests.servers.loopback import KEY, THOUGHT, Api, Loopback, serving

from multitrust.core import (
    Condition,
    ConfigError,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Origin,
    Record,
    Response,
    Sample,
    Task,
)
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.metrics import accuracy, mean_over
from multitrust.models import resolve
from multitrust.run import RunConfig, execute, load_run
from multitrust.scorers import yes_no

FAST = {"first_delay": "0.001", "max_retries": "2"}
OUTCOMES = {
    "answered": "answered", "thought": "answered", "busy": "answered", "refused": "refused",
    "blocked": "blocked", "blocked early": "blocked", "truncated": "truncated",
    "cut thought": "truncated", "empty": "empty", "tool": "errored", "unparsed": "unparsed",
    "malformed": "errored", "broken": "errored",
}  # fmt: skip
"""What happens at the server -> the outcome of the sample."""
PICTURE = Drawing(svg.document(30, 20))
KEY_HEADERS = ("Authorization", "x-api-key", "x-goog-api-key")


class Happenings:
    """One sample with a picture for each thing that may happen."""

    name = "happenings"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for name in OUTCOMES:
            yield Sample.ask(
                name, f"Is it red? [{name}]", target="yes", show=PICTURE,
                metadata={"stratum": "yes"},
            )  # fmt: skip


METRIC = accuracy(yes_no())
TASK = Task(
    id="B.1", name="happenings", aspect="truthfulness", subaspect="T.I", summary="All outcomes.",
    paper="none", dataset=Happenings(), conditions=(Condition(name="picture"),), metrics=(METRIC,),
    headline=mean_over(METRIC, ["picture"]),
)  # fmt: skip


@pytest.fixture(params=APIS, ids=lambda api: api.spec.partition("/")[0])
def server(
    request: pytest.FixtureRequest, environment: MutableMapping[str, str]
) -> Iterator[Loopback]:
    """A server of each format; the right key is set."""
    api: Api = request.param
    environment.update({api.key_name: KEY, **api.variables})
    with serving(api) as running:
        yield running


def base(server: Loopback) -> str:
    """The address as a user gives it."""
    return f"{server.url}/v1" if "openai" in server.api.spec else server.url


def ask(
    server: Loopback,
    text: str = "[answered]",
    pictures: tuple[Any, ...] = (),
    config: GenerateConfig | None = None,
    system: str = "",
    **options: str,
) -> Response:
    async def once() -> Response:
        model = resolve(server.api.spec, base_url=base(server), options={**FAST, **options})
        spoken = (Message(role="system", text=system),) if system else ()
        try:
            return await model.generate(
                (*spoken, Message(role="user", text=text, images=pictures)),
                config or GenerateConfig(max_tokens=20, seed=3, top_p=0.9),
            )
        finally:
            await model.close()

    return asyncio.run(once())


def fails(server: Loopback, **options: Any) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(server, **options)
    return caught.value


class Picture:
    """A picture of noise, which no PNG makes small."""

    def __init__(self, width: int, height: int, kind: str = "PNG", name: str = "") -> None:
        self.digest = f"{width}x{height}{kind}{name}"
        noise = Image.effect_noise((width, height), 90)
        buffer = io.BytesIO()
        Image.merge("RGB", (noise, noise.rotate(180), noise.rotate(90).resize(noise.size))).save(
            buffer, kind
        )
        self.content = buffer.getvalue()

    def read(self) -> bytes:
        return self.content


def test_every_sample_ends_in_its_outcome(server: Loopback, tmp_path: Path) -> None:
    model = resolve(server.api.spec, base_url=base(server), options=FAST)
    execute(RunConfig(model=model, tasks=(TASK,), folder=tmp_path / "run"))
    manifest, found = load_run(tmp_path / "run")
    records: dict[str, Record] = {record.sample_id: record for record in found}
    assert {name: record.outcome for name, record in records.items()} == OUTCOMES
    assert manifest.models["target"] == model.identity
    assert server.asked == {**dict.fromkeys(OUTCOMES, 1), "busy": 2, "broken": 3, "tool": 3}
    thought, cut = records["thought"].response, records["cut thought"].response
    assert thought is not None
    assert cut is not None
    assert (thought.text, thought.reasoning) == ("Yes", THOUGHT)
    assert (cut.text, cut.reasoning, cut.stop) == ("", THOUGHT[:9].strip(), "length")
    table = polars.read_parquet(tmp_path / "run" / "records.parquet")
    line = table.row(by_predicate=polars.col("sample_id") == "thought", named=True)
    assert (line["input_tokens"], line["output_tokens"]) == (100, 20)
    assert (line["cached_tokens"], line["reasoning_tokens"]) == (64, 12)


def test_the_answer_with_its_snapshot_and_usage(server: Loopback) -> None:
    found = ask(server, "Is it? [thought]")
    assert (found.text, found.stop, found.model) == ("Yes", "end", server.api.snapshot)
    assert (found.input_tokens, found.output_tokens) == (100, 20)
    assert (found.cached_tokens, found.reasoning_tokens) == (64, 12)


def test_a_system_message_and_several_pictures_are_accepted(server: Loopback) -> None:
    found = ask(server, "[answered]", (PICTURE, PICTURE), system="Be brief, please.")
    assert found.text == "Yes"
    (body,) = server.bodies
    assert str(body).count("Be brief, please.") == 1


def test_a_wrong_key_is_refused_and_not_repeated(
    server: Loopback, environment: MutableMapping[str, str]
) -> None:
    environment[server.api.key_name] = "another-key-9876543210"
    error = fails(server)
    assert (error.kind, server.api.key_name in str(error)) == ("auth", True)
    assert "9876543210" not in str(error)
    assert server.bodies == []


def test_a_heavy_picture_is_sent_within_the_limits(server: Loopback) -> None:
    assert ask(server, "[answered]", (Picture(2100, 800),)).text == "Yes"


@pytest.mark.parametrize("server", APIS[1:], ids=lambda api: api.path, indirect=True)
def test_more_pictures_than_the_server_takes_are_not_sent(server: Loopback) -> None:
    error = fails(server, pictures=(PICTURE,) * 901)
    assert error.kind == "bad_request"
    assert "901 pictures" in str(error)
    assert server.bodies == []


def test_thinking_is_given_tokens_of_its_own(server: Loopback) -> None:
    ask(server, "[answered]", thinking_tokens="2000")
    ask(server, "[answered]", thinking_tokens="0")
    limits = [
        next(
            value
            for fields in (body, body.get("generationConfig", {}))
            for name, value in fields.items()
            if name in ("max_tokens", "max_output_tokens", "maxOutputTokens")
        )
        for body in server.bodies
    ]
    assert limits == [2020, 20]


def test_a_model_that_takes_no_temperature_is_sent_none(server: Loopback) -> None:
    ask(server, temperature="none")
    ask(server, config=GenerateConfig(temperature=0.5, top_p=0.9, max_tokens=20))
    without, with_both = map(str, server.bodies)
    assert "temperature" not in without
    assert "top" not in without
    assert "0.5" in with_both
    assert "0.9" in with_both


def test_what_may_change_an_answer_is_in_the_identity(server: Loopback) -> None:
    def identity(url: str | None = None, **options: str) -> ModelIdentity:
        return resolve(server.api.spec, base_url=url or base(server), options=options).identity

    usual = identity()
    assert (usual.name, usual.thinking_tokens) == (server.api.spec, 0)
    assert identity(thinking_tokens="2000") == replace(usual, thinking_tokens=2000)
    settings = {**usual.settings, "temperature": "none"}
    assert identity(temperature="none") == replace(usual, settings=settings)
    assert identity("http://127.0.0.1:9/v1") == replace(usual, server="http://127.0.0.1:9/v1")
    assert identity(timeout="3", max_connections="2") == usual


def test_a_missing_key_is_named(server: Loopback, environment: MutableMapping[str, str]) -> None:
    del environment[server.api.key_name]
    with pytest.raises(ConfigError, match=f"set {server.api.key_name}"):
        resolve(server.api.spec)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"thinking_tokens": "many"}, "whole number"),
        ({"thinking_tokens": "-1"}, "whole number"),
        ({"temperature": "0.7"}, "none"),
    ],
)
def test_settings_that_cannot_be_read(
    server: Loopback, options: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        resolve(server.api.spec, base_url=base(server), options=options)


def post(server: Loopback, body: str, **headers: str) -> int:
    """The status of a request made by hand, with the usual headers unless others are given."""
    model: Any = resolve(server.api.spec, base_url=base(server))
    usual = {"Content-Type": "application/json", **model.provider.headers}
    request = Request(f"{server.url}{server.api.path}", body.encode(), {**usual, **headers})
    try:
        with urlopen(request) as reply:
            return int(reply.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_the_server_checks_what_it_is_sent(server: Loopback) -> None:
    ask(server, "[answered]", (PICTURE,), GenerateConfig(max_tokens=20))
    good = json.dumps(server.bodies[0])
    picture = base64.b64encode(PICTURE.read()).decode()
    other = base64.b64encode(Picture(30, 20, "JPEG").read()).decode()
    large = base64.b64encode(Picture(3100, 2).read()).decode()
    assert picture in good
    statuses = {
        "good": post(server, good),
        "no key": post(server, good, **dict.fromkeys(KEY_HEADERS, "none")),
        "unknown field": post(server, good[:-1] + ', "surprise": 1}'),
        "no picture": post(server, good.replace(picture, "bm90IGEgcGljdHVyZQ==")),
        "another type": post(server, good.replace(picture, other)),
        "too large": post(server, good.replace(picture, large)),
        "no JSON": post(server, good[:-1]),
        "a list": post(server, f"[{good}]"),
    }
    bad = dict.fromkeys(statuses, 400)
    assert statuses == {**bad, "good": 200, "no key": 400 if server.api is GENERATE else 401}


def test_anthropic_wants_its_version(environment: MutableMapping[str, str]) -> None:
    environment["ANTHROPIC_API_KEY"] = KEY
    with serving(MESSAGES) as server:
        ask(server)
        good = json.dumps(server.bodies[0])
        assert post(server, good) == 200
        assert post(server, good, **{"anthropic-version": "2020-01-01"}) == 400
