"""Rate limits: what headers mean, and how much may be sent when."""

from __future__ import annotations

import math
import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from multidict import CIMultiDict

from multitrust.core import GenerateConfig, Message, Response
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.models.rates import (
    Bucket,
    RateLimitWindow,
    Rates,
    rate_limit_windows,
    retry_after,
    seconds,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", 2),
        (" 1.5 ", 1.5),
        ("0", 0),
        ("-3", 0),
        ("1s", 1),
        ("7.66s", 7.66),
        ("250ms", 0.25),
        ("6m0s", 360),
        ("2m59.56s", 179.56),
        ("1h2m3s", 3723),
        ("1d", 86400),
        ("soon", None),
        ("1s later", None),
        ("5 apples", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("3000", 3000),
        ("1e300", 1e300),
        ("1e999", math.inf),
        ("9" * 20_000, math.inf),
        ("9" * 20_000 + "s", None),
        ("9" * 20_000 + ".", None),
        ("1_000", None),
        ("0x10", None),
        ("\u0661\u0662", None),
        ("5, 7", None),
    ],
)
def test_spans_in_their_forms(text: str, expected: float | None) -> None:
    found = seconds(text)
    assert found == expected if expected is None else found == pytest.approx(expected)


def test_dates_in_their_forms() -> None:
    then = datetime.now(UTC) + timedelta(seconds=30)
    forms = (
        format_datetime(then, usegmt=True),
        then.isoformat(timespec="seconds").replace("+00:00", "Z"),
        then.replace(tzinfo=None).isoformat(),
        str(int(time.time()) + 30),
        str(int(time.time() * 1000) + 30_000),
    )
    assert all(25 < (seconds(form) or 0) <= 30.5 for form in forms), forms
    past = datetime.now(UTC) - timedelta(days=1)
    assert seconds(past.isoformat()) == seconds(format_datetime(past)) == 0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "2"}, 2),
        ({"Retry-After": "2", "retry-after-ms": "1500"}, 1.5),
        ({"Retry-After": "2", "x-ratelimit-reset-requests": "9s"}, 2),
        ({"x-ratelimit-reset-requests": "1.5s"}, 1.5),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, 60),
        ({"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "6m0s"}, None),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "50m"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "90"}, 90),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "50m"}, 3000),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "7"}, 7),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "90"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9e15"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "90", "Retry-After": "2"}, 2),
        ({"Retry-After": "soon"}, None),
        ({"X-Retry-After": "2"}, 2),
        ({"X-Retry-After": "2", "Retry-After": "3"}, 3),
        ({"X-Retry-After": "2", "Retry-After": "soon"}, 2),
        ({"x-ms-retry-after-ms": "1500", "Retry-After": "2"}, 1.5),
        ({"x-ms-retry-after-ms": "-5"}, 0),
        ({"RateLimit": '"default";r=0;t=2'}, 2),
        ({"RateLimit": '"default"; r=0; t=2', "RateLimit-Policy": '"default";q=5;w=10'}, 2),
        ({"RateLimit": '"burst";r=3;t=2, "day";r=0;t=50'}, 50),
        ({"RateLimit": '"burst";r=0;t=2, "day";r=0;t=50'}, 50),
        ({"RateLimit": '"burst";r=0;t=2, "day";r=9;t=50'}, 2),
        ({"RateLimit": "limit=5, remaining=0, reset=2"}, 2),
        ({"RateLimit": "limit=5,remaining=1,reset=2"}, None),
        ({"RateLimit": '"default";r=4;t=2'}, None),
        ({"RateLimit": '"default";r=0'}, None),
        ({"RateLimit": '"default";r=0;t=-2'}, None),
        ({"RateLimit": '"default";pr=0;pt=2'}, None),
        ({"RateLimit": "5, 0, 2"}, None),
        ({"RateLimit": '"d";r=0;t=999999999999'}, None),
        ({"RateLimit": '"default";r=0;t=2', "Retry-After": "7"}, 7),
        ({}, None),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(
    headers: dict[str, str], expected: float | None
) -> None:
    assert retry_after(headers) == expected


@pytest.mark.parametrize("scale", [1, 1000])
def test_a_window_ends_at_a_time_since_1970(scale: int) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{(time.time() + 50) * scale}"}
    assert 40 < (retry_after(headers) or 0) <= 50


UP = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2h0m0s"}


