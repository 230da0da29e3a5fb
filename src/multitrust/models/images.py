"""Pictures made fit to be sent: readable, of sane size, in a form every provider takes."""

from __future__ import annotations

import base64
import io
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multitrust.core import Image, ImageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image as pillow

MAX_PIXELS = 64_000_000
"""Larger pictures are refused before they are decoded."""
MAX_SIDE = 2048
"""Longer sides are shrunk to this many pixels."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it is sent."""

    content: bytes
    media_type: str

    @property
    def data_uri(self) -> bytes:
        """The picture as a `data:` URI."""
        return b"data:%b;base64,%b" % (self.media_type.encode(), base64.b64encode(self.content))


def prepare(image: Image) -> Prepared:
    """The picture unchanged if it is a plain RGB or grey PNG or JPEG of sane size, else redone.

    The first frame of an animation is taken, EXIF orientation applied, transparency put on white,
    other colour models turned into RGB, and long sides shrunk.

    Raises:
        ImageError: the picture is empty, broken, or larger than `MAX_PIXELS`.
    """
    content = image.read()
    if is_plain_png(content):
        return Prepared(content, "image/png")
    opened = open_image(content)
    if is_plain(opened) and opened.getexif().get(0x0112, 1) == 1:
        return Prepared(content, f"image/{str(opened.format).lower()}")
    buffer = io.BytesIO()
    to_rgb(opened).save(buffer, format="PNG")
    return Prepared(buffer.getvalue(), "image/png")


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


def is_plain(opened: pillow.Image) -> bool:
    """Whether the picture can be sent as it is, if it is upright."""
    return (
        opened.format in ("PNG", "JPEG")
        and opened.mode in ("RGB", "L")
        and max(opened.size) <= MAX_SIDE
        and getattr(opened, "n_frames", 1) == 1
    )


def is_plain_png(content: bytes) -> bool:
    """Whether the picture is a PNG that can be sent as it is; False when in doubt.

    Tells by header and check sums, as decoding takes forty times as long.
    """
    from PIL import Image as pillow

    if b"exif" in content.lower():
        return False
    try:
        opened = pillow.open(io.BytesIO(content), formats=("PNG",))
        plain = is_plain(opened)
        opened.verify()
    except (OSError, SyntaxError, ValueError, pillow.DecompressionBombError):
        return False
    return plain


def to_rgb(opened: pillow.Image) -> pillow.Image:
    """First frame, upright, RGB on white, sides at most `MAX_SIDE`."""
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
    if max(rgb.size) > MAX_SIDE:
        rgb.thumbnail((MAX_SIDE, MAX_SIDE), pillow.Resampling.LANCZOS)
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

    def get(self, image: Image) -> bytes:
        """The picture's data URI.

        Raises:
            ImageError: as `prepare`.
        """
        found = self._uris.get(image.digest)
        if found is not None:
            self._uris.move_to_end(image.digest)
            return found
        uri = prepare(image).data_uri
        self._uris[image.digest] = uri
        self._held += len(uri)
        while self._held > self._capacity and len(self._uris) > 1:
            self._held -= len(self._uris.popitem(last=False)[1])
        return uri
