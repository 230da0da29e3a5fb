"""Images are computed in worker processes, so that the event loop never waits for one.

Drawing an image takes milliseconds and attacking one takes seconds. Workers put what they compute
into the image cache; samples wait for their images while others are asked.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from multitrust.core import Image, ImageError, Message, Sample, describe_error
from multitrust.data import ComputedImage
from multitrust.data.image_worker import UnknownImageError, receive, send

MOST_WORKERS = 16
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""One thread a worker: there are as many workers as processors."""


@dataclass(frozen=True, slots=True)
class HeldImage:
    """A computed image whose bytes no cache could keep."""

    digest: str
    content: bytes = field(repr=False)

    def read(self) -> bytes:
        """The image as PNG."""
        return self.content


class ImagePool:
    """Computes images, each once, in up to as many processes as there are processors.

    Attributes:
        waiting: images that are being computed or wait for a worker.
        computed: images that were computed so far.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self.computed = 0
        self._threads = ThreadPoolExecutor(processors(), thread_name_prefix="image-worker")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._workers: set[subprocess.Popen[bytes]] = set()
        self._closed = False
        self._under_way: dict[str, asyncio.Future[bytes | None]] = {}

    async def prepare(self, sample: Sample) -> Sample:
        """The sample, once every image that its messages show can be read without computing.

        Raises:
            ImageError: an image cannot be computed.
            MultitrustError: what it is computed with is missing.
        """
        if all(is_ready(image) for message in sample.input for image in message.images):
            return sample
        return replace(sample, input=tuple([await self._message(m) for m in sample.input]))

    async def _message(self, message: Message) -> Message:
        return replace(message, images=tuple([await self._image(i) for i in message.images]))

    async def _image(self, image: Image) -> Image:
        if not isinstance(image, ComputedImage) or image.is_ready:
            return image
        future = self._under_way.get(image.digest)
        if future is None:
            future = asyncio.ensure_future(self._compute(image))
            self._under_way[image.digest] = future
        content = await asyncio.shield(future)
        return image if content is None else HeldImage(image.digest, content)

    async def _compute(self, image: ComputedImage) -> bytes | None:
        self.waiting += 1
        try:
            loop = asyncio.get_running_loop()
            content = await loop.run_in_executor(self._threads, self._request, image)
            self.computed += 1
        finally:
            self.waiting -= 1
            del self._under_way[image.digest]
        return content

    def _request(self, image: ComputedImage) -> bytes | None:
        """Have this thread's worker compute an image; runs in a thread of the pool.

        What cannot be sent to another process, such as an image of a class that a notebook defines,
        is computed in the thread itself.
        """
        try:
            request = pickle.dumps(image)
        except (pickle.PicklingError, AttributeError, TypeError):
            return read_here(image)
        for _ in range(2):
            worker = self._worker()
            try:
                reply = exchange(worker, request)
            except (OSError, EOFError):
                self._drop(worker)
                continue
            if isinstance(reply, UnknownImageError):
                return read_here(image)
            if isinstance(reply, Exception):
                raise reply
            content: bytes | None = reply
            return content
        raise ImageError(
            f"two worker processes ended while they computed the image {image.digest[:12]}; is "
            "there enough memory? The same command tries again"
        )

    def _worker(self) -> subprocess.Popen[bytes]:
        """The worker process of the calling thread, started when it is first needed.

        Raises:
            ImageError: it cannot be started, or the pool is closed.
        """
        worker: subprocess.Popen[bytes] | None = getattr(self._own, "worker", None)
        if worker is not None:
            return worker
        with self._lock:
            if self._closed:
                raise ImageError("the run was stopped before the image was computed")
            try:
                worker = start_worker()
            except OSError as error:
                raise ImageError(
                    f"no process can be started to compute images: {error.strerror}"
                ) from None
            self._workers.add(worker)
        self._own.worker = worker
        return worker

    def _drop(self, worker: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._workers.discard(worker)
        self._own.worker = None
        end(worker)

    async def close(self) -> None:
        """End the workers; what is being computed is given up. Calling it twice is harmless."""
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, set()
        for worker in workers:
            worker.kill()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        self._threads.shutdown()
        for worker in workers:
            end(worker)


def read_here(image: Image) -> bytes:
    """An image that is computed in this process.

    Raises:
        ImageError: it cannot be computed, or its code raises what would end the event loop, such as
            `SystemExit`.
        Exception: whatever else its code raises.
    """
    try:
        return image.read()
    except Exception:
        raise
    except BaseException as error:  # noqa: BLE001  whatever a user's code raises
        raise ImageError(f"computing the image raised {describe_error(error)}") from None


def start_worker() -> subprocess.Popen[bytes]:
    """A worker process that imports from where this process does.

    It is in a session of its own, so that Ctrl-C reaches this process only.

    Raises:
        OSError: the system cannot start another process.
    """
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "multitrust.data.image_worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": path}, start_new_session=True,
    )  # fmt: skip


def exchange(worker: subprocess.Popen[bytes], request: bytes) -> Any:
    """A worker's reply to a request.

    Raises:
        OSError, EOFError: the worker has ended.
    """
    if worker.stdin is None or worker.stdout is None:
        raise EOFError
    send(worker.stdin, request)  # type: ignore[arg-type]
    return pickle.loads(receive(worker.stdout))  # type: ignore[arg-type]


def end(worker: subprocess.Popen[bytes]) -> None:
    """Kill a worker and free what it holds."""
    worker.kill()
    worker.communicate()


def processors() -> int:
    """Processors that this process may use, at most `MOST_WORKERS`."""
    usable = getattr(os, "sched_getaffinity", None)
    return min(MOST_WORKERS, len(usable(0)) if usable else os.cpu_count() or 1)


def is_ready(image: Image) -> bool:
    """Whether an image can be read without computing it."""
    return not isinstance(image, ComputedImage) or image.is_ready