@pytest.mark.parametrize(
    ("headers", "held"),
    [
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7200"}, 7200),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "@7200"}, 7200),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": "30", "RateLimit-Limit": "10"}, 30),
        (UP, 60),
        ({name.replace("requests", "tokens"): said for name, said in UP.items()}, 60),
        ({**UP, "x-ratelimit-reset-requests": "3s"}, 3),
        ({**UP, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90"}, 90),
        ({"anthropic-ratelimit-tokens-remaining": "0", "anthropic-ratelimit-tokens-reset": "9"}, 9),
        ({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "7200"}, 0),
        ({"X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "7200"}, 0),
        ({"X-RateLimit-Remaining": "none", "X-RateLimit-Reset": "7200"}, 0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "0", "X-RateLimit-Reset": "9"}, 0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1e300"}, 0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0"}, 0),
        ({"X-RateLimit-Remaining": "0"}, 0),
        ({"X-RateLimit-Reset": "7200"}, 0),
        ({**UP, "x-ratelimit-reset-requests": "1e300s"}, 0),
        ({"X-RateLimit-Reset": "5", "Retry-After": "7"}, 0),
        ({"RateLimit": '"default";r=0;t=30'}, 30),
        ({"RateLimit": "limit=5, remaining=0, reset=30"}, 30),
        ({"RateLimit": '"default";r=1;t=30'}, 0),
    ],
)
def test_a_good_reply_that_says_that_nothing_remains_is_obeyed(
    headers: dict[str, str], held: float
) -> None:
    clock = Clock()
    rates = Rates(clock=clock)
    sent = {n: v.replace("@7200", f"{time.time() + 7200:.0f}") for n, v in headers.items()}
    rates.see(CIMultiDict(sent), good=False)
    assert rates.wait(1) == 0
    rates.see(CIMultiDict(sent))
    assert rates.wait(1) == rates.reported_wait(1) == pytest.approx(held, abs=2)
    rates.see(CIMultiDict({"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": "1"}))
    assert rates.wait(1) == pytest.approx(held, abs=2)  # replies come in any order
    clock.now += held + 2
    assert rates.wait(1) == 0


def test_limits_of_both_families() -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
    openai = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "150000",
        "x-ratelimit-remaining-tokens": "149984",
        "x-ratelimit-reset-tokens": "6m0s",
    }
    assert rate_limit_windows(openai) == {
        "requests": RateLimitWindow(limit=60, remaining=59, reset=1),
        "tokens": RateLimitWindow(limit=150000, remaining=149984, reset=360),
    }
    anthropic = {
        "anthropic-ratelimit-tokens-limit": "96000",
        "anthropic-ratelimit-tokens-remaining": "48000",
        "anthropic-ratelimit-tokens-reset": soon,
    }
    (said,) = rate_limit_windows(anthropic).values()
    assert (said.limit, said.remaining) == (96000, 48000)
    assert 29 < said.reset <= 30


@pytest.mark.parametrize("odd", ["", "many", "-", "nan"])
def test_limits_that_are_not_whole_are_no_limits(odd: str) -> None:
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": odd,
        "x-ratelimit-reset-requests": "1s",
    }
    assert rate_limit_windows(headers) == {}
    headers["x-ratelimit-remaining-requests"] = "1"
    headers["x-ratelimit-limit-requests"] = odd
    assert rate_limit_windows(headers) == {}


def test_whatever_a_header_holds_is_read_without_an_error() -> None:
    rng = random.Random(11)
    letters = "0123456789.-+eE:TZ, smhdJanFriGMT\t\x80\u0661"
    dates = ("Fri, 31 Dec 9999 23:59:59 GMT", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z")
    for number in range(3000):
        text = "".join(rng.choice(letters) for _ in range(rng.randrange(40)))
        if number % 3 == 0:
            date = list(rng.choice(dates))
            date[rng.randrange(len(date))] = rng.choice(letters)
            text = "".join(date)
        found = seconds(text)
        assert found is None or found >= 0


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("reset", "1e300"),
        ("reset", "9" * 20_000),
        ("reset", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("limit", "1e300"),
        ("limit", "9" * 20_000),
        ("limit", "0"),
        ("limit", "-5"),
        ("reset", "32d"),
    ],
)
def test_limits_that_are_absurd_are_no_limits(name: str, odd: str) -> None:
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "1",
        "x-ratelimit-reset-requests": "1s",
    }
    assert rate_limit_windows(headers)
    assert rate_limit_windows({**headers, f"x-ratelimit-{name}-requests": odd}) == {}


@pytest.mark.parametrize(("said", "kept"), [("-7", 0), ("1e300", 60), ("61", 60), ("59", 59)])
def test_what_remains_is_a_part_of_the_limit(said: str, kept: float) -> None:
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": said,
        "x-ratelimit-reset-requests": "1s",
    }
    assert rate_limit_windows(headers)["requests"].remaining == kept


def test_the_wait_that_a_server_reports_is_told_from_that_of_the_settings() -> None:
    clock = Clock()
    rates = Rates({"requests": 0.01}, clock)
    rates.spend(0)
    assert rates.wait(0) > 1000
    assert rates.reported_wait(0) == 0
    rates.see(
        {
            "x-ratelimit-limit-requests": "10",
            "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-reset-requests": "100s",
        }
    )
    assert rates.reported_wait(0) == pytest.approx(10)


