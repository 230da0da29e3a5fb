"""How weights of transformers are found and loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from multitrust.core import ConfigError, MissingExtraError


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of weights, by the names of the classes of transformers that load it."""

    model: str
    reader: str
    """What turns a request into tensors: a processor or a tokenizer."""
    words: str
    """How an error calls it."""
    dtype: str = "auto"
    """The number format on an accelerator; `auto` is the one of the weights."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """Weights in their place."""

    model: Any
    reader: Any
    batch_size: int
    revision: str
    """The commit of a repository; empty for a folder."""
    absent: tuple[str, ...]
    """Weights of the architecture that were not there, and are random now."""


def load_weights(kind: Kind, path: str, options: Mapping[str, str], *, offline: bool) -> Loaded:
    """The weights in a folder or of a repository.

    Args:
        kind: what they are.
        path: a folder with weights and reader, or a repository's name.
        options: `batch_size`, `device` (cuda, mps, cpu), `dtype` (e.g. bfloat16), `revision`.
        offline: take only what is on this machine.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ConfigError: nothing can be loaded from there.
    """
    try:
        import torch
        import transformers
    except ImportError as error:
        raise MissingExtraError(error.name or "transformers", "local") from None
    revision = options.get("revision")
    device = options.get("device") or best_device()
    wanted = options.get("dtype", "float32" if device == "cpu" else kind.dtype)
    dtype = wanted if wanted == "auto" else getattr(torch, wanted, None)
    if dtype is None:
        raise ConfigError(f"-M dtype={wanted} is unknown; use float32, bfloat16 or float16")
    try:
        batch_size = int(options.get("batch_size", "32"))
        source: dict[str, Any] = {"revision": revision, "local_files_only": offline}
        model, found = getattr(transformers, kind.model).from_pretrained(
            path, dtype=dtype, output_loading_info=True, **source
        )
        reader = getattr(transformers, kind.reader).from_pretrained(path, **source)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ConfigError(
            f"cannot load a model from {path!r}: {str(error)[:300]}; expected a folder or a "
            f"repository of {kind.words}"
        ) from None
    return Loaded(
        model=model.to(device),
        reader=reader,
        batch_size=batch_size,
        revision=revision or str(getattr(model.config, "_commit_hash", None) or ""),
        absent=tuple(sorted(found["missing_keys"])),
    )


def best_device() -> str:
    """CUDA, else MPS, else the CPU."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
