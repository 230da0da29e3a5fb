"""Hosts that refuse, want a pause or are gone: their queue waits, and gives up for all together."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import random
import re
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.servers.scripted import Answer, Host, hosting, reply

from multitrust.core import GenerateConfig, Message, ModelError
from multitrust.models import resolve
from multitrust.models.availability import Availability, HostError, say_seconds, too_long
from multitrust.models.limits import ConcurrencyLimiter, Limits, RequestQueue, limiter_at
from multitrust.models.rates import Rates
from multitrust.models.retries import Retries

ASKED = (Message(role="user", text="Is it?"),)
FAST = {"first_delay": "0.01", "max_wait": "30"}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


REFUSED = HostError("refused", kind="connection", unreached=True)
BUSY = HostError("busy", kind="rate_limit")


def wait(seconds: float) -> HostError:
    return HostError("slow down", kind="rate_limit", retry_after=seconds)


def fail(host: Availability, error: HostError, *, probe: bool = False, enough: int = 4) -> None:
    if probe:
        host.probe_returned()
    host.failed(error, probe=probe, enough=enough, delay=2.0)
    host.tell(error)


def test_a_host_is_probed_by_one_request_at_a_time_once_it_refuses() -> None:
    clock = Clock()
    host = Availability(clock=clock)
    assert (host.pause(), host.admit(), host.blocked) == (0, False, False)
    fail(host, REFUSED)
    assert host.down
    assert host.pause() == 2
    clock.now += 2
    assert host.pause() == 0
    assert host.admit()
    assert host.pause() == math.inf
    fail(host, REFUSED, probe=True)
    assert (host.pause(), host.probes, host.failing_for) == (2, 1, 2)
    clock.now += 2
    assert host.admit()
    host.replied()
    host.probe_returned()
    assert (host.pause(), host.admit(), host.blocked, host.failing_for) == (0, False, False, 0)


def test_a_host_that_is_overloaded_is_down_after_as_many_failures_as_may_be_under_way() -> None:
    host = Availability(clock=Clock())
    for _ in range(3):
        fail(host, BUSY)
    assert not host.blocked
    host.replied()
    for _ in range(3):
        fail(host, BUSY)
    assert not host.blocked
    fail(host, BUSY)
    assert host.down


def test_a_pause_that_the_host_names_is_kept_even_if_others_are_answered() -> None:
    clock = Clock()
    host = Availability(clock=clock)
    fail(host, wait(60))
    fail(host, wait(20))
    host.replied()
    assert host.pause() == 60
    clock.now += 59
    assert host.pause() == 1
    clock.now += 1
    assert (host.pause(), host.admit()) == (0, False), "somebody was answered: no probe is needed"
    fail(host, wait(5))
    clock.now += 5
    assert (host.pause(), host.admit()) == (0, True)


def test_a_long_wait_is_told_once_and_its_end_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock()
    host = Availability("models.test", clock)
    for _ in range(4):
        fail(host, REFUSED)
        clock.now += 4
    host.replied()
    fail(host, wait(5))
    host.replied()
    for _ in range(4):
        fail(host, wait(50))
        host.replied()
    clock.now += 50
    fail(host, wait(60))
    assert [record.getMessage() for record in caplog.records] == [
        "refused; one request now and then is sent until that is over",
        "models.test answers again, after 16 s",
        "slow down; nothing is sent for 50 s",
        "slow down; nothing is sent for 60 s",
    ]


def test_durations_stay_short() -> None:
    said = [say_seconds(seconds) for seconds in (0, 7.1e-6, 0.05, 3000, 1e300, math.inf)]
    long = "more than a month"
    assert said == ["0 s", "less than 1 ms", "0.05 s", "3,000 s", long, long]


def retried(error: HostError, max_wait: float) -> float:
    """Seconds until the attempt after a failure of a host at its first request."""
    limiter = ConcurrencyLimiter(1)
    limits = Limits(max_wait=max_wait)
    queue = RequestQueue("a/b", limiter, Rates(), max_wait)
    return Retries(limits, queue, random.Random(1)).pause(error, probe=False, took=0.0)


def limited(wait: float | None, whole: float | None = None) -> HostError:
    return HostError("no", kind="rate_limit", retry_after=wait, whole_after=whole)


@pytest.mark.parametrize(
    ("error", "max_wait", "words"),
    [
        (limited(5), 3, "a/b wants no requests for 5 s, and the run waits for 3 s at most"),
        (limited(301), 300, "a/b wants no requests for 301 s, and the run waits for 300 s"),
        (limited(60, 3000), 3, "a/b says that its limit is whole again in 3,000 s, and the run"),
        (limited(2, 0), 1, "a/b wants no requests for 2 s"),
        (limited(math.inf), 1, "a/b wants no requests for more than a month"),
    ],
)
def test_a_pause_that_is_too_long_is_told_in_numbers_that_make_sense(
    error: HostError, max_wait: float, words: str
) -> None:
    with pytest.raises(ModelError, match=f"^no; {words}"):
        retried(error, max_wait)


@pytest.mark.parametrize("seconds", [1, 300, 3600])
def test_a_pause_of_just_max_wait_is_waited_for(seconds: float) -> None:
    assert retried(limited(seconds), seconds) == 0


def test_how_long_a_host_has_failed_is_told_with_what_it_still_wants() -> None:
    assert too_long("a/b", 12, limited(300)) == (
        "that is so for 12 s, a/b wants no requests for 300 s"
    )
    assert too_long("a/b", 12, BUSY) == "that is so for 12 s"
    assert too_long("a/b", 7e-6, limited(300)) == "a/b wants no requests for 300 s"
    assert too_long("a/b", 7e-6, BUSY) == "that may last"


def in_metadata(**headers: Any) -> bytes:
    """A refusal of OpenRouter's, with headers in its body."""
    error = {"message": "Rate limit exceeded: free-models-per-min. ", "code": 429}
    return json.dumps({"error": {**error, "metadata": {"headers": headers}}}).encode()