def test_a_bucket_flows_back_and_no_higher_than_its_capacity() -> None:
    clock = Clock()
    bucket = Bucket(10, 2, clock)
    assert bucket.wait(10) == 0
    bucket.spend(10)
    assert bucket.wait(1) == 0.5
    clock.now += 3
    assert (bucket.wait(6), bucket.wait(8)) == (0, 1)
    clock.now += 100
    assert (bucket.wait(10), bucket.wait(11)) == (0, 0)
    bucket.spend(-5)
    bucket.spend(10)
    assert bucket.wait(1) == 0.5


def test_a_request_larger_than_the_bucket_leaves_a_debt() -> None:
    clock = Clock()
    bucket = Bucket(10, 2, clock)
    bucket.spend(30)
    assert bucket.wait(1) == pytest.approx(10.5)
    clock.now += 15
    assert bucket.wait(30) == 0


def paced(rates: Rates, clock: Clock, tokens: float, duration: float) -> int:
    """How many requests go out in so many seconds when more are always waiting."""
    end, sent = clock.now + duration, 0
    while True:
        pause = rates.wait(tokens)
        if clock.now + pause > end:
            clock.now = end
            return sent
        clock.now += pause
        rates.spend(tokens)
        sent += 1


@pytest.mark.parametrize(("limit", "most"), [(30, 31), (600, 610), (6000, 6100)])
def test_a_minute_holds_no_more_requests_than_the_settings_say(limit: int, most: int) -> None:
    clock = Clock()
    assert limit <= paced(Rates({"requests": limit}, clock), clock, 0, 60) <= most


def test_a_minute_holds_no_more_tokens_than_the_settings_say() -> None:
    clock = Clock()
    sent = paced(Rates({"tokens": 60_000, "requests": 6000}, clock), clock, 3000, 600)
    assert 199 <= sent <= 202


def test_the_server_sets_the_pace_when_it_says_so() -> None:
    clock = Clock()
    rates = Rates(clock=clock)
    assert rates.wait(1e9) == 0
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "2",
        "x-ratelimit-reset-requests": "58s",
    }
    rates.see(headers)
    assert paced(rates, clock, 0, 10.5) == 2 + 10
    headers["x-ratelimit-remaining-requests"] = "60"
    rates.see(headers)
    assert rates.wait(0) == pytest.approx(0.5), "requests under way may not be counted yet"


def test_a_limit_of_a_day_is_not_taken_for_one_of_a_minute() -> None:
    clock = Clock()
    rates = Rates(clock=clock)
    rates.see(
        {
            "x-ratelimit-limit-requests": "14400",
            "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-reset-requests": "24h",
        }
    )
    assert rates.wait(0) == pytest.approx(6)


ASKED = (Message(role="user", text="Is it a square? " * 25, images=(Drawing(svg.document(5, 5)),)),)


def test_tokens_are_estimated_from_text_pictures_and_what_may_be_said() -> None:
    rates = Rates({"tokens": 60_000})
    config = GenerateConfig(max_tokens=50)
    shown = rates.estimate(ASKED, config).tokens
    told = rates.estimate((Message(role="user", text=ASKED[0].text),), config).tokens
    assert 100 <= told <= 200
    assert 300 <= shown - told <= 2000
    assert rates.estimate(ASKED, GenerateConfig(max_tokens=150)).tokens == shown + 100
    assert Rates({"requests": 5}).estimate(ASKED, config).tokens == 0


def test_estimates_are_put_right_by_the_usage_that_is_reported() -> None:
    clock = Clock()
    rates = Rates({"tokens": 60_000}, clock)
    config = GenerateConfig(max_tokens=50)
    cost = rates.estimate(ASKED, config)
    rates.spend(cost.tokens)
    rates.correct(cost, Response(text="", model="m", input_tokens=5900, output_tokens=100))
    assert rates.wait(1000) == pytest.approx(6), "6000 tokens at 1000 in a second"
    for _ in range(200):
        cost = rates.estimate(ASKED, config)
        rates.correct(cost, Response(text="", model="m", input_tokens=290, output_tokens=10))
    assert rates.estimate(ASKED, config).tokens == pytest.approx(300, rel=0.1)


def test_usage_that_is_not_reported_changes_nothing() -> None:
    rates = Rates({"tokens": 60_000}, Clock())
    cost = rates.estimate(ASKED, GenerateConfig())
    rates.spend(cost.tokens)
    before = rates.wait(1000)
    rates.correct(cost, Response(text="", model="m"))
    assert (rates.wait(1000), rates.estimate(ASKED, GenerateConfig())) == (before, cost)
