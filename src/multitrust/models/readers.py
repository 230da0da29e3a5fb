"""What turns requests into tensors: the tokenizer or processor that belongs to weights.

The processors of many families hold a part for videos that needs torchvision. Videos are never
shown here, so without torchvision such a processor is loaded without that part.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

VIDEOS = "video_processor"


def reader_of(kind: str, path: str, config: Any, source: dict[str, Any]) -> Any:
    """The reader in a folder or of a repository.

    Args:
        kind: `AutoTokenizer` or `AutoProcessor`.
        path: the folder or the repository's name.
        config: the configuration of the model.
        source: from where, as `from_pretrained` reads it.
    """
    import transformers

    made = None
    if kind == "AutoProcessor" and find_spec("torchvision") is None:
        made = without_videos(config)
    return (made or getattr(transformers, kind)).from_pretrained(path, **source)


def without_videos(config: Any) -> type[Any] | None:
    """The processor class for a configuration less its part for videos; None if it has none."""
    import transformers

    try:
        kind = transformers.PROCESSOR_MAPPING[type(config)]
        parts = kind.get_attributes()
    except (KeyError, ImportError):
        return None
    return picturing(kind) if VIDEOS in parts else None


def picturing(kind: type[Any]) -> type[Any]:
    """A processor class as if it had no part for videos."""
    parts = [part for part in kind.get_attributes() if part != VIDEOS]
    return type(kind.__name__, (kind,), {"get_attributes": classmethod(lambda cls: parts)})