@pytest.mark.parametrize("status", [429, 200])
async def test_headers_in_the_metadata_of_a_refusal_are_obeyed(status: int) -> None:
    when = str(int(time.time() * 1000) + 3_000_000)
    said = {"X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": when}
    async with hosting(lambda number: reply(status, in_metadata(**said))) as host:
        assert await ask(model_at(host), 5) == ["unavailable"] * 5


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-RateLimit-Reset": None}, {"x-ratelimit-remaining": 0, "X-RateLimit-Reset": 0}],
)
async def test_metadata_that_name_no_time_are_no_long_pause(headers: dict[str, Any]) -> None:
    body = in_metadata(**headers)
    async with hosting(lambda number: reply(429, body) if number == 0 else reply()) as host:
        assert await ask(model_at(host), 2) == ["Yes"] * 2


async def ask(model: Any, count: int) -> list[str]:
    """The answer of each of so many requests that are made together, or the kind of its failure."""

    async def one() -> str:
        try:
            return str((await model.generate(ASKED, GenerateConfig())).text)
        except ModelError as error:
            return error.kind

    try:
        return list(await asyncio.gather(*(one() for _ in range(count))))
    finally:
        await model.close()


def model_at(host: Host, **options: str) -> Any:
    return resolve(f"{host.url}#m", options={**FAST, **options})


def down_from(first: int, until: float, sent: bytes | None) -> Answer:
    """Answers well but for the time from the first failure on, in which it sends something else."""
    start: list[float] = []

    def answer(number: int) -> bytes | None:
        if number >= first and not start:
            start.append(time.monotonic())
        late = bool(start) and time.monotonic() < start[0] + until
        return sent if late else reply()

    return answer


