"""Files that are not what their name says: recognised by their first bytes, whatever they are called."""

from __future__ import annotations

LONGEST_START = 128
"""Bytes of a file by which it is recognised."""
FETCH_AGAIN = "fetch it again (`multitrust data fetch official DIR`)"
EMPTY = f"an empty file (0 bytes); {FETCH_AGAIN}"
LFS = (
    "a pointer of Git LFS in place of the file itself; run `git lfs pull` in the copy, or fetch the "
    "data (`multitrust data fetch official DIR`)"
)
SIGNATURES = (
    (b"version https://git-lfs.github.com/", LFS),
    (b"\x00\x05\x16\x07", "a leftover of macOS (AppleDouble), which holds no data; delete it"),
    (b"\x00\x00\x00\x01Bud1", "a leftover of macOS (.DS_Store), which holds no data; delete it"),
)
"""What a file begins with -> what it is, and what to do."""
WEB_PAGES = (b"<!doctype html", b"<html")
WEB_PAGE = f"a web page, as of a login or an error, in place of the file; {FETCH_AGAIN}"


def recognize(content: bytes) -> str:
    """What a file is that cannot be a file of the data, and what to do; empty if it may be one.

    Args:
        content: of the file; its first `LONGEST_START` bytes are enough.
    """
    if not content:
        return EMPTY
    if content[:LONGEST_START].lstrip().lower().startswith(WEB_PAGES):
        return WEB_PAGE
    return next((what for start, what in SIGNATURES if content.startswith(start)), "")
