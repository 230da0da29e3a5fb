"""The program of a worker process that computes images: `python -m multitrust.data.image_worker`.

Requests and replies are pickles behind their lengths (8 bytes, big endian). A request is an image;
the reply is None when the image now lies in the cache, its bytes when there is no cache to write
to, or the exception that computing it raised. The program ends when its standard input closes,
which also happens when the process that started it is killed.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from typing import Any, BinaryIO

from multitrust.core import ImageError, describe_error, error_text

NICENESS = 5
"""Workers give way to the process that asks the model, whose replies must be read in time."""
LENGTH = 8
"""Bytes of a length."""


class UnknownImageError(Exception):
    """The worker cannot import what the image is made of."""


def send(stream: BinaryIO, content: bytes) -> None:
    """Write a pickle behind its length."""
    stream.write(len(content).to_bytes(LENGTH, "big") + content)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Read a pickle.

    Raises:
        EOFError: the stream ended.
    """
    head = stream.read(LENGTH)
    content = stream.read(int.from_bytes(head, "big"))
    if len(head) < LENGTH or not content:
        raise EOFError
    return content


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while True:
        try:
            request = receive(requests)
        except EOFError:
            return
        send(replies, encode(answer(request)))


def answer(request: bytes) -> Any:
    """None when the image is in the cache now, else its bytes, or what computing it raised."""
    try:
        image = pickle.loads(request)
    except Exception as error:  # noqa: BLE001  whatever importing the image's module raises
        return UnknownImageError(error_text(error))
    try:
        content = image.read()
    except Exception as error:  # noqa: BLE001  handed on to whoever needs the image
        return error
    return None if image.is_ready else content


def encode(reply: Any) -> bytes:
    """A reply as a pickle; an exception that cannot be pickled becomes an ImageError."""
    try:
        content = pickle.dumps(reply)
        pickle.loads(content)
    except Exception:  # noqa: BLE001  whatever an exception's own pickling raises
        return pickle.dumps(ImageError(describe_error(reply)))
    return content


def main() -> None:
    """Serve standard input; what a library prints meanwhile goes to standard error."""
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()
