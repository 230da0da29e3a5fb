"""Images are computed in worker processes, each once, and what goes wrong there is told."""

from __future__ import annotations

import asyncio
import operator
import os
import pickle
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import Image, ImageError, MissingExtraError, Sample, UnknownNameError
from multitrust.data import Altered, ComputedImage, Drawing, ImageFile, Noise
from multitrust.data.drawing import svg
from multitrust.run.image_pool import HeldImage, ImagePool


@pytest.fixture(autouse=True)
def cold_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MULTITRUST_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def in_pool(work: Callable[[ImagePool], Awaitable[Any]]) -> Any:
    async def pooled() -> Any:
        pool = ImagePool()
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(pooled())


def showing(*images: Image) -> Sample:
    sample = Sample.ask("1", "?")
    for image in images:
        sample = sample.showing(image)
    return sample


def prepare(*images: Image) -> tuple[Image, ...]:
    shown: tuple[Image, ...] = in_pool(lambda pool: pool.prepare(showing(*images))).input[0].images
    return shown


@dataclass(frozen=True)
class Counted(ComputedImage):
    """An image that only this process knows; it says which threads computed it."""

    threads: list[str] = field(default_factory=list)
    digest: str = "cd" * 32

    def render(self) -> bytes:
        self.threads.append(threading.current_thread().name)
        return b"\x89PNG"


def test_computed_images_lie_in_the_cache_and_are_the_same(cold_cache: Path) -> None:
    drawing, noise = Drawing(svg.document(6, 6)), Noise(3, 8, 8)
    assert not drawing.is_ready
    assert prepare(drawing, noise) == (drawing, noise)
    assert drawing.is_ready
    assert noise.is_ready
    assert [drawing.read(), noise.read()] == [drawing.render(), noise.render()]


def test_what_is_ready_needs_no_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawing = Drawing(svg.document(6, 6))
    drawing.read()
    (tmp_path / "own.png").write_bytes(drawing.read())
    sample = showing(drawing, ImageFile(tmp_path / "own.png"))
    monkeypatch.setattr("sys.executable", "/nowhere")
    assert in_pool(lambda pool: pool.prepare(sample)) is sample


def test_an_image_that_many_samples_wait_for_is_computed_once() -> None:
    class Local(Counted):
        """No other process can import it."""

    image = Local()

    async def many(pool: ImagePool) -> tuple[int, int]:
        await asyncio.gather(*(pool.prepare(showing(image)) for _ in range(50)))
        return pool.computed, pool.waiting

    assert in_pool(many) == (1, 0)
    (thread,) = image.threads
    assert thread.startswith("image-worker")


def test_without_a_cache_the_bytes_are_held(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    drawing = Drawing(svg.document(6, 6))
    (held,) = prepare(drawing)
    assert held == HeldImage(drawing.digest, drawing.render())


@pytest.mark.parametrize("change", [os.fspath, operator.floordiv, operator.index])
def test_what_computing_raises_is_raised_here(change: Any) -> None:
    with pytest.raises(TypeError):
        prepare(Altered(Drawing(svg.document(6, 6)), {"name": "odd"}, change))


def test_errors_of_the_project_keep_their_kind_and_words(tmp_path: Path) -> None:
    for error in (MissingExtraError("torch", "local"), UnknownNameError("task", "T.9", ["T.1"])):
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error)
        assert str(copy) == str(error)
    file = tmp_path / "gone.png"
    file.write_bytes(Drawing(svg.document(6, 6)).render())
    gone = Altered(ImageFile(file), {"name": "none"}, operator.floordiv)
    assert gone.digest  # read while the file is there
    file.unlink()
    with pytest.raises(ImageError, match=r"cannot read .*gone\.png"):
        prepare(gone)


class Deadly(Counted):
    """An image that ends the process that receives it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os._exit, (3,))


def test_a_worker_that_dies_is_replaced_and_its_image_blamed() -> None:
    drawing = Drawing(svg.document(6, 6))

    async def both(pool: ImagePool) -> None:
        with pytest.raises(ImageError, match="two worker processes ended"):
            await pool.prepare(showing(Deadly()))
        await pool.prepare(showing(drawing))

    in_pool(both)
    assert drawing.is_ready


def test_closing_gives_up_what_is_under_way() -> None:
    async def closed_early() -> None:
        pool = ImagePool()
        waiting = asyncio.ensure_future(pool.prepare(showing(Noise(1, 4000, 4000))))
        while not pool.waiting:
            await asyncio.sleep(0)
        await pool.close()
        with pytest.raises(ImageError):
            await waiting
        await pool.close()

    asyncio.run(closed_early())


def test_a_system_without_processes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(ImageError, match="no process can be started"):
        prepare(Noise(1, 8, 8))