async def later(seconds: float, do: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    await do()


async def test_a_server_that_is_gone_for_a_while_costs_no_answer() -> None:
    async with hosting(lambda number: reply(), latency=0.002) as host:
        model = model_at(host, max_retries="1", max_connections="16")
        asked = asyncio.ensure_future(ask(model, 300))
        while len(host.times) < 100:
            await asyncio.sleep(0.001)
        host.close()
        before = len(host.times)
        again = asyncio.ensure_future(later(0.5, host.open))
        assert await asked == ["Yes"] * 300
        await again
    assert before < 300
    assert len(host.times) <= 300 + 16, "only what was under way is asked again"


@pytest.mark.parametrize("most", ["2", "8", "64"])
async def test_a_server_that_is_gone_for_a_while_costs_no_answer_though_nothing_is_repeated(
    most: str,
) -> None:
    async with hosting(lambda number: reply(), latency=0.002) as host:
        model = model_at(host, max_retries="0", max_connections=most)
        asked = asyncio.ensure_future(ask(model, 200))
        while len(host.times) < 100:
            await asyncio.sleep(0.001)
        host.close()
        again = asyncio.ensure_future(later(0.2, host.open))
        assert await asked == ["Yes"] * 200
        await again


async def test_a_request_that_is_alone_fails_at_once_where_nothing_is_repeated() -> None:
    async with hosting(lambda number: None) as host:
        model = model_at(host, max_retries="0")
        with pytest.raises(ModelError, match="closed without a reply"):
            await model.generate(ASKED, GenerateConfig())
        assert len(host.times) == 1
        await model.close()


@pytest.mark.parametrize("status", [429, 502, 529])
async def test_a_host_that_nobody_gets_an_answer_from_costs_no_answer(status: int) -> None:
    answer = down_from(50, 0.3, reply(status, b"{}"))
    async with hosting(answer, latency=0.001) as host:
        model = model_at(host, max_retries="2", max_connections="8")
        assert await ask(model, 200) == ["Yes"] * 200


async def test_a_tunnel_that_ends_every_connection_costs_no_answer() -> None:
    async with hosting(down_from(50, 0.3, None), latency=0.001) as host:
        model = model_at(host, max_retries="2", max_connections="8")
        assert await ask(model, 200) == ["Yes"] * 200


async def test_a_host_that_is_down_is_probed_by_one_request_at_a_time() -> None:
    outage = down_from(20, 0.4, reply(503, b"{}"))
    probed: list[int] = []
    hosts: list[Host] = []

    def answer(number: int) -> bytes | None:
        sent = outage(number)
        if number >= 20 + 16 and sent != reply():
            probed.append(hosts[0].under_way)
        return sent

    async with hosting(answer, latency=0.002) as host:
        hosts.append(host)
        model = model_at(host, max_connections="8")
        assert await ask(model, 100) == ["Yes"] * 100
    assert set(probed) <= {1}
    assert len(host.times) < 150


async def test_nothing_is_sent_before_the_time_that_the_host_names() -> None:
    async with hosting(
        lambda number: reply(429, b"{}", Retry_After="0.4") if number == 10 else reply(), 0.001
    ) as host:
        model = model_at(host, max_connections="4")
        assert await ask(model, 60) == ["Yes"] * 60
    gaps = [after - before for before, after in zip(host.times, host.times[1:], strict=False)]
    pauses = [number for number, gap in enumerate(gaps, 1) if gap > 0.3]
    assert len(pauses) == 1
    assert 10 < pauses[0] <= 10 + 4, "what was under way could not be held"


async def test_a_pause_holds_for_all_models_at_the_host() -> None:
    async with hosting(
        lambda number: reply(429, b"{}", Retry_After="0.4") if number == 0 else reply()
    ) as host:
        target = asyncio.ensure_future(ask(model_at(host), 1))
        while not host.times:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)
        judge = resolve(f"{host.url}#judge", options=FAST)
        assert await ask(judge, 3) == ["Yes"] * 3
        assert await target == ["Yes"]
    assert host.times[1] - host.times[0] >= 0.4


PAUSES = {
    "seconds": {"Retry_After": "3000"},
    "milliseconds": {"retry_after_ms": "3000000"},
    "a span": {"Retry_After": "50m0s"},
    "a date": {"Retry_After": "Fri, 31 Dec 2100 23:59:59 GMT"},
    "absurd": {"Retry_After": "1e300"},
    "a window": {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "3000"},
    "a date in milliseconds": {
        "X_RateLimit_Remaining": "0",
        "X_RateLimit_Reset": str(int(time.time() + 3000) * 1000),
    },
    "without end": {"Retry_After": "9" * 20_000},
}


