"""Fetching from a loopback hub, and unpacking what it sends."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from tests.data.official.hub import DATASET, SHA, Hub, serving

from multitrust.core import DataUnavailableError
from multitrust.data.official import fetch
from multitrust.data.official.fetch import explained

FILES = {"fairness/a.csv": b"x,y\n", "safety/b.json": b"[]", "README.md": b"hello"}


@pytest.fixture(autouse=True)
def no_token(environment: MutableMapping[str, str]) -> None:
    environment.pop("HF_TOKEN", None)


def zipped(**members: bytes) -> bytes:
    """A ZIP archive of those members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(*members: tarfile.TarInfo, content: bytes = b"[]") -> bytes:
    """A TAR archive of those members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member in members:
            member.size = len(content) if member.isfile() else 0
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    """A member of a TAR archive."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_a_download_is_marked_when_it_is_whole(tmp_path: Path) -> None:
    with serving(Hub(files=FILES)) as endpoint:
        root = fetch(tmp_path / "data", endpoint=endpoint)
    assert root == tmp_path / "data"
    for name, content in FILES.items():
        assert (root / name).read_bytes() == content
    told = json.loads((root / "fetched.json").read_text(encoding="utf-8"))
    assert told["repo"] == DATASET
    assert told["revision"] == SHA
    assert set(told) == {"repo", "revision", "date"}


def test_an_interrupted_download_is_not_marked_and_goes_on(tmp_path: Path) -> None:
    hub = Hub(files=FILES)
    with serving(hub) as endpoint:
        fetch(tmp_path, endpoint=endpoint)
        hub.broken = "b.json"
        (tmp_path / "safety/b.json").unlink()
        with pytest.raises(DataUnavailableError):
            fetch(tmp_path, endpoint=endpoint)
        assert not (tmp_path / "fetched.json").exists()
        hub.broken, hub.served = "", []
        fetch(tmp_path, endpoint=endpoint)
    assert hub.served == ["safety/b.json"]
    assert (tmp_path / "fetched.json").exists()


@pytest.mark.parametrize(
    ("hub", "options", "says"),
    [
        ({}, {"revision": "v9"}, "has no revision 'v9'"),
        ({}, {"repo": "thu-ml/Other"}, "thu-ml/Other is unknown, or hidden"),
        ({}, {"repo": "a/b/c"}, "'a/b/c' is no name of a repository"),
        ({"token": "hf_right"}, {}, "is gated and no valid token came"),
        ({"token": "hf_right"}, {"token": "hf_wrong"}, "takes no such token"),
        (
            {"token": "hf_right", "accepted": False},
            {"token": "hf_right"},
            f"its terms are not accepted; accept them at https://huggingface.co/datasets/{DATASET}",
        ),
        ({}, {"endpoint": "http://127.0.0.1:9"}, "check the network"),
    ],
)
def test_refusals_say_what_to_do(
    tmp_path: Path, hub: dict[str, Any], options: dict[str, Any], says: str
) -> None:
    with (
        serving(Hub(files=FILES, **hub)) as endpoint,
        pytest.raises(DataUnavailableError, match=says) as raised,
    ):
        fetch(tmp_path, **{"endpoint": endpoint, **options})
    assert "hf_" not in str(raised.value)
    assert not (tmp_path / "fetched.json").exists()


def test_a_token_of_an_account_that_accepted_the_terms(tmp_path: Path) -> None:
    with serving(Hub(files=FILES, token="hf_right")) as endpoint:
        assert fetch(tmp_path, token="hf_right", endpoint=endpoint) == tmp_path


def test_the_network_switched_off(tmp_path: Path, environment: MutableMapping[str, str]) -> None:
    environment["HF_HUB_OFFLINE"] = "1"
    script = (
        "from pathlib import Path\n"
        "from multitrust.core import DataUnavailableError\n"
        "from multitrust.data.official import fetch\n"
        "try:\n"
        f"    fetch(Path({str(tmp_path)!r}))\n"
        "except DataUnavailableError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "the network is off (--offline or HF_HUB_OFFLINE)" in done.stdout


def test_a_full_disk() -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    assert "the disk is full" in explained(full, DATASET, None)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with serving(Hub(files=FILES)) as endpoint, pytest.raises(DataUnavailableError):
        fetch(tmp_path / "taken", endpoint=endpoint)


@pytest.mark.parametrize(
    "archive",
    [
        ("parts/data.zip", zipped(**{"fairness/a.csv": b"x", "safety/b.json": b"[]"})),
        ("parts/data.tar.gz", tarred(member("fairness/a.csv"), member("safety/b.json"))),
    ],
)
def test_archives_are_unpacked_where_they_lie(tmp_path: Path, archive: tuple[str, bytes]) -> None:
    with serving(Hub(files=dict([archive]))) as endpoint:
        root = fetch(tmp_path, endpoint=endpoint)
    assert root == tmp_path / "parts"
    assert (root / "safety/b.json").read_bytes() == b"[]"
    assert (tmp_path / "fetched.json").exists()


def linked() -> bytes:
    """A ZIP archive with a symbolic link."""
    info = zipfile.ZipInfo("safety/link")
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


LEADING_OUT = {
    "above, zip": ("a.zip", zipped(**{"../escaped": b"x"})),
    "absolute, zip": ("a.zip", zipped(**{"/escaped": b"x"})),
    "above from within, zip": ("a.zip", zipped(**{"safety/../../escaped": b"x"})),
    "above by backslash, zip": ("a.zip", zipped(**{"..\\escaped": b"x"})),
    "link, zip": ("a.zip", linked()),
    "above, tar": ("a.tar", tarred(member("../escaped"))),
    "absolute, tgz": ("a.tgz", tarred(member("/escaped"))),
    "link, tar": ("a.tar", tarred(member("safety/link", tarfile.SYMTYPE, "/etc"))),
    "hard link, tar": ("a.tar", tarred(member("safety/link", tarfile.LNKTYPE, "../escaped"))),
    "pipe, tar": ("a.tar", tarred(member("safety/pipe", tarfile.FIFOTYPE))),
}
"""Archives whose bytes hold the time at which they were made, so that they name no test."""


@pytest.mark.parametrize(("name", "content"), LEADING_OUT.values(), ids=LEADING_OUT)
def test_archives_that_lead_out_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with (
        serving(Hub(files={**FILES, name: content})) as endpoint,
        pytest.raises(DataUnavailableError, match="is a link or leads out"),
    ):
        fetch(tmp_path / "data", endpoint=endpoint)
    assert not list(tmp_path.rglob("*escaped*"))
    assert not (tmp_path / "data/fetched.json").exists()


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_a_damaged_archive(tmp_path: Path, name: str) -> None:
    with (
        serving(Hub(files={**FILES, name: b"no archive"})) as endpoint,
        pytest.raises(DataUnavailableError, match=rf"the archive {name} is damaged"),
    ):
        fetch(tmp_path, endpoint=endpoint)


def test_a_repository_of_something_else(tmp_path: Path) -> None:
    with (
        serving(Hub(files={"README.md": b"hello"})) as endpoint,
        pytest.raises(DataUnavailableError, match="holds none of the folders"),
    ):
        fetch(tmp_path, endpoint=endpoint)
    assert not (tmp_path / "fetched.json").exists()
