"""Names of files as texts that can be written as UTF-8."""

from __future__ import annotations


def written(name: str) -> str:
    """The name, with `%XX` for each byte that is not UTF-8.

    Python holds such a byte as half a surrogate pair, which neither a record nor JSON can hold. A
    name that is UTF-8 stays as it is, also if it holds a percent sign, so that two names may be
    written alike: `files_of` refuses such a folder.
    """
    if name.isascii():
        return name
    return "".join(f"%{ord(c) & 0xFF:02X}" if "\ud800" <= c <= "\udfff" else c for c in name)
