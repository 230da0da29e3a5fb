"""What is wrong with the files of a local model, in words: pointers, empty, cut and broken files.

Libraries say of such files what their parsers stumbled over, or take them for what they are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

POINTER = b"version https://git-lfs.github.com/spec/"
"""How a file begins that git-LFS put in the place of the real one."""
DESCRIPTIONS = (
    "config.json", "generation_config.json", "tokenizer_config.json", "processor_config.json",
    "preprocessor_config.json", "model.safetensors.index.json", "pytorch_model.bin.index.json",
)  # fmt: skip
"""Files that hold a JSON object."""
TOKENIZER = "tokenizer.json"
READ_AS_TEXT = (*DESCRIPTIONS, TOKENIZER, "chat_template.jinja")
"""Files that are read before the weights, some of them without a word if they are broken."""
VOCABULARIES = (
    TOKENIZER, "vocab.json", "added_tokens.json", "special_tokens_map.json",
    "chat_template.json", "video_preprocessor_config.json",
)  # fmt: skip
"""Further files of JSON. They may be large, so they are read once more only after a failure."""
WEIGHTS = ("*.safetensors", "*.bin", "*.model", "*.txt")


def damage_before(folder: Path) -> str:
    """What is wrong with a file that describes a model; empty if nothing is, or there is none."""
    return first(damage_of(folder / name) for name in READ_AS_TEXT)


def damage_after(folder: Path) -> str:
    """What is wrong with a file of a model that could not be loaded; empty if nothing is seen."""
    files = (path for pattern in WEIGHTS for path in sorted(folder.glob(pattern)))
    wrong = first(map(damage_of, files))
    return wrong or first(broken_json(folder / name) for name in VOCABULARIES)


def broken_json(path: Path) -> str:
    """As `damage_of`; also that a file is no JSON, or no tokenizer if it is to be one."""
    wrong = damage_of(path)
    if wrong or not path.is_file():
        return wrong
    return wrong_tokenizer(path) if path.name == TOKENIZER else wrong_json(path)


def first(found: Iterable[str]) -> str:
    """The first text that is not empty."""
    return next(filter(None, found), "")


def damage_of(path: Path) -> str:
    """What is wrong with a file; empty if nothing is seen, or it does not exist."""
    try:
        return what_is_wrong(path)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror or error}"


def what_is_wrong(path: Path) -> str:
    """As `damage_of`.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    if not path.is_file():
        return f"{path.name} is no regular file; put the file itself there"
    if size == 0:
        return f"{path.name} is empty; download it again"
    with path.open("rb") as file:
        if file.read(len(POINTER)) == POINTER:
            return (
                f"{path.name} is a git-LFS pointer and not the file itself; run `git lfs pull` in "
                "its folder, or download it again"
            )
    if path.suffix == ".safetensors":
        return wrong_tensors(path, size)
    return wrong_object(path) if path.name in DESCRIPTIONS else ""


def wrong_json(path: Path) -> str:
    """What is wrong with a file of JSON."""
    try:
        orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        return f"{path.name} is no JSON ({error}); restore it or download it again"
    return ""


def wrong_object(path: Path) -> str:
    """What is wrong with a JSON object."""
    if wrong := wrong_json(path):
        return wrong
    found = orjson.loads(path.read_bytes())
    if not isinstance(found, dict):
        return f"{path.name} holds a JSON {type(found).__name__}, expected an object"
    return ""


def wrong_tokenizer(path: Path) -> str:
    """What is wrong with a tokenizer in the format of the library tokenizers."""
    if wrong := wrong_object(path):
        return wrong
    found = orjson.loads(path.read_bytes())
    lacking = [name for name in ("model", "added_tokens") if name not in found]
    if lacking:
        return f"{path.name} is no whole tokenizer, it lacks {' and '.join(lacking)}; restore it"
    return ""


def wrong_tensors(path: Path, size: int) -> str:
    """What is wrong with a file of safetensors: eight bytes, a header so long, then the tensors."""
    broken = f"{path.name} is no whole file of safetensors; download it again"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > size - 8:
            return broken
        try:
            header = orjson.loads(file.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name[:2] != "__"]
            whole = 8 + length + max(ends, default=0)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return broken
    return f"{path.name} is cut: {size} of {whole} bytes; download it again" * (size < whole)
