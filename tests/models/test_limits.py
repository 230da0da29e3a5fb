"""Turns at a host, adaptive concurrency, delays."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from multitrust.core import ConfigError, GenerateConfig, Message
from multitrust.models import resolve
from multitrust.models.limits import ConcurrencyLimiter, Limits, RequestQueue, limiter_at
from multitrust.models.rates import Rates

Stub = Callable[..., Any]
ASKED = (Message(role="user", text="Is it?"),)


def test_congestion_lowers_the_limit_and_success_raises_it() -> None:
    gate = ConcurrencyLimiter(16)
    gate.congested(0.05)
    gate.congested(0.05)
    halved = gate.limit
    for _ in range(100):
        gate.succeeded()
    grown = gate.limit
    for _ in range(1000):
        gate.succeeded()
    assert halved == 8
    assert 8 < grown <= 16
    assert gate.limit == 16


async def walk(queue: RequestQueue, note: Callable[[], None], duration: float = 0.01) -> None:
    probe = await queue.enter()
    try:
        note()
        await asyncio.sleep(duration)
    finally:
        queue.leave(probe)


def test_a_waiter_that_is_cancelled_passes_its_turn_on() -> None:
    async def work() -> list[int]:
        lane, order = RequestQueue("m", ConcurrencyLimiter(1), Rates()), list[int]()
        tasks = [asyncio.ensure_future(walk(lane, partial(order.append, i))) for i in range(4)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return order

    assert asyncio.run(work()) == [0, 2, 3]


def test_a_turn_that_was_given_to_a_cancelled_waiter_is_given_back() -> None:
    async def work() -> int:
        gate = ConcurrencyLimiter(1)
        lane = RequestQueue("m", gate, Rates())
        await lane.enter()
        waiter = asyncio.ensure_future(lane.enter())
        await asyncio.sleep(0)
        lane.leave()  # gives the turn to the waiter, which does not know yet
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        return gate.in_flight

    assert asyncio.run(work()) == 0


def test_two_lanes_take_turns_however_long_one_is() -> None:
    async def work() -> list[str]:
        gate, order = ConcurrencyLimiter(2), list[str]()
        target, judge = (RequestQueue(name, gate, Rates()) for name in ("target", "judge"))
        crowd = [walk(target, lambda: order.append("target")) for _ in range(40)]
        few = [walk(judge, lambda: order.append("judge")) for _ in range(5)]
        await asyncio.gather(*crowd, *few)
        return order

    order = asyncio.run(work())
    assert (order.count("target"), order.count("judge")) == (40, 5)
    last = max(place for place, name in enumerate(order) if name == "judge")
    assert last <= 2 + 2 * 5


def test_a_lane_that_must_wait_for_its_rate_holds_up_no_other() -> None:
    async def work() -> list[str]:
        gate, order = ConcurrencyLimiter(1), list[str]()
        slow = RequestQueue(
            "slow", gate, Rates({"requests": 600})
        )  # one in 0.1 s after a first burst
        fast = RequestQueue("fast", gate, Rates())
        crowd = [walk(slow, lambda: order.append("slow"), 0.001) for _ in range(13)]
        others = [walk(fast, lambda: order.append("fast"), 0.001) for _ in range(20)]
        await asyncio.gather(*crowd, *others)
        return order

    order = asyncio.run(work())
    assert order[-3:] == ["slow"] * 3
    assert order.count("fast") == 20


def test_no_more_than_max_connections_at_once(stub: Stub) -> None:
    server = stub(latency=0.02)

    async def many() -> None:
        model = resolve(f"{server.url}#x", options={"max_connections": "5"})
        await asyncio.gather(*(model.generate(ASKED, GenerateConfig()) for _ in range(40)))
        await model.close()
        await model.close()

    asyncio.run(many())
    assert len(server.requests) == 40
    assert server.most_in_flight == 5


def test_models_at_one_host_share_its_connections_and_none_starves(stub: Stub) -> None:
    server = stub(latency=0.01)
    order: list[str] = []

    async def ask(model: Any) -> None:
        await model.generate(ASKED, GenerateConfig())
        order.append(model.model)

    async def both() -> None:
        target = resolve(f"{server.url}#target", options={"max_connections": "4"})
        judge = resolve(f"{server.url}#judge", options={"max_connections": "8"})
        crowd = [ask(target) for _ in range(60)]
        await asyncio.gather(*crowd, *(ask(judge) for _ in range(10)))
        await asyncio.gather(target.close(), judge.close())

    asyncio.run(both())
    assert server.most_in_flight == 4
    assert max(place for place, name in enumerate(order) if name == "judge") < 40


def test_models_at_other_hosts_and_in_other_loops_share_nothing() -> None:
    async def gates() -> tuple[ConcurrencyLimiter, ConcurrencyLimiter, ConcurrencyLimiter]:
        return limiter_at("a:1", 4), limiter_at("a:1", 9), limiter_at("a:2", 9)

    one, same, other = asyncio.run(gates())
    again, *_ = asyncio.run(gates())
    assert one is same
    assert (one.cap, other.cap) == (4, 9)
    assert again is not one


def test_requests_keep_to_the_minute_of_the_settings(stub: Stub) -> None:
    server = stub()

    async def many() -> float:
        model = resolve(f"{server.url}#x", options={"requests_per_minute": "1200"})
        start = time.monotonic()
        await asyncio.gather(*(model.generate(ASKED, GenerateConfig()) for _ in range(30)))
        await model.close()
        return time.monotonic() - start

    assert 0.45 <= asyncio.run(many()) < 3  # 20 at once, then 10 at 20 in a second


@pytest.mark.parametrize("odd", ["0", "-1", "nan", "many"])
@pytest.mark.parametrize("name", ["requests_per_minute", "tokens_per_minute"])
def test_rates_that_make_no_sense_are_refused(name: str, odd: str) -> None:
    with pytest.raises(ConfigError, match=name):
        resolve("http://127.0.0.1:1/v1#x", options={name: odd})


def test_delays_double_within_bounds() -> None:
    limits = Limits(first_delay=1)
    delays = [limits.delay(n, random.Random(1)) for n in range(1, 2000)]
    assert 0.5 <= delays[0] <= 1
    assert delays[4] >= 8
    assert max(delays) <= 60
    assert max(limits.delay(n, random.Random(1), 10) for n in range(1, 12)) <= 10
