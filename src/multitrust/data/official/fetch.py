"""Fetching the gated data from the Hugging Face Hub, once its terms are accepted there."""

from __future__ import annotations

import errno
import json
from datetime import UTC, datetime
from pathlib import Path

from multitrust.core import DataUnavailableError, hub_access
from multitrust.data.cache import write_whole
from multitrust.data.official.archives import unpack_all
from multitrust.data.official.reading import FOLDERS

FETCHED = "fetched.json"
"""Written last: where it lies, the download is whole."""


def fetch(
    folder: Path,
    *,
    repo: str = "thu-ml/MultiTrust",
    revision: str | None = None,
    token: str | None = None,
    endpoint: str | None = None,
    offline: bool = False,
) -> Path:
    """Download the data into the folder and unpack archives; gives the data root in it.

    `token` and `endpoint` default to what huggingface_hub is configured with. What is there
    already is not downloaded again. With `offline` no connection is opened, and nothing fetched.

    Raises:
        DataUnavailableError: the terms are not accepted, the token is missing or not valid, the
            repository or revision is unknown, the network is forbidden or fails, the disk fails, an
            archive is unsafe.
    """
    from huggingface_hub import errors

    marker = folder / FETCHED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with hub_access(offline=offline):
            sha = download(folder, repo, revision, token, endpoint)
        unpack_all(folder)
    except (errors.HTTPError, OSError, ValueError) as error:
        raise DataUnavailableError(explained(error, repo, revision)) from error
    root = root_in(folder, repo)
    told = {"repo": repo, "revision": sha, "date": datetime.now(UTC).isoformat(timespec="seconds")}
    write_whole(marker, f"{json.dumps(told, indent=2)}\n".encode())
    return root


def download(
    folder: Path, repo: str, revision: str | None, token: str | None, endpoint: str | None
) -> str | None:
    """Download what is missing in the folder, whose mark is taken away; gives the commit."""
    from huggingface_hub import HfApi, snapshot_download

    sha: str | None = (
        HfApi(endpoint=endpoint, token=token).dataset_info(repo, revision=revision).sha
    )
    (folder / FETCHED).unlink(missing_ok=True)
    snapshot_download(
        repo,
        repo_type="dataset",
        revision=sha,
        local_dir=folder,
        token=token,
        endpoint=endpoint,
    )
    return sha


def root_in(folder: Path, repo: str) -> Path:
    """The folder itself, or the one in it, that holds the folders of the data.

    Raises:
        DataUnavailableError: there is none.
    """
    inner = sorted(path for path in folder.iterdir() if path.is_dir())
    for path in (folder, *inner):
        if sum((path / name).is_dir() for name in FOLDERS) > 1:
            return path
    raise DataUnavailableError(
        f"{repo} was downloaded to {folder}, but holds none of the folders {', '.join(FOLDERS)}; "
        "is this the repository of the data?"
    )


def explained(error: Exception, repo: str, revision: str | None) -> str:
    """What went wrong, and what to do."""
    from huggingface_hub import errors

    page = f"https://huggingface.co/datasets/{repo}"
    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, errors.OfflineModeIsEnabled):
        return (
            f"{repo} cannot be fetched: the network is off (--offline or HF_HUB_OFFLINE); fetch it "
            "without them, or copy it from another machine"
        )
    if isinstance(error, errors.GatedRepoError) and status == 403:
        return f"{repo} is gated and its terms are not accepted; accept them at {page}, then retry"
    if isinstance(error, errors.GatedRepoError):
        return (
            f"{repo} is gated and no valid token came; accept its terms at {page} and give a token "
            "of that account (HF_TOKEN)"
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return f"{repo} has no revision {revision!r}; give a branch, a tag or a commit of it"
    if status == 401 and not isinstance(error, errors.RepositoryNotFoundError):
        return "the hub takes no such token; make one at https://huggingface.co/settings/tokens"
    if isinstance(error, errors.RepositoryNotFoundError):
        return (
            f"the data set {repo} is unknown, or hidden from this account; check its name, and the "
            "token (HF_TOKEN)"
        )
    if isinstance(error, errors.HFValidationError):
        return f"{repo!r} is no name of a repository; expected OWNER/NAME"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full, so {repo} is not whole; make room and fetch again"
    if status is not None:
        return f"the hub answered {status} for {repo}; try again later"
    return f"{repo} cannot be fetched: {error}; check the network, then fetch again"
