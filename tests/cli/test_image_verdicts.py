"""One verdict on a picture of the data: by `data verify`, `plan` and `run`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.core.image_files import encoded, gif, noise, png, webp
from tests.official.fixture import make_fixture

Call = Callable[..., Any]
FILE = "privacy/vispr/categorized/letters/0.png"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n"
REFUSED = {
    "another format": (EPS, "of no known format"),
    "an icon": (encoded(noise(), "ICO"), "of no known format"),
    "nothing": (b"", "an empty file (0 bytes); fetch it again"),
    "too many pixels": (png(9_000, 9_000), "9,000 x 9,000 pixels"),
    "a bomb": (png(30_000, 30_000), "more than 64,000,000 pixels"),
    "a frame that is too large": (gif(60_000, 60_000), "more than 64,000,000 pixels"),
    "a canvas that is too large": (webp(6_000, 6_000), "6,000 x 6,000 pixels"),
    "colours without RGB": (encoded(Image.new("LAB", (8, 8)), "TIFF"), "in the model LAB"),
}
TAKEN = {
    "a GIF under the name of a PNG": encoded(noise(), "GIF"),
    "floats": encoded(Image.new("F", (8, 8), 0.5), "TIFF"),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented copy of the official data."""
    return make_fixture(tmp_path_factory.mktemp("data"), rows=1).root


@pytest.fixture
def verdicts(
    call: Call, data: Path, tmp_path: Path
) -> Callable[[bytes], tuple[list[int], list[str]]]:
    """Exit codes and words of the three commands about P.5 with a picture of that content."""

    def about(content: bytes) -> tuple[list[int], list[str]]:
        (data / FILE).write_bytes(content)
        checked = call("data", "verify", "official", data, "--tasks", "P.5")
        chosen = ["--tasks", "P.5", "--origin", "official", "--data-root", data]
        model = ["--model", "http://127.0.0.1:9/v1#m"]
        planned = call("plan", *model, *chosen)
        runs = tmp_path / "runs"
        done = call("run", "--model", "mock/echo", *chosen, "--log-dir", runs, "--no-report")
        codes = [checked.code, planned.code, done.code]
        return codes, [checked.err, planned.err, done.err]

    return about


@pytest.mark.parametrize("kind", REFUSED)
def test_what_one_command_refuses_the_others_do(kind: str, verdicts: Callable[..., Any]) -> None:
    content, words = REFUSED[kind]
    codes, said = verdicts(content)
    assert codes == [5, 5, 5]
    assert [words in text for text in said] == [True] * 3, said
    assert [Path(FILE).name in text for text in said] == [True] * 3
    assert "Traceback" not in "".join(said)


@pytest.mark.parametrize("kind", TAKEN)
def test_what_one_command_takes_the_others_do(kind: str, verdicts: Callable[..., Any]) -> None:
    codes, said = verdicts(TAKEN[kind])
    assert codes[:2] == [0, 0]
    assert "picture" not in "".join(said)
    assert "failed" not in said[2]
