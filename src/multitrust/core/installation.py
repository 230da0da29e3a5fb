"""How the package was installed, what its extras need, and the command that installs an extra."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

if TYPE_CHECKING:
    from packaging.requirements import Requirement

NAME = "multitrust"
DEVELOPMENT = "dev"
"""The extra that is for working on the package, and that no user needs."""
CPU_TORCH = "torch --index-url https://download.pytorch.org/whl/cpu"
"""What pip installs as torch without the CUDA libraries, which take gigabytes and no CPU needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """How the package was installed, as the installer recorded it."""

    origin: Path | None
    """The folder or archive that it was installed from (PEP 610); None if that is not there."""
    editable: bool
    requires: tuple[str, ...] = ()
    """Requirements as in the package's metadata, those of extras with their markers."""
    provides: tuple[str, ...] = ()
    """Names of all extras."""
    pip: str
    """The command that installs packages into this environment."""

    @property
    def extras(self) -> tuple[str, ...]:
        """The extras that users may need, sorted."""
        return tuple(sorted(set(self.provides) - {DEVELOPMENT}))

    def packages(self, extra: str) -> tuple[Requirement, ...]:
        """The packages that an extra adds to those that are always installed."""
        found = map(requirement, self.requires)
        return tuple(package for package in found if is_added(package, extra))

    def missing(self, extra: str) -> tuple[Requirement, ...]:
        """The packages of an extra that are absent, or installed in another version than needed."""
        return tuple(package for package in self.packages(extra) if not is_met(package))

    def command(self, extra: str, folder: Path | None) -> str:
        """The command that installs an extra, to be typed in a folder (None: in one that is gone).

        It names where the package was installed from, as it is on no index. Where that is gone, it
        names the packages themselves.
        """
        if self.origin is None:
            wanted = [f"{package.name}{package.specifier}" for package in self.packages(extra)]
            return f"{self.pip} {shlex.join(wanted)}"
        flag = "--editable " if self.editable else ""
        return f"{self.pip} {flag}{shlex.quote(f'{shown_path(self.origin, folder)}[{extra}]')}"


def read_installation() -> Installation:
    """The installation that this code runs from."""
    found = distribution(NAME)
    recorded = direct_url(found)
    origin = origin_in(recorded)
    details = recorded.get("dir_info")
    return Installation(
        origin=origin,
        editable=isinstance(details, dict) and details.get("editable") is True,
        requires=tuple(found.requires or ()),
        provides=tuple(found.metadata.get_all("Provides-Extra") or ()),
        pip=pip_command(),
    )


def install_command(extra: str) -> str:
    """The command that installs an extra into this environment, typed in the working directory."""
    return read_installation().command(extra, working_folder())


def install_hint(extra: str) -> str:
    """The command, and before it that for the smaller torch, where torch is what is missing."""
    found = read_installation()
    command = f"install with: {found.command(extra, working_folder())}"
    small = any(package.name == "torch" for package in found.missing(extra))
    return f"{command} (without a GPU, first: {found.pip} {CPU_TORCH})" if small else command


def requirement(text: str) -> Requirement:
    """A requirement as package metadata writes it."""
    from packaging.requirements import Requirement

    return Requirement(text)


def is_added(package: Requirement, extra: str) -> bool:
    """Whether an extra brings a package that is not always installed."""
    marker = package.marker
    return marker is not None and marker.evaluate({"extra": extra}) > marker.evaluate({"extra": ""})


def installed_version(package: str) -> str | None:
    """The version of a package in this environment; None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def is_met(package: Requirement) -> bool:
    """Whether a package is installed in a version that will do."""
    found = installed_version(package.name)
    return found is not None and package.specifier.contains(found, prereleases=True)


def describe_package(package: Requirement) -> str:
    """A package that is not there as it is needed, e.g. `torch>=2.6 (1.13 is installed)`."""
    found = installed_version(package.name)
    return f"{package.name}{package.specifier}" + (f" ({found} is installed)" if found else "")


def direct_url(found: Distribution) -> dict[str, object]:
    """What `direct_url.json` of a distribution holds; empty if there is none or it is broken."""
    try:
        content = json.loads(found.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def origin_in(recorded: dict[str, object]) -> Path | None:
    """The folder or archive of this machine in a `direct_url.json`, if it is still there."""
    url = str(recorded.get("url", ""))
    if urlsplit(url).scheme != "file" or "subdirectory" in recorded:
        return None
    path = Path(url2pathname(urlsplit(url).path))
    there = path.is_file() if "archive_info" in recorded else (path / "pyproject.toml").is_file()
    return path if there else None


def working_folder() -> Path | None:
    """The working directory; None if it was removed."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def shown_path(path: Path, folder: Path | None) -> str:
    """A path as pip takes it: `.` and `./name` below the folder, else absolute."""
    if path == folder:
        return "."
    if folder is None or not path.is_relative_to(folder):
        return str(path)
    return f"./{path.relative_to(folder)}"


def pip_command() -> str:
    """`pip install`, or what stands for it where the `pip` on the path is another environment's."""
    found, here = shutil.which("pip"), Path(sys.executable)
    if found is not None and Path(found).parent == here.parent:
        return "pip install"
    python = shlex.quote(shown_path(here, working_folder()))
    if find_spec("pip") is None:
        return f"uv pip install --python {python}"
    return f"{python} -m pip install"
