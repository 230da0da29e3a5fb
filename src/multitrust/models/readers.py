"""What turns requests into tensors: the tokenizer or processor that belongs to weights.

The processors of many families hold a part for videos that needs torchvision. Videos are never
shown here, so without torchvision such a processor is loaded without that part.

Where the files of a tokenizer are missing, many of its classes make an empty vocabulary up without
a word, and every text reads alike. That is looked for after a reader was loaded.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

VIDEOS = "video_processor"
VOCABULARIES = (
    "tokenizer.json", "*.model", "*.tiktoken", "tekken.json", "vocab.json", "vocab.txt",
)  # fmt: skip
"""Files with the vocabulary of a tokenizer, besides those that its class names."""
SENTENCE = "Please answer yes or no: is this a red ball, or what are the two things?"
"""Words of which any tokenizer of English knows some."""
LARGE = 1000
"""Tokens of a model from which its tokenizer must know half."""


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


def reader_damage(reader: Any, config: Any, folder: Path) -> str:
    """What is wrong with the tokenizer of a reader; empty if nothing is seen.

    Args:
        reader: a tokenizer, or a processor that holds one.
        config: the configuration of the model.
        folder: where its files lie; they are not looked for if it does not exist.
    """
    tokenizer = getattr(reader, "tokenizer", reader)
    return missing_vocabulary(tokenizer, folder) or lost_words(tokenizer, config)


def missing_vocabulary(tokenizer: Any, folder: Path) -> str:
    """Which files of a tokenizer's vocabulary a folder lacks; empty if it lacks none."""
    named = set(tokenizer.vocab_files_names.values())
    if not folder.is_dir() or not named or (folder / "tokenizer.json").exists():
        return ""
    pair = [name for name in ("vocab.json", "merges.txt") if name in named]
    absent = [name for name in pair if not (folder / name).exists()]
    if len(pair) == 2 and len(absent) == 1:
        return f"its tokenizer lacks {absent[0]}; look for it, or for tokenizer.json"
    if any(next(folder.glob(name), None) for name in (*VOCABULARIES, *named)):
        return ""
    expected = " or ".join(sorted({"tokenizer.json", *named}))
    return f"its tokenizer is missing: the folder holds no vocabulary, expected {expected}"


def lost_words(tokenizer: Any, config: Any) -> str:
    """In which way a tokenizer knows too few words for a model; empty if it knows enough."""
    places, known = getattr(config.get_text_config(), "vocab_size", None) or 0, len(tokenizer)
    advice = "look for the tokenizer.json that belongs to the weights"
    if places >= LARGE and 2 * known < places:
        return f"its tokenizer knows {known} of the model's {places} tokens; {advice}"
    read = tokenizer(SENTENCE, add_special_tokens=False)["input_ids"]
    if not any(map(str.isalpha, tokenizer.decode(read, skip_special_tokens=True))):
        return f"its tokenizer knows no word of an English sentence; {advice}"
    return ""
