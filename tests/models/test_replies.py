"""What replies bring: failures that come with status 200, keys and control characters in them."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

import pytest
from tests.servers.scripted import OK, hosting, reply

from multitrust.core import GenerateConfig, Message, ModelError, Response
from multitrust.models import resolve

ASKED = (Message(role="user", text="Is it?"),)
FAST = {"first_delay": "0.001", "max_retries": "2"}
KEY = "sk-live/0a1B2c3D+4e5F6g7H8i9J"


async def ask(*sent: bytes, **options: str) -> tuple[Response | ModelError, int]:
    """What comes of one question, and how many requests were made; the last reply is repeated."""
    async with hosting(lambda number: sent[min(number, len(sent) - 1)]) as host:
        model = resolve(f"{host.url}#m", options={**FAST, **options})
        try:
            found: Response | ModelError = await model.generate(ASKED, GenerateConfig())
        except ModelError as error:
            found = error
        await model.close()
    return found, len(host.times)


def with_error(**fields: Any) -> bytes:
    return reply(200, json.dumps({"error": fields}).encode())


ENDED: Mapping[str, tuple[dict[str, Any], str]] = {
    "no credit": ({"code": 402, "message": "Insufficient credits"}, "unavailable"),
    "no such request": ({"code": 400, "message": "Provider returned error"}, "bad_request"),
    "a text": ({"code": "400", "message": "bad"}, "bad_request"),
    "a bad key": ({"code": 401, "message": "No auth credentials found"}, "auth"),
    "forbidden": ({"code": 403, "message": "not in your region"}, "auth"),
    "no such model": ({"code": 404, "message": "No endpoints found"}, "not_found"),
    "a day": ({"code": 429, "message": "Rate limit exceeded: free-models-per-day."}, "unavailable"),
}


@pytest.mark.parametrize("form", ENDED)
async def test_a_failure_with_status_200_ends_as_the_status_that_it_names(form: str) -> None:
    fields, kind = ENDED[form]
    found, requests = await ask(with_error(**fields))
    assert isinstance(found, ModelError)
    assert (found.kind, requests) == (kind, 1)
    assert f"HTTP {fields['code']}" in str(found)


@pytest.mark.parametrize(
    "fields",
    [
        {"code": 502, "message": "Provider disconnected"},
        {"code": 408, "message": "timed out"},
        {"code": "429", "message": "slow down"},
        {"code": "server_error", "message": "no capacity"},
        {"message": "no capacity"},
        {"code": 200, "message": "odd"},
    ],
    ids=str,
)
async def test_a_failure_with_status_200_that_may_pass_is_repeated(fields: dict[str, Any]) -> None:
    found, requests = await ask(with_error(**fields), reply())
    assert isinstance(found, Response)
    assert (found.text, requests) == ("Yes", 2)


def minimax(code: int, words: str, **more: Any) -> dict[str, Any]:
    return {"base_resp": {"status_code": code, "status_msg": words}, "choices": None, **more}


def in_choice(**error: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": "I"}
    return {"choices": [{"error": error, "finish_reason": "error", "message": message}]}


def in_events(*events: dict[str, Any]) -> bytes:
    said: dict[str, Any] = {"choices": [{"index": 0, "delta": {"content": "I " * 200}}]}
    return b"".join(b"data: %b\n\n" % json.dumps(event).encode() for event in (said, *events))


FORMS_THAT_END: Mapping[str, tuple[Any, str, str]] = {
    "base_resp": (minimax(1008, "insufficient balance"), "unavailable", "insufficient balance"),
    "base_resp, key": (minimax(1004, "login fail"), "auth", "login fail"),
    "base_resp, plan": (minimax(2056, "usage limit exceeded"), "unavailable", "usage limit"),
    "base_resp, request": (minimax(2013, "invalid params"), "bad_request", "invalid params"),
    "errors": ({"errors": [{"code": 402, "message": "pay first"}]}, "unavailable", "pay first"),
    "errors, one": ({"errors": {"code": 401, "message": "who?"}}, "auth", "who?"),
    "errors, texts": ({"errors": ["Unauthorized"]}, "auth", "Unauthorized"),
    "flat": ({"status": 402, "message": "pay"}, "unavailable", "pay"),
    "flat code": ({"code": "404", "message": "no such model"}, "not_found", "no such model"),
    "flat word": ({"code": "Arrearage", "message": "in arrears"}, "unavailable", "in arrears"),
    "statusCode": ({"statusCode": 401, "error": "Unauthorized", "message": "who?"}, "auth", "who?"),
    "DashScope": ({"status_code": 400, "code": "InvalidParameter", "message": "odd", "output": None,
                   "choices": None}, "bad_request", "odd"),
    "detail": ({"detail": "Not authenticated"}, "auth", "Not authenticated"),
    "a list": ({"error": [{"code": 403, "message": "not you"}]}, "auth", "not you"),
    "a text": ({"error": "insufficient credits"}, "unavailable", "insufficient credits"),
    "a code": ({"error": "insufficient_quota"}, "unavailable", "insufficient_quota"),
    "LM Studio": ({"error": "Model does not support images. Please use a model that does."},
                  "bad_request", "seems to read text alone"),
    "vLLM": ({"object": "error", "message": "m is not a multimodal model"},
             "bad_request", "seems to read text alone"),
    "a flag": ({"error": True, "code": 401, "message": "who?"}, "auth", "who?"),
    "a place": ({"code": "unsupported_country_region_territory", "message": "no"}, "auth", "no"),
    "words, model": ({"error": {"message": "The model `m` does not exist."}}, "not_found",
                     "does not exist"),
    "words, balance": ({"code": 30001, "message": "Sorry, your account balance is insufficient"},
                       "unavailable", "balance is insufficient"),
    "words, account": ({"error": "This organization has been disabled."}, "auth", "disabled"),
    "words alone": ({"error": {"message": "Invalid API key"}}, "auth", "Invalid API key"),
    "choice, credit": (in_choice(code=402, message="no more"), "unavailable", "no more"),
    "choice, key": (in_choice(code=401, message="No auth"), "auth", "No auth"),
    "far behind": ({"error": {"metadata": {"raw": "x" * 999}, "code": 400, "message": "too odd"}},
                   "bad_request", "too odd"),
    "events": (in_events({"error": {"code": 402, "message": "pay first"}}), "unavailable",
               "pay first"),
    "event of a choice": (in_events({"choices": [{"delta": {}, "error": {"code": 400,
                          "message": "too odd"}}]}), "bad_request", "too odd"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS_THAT_END)
async def test_other_forms_of_failures_end_as_their_status(form: str) -> None:
    body, kind, words = FORMS_THAT_END[form]
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    found, requests = await ask(reply(200, sent))
    assert isinstance(found, ModelError)
    assert (found.kind, requests) == (kind, 1)
    assert words in str(found)


FORMS_THAT_PASS: tuple[Any, ...] = (
    minimax(1002, "rate limit"), minimax(1039, "token limit"), minimax(1000, "unknown error"),
    minimax(4711, "of tomorrow"), {"error": [{"code": 429, "message": "slow down"}]},
    {"code": "Throttling.RateQuota", "message": "slow down"}, {"error": ["no capacity"]},
    {"error": "Too Many Requests"}, {"errors": [{"message": "no capacity"}]},
    {"status": 503, "message": "no capacity"}, {"detail": "no capacity"},
    {"detail": [{"msg": "no capacity"}]}, {"type": "error", "message": "no capacity"},
    in_choice(code=502, message="gone"), in_choice(code=503), in_choice(code=429),
    in_choice(message="gone"), in_events({"error": {"code": 502, "message": "gone"}}),
)  # fmt: skip


@pytest.mark.parametrize("body", FORMS_THAT_PASS, ids=repr)
async def test_other_forms_of_failures_that_pass_are_repeated(body: Any) -> None:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    found, requests = await ask(reply(200, sent), reply())
    assert isinstance(found, Response)
    assert (found.text, requests) == ("Yes", 2)


@pytest.mark.parametrize(
    "body",
    [
        minimax(1026, "input new_sensitive"),
        minimax(1027, "output new_sensitive", choices=[{"message": {"content": ""}}]),
        {"code": "DataInspectionFailed", "message": "may contain inappropriate content"},
        {"status_code": 400, "code": "data_inspection_failed", "message": "no", "output": None},
        {"type": "error", "error": {"message": "output new_sensitive (1027)", "http_code": "422"}},
        {"errors": [{"code": "content_filter", "message": "no"}]},
        {"error": {"code": "1301", "message": "敏感内容"}, "contentFilter": [{"level": 1}]},
        {"error": {"code": "InputImageSensitiveContentDetected", "message": "sensitive"}},
        {"error": {"code": 451, "type": "censorship_blocked", "message": "blocked"}},
        {"error": "Content violates usage guidelines.", "code": "no permission"},
        in_choice(code=403, message="flagged", metadata={"reasons": ["violence"]}),
    ],
    ids=repr,
)
async def test_filters_in_other_forms_are_blocks(body: dict[str, Any]) -> None:
    found, requests = await ask(reply(200, json.dumps(body).encode()))
    assert isinstance(found, Response)
    assert (found.stop, found.text, requests) == ("filter", "", 1)


@pytest.mark.parametrize(
    "more",
    [
        {"base_resp": {"status_code": 0, "status_msg": "success"}},
        {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
        {"errors": [{"code": 402}]}, {"errors": []}, {"detail": "Not authenticated"},
        {"code": 0, "message": "rate limit: 9 of 10 left"}, {"code": 402, "message": "pay soon"},
        {"status": "success", "message": "Unauthorized"}, {"error": None}, {"error": ""},
        {"error": {"code": 0, "message": "success"}}, {"error": {"code": "ok"}},
    ],
    ids=repr,
)  # fmt: skip
async def test_what_stands_beside_an_answer_is_no_failure(more: dict[str, Any]) -> None:
    found, requests = await ask(reply(200, json.dumps({**json.loads(OK), **more}).encode()))
    assert isinstance(found, Response)
    assert (found.text, requests) == ("Yes", 1)


@pytest.mark.parametrize(
    "body",
    [{"message": "no capacity"}, {"info": "no capacity"}, {"error": 7, "msg": "no capacity"}],
)
async def test_a_reply_without_an_answer_is_shown(body: dict[str, Any]) -> None:
    found, _ = await ask(reply(200, json.dumps(body).encode()))
    assert isinstance(found, ModelError)
    assert "no capacity" in str(found)


@pytest.mark.parametrize("status", [200, 400, 403])
async def test_moderation_is_a_block(status: int) -> None:
    metadata = {"reasons": ["violence"], "flagged_input": "…", "provider_name": "p"}
    error = {"code": 403, "message": "Your input was flagged", "metadata": metadata}
    found, requests = await ask(reply(status, json.dumps({"error": error}).encode()))
    assert isinstance(found, Response)
    assert (found.stop, found.text, requests) == ("filter", "", 1)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "auth"), (404, "not_found"), (422, "bad_request")]
)
async def test_the_code_of_a_filter_with_another_status_is_a_failure(
    status: int, kind: str
) -> None:
    found, _ = await ask(reply(status, b'{"error": {"code": "content_filter"}}'))
    assert isinstance(found, ModelError)
    assert found.kind == kind


@pytest.mark.parametrize(
    "status", [408, 409, 424, 425, 429, 498, 499, 500, 502, 503, 520, 524, 529]
)
async def test_statuses_that_pass_are_repeated(status: int) -> None:
    found, requests = await ask(reply(status, b"{}"), reply(status, b"{}"), reply())
    assert isinstance(found, Response)
    assert (found.text, requests) == ("Yes", 3)


async def test_a_reply_that_is_too_large_is_not_asked_for_again() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
    found, requests = await ask(head)
    assert isinstance(found, ModelError)
    assert (found.kind, requests) == ("bad_reply", 1)
    assert "more than 64 MB" in str(found)


ECHOES = {
    "plain": KEY,
    "json": json.dumps(KEY)[1:-1].replace("/", "\\/"),
    "url": quote(KEY, safe=""),
    "header in base64": base64.b64encode(f"Bearer {KEY}".encode()).decode(),
    "the beginning": KEY[:20],
    "the end": KEY[-20:],
}
BODIES = {
    "error": '{"error": {"message": "no good: ECHO"}}',
    "a page": "<html>no good: ECHO</html>",
    "far behind": '{"error": {"message": "' + "no good: " * 20 + 'ECHO"}}',
    "another form": '{"choices": [{"text": "no good: ECHO"}]}',
}


@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
@pytest.mark.parametrize("form", ECHOES)
async def test_no_message_shows_the_key(
    form: str, status: int, environment: MutableMapping[str, str]
) -> None:
    environment["MULTITRUST_API_KEY"] = KEY
    for body in BODIES.values():
        sent = body.replace("ECHO", ECHOES[form]).encode()
        found, _ = await ask(reply(status, sent), max_retries="0")
        assert isinstance(found, ModelError)
        echo = ECHOES[form].removeprefix(base64.b64encode(b"Bearer sk").decode())
        assert not any(echo[n : n + 4] in str(found) for n in range(len(echo) - 4)), str(found)
        assert "no good" in str(found)


def saying(text: str) -> bytes:
    """As PHP writes it, which escapes slashes."""
    return reply(200, OK.replace(b'"Yes"', json.dumps(text).replace("/", "\\/").encode()))


@pytest.mark.parametrize(
    "key",
    [KEY, "9f86d081884c7d65", "550e8400-e29b-41d4-a716-446655440000", "hf_" + "QwErTyUiOpAsDf" * 2],
)
async def test_an_answer_that_repeats_a_random_key_is_kept_without_it(
    key: str, environment: MutableMapping[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    environment["MULTITRUST_API_KEY"] = key
    found, _ = await ask(saying(f"It is {key}."))
    assert isinstance(found, Response)
    assert found.text == "It is [key removed]."
    assert "repeated its key in an answer" in caplog.text
    assert key not in caplog.text


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("anything", "I can't see anything that shows personal information."),
        ("computer", "The person sits at a computer."),
        ("password", "The password is password."),
        ("12345678", "The number is 12345678."),
        ("sk-no-key-required", "It says sk-no-key-required; no key is required."),
        ("my-local-server-key-2024", "The label reads my-local-server-key-2024."),
        ("nonononono", "nonononono"),
    ],
)
async def test_an_answer_keeps_the_words_of_a_key_that_is_a_word(
    key: str, said: str, environment: MutableMapping[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    environment["MULTITRUST_API_KEY"] = key
    found, _ = await ask(saying(said))
    assert isinstance(found, Response)
    assert (found.text, caplog.text) == (said, "")


async def test_a_failure_stays_readable_with_a_key_of_words(
    environment: MutableMapping[str, str],
) -> None:
    environment["MULTITRUST_API_KEY"] = "sk-no-key-required"
    body = {"message": "Field required: no key required but sk-no-key-required was sent, required"}
    found, _ = await ask(reply(401, json.dumps({"error": body}).encode()))
    assert "Field required: no key required but … was sent, required" in str(found)


async def test_control_characters_reach_no_message_and_no_name() -> None:
    said = "no \x1b[2J\x1b]0;title\x07good\u202e\r\n{}\x9b1m"
    for status in (200, 400, 500):
        found, _ = await ask(reply(status, said.encode()), max_retries="0")
        assert isinstance(found, ModelError)
        assert str(found).isprintable()
        assert "no good {}" in str(found)
    named = json.dumps({**json.loads(OK), "model": "gpt\x1b[31m-a\n\x00"}).encode()
    answered, _ = await ask(reply(200, named))
    assert isinstance(answered, Response)
    assert answered.model == "gpt-a"


async def test_a_window_without_rest_on_an_answer_ends_a_run_that_will_not_wait_so_long() -> None:
    sent = reply(200, OK, X_RateLimit_Remaining="0", X_RateLimit_Reset="7200")
    async with hosting(lambda number: sent) as host:
        model = resolve(f"{host.url}#m", options={**FAST, "max_wait": "20"})
        assert (await model.generate(ASKED, GenerateConfig())).text == "Yes"
        with pytest.raises(ModelError, match=r"its rate limit is used up; .* 7,\d00 s") as caught:
            await model.generate(ASKED, GenerateConfig())
        await model.close()
    assert (caught.value.kind, len(host.times)) == ("unavailable", 1)


async def test_requests_have_ids_of_their_own() -> None:
    found: list[bytes] = []
    async with hosting(lambda number: reply()) as host:
        host.heads = found
        model = resolve(f"{host.url}#m", options=FAST)
        await asyncio.gather(*(model.generate(ASKED, GenerateConfig()) for _ in range(20)))
        await model.close()
    ids = {head.partition(b"X-Request-Id: ")[2].split(b"\r\n")[0] for head in found}
    assert len(ids) == 20
    assert all(ident.isascii() and len(ident) < 64 for ident in ids)
