"""Whole runs against a server that behaves badly, and with pictures that are odd."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as pillow

from multitrust.core import Condition, Model, ModelError, Origin, Record, Sample, Task
from multitrust.metrics import accuracy, mean_over
from multitrust.models import resolve
from multitrust.run import RunConfig, RunResult, execute, load_run
from multitrust.scorers import yes_no
from multitrust.tasks import select_tasks

Stub = Callable[..., Any]
FAST = {"first_delay": "0.001", "max_retries": "1", "max_connections": "1", "timeout": "0.3"}


def asked(url: str) -> Model:
    return resolve(f"{url}#x", options=FAST)


def eight(server: Any, folder: Path) -> RunResult:
    """Eight questions, one after the other."""
    tasks = select_tasks(["T.6"])
    return execute(
        RunConfig(model=asked(server.url), tasks=tasks, folder=folder / "run", limit=8, window=1)
    )


def records(result: RunResult) -> list[Record]:
    return load_run(result.folder)[1]


@pytest.mark.parametrize(
    ("trouble", "attempts", "words"),
    [
        ("500", 2, "failed (HTTP 500)"),
        ("503", 2, "overloaded (HTTP 503)"),
        ("429", 2, "overloaded (HTTP 429)"),
        ("429 after 0.01", 2, "overloaded (HTTP 429)"),
        ("hang", 2, "did not answer within 0.3 s"),
        ("reset", 2, "broke"),
        ("truncated", 2, "no whole JSON"),
        ("html", 2, "no whole JSON"),
        ("empty choices", 2, "sent no choice"),
        ("error in 200", 2, "no capacity"),
        ("list", 1, "expected an object"),
        ("odd", 1, "another form"),
        ("400", 1, "did not accept"),
        ("401", 1, "refused the key"),
        ("404", 1, "is not there"),
    ],
)
def test_trouble_is_an_error_and_only_it_is_asked_again(
    tmp_path: Path, stub: Stub, trouble: str, attempts: int, words: str
) -> None:
    # A used connection that ends without a reply is no attempt: only the first sample meets one.
    sent = 2 * attempts + (trouble == "reset")
    server = stub("ok", *[trouble] * sent)
    first = eight(server, tmp_path)
    assert first.progress.outcomes == {"answered": 6, "errored": 2}
    failed = [record for record in records(first) if record.outcome == "errored"]
    assert all(words in str(record.error) for record in failed)
    assert all(record.response is None and not record.scores for record in failed)
    assert len(server.requests) == 6 + sent
    second = eight(server, tmp_path)
    assert second.progress.outcomes == {"answered": 8}
    assert len(server.requests) == 8 + sent


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ("filter", "blocked"),
        ("say ", "empty"),
        ("say   ", "empty"),
        ("say Perhaps; it is hard to say.", "unparsed"),
        ("say I'm sorry, but I can't help with that.", "refused"),
        ("say No.", "answered"),
    ],
)
def test_what_a_server_says_is_the_outcome_it_is(
    tmp_path: Path, stub: Stub, behaviour: str, outcome: str
) -> None:
    server = stub(*[behaviour] * 8)
    result = eight(server, tmp_path)
    assert result.progress.outcomes == {outcome: 8}
    scored = [score.value is not None for record in records(result) for score in record.scores]
    assert scored == [outcome in ("answered", "refused")] * 8
    assert eight(server, tmp_path).already_complete
    assert len(server.requests) == 8


@pytest.mark.parametrize("trouble", ["401", "404"])
def test_a_server_that_refuses_from_the_start_ends_the_run(
    tmp_path: Path, stub: Stub, trouble: str
) -> None:
    server = stub(trouble)
    with pytest.raises(ModelError):
        eight(server, tmp_path)
    assert len(server.requests) == 1
    assert eight(server, tmp_path).progress.outcomes == {"answered": 8}


def many(server: Any, folder: Path, count: int, **options: str) -> RunResult:
    settings = {"first_delay": "0.01", "max_connections": "4", **options}
    model = resolve(f"{server.url}#x", options=settings)
    return execute(
        RunConfig(
            model=model, tasks=select_tasks(["T.6"]), folder=folder / "run", limit=count, window=8
        )
    )


@pytest.mark.parametrize("trouble", ["429 after 3000", "402"])
def test_a_host_that_is_not_to_be_asked_ends_the_run_and_the_same_call_resumes(
    tmp_path: Path, stub: Stub, trouble: str
) -> None:
    server = stub("ok", "ok", "ok", *[trouble] * 4)
    with pytest.raises(ModelError, match="run the same command") as caught:
        many(server, tmp_path, 40)
    assert caught.value.kind == "unavailable"
    assert 3 < len(server.requests) <= 3 + 4
    kept = load_run(tmp_path / "run")[1]
    assert {record.outcome for record in kept} == {"answered"}
    server.script.clear()
    before = len(server.requests)
    done = many(server, tmp_path, 40)
    assert set(done.progress.outcomes) == {"answered"}
    assert len(server.requests) - before == done.progress.total - 3


def test_a_server_that_is_gone_for_a_while_fails_no_sample(
    tmp_path: Path, stub_module: Any
) -> None:
    chaos = stub_module.Chaos(rate=0, falls=(20, 60), down_for=0.5)
    with stub_module.serving(stub_module.Stub(chaos=chaos, latency=0.005)) as server:
        done = many(server, tmp_path, 80, max_retries="2")
    assert set(done.progress.outcomes) == {"answered"}
    assert chaos.troubles["ok"] == done.progress.total


def test_a_server_that_is_gone_for_good_ends_the_run_and_fails_no_sample(
    tmp_path: Path, stub_module: Any
) -> None:
    chaos = stub_module.Chaos(rate=0, falls=(20,), down_for=60)
    with (
        stub_module.serving(stub_module.Stub(chaos=chaos, latency=0.005)) as server,
        pytest.raises(ModelError, match="max_wait"),
    ):
        many(server, tmp_path, 80, max_wait="0.5")
    kept = load_run(tmp_path / "run")[1]
    assert {record.outcome for record in kept} == {"answered"}
    with stub_module.serving(stub_module.Stub(port=server.port)) as back:
        done = many(back, tmp_path, 80, max_wait="0.5")
    assert set(done.progress.outcomes) == {"answered"}
    assert len(back.requests) == done.progress.total - len(kept)


@dataclass(frozen=True)
class Picture:
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def read(self) -> bytes:
        return self.content


def encoded(image: pillow.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def bomb() -> bytes:
    """A picture that claims 20,000 x 20,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999)))
    return b"\x89PNG\r\n\x1a\n" + body


