"""The `content` of a logged sample: what the model was shown.

The original logs a text as a string, and a picture with a text as an object (its
`mmte/datasets/base.py`). Its wrapper of Phi-3 rewrites the object in place, so that such logs hold
a string that begins with a placeholder of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Any

PLACEHOLDER = "<|image_1|>\n"
IMAGE_PATH = "image_path"
"""Key of an imported sample's metadata: the picture's path as logged."""
RAW_CONTENT = "content"
"""Key of an imported sample's metadata: the logged value, where it has another form than ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A text, and the path of the picture beside it."""

    text: str = ""
    image_path: str = ""
    """As logged, with slashes or backslashes; "" without a picture."""

    @property
    def image_name(self) -> str:
        """The file name of the picture; "" without one."""
        return PureWindowsPath(self.image_path).name  # splits at slashes as well

    def to_json(self) -> Any:
        """The value as the original logs it."""
        if not self.image_path:
            return self.text
        return {"image_path": self.image_path, "text": self.text}


def read_content(value: Any) -> Content | None:
    """Read a logged value.

    Args:
        value: a text; an object with `image_path` and `text`, other keys being ignored; a list of
            these two; or None, which stands for an empty text. Path and text may be None.

    Returns:
        None where the value is something else.
    """
    if value is None or isinstance(value, str):
        return Content(text=(value or "").removeprefix(PLACEHOLDER))
    if isinstance(value, dict) and value.keys() & {"image_path", "text"}:
        parts = [value.get("image_path"), value.get("text")]
    elif isinstance(value, list) and len(value) == 2:
        parts = value
    else:
        return None
    if not all(part is None or isinstance(part, str) for part in parts):
        return None
    path, text = (part or "" for part in parts)
    return Content(text=text, image_path=path)
