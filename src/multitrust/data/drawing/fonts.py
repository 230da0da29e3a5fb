"""The fonts that drawings use. They come from Python packages, never from the system."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

SANS, SERIF, MONO, HAND, CJK = (
    "Fira Sans",
    "PT Serif",
    "IBM Plex Mono",
    "Kalam",
    "Noto Sans CJK JP",
)
FAMILIES: dict[str, tuple[tuple[str, str], ...]] = {
    SANS: (
        ("fontpkg_fira_sans", "files/FiraSans-Regular.ttf"),
        ("fontpkg_fira_sans", "files/FiraSans-Bold.ttf"),
    ),
    SERIF: (("fontpkg_pt_serif", "files/PT_Serif-Web-Regular.ttf"),),
    MONO: (("fontpkg_ibm_plex_mono", "files/IBMPlexMono-Regular.ttf"),),
    HAND: (("fontpkg_kalam", "files/Kalam-Regular.ttf"),),
    CJK: (("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),),
}
"""Files by family: (package, path inside it). `font-weight="bold"` works with Fira Sans only."""


@cache
def font_files(family: str) -> tuple[Path, ...]:
    """The files of a family."""
    return tuple(Path(str(files(package).joinpath(path))) for package, path in FAMILIES[family])
