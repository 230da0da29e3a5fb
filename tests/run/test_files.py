"""What is said of a file that cannot be written fits the reason."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from multitrust.core import StoreError
from multitrust.report.html import write_page
from multitrust.run import explain, replace_file

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""Errors that free space mends."""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full; free some space"),
        (errno.EDQUOT, "quota is used up; free some space"),
        (errno.EFBIG, "may not grow"),
        (errno.ENOENT, "does not exist; make it"),
        (errno.EACCES, "permission is denied; change the permissions"),
        (errno.EPERM, "permission is denied; change the permissions"),
        (errno.ENOTDIR, "is a file and no folder"),
        (errno.EISDIR, "it is a folder; name a file"),
        (errno.EEXIST, "in the way; move it away"),
        (errno.EROFS, "read-only; copy the folder"),
        (errno.ENAMETOOLONG, "too long; use a shorter one"),
        (errno.ELOOP, "lead in a circle"),
        (errno.EMFILE, "ulimit"),
        (errno.ENFILE, "end other programs"),
        (errno.EBUSY, "end the program that uses it"),
        (errno.EIO, "check it"),
        (errno.ENODEV, f"{os.strerror(errno.ENODEV)}; use another folder"),
    ],
    ids=lambda value: errno.errorcode[value] if isinstance(value, int) else "",
)
def test_the_advice_fits_the_error(number: int, words: str) -> None:
    told = explain(OSError(number, os.strerror(number), "a/file"))
    assert words in told
    assert ("free some space" in told) == (number in FULL)


def test_an_error_without_a_number_says_what_it_is() -> None:
    assert explain(OSError("odd")) == "odd; use another folder"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("nowhere/page.html", "does not exist; make it"),
        ("file/page.html", "is a file and no folder"),
        ("folder", "it is a folder; name a file"),
        ("folder/", "it is a folder; name a file"),
        ("x" * 300, "the path is too long"),
        ("circle/page.html", "lead in a circle"),
    ],
)
def test_a_page_that_cannot_be_written_says_why(tmp_path: Path, place: str, words: str) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match=words) as refused:
        write_page("a page", tmp_path / place)
    assert "--output" in str(refused.value)
    assert "free some space" not in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("place", [Path("/"), Path()])
def test_a_folder_without_a_name_is_no_file(place: Path) -> None:
    with pytest.raises(IsADirectoryError):
        replace_file(place, b"a page")