def turned() -> pillow.Exif:
    exif = pillow.Exif()
    exif[0x0112] = 6
    return exif


RED = pillow.new("RGB", (40, 20), "red")
BLUE = pillow.new("RGB", (40, 20), "blue")
FINE = {
    "one-pixel": encoded(pillow.new("RGB", (1, 1))),
    "cmyk": encoded(RED.convert("CMYK"), "JPEG"),
    "animated": encoded(RED, "GIF", save_all=True, append_images=[BLUE]),
    "turned": encoded(RED, "JPEG", exif=turned()),
}
UNFIT = {
    "bomb": (bomb(), "pixels"),
    "cut": (encoded(RED)[:60], "broken"),
    "empty": (b"", "empty"),
    "text": (b"hello", "no known format"),
}


class Album:
    """One question for each odd picture."""

    name = "album"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        contents = {**FINE, **{name: content for name, (content, _) in UNFIT.items()}}
        for name, content in contents.items():
            sample = Sample.ask(name, f"Is {name} red?", target="yes")
            yield sample.showing(Picture(content))


def test_odd_pictures_are_sent_fit_and_unfit_ones_are_errors_of_their_own(
    tmp_path: Path, stub: Stub
) -> None:
    metric = accuracy(yes_no())
    task = Task(
        id="T.1", name="album", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Album(), conditions=(Condition(name="all"),), metrics=(metric,),
        headline=mean_over(metric, ["all"]),
    )  # fmt: skip
    server = stub()
    result = execute(RunConfig(model=asked(server.url), tasks=(task,), folder=tmp_path / "run"))
    found = {record.sample_id: record for record in records(result)}
    assert {name for name, record in found.items() if record.outcome == "answered"} == set(FINE)
    for name, (_, words) in UNFIT.items():
        assert words in str(found[name].error)
    assert {path.stem for path in (result.folder / "images").iterdir()} == {
        Picture(content).digest for content in FINE.values()
    }
    sent = {}
    for request in server.requests:
        picture, text = request["messages"][0]["content"]
        body = base64.b64decode(picture["image_url"]["url"].partition(",")[2])
        sent[text["text"].split()[1]] = pillow.open(io.BytesIO(body))
    assert {name: image.size for name, image in sent.items()} == {
        "one-pixel": (1, 1), "cmyk": (40, 20), "animated": (40, 20), "turned": (20, 40),
    }  # fmt: skip
    assert {image.mode for image in sent.values()} == {"RGB"}
