"""Bodies of replies as UTF-8 text, whatever they are compressed with and encoded in.

Requests ask for no compression, but some gateways compress all they send.
"""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from multidict import istr

ENCODING, TYPE = istr("Content-Encoding"), istr("Content-Type")
GZIP = b"\x1f\x8b"
"""What data in gzip begins with, which no text does."""
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
WINDOW, RAW = 15, -15
"""`wbits` of zlib for data with a header of zlib, and for data without any."""
ANY_GZIP = 16 + WINDOW
MOST_CODINGS = 4
"""Encodings on top of each other that are undone."""
SAMPLE = 512
"""Bytes at the beginning of a body that tell whether it is a text."""
ODD = 0.1
"""The share of characters of a sample that are none, from which on it is no text."""
STRANGE = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
"""What no text has: control characters (but that of colours), and bytes that are no UTF-8."""


class BombError(Exception):
    """A body is larger than any answer once it is decompressed."""


class DamageError(Exception):
    """Compressed data was cut, or changed on its way."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as text."""

    content: bytes
    """In UTF-8 as far as it can be read; words in brackets where it cannot."""
    unread: str = ""
    """Why it cannot be read by this program; empty if it can, or if it was damaged: then the same
    request may bring a whole one."""


def read_body(headers: Mapping[str, str], content: bytes, most: int) -> Body:
    """A body, decompressed and in UTF-8.

    Args:
        headers: those of its reply, by names in any case.
        content: the body as it came.
        most: bytes that it may have.

    Raises:
        BombError: it has more.
    """
    coding = headers.get(ENCODING, "")
    if not coding and content.isascii() and b"\0" not in content[:4]:
        return Body(content)
    names = [name.strip().lower() for name in coding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names and content.startswith(GZIP):
        names = ["gzip"]
    if names and content.lstrip()[:1] not in (b"{", b"["):  # else it is as it is, whatever is said
        try:
            for name in reversed(names[:MOST_CODINGS]):
                content = decompressed(name, content, most)
        except DamageError:
            return Body(f"(a damaged body in the encoding {', '.join(names)[:80]!r})".encode())
        except (LookupError, zlib.error):
            return unreadable(f"in the encoding {', '.join(names)[:80]!r}")
    content = in_utf8(headers.get(TYPE, ""), content)
    if not is_text(content[:SAMPLE]):
        return unreadable(f"of {len(content)} bytes that are no text")
    return Body(content)


def unreadable(what: str) -> Body:
    """A body that cannot be read."""
    return Body(f"(a body {what})".encode(), what)


def decompressed(name: str, content: bytes, most: int) -> bytes:
    """The content without one encoding.

    Raises:
        LookupError: there is no such encoding here.
        zlib.error: it is not in that encoding.
        DamageError: it is, but was cut or changed.
        BombError: it has more than so many bytes.
    """
    if not content:
        return content
    if name in ("gzip", "x-gzip"):
        return inflated(content, ANY_GZIP, most, headed=content.startswith(GZIP))
    if name != "deflate":
        raise LookupError(name)
    if has_zlib_header(content):
        try:
            return inflated(content, WINDOW, most, headed=True)
        except DamageError as damage:
            try:
                return inflated(content, RAW, most)
            except (zlib.error, DamageError):
                raise damage from None
    return inflated(content, RAW, most)  # as some servers understand that name


def has_zlib_header(content: bytes) -> bool:
    """Whether data begins as zlib's does: 8 for its method, and a sum that 31 divides (RFC 1950).

    One beginning in 500 of other data does, too.
    """
    return content[0] & 15 == 8 and int.from_bytes(content[:2]) % 31 == 0


def inflated(content: bytes, bits: int, most: int, *, headed: bool = False) -> bytes:
    """Deflated data, of which there may be several pieces; raises as `decompressed` does.

    Args:
        content: the data.
        bits: `wbits` of zlib.
        most: bytes that it may have.
        headed: whether it begins as such data does, so that what is wrong with it is damage.
    """
    parts: list[bytes] = []
    size = 0
    while content:
        stream = zlib.decompressobj(bits)
        try:
            parts.append(stream.decompress(content, most + 1 - size))
        except zlib.error:
            if headed:
                raise DamageError from None
            raise
        size += len(parts[-1])
        if size > most:
            raise BombError
        if not stream.eof:
            raise DamageError
        content = stream.unused_data if stream.unused_data.startswith(content[:2]) else b""
    return b"".join(parts)


def in_utf8(kind: str, content: bytes) -> bytes:
    """Text in UTF-8. What is none is decoded as JSON's zeros tell, or else as its type declares.

    Args:
        kind: the header Content-Type.
        content: the text.
    """
    found = json.detect_encoding(content)
    if not found.startswith("utf-8"):
        return content.decode(found, errors="replace").encode()
    declared = CHARSET.search(kind)
    if declared is None or content.isascii():
        return content
    try:
        content.decode()
    except UnicodeDecodeError:
        return in_charset(declared[1], content)
    return content


def in_charset(name: str, content: bytes) -> bytes:
    """Text of a character set in UTF-8; as it is where there is no such set."""
    try:
        text = codecs.decode(content, name, "replace")
    except (LookupError, ValueError, TypeError):
        return content
    return text.encode() if isinstance(text, str) else content


def is_text(sample: bytes) -> bool:
    """Whether the beginning of a body is a text; the last character may be cut."""
    if sample.isascii() and b"\0" not in sample:
        return True
    text = sample.decode(errors="replace")
    return len(STRANGE.findall(text[:-1])) <= ODD * len(text)