@pytest.mark.parametrize("form", PAUSES)
async def test_a_pause_that_is_too_long_ends_all_at_once(form: str) -> None:
    async with hosting(
        lambda number: reply(429, b"{}", **PAUSES[form]) if number >= 3 else reply(), 0.001
    ) as host:
        found = await ask(model_at(host, max_connections="2"), 80)
    assert sorted(set(found)) == ["Yes", "unavailable"]
    assert len(host.times) <= 3 + 2


@pytest.mark.parametrize("said", ["-3", "0", "soon", "nan", "", "Wed, 21 Oct 2015 07:28:00 GMT"])
async def test_a_pause_that_is_none_is_a_short_one(said: str) -> None:
    async with hosting(
        lambda number: reply(429, b"{}", Retry_After=said) if number in (3, 4) else reply()
    ) as host:
        assert await ask(model_at(host), 20) == ["Yes"] * 20


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 226])
async def test_an_answer_with_any_status_of_success_is_one(status: int) -> None:
    async with hosting(lambda number: reply(status)) as host:
        assert await ask(model_at(host), 3) == ["Yes"] * 3
    assert len(host.times) == 3


@pytest.mark.parametrize("body", [b"", b" \r\n"])
@pytest.mark.parametrize("status", [200, 201, 202, 206, 204, 205, 304])
async def test_success_without_an_answer_is_asked_for_again(status: int, body: bytes) -> None:
    empty = reply(status, b"" if status in (204, 205, 304) else body)
    async with hosting(lambda number: empty if number == 0 else reply()) as host:
        assert await ask(model_at(host), 1) == ["Yes"]
    async with hosting(lambda number: empty) as host:
        assert await ask(model_at(host, max_retries="2"), 1) == ["bad_reply"]
    assert len(host.times) == 3


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_success_without_an_answer_may_name_a_pause(status: int) -> None:
    async with hosting(
        lambda number: reply(status, b"", Retry_After="0.3") if number == 0 else reply()
    ) as host:
        assert await ask(model_at(host), 1) == ["Yes"]
    assert host.times[1] - host.times[0] >= 0.3


async def test_pauses_that_are_too_long_together_end_all() -> None:
    async with hosting(lambda number: reply(429, b"{}", Retry_After="0.4")) as host:
        found = await ask(model_at(host, max_wait="1"), 5)
    assert found == ["unavailable"] * 5
    assert len(host.times) <= 5 + 2


