"""A server that refuses the first request: the run ends, and nothing more is sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.run.questions import COUNT, JUDGED, PLAIN
from tests.servers.scripted import Host, hosting, reply

from multitrust.core import (
    GenerateConfig,
    Message,
    Model,
    ModelError,
    Response,
    Task,
    before_sending,
    register_worker,
)
from multitrust.models import resolve
from multitrust.models.limits import JUST_NOW
from multitrust.run import RunConfig, engine, execute, execute_async, load_run, rescore
from multitrust.run.generation import WrappedModel

REFUSALS = {401: "auth", 403: "auth", 404: "not_found"}


def model_at(url: str, most: int = 2, **options: str) -> Model:
    settings = {"max_connections": str(most), "first_delay": "0.01", **options}
    return resolve(f"{url}#x", options=settings)


def config(folder: Path, model: Model, task: Task = PLAIN, **more: Any) -> RunConfig:
    return RunConfig(model=model, tasks=(task,), folder=folder / "run", **more)


@dataclass(frozen=True, slots=True)
class InATask(WrappedModel):
    """Asks in a task of its own, as a model whose server is started does."""

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        return await asyncio.ensure_future(self.model.generate(messages, config))


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("most", "epochs"), [(1, 1), (3, 1), (2, 3)])
@pytest.mark.parametrize("status", REFUSALS)
async def test_after_the_first_refusal_nothing_is_sent(
    tmp_path: Path, status: int, most: int, epochs: int, wrapped: bool
) -> None:
    async with hosting(lambda number: reply(status, b"{}"), 0.005) as host:
        model = model_at(host.url, most)
        asked = InATask(model, "target") if wrapped else model
        with pytest.raises(ModelError) as caught:
            await execute_async(config(tmp_path, asked, epochs=epochs))
        assert len(host.times) <= most
    assert caught.value.kind == REFUSALS[status]
    assert load_run(tmp_path / "run")[1] == []


async def test_what_is_under_way_at_a_refusal_is_not_waited_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.02)
    ended = 0

    async def hanging(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal ended
        await reader.readuntil(b"}")
        if writer.get_extra_info("peername") == first[0]:
            writer.write(reply(401, b"{}"))
        else:
            await reader.read()
            ended += 1
        writer.close()

    first: list[Any] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first.append(writer.get_extra_info("peername"))
        await hanging(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1")
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    with pytest.raises(ModelError, match="refused the key"):
        await execute_async(config(tmp_path, model_at(url, 4, timeout="600")))
    async with asyncio.timeout(30):
        while ended < len(first) - 1:
            await asyncio.sleep(0.001)
    server.close()
    assert len(first) == 4


async def test_an_answer_that_was_under_way_at_a_refusal_is_kept(tmp_path: Path) -> None:
    async with hosting(lambda number: reply(401, b"{}") if number == 0 else reply()) as host:
        host.latency = 0.05
        with pytest.raises(ModelError, match="refused the key"):
            await execute_async(config(tmp_path, model_at(host.url, 2)))
        assert len(host.times) == 2
        host.latency = 0.001
        done = await execute_async(config(tmp_path, model_at(host.url, 8)))
        assert done.progress.outcomes == {"answered": COUNT}
        assert len(host.times) == 2 + COUNT - 1


async def test_requests_that_were_to_be_repeated_are_not_after_a_refusal(tmp_path: Path) -> None:
    statuses, bodies = [500, 502, 401], list[bytes]()

    def answer(body: bytes) -> bytes:
        bodies.append(body)
        return reply(statuses[min(len(bodies), 3) - 1], b"{}")

    async with hosting(lambda number: None, 0.01) as host:
        host.reply_to = answer
        with pytest.raises(ModelError, match="refused the key"):
            await execute_async(config(tmp_path, model_at(host.url, 3, first_delay="0.2")))
    assert len(set(bodies)) == len(bodies) <= 3 + 2


async def test_a_refusal_ends_a_pause(tmp_path: Path) -> None:
    """Of an hour, for which the run would have waited."""

    class Pausing(Host):
        async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.latency = 0.05 * self.connections
            await super().serve(reader, writer)

    sent = [reply(429, b"{}", Retry_After="3600"), reply(401, b"{}")]
    host = Pausing(lambda number: sent[number])
    await host.open()
    with pytest.raises(ModelError, match="refused the key"):
        await execute_async(config(tmp_path, model_at(host.url, 2, max_wait="9999")))
    host.close()
    assert len(host.times) == 2


async def test_a_judge_that_refuses_ends_the_requests_to_all_models(tmp_path: Path) -> None:
    async with (
        hosting(lambda number: reply(), 0.01) as host,
        hosting(lambda number: reply(401, b"{}")) as court,
    ):
        judge = model_at(court.url, 2)
        run = config(tmp_path, model_at(host.url, 2), JUDGED, models={"judge": judge})
        with pytest.raises(ModelError, match=r"judge: .*refused the key"):
            await execute_async(run)
        assert 2 <= len(host.times) <= COUNT / 2
        assert len(court.times) <= 2
        court.answer = lambda number: reply()
        again = replace(run, model=model_at(host.url, 8), models={"judge": model_at(court.url, 8)})
        await execute_async(again)
        assert len(host.times) == COUNT, "no answer is asked for again"


def test_scoring_anew_ends_with_the_first_refusal_of_the_judge(tmp_path: Path, stub: Any) -> None:
    execute(config(tmp_path, resolve("mock/yes-sayer"), JUDGED))
    court = stub(*["401"] * COUNT, latency=0.005)
    with pytest.raises(ModelError, match="refused the key"):
        rescore(tmp_path / "run", (JUDGED,), {"judge": model_at(court.url, 1)})
    assert len(court.requests) == 1


async def test_a_model_that_is_refused_later_fails_its_samples_alone(tmp_path: Path) -> None:
    async with hosting(lambda n: reply(404, b"{}") if 9 < n < 15 else reply()) as host:
        done = await execute_async(config(tmp_path, model_at(host.url, 4)))
    assert done.progress.outcomes == {"answered": COUNT - 5, "errored": 5}


async def test_requests_that_wait_fail_with_the_first_refusal_also_outside_a_run() -> None:
    async with hosting(lambda number: reply(404, b"{}"), 0.005) as host:
        model = model_at(host.url, 2)
        asked = (
            model.generate((Message(role="user", text=f"{n}"),), GenerateConfig()) for n in range(9)
        )
        failures = await asyncio.gather(*asked, return_exceptions=True)
        assert {getattr(failure, "kind", None) for failure in failures} == {"not_found"}
        assert len(host.times) == 2
        host.answer = lambda number: reply()  # the model is there now
        await asyncio.sleep(2 * JUST_NOW)
        answered = await model.generate((Message(role="user", text="?"),), GenerateConfig())
        await model.close()
    assert answered.text == "Yes"


async def test_a_worker_that_is_stopped_ends_where_it_would_send() -> None:
    sent: list[str] = []

    async def work(name: str, first: float, then: float) -> None:
        workers.append(register_worker())
        with before_sending():
            await asyncio.sleep(first)
        await asyncio.sleep(then)
        sent.append(name)
        with before_sending():
            sent.append(f"{name} again")

    workers: list[Any] = []
    waits = [
        asyncio.create_task(work("waiting", 600, 0)),
        asyncio.create_task(work("under way", 0, 0.02)),
    ]
    await asyncio.sleep(0.01)
    for worker in workers:
        worker.stop()
    ends = await asyncio.gather(*waits, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    assert sent == ["under way"]
