"""Archives that would fill the disk or the memory are refused, each limit by itself."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from multitrust.core import DataUnavailableError
from multitrust.data.official.archives import Limits, unpack_all

FILES = {"a/1.txt": b"one", "a/2.txt": b"two", "b.txt": b"three"}
ROOMY = Limits(members=3, member_bytes=5, total_bytes=11, small_bytes=11, read_bytes=2048)
"""Just enough for `FILES`."""


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def gzipped(files: Mapping[str, bytes]) -> bytes:
    return gzip.compress(tarred(files))


KINDS = {"x.zip": zipped, "x.tar": tarred, "x.tar.gz": gzipped, "x.tgz": gzipped}


@pytest.mark.parametrize("name", KINDS)
def test_what_just_fits_is_unpacked(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(KINDS[name](FILES))
    unpack_all(tmp_path, ROOMY)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == FILES


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (replace(ROOMY, members=2), "more than 2 members"),
        (replace(ROOMY, member_bytes=4), "a member of 5 bytes, more than 4"),
        (replace(ROOMY, total_bytes=10), "more than 10 bytes"),
        (replace(ROOMY, small_bytes=10, ratio=0), "more than 0 times its own"),
    ],
)
def test_each_limit_is_kept(tmp_path: Path, name: str, limits: Limits, says: str) -> None:
    (tmp_path / name).write_bytes(KINDS[name](FILES))
    with pytest.raises(DataUnavailableError, match=rf"the archive {name} holds {says}.*by hand"):
        unpack_all(tmp_path, limits)
    assert not (tmp_path / "b.txt").exists()


@pytest.mark.parametrize("name", ["x.zip", "x.tgz"])
def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, name: str) -> None:
    """Zeros shrink to less than a two hundredth; nothing is written of them."""
    zeros = bytes(2 * 2**20)
    if name == "x.zip":
        content = zipped({"zeros": zeros})
    else:
        head = tarfile.TarInfo("zeros")
        head.size = len(zeros)
        content = gzip.compress(head.tobuf() + zeros, compresslevel=1)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataUnavailableError, match="more than 200 times its own"):
        unpack_all(tmp_path, Limits(small_bytes=2**20))
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_header_that_would_fill_the_memory_is_not_read(tmp_path: Path, kind: bytes) -> None:
    head = tarfile.TarInfo("name")
    head.type, head.size = kind, 2**30
    (tmp_path / "x.tar").write_bytes(head.tobuf() + bytes(2**16))
    with pytest.raises(DataUnavailableError, match="a header of more than 16,777,216 bytes"):
        unpack_all(tmp_path)


def test_headers_within_headers_end_in_words(tmp_path: Path) -> None:
    head = tarfile.TarInfo("name")
    head.type, head.size = tarfile.GNUTYPE_LONGNAME, 1
    (tmp_path / "x.tar").write_bytes((head.tobuf() + bytes(512)) * 5_000)
    with pytest.raises(DataUnavailableError, match="cannot be unpacked"):
        unpack_all(tmp_path)


def test_a_sparse_member_counts_with_its_whole_size(tmp_path: Path) -> None:
    head = tarfile.TarInfo("sparse")
    head.type, head.size = tarfile.GNUTYPE_SPARSE, 0
    block = bytearray(head.tobuf(tarfile.GNU_FORMAT))
    block[483:495] = b"%011o\0" % 2**32
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:512]))
    (tmp_path / "x.tar").write_bytes(bytes(block) + bytes(1024))
    with pytest.raises(DataUnavailableError, match="more than 200 times its own"):
        unpack_all(tmp_path)
    assert not (tmp_path / "sparse").exists()


@pytest.mark.parametrize("name", KINDS)
def test_a_cut_archive_is_damaged(tmp_path: Path, name: str) -> None:
    content = KINDS[name]({"a": bytes(range(256)) * 40})
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(DataUnavailableError, match=f"the archive {name} is damaged"):
        unpack_all(tmp_path)