async def test_a_server_that_is_gone_for_good_ends_all_in_time_with_words() -> None:
    async with hosting(lambda number: reply(), latency=0.001) as host:
        model = model_at(host, max_wait="0.5", max_connections="4")
        failures: list[ModelError] = []

        async def one() -> None:
            try:
                await model.generate(ASKED, GenerateConfig())
            except ModelError as error:
                failures.append(error)

        asked = asyncio.gather(*(one() for _ in range(100)))
        while len(host.times) < 20:
            await asyncio.sleep(0.001)
        host.close()
        await asked
        await model.close()
    assert {error.kind for error in failures} == {"unavailable"}
    words = str(failures[0])
    assert "is the server running?" in words
    assert "the run waits for 0.5 s at most" in words
    assert "run the same command later to resume" in words
    assert "-M max_wait=SECONDS" in words


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_retries": "2"}, "gave up after 3 attempts"),
        ({"max_retries": "99999999999", "max_wait": "0.2"}, r"gave up after \d+ attempts"),
    ],
)
async def test_a_server_that_was_never_there_is_given_up_in_time(
    limits: dict[str, str], words: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host = Host(lambda number: reply(), port=port)
    model = model_at(host, **limits)
    asked = (model.generate(ASKED, GenerateConfig()) for _ in range(20))
    failures = await asyncio.gather(*asked, return_exceptions=True)
    await model.close()
    assert {getattr(failure, "kind", None) for failure in failures} == {"connection"}
    assert any(re.search(words, str(failure)) for failure in failures)


async def test_what_waiting_does_not_mend_is_given_up_at_once() -> None:
    """A server that does not speak TLS."""
    tried = 0

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal tried
        tried += 1
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(deaf, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    model = resolve(f"https://127.0.0.1:{port}/v1#m", options=FAST)
    with pytest.raises(ModelError, match=r"is the address one of http://\?") as caught:
        await model.generate(ASKED, GenerateConfig())
    await model.close()
    server.close()
    assert (caught.value.kind, tried) == ("connection", 1)


async def test_after_all_were_given_up_a_server_that_is_back_is_asked() -> None:
    host = Host(lambda number: reply())
    await host.open()
    model = model_at(host, max_wait="0.1")
    await model.generate(ASKED, GenerateConfig())
    host.close()
    with pytest.raises(ModelError, match="max_wait"):
        await model.generate(ASKED, GenerateConfig())
    await host.open()
    assert (await model.generate(ASKED, GenerateConfig())).text == "Yes"
    host.close()
    await model.close()


async def test_a_pause_that_was_too_long_is_kept_by_requests_that_come_later() -> None:
    async with hosting(lambda number: reply(429, b"{}", Retry_After="3000")) as host:
        model = model_at(host)
        for _ in range(3):
            with pytest.raises(ModelError, match="wants no requests for 3,000 s"):
                await model.generate(ASKED, GenerateConfig())
        await model.close()
    assert len(host.times) == 1


def asked_for(request: bytes) -> str:
    return str(json.loads(request)["messages"][0]["content"])


async def test_a_gateway_without_a_server_for_good_ends_all_in_time() -> None:
    async with hosting(lambda number: reply(503, b"{}")) as host:
        found = await ask(model_at(host, max_wait="0.5", max_connections="8"), 100)
    assert found == ["unavailable"] * 100
    assert len(host.times) < 60


@pytest.mark.parametrize("bad", [{5}, {5, 19}, {17, 18, 19}])
async def test_requests_that_a_gateway_cannot_stand_fail_alone(bad: set[int]) -> None:
    """Also where they are the last ones."""
    async with hosting(lambda number: b"") as host:
        host.reply_to = lambda body: reply(502 if asked_for(body).startswith("bad") else 200)
        model = model_at(host, max_retries="2", max_connections="2", first_delay="0.001")

        async def one(number: int) -> str:
            text = f"bad {number}" if number in bad else "good"
            try:
                await model.generate((Message(role="user", text=text),), GenerateConfig())
            except ModelError as error:
                return error.kind
            return "Yes"

        found = await asyncio.gather(*map(one, range(20)))
        await model.close()
    assert {number for number, kind in enumerate(found) if kind == "server"} == bad
    assert set(found) <= {"Yes", "server"}


async def test_a_probe_that_is_cancelled_leaves_its_turn_to_another() -> None:
    async with hosting(down_from(0, 0.2, reply(503, b"{}")), latency=0.02) as host:
        model = model_at(host, max_connections="1")
        first, second = (asyncio.ensure_future(ask(model, 1)) for _ in range(2))
        while len(host.times) < 2:
            await asyncio.sleep(0.005)
        first.cancel()
        assert await second == ["Yes"]
        limiter = limiter_at(f"127.0.0.1:{host.port}", 1)
        assert limiter.in_flight == 0
        await asyncio.gather(first, return_exceptions=True)


LIMIT = {
    "x_ratelimit_limit_requests": "10",
    "x_ratelimit_remaining_requests": "0",
    "x_ratelimit_reset_requests": "24h",
}


async def test_a_pace_that_is_too_slow_ends_all_with_words() -> None:
    async with hosting(lambda number: reply(**LIMIT)) as host:
        model = model_at(host, max_connections="1")
        assert (await model.generate(ASKED, GenerateConfig())).text == "Yes"
        with pytest.raises(ModelError, match="reports that its rate limit is used up") as caught:
            await model.generate(ASKED, GenerateConfig())
        assert caught.value.kind == "unavailable"
        assert "8,640 s" in str(caught.value)
        await model.close()
    assert len(host.times) == 1


@pytest.mark.parametrize(
    "reset", ["1e300", "9" * 20_000, "9e99s", "-5", "Fri, 31 Dec 9999 23:59:59"]
)
async def test_a_pace_that_is_absurd_is_ignored(reset: str) -> None:
    odd = {**LIMIT, "x_ratelimit_reset_requests": reset}
    async with hosting(lambda number: reply(**odd)) as host:
        assert await ask(model_at(host, max_wait="1"), 5) == ["Yes"] * 5
