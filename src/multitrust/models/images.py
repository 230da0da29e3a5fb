"""Pictures made fit to be sent: readable, within the limits of the API, in a form it takes.

All APIs take PNG and JPEG, and nothing else is sent. What is done to a picture depends on its bytes
and on the named limits alone, so the run's manifest, which holds that name, tells what was sent.
"""

from __future__ import annotations

import base64
import io
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multitrust.core import Image, ImageError
from multitrust.models.picture_limits import MAX_SIDE, PLAIN, PictureLimits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image as pillow

log = logging.getLogger("multitrust.models")

MAX_PIXELS = 64_000_000
"""Larger pictures are refused before they are decoded."""


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
        ImageError: the picture is empty, broken, or larger than `MAX_PIXELS`.
    """
    content = image.read()
    light = len(content) <= limits.picture_bytes
    if light and is_plain_png(content, limits.side):
        return Prepared(content, "image/png")
    opened = open_image(content)
    if light and is_plain(opened, limits.side) and opened.getexif().get(0x0112, 1) == 1:
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


def open_image(content: bytes) -> pillow.Image:
    """Open and decode a picture.

    Raises:
        ImageError: as `prepare`.
    """
    from PIL import Image as pillow
    from PIL import UnidentifiedImageError

    if not content:
        raise ImageError("the picture is empty (0 bytes); expected PNG, JPEG, GIF, WebP, BMP, TIFF")
    try:
        opened = pillow.open(io.BytesIO(content))
        if opened.width * opened.height > MAX_PIXELS:
            raise ImageError(
                f"the picture has {opened.width} x {opened.height} pixels, more than "
                f"{MAX_PIXELS:,}; shrink it first"
            )
        opened.load()
    except pillow.DecompressionBombError as error:
        raise ImageError(f"the picture is too large: {error}; shrink it first") from None
    except UnidentifiedImageError:
        raise ImageError(
            f"the picture's {len(content)} bytes are of no known format; expected PNG, JPEG, GIF, "
            "WebP, BMP or TIFF"
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ImageError(f"the picture is broken: {error}; replace the file") from None
    return opened


def is_plain(opened: pillow.Image, side: int) -> bool:
    """Whether the picture can be sent as it is, if it is upright."""
    return (
        opened.format in ("PNG", "JPEG")
        and opened.mode in ("RGB", "L")
        and max(opened.size) <= side
        and getattr(opened, "n_frames", 1) == 1
    )


def is_plain_png(content: bytes, side: int) -> bool:
    """Whether the picture is a PNG that can be sent as it is; False when in doubt.

    Tells by header and check sums, as decoding takes forty times as long.
    """
    from PIL import Image as pillow

    if b"exif" in content.lower():
        return False
    try:
        opened = pillow.open(io.BytesIO(content), formats=("PNG",))
        plain = is_plain(opened, side)
        opened.verify()
    except (OSError, SyntaxError, ValueError, pillow.DecompressionBombError):
        return False
    return plain


def to_rgb(opened: pillow.Image, side: int = MAX_SIDE) -> pillow.Image:
    """First frame, upright, RGB on white, the longer side at most `side` pixels."""
    import numpy as np
    from PIL import Image as pillow
    from PIL import ImageOps

    if getattr(opened, "n_frames", 1) > 1:
        opened.seek(0)
    upright = ImageOps.exif_transpose(opened)
    if upright.mode.startswith(("I", "F")):
        upright = pillow.fromarray(stretched(np.asarray(upright, dtype=np.float64)))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        upright = pillow.alpha_composite(pillow.new("RGBA", layered.size, "white"), layered)
    rgb = upright.convert("RGB")
    if max(rgb.size) > side:
        rgb.thumbnail((side, side), pillow.Resampling.LANCZOS)
    return rgb


def stretched(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Values of any range as 0 to 255."""
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255 / max(high - low, 1e-12))).round().astype("uint8")


class DataUris:
    """Prepared pictures as data URIs, each made once; the least used leave first."""

    def __init__(self, capacity: int = 32_000_000) -> None:
        self._capacity, self._held = capacity, 0
        self._uris: OrderedDict[str, bytes] = OrderedDict()

    def get(self, image: Image, limits: PictureLimits = PLAIN) -> bytes:
        """The picture's data URI.

        Raises:
            ImageError: as `prepare`.
        """
        key = f"{limits.name} {image.digest}"
        found = self._uris.get(key)
        if found is not None:
            self._uris.move_to_end(key)
            return found
        ready = prepare(image, limits)
        if ready.change:
            log.info("picture %.12s for %s: %s", image.digest, limits.name, ready.change)
        uri = ready.data_uri
        self._uris[key] = uri
        self._held += len(uri)
        while self._held > self._capacity and len(self._uris) > 1:
            self._held -= len(self._uris.popitem(last=False)[1])
        return uri


def parted(uri: bytes) -> tuple[str, bytes]:
    """(media type, base64) of a data URI made here."""
    head, _, body = uri.partition(b";base64,")
    return head.removeprefix(b"data:").decode(), body
