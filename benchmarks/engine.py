"""The engine, storing and scoring every answer, against a bare aiohttp loop.

Both ask one endpoint the same prompts, each in a new process, in turns; medians are shown.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import tempfile
from pathlib import Path
from statistics import median

import aiohttp
import orjson
import uvloop

from endpoint import endpoint
from multitrust.core import Image, Origin, Sample
from multitrust.run import execute
from workload import Questions, Spent, draw_pictures, fresh, run_config, served, show, spent

LIMIT_RATIO, LIMIT_CPU_MS = 0.9, 1.0


def bare(questions: Questions, url: str, in_flight: int) -> Spent:
    """What it costs to ask with nothing around: no retries, no limits, nothing kept."""
    return spent(lambda: uvloop.run(ask_all(questions, url, in_flight)))


async def ask_all(questions: Questions, url: str, in_flight: int) -> None:
    """Ask from a number of workers that share one iterator."""
    samples, made = iter(questions.samples(Origin())), dict[str, str]()
    connector = aiohttp.TCPConnector(limit=0)

    async def worker(session: aiohttp.ClientSession) -> None:
        for sample in samples:
            async with session.post(f"{url}/chat/completions", data=body(sample, made)) as reply:
                answer = orjson.loads(await reply.read())
            if answer["choices"][0]["message"]["content"] != "Yes":
                raise ValueError(f"expected Yes, not {answer}")

    async with (
        aiohttp.ClientSession(connector=connector) as session,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(in_flight):
            group.create_task(worker(session))


def body(sample: Sample, made: dict[str, str]) -> bytes:
    """A chat completion request with the sample's picture."""
    (message,) = sample.input
    parts = [
        {"type": "image_url", "image_url": {"url": data_uri(message.images[0], made)}},
        {"type": "text", "text": message.text},
    ]
    payload = {
        "model": "stub",
        "messages": [{"role": "user", "content": parts}],
        "temperature": 0,
        "max_tokens": 100,
    }
    return orjson.dumps(payload)


def data_uri(picture: Image, made: dict[str, str]) -> str:
    """The picture as a `data:` URI, made once."""
    if picture.digest not in made:
        encoded = base64.b64encode(picture.read()).decode()
        made[picture.digest] = f"data:image/png;base64,{encoded}"
    return made[picture.digest]


def engine(questions: Questions, url: str, in_flight: int) -> Spent:
    """What a whole run costs, from nothing to a folder that is marked complete."""
    with tempfile.TemporaryDirectory() as folder:
        config = run_config(questions, Path(folder), served(url, in_flight))
        return spent(lambda: execute(config))


def compare(questions: Questions, url: str, in_flight: int, repeats: int) -> tuple[str, ...]:
    """A row of the table: both arms in turns, each in new processes."""
    bares, engines = [], []
    for _ in range(repeats):
        bares.append(fresh(bare, questions, url, in_flight))
        engines.append(fresh(engine, questions, url, in_flight))
    bare_rate, rate = (
        questions.count / median(one.seconds for one in arm) for arm in (bares, engines)
    )
    bare_cpu, cpu = (
        1000 * median(one.cpu_seconds for one in arm) / questions.count for arm in (bares, engines)
    )
    return (
        f"{in_flight}",
        f"{bare_rate:,.0f}",
        f"{rate:,.0f}",
        f"{rate / bare_rate:.2f}",
        f"{bare_cpu:.2f}",
        f"{cpu:.2f}",
    )


def main() -> None:
    """Measure at 64 and 256 in flight, with few pictures and with one for each prompt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=4000)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    columns = (
        "in flight",
        "bare, prompts/s",
        "engine, prompts/s",
        f"ratio (limit {LIMIT_RATIO})",
        "bare, CPU ms",
        f"engine, CPU ms (limit {LIMIT_CPU_MS:g})",
    )
    for pictures in (50, chosen.prompts):
        with tempfile.TemporaryDirectory() as folder, endpoint() as url:
            draw_pictures(Path(folder), pictures)
            questions = Questions(chosen.prompts, Path(folder), pictures)
            rows = [compare(questions, url, n, chosen.repeats) for n in (64, 256)]
        show(f"{chosen.prompts:,} prompts with {pictures:,} pictures of 24 kB", columns, rows)


if __name__ == "__main__":
    main()
