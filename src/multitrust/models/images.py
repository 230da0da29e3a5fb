"""Pictures made fit to be sent: readable, within the limits of the API, in a form it takes.

All APIs take PNG and JPEG, and nothing else is sent. What is done to a picture depends on its bytes
and on the named limits alone, so the run's manifest, which holds that name, tells what was sent.
"""

from __future__ import annotations

import base64
import io
import logging
import struct
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multitrust.core import Image, decode_image, open_image, to_rgb
from multitrust.core.colors import is_upright
from multitrust.models.picture_limits import PLAIN, PictureLimits

if TYPE_CHECKING:
    from PIL import Image as pillow

HARMLESS = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"iCCP")
)
"""Chunks of a PNG that neither turn the picture nor hold compressed texts."""
log = logging.getLogger("multitrust.models")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it is sent."""

    content: bytes
    media_type: str
    change: str = ""
    """From which format and size to which it was turned; empty if it is sent as it came."""

    @property
    def data_uri(self) -> bytes:
        """The picture as a `data:` URI."""
        return b"data:%b;base64,%b" % (self.media_type.encode(), base64.b64encode(self.content))


def prepare(image: Image, limits: PictureLimits = PLAIN) -> Prepared:
    """The picture as it is if it is a plain RGB or grey PNG or JPEG within the limits, else redone.

    The first frame of an animation is taken, EXIF orientation applied, transparency put on white,
    other colour models turned into RGB, and long sides shrunk. What is still too heavy as a PNG
    becomes a JPEG of quality 95, and then loses a quarter of its sides until it fits.

    Raises:
        ImageError: the picture is broken, or none that `open_image` takes.
    """
    content = image.read()
    opened = open_image(content)
    plain = len(content) <= limits.picture_bytes and is_plain(opened, limits.side)
    if plain and opened.format == "PNG" and is_sound_png(content):
        return Prepared(content, "image/png")
    decode_image(opened)
    if plain and is_upright(opened):
        return Prepared(content, f"image/{str(opened.format).lower()}")
    return redone(opened, limits)


def redone(opened: pillow.Image, limits: PictureLimits) -> Prepared:
    """The picture in a form and size that the limits allow."""
    from PIL import Image as pillow

    before = f"{opened.format} {opened.width} x {opened.height}"
    picture = to_rgb(opened, limits.side)
    kind, content = "PNG", encoded(picture, "PNG")
    while len(content) > limits.picture_bytes:
        if kind == "JPEG":
            smaller = (max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4))
            picture = picture.resize(smaller, pillow.Resampling.LANCZOS)
        kind, content = "JPEG", encoded(picture, "JPEG")
    after = f"{kind} {picture.width} x {picture.height}"
    return Prepared(content, f"image/{kind.lower()}", f"{before} -> {after}")


def encoded(picture: pillow.Image, kind: str) -> bytes:
    """The picture's bytes as PNG or JPEG."""
    buffer = io.BytesIO()
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    picture.save(buffer, format=kind, **options)
    return buffer.getvalue()


def is_plain(opened: pillow.Image, side: int) -> bool:
    """Whether the picture can be sent as it is, if it is upright."""
    return (
        opened.format in ("PNG", "JPEG")
        and opened.mode in ("RGB", "L")
        and "transparency" not in opened.info
        and max(opened.size) <= side
        and getattr(opened, "n_frames", 1) == 1
    )


def is_sound_png(content: bytes) -> bool:
    """Whether a plain PNG can be sent without decoding it; False when in doubt.

    Tells by names and check sums of its chunks, as decoding takes forty times as long.
    """
    view, place, name = memoryview(content), 8, b""
    try:
        while name != b"IEND":
            length, name = struct.unpack_from(">I4s", content, place)
            end = place + 12 + length
            (expected,) = struct.unpack_from(">I", content, end - 4)
            if name not in HARMLESS or zlib.crc32(view[place + 4 : end - 4]) != expected:
                return False
            place = end
    except struct.error:
        return False
    return place == len(content)


class DataUris:
    """Prepared pictures as data URIs; the least used leave first. Threads may share it."""

    def __init__(self, capacity: int = 32_000_000) -> None:
        self._capacity, self._held = capacity, 0
        self._uris: OrderedDict[str, dict[str, bytes]] = OrderedDict()
        """By digest, then by the name of the limits."""
        self._lock = threading.Lock()

    def __contains__(self, image: Image) -> bool:
        """Whether a picture is prepared, for some limits."""
        return image.digest in self._uris

    def get(self, image: Image, limits: PictureLimits = PLAIN) -> bytes:
        """The picture's data URI.

        Raises:
            ImageError: as `prepare`.
        """
        with self._lock:
            found = self._uris.get(image.digest, {}).get(limits.name)
            if found is not None:
                self._uris.move_to_end(image.digest)
                return found
        ready = prepare(image, limits)
        if ready.change:
            log.info("picture %.12s for %s: %s", image.digest, limits.name, ready.change)
        uri = ready.data_uri
        with self._lock:
            self._hold(image.digest, limits.name, uri)
        return uri

    def _hold(self, digest: str, limits: str, uri: bytes) -> None:
        kept = self._uris.setdefault(digest, {})
        self._held += len(uri) - len(kept.get(limits, b""))
        kept[limits] = uri
        self._uris.move_to_end(digest)
        while self._held > self._capacity and len(self._uris) > 1:
            self._held -= sum(map(len, self._uris.popitem(last=False)[1].values()))


def parted(uri: bytes) -> tuple[str, bytes]:
    """(media type, base64) of a data URI made here."""
    head, _, body = uri.partition(b";base64,")
    return head.removeprefix(b"data:").decode(), body
