"""What, besides the weights' name, could change the answers of a local model.

Facts are short texts for a run's manifest. They hold no path and no host's name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BLOCK = 1 << 20
"""Bytes that are read at once."""
BLOCKS = 64
"""Blocks of a large file that are read, evenly spread."""
READ = ("*.safetensors", "*.bin", "*.json", "*.jinja", "*.model", "*.txt", "*.py")
"""Files of a folder that a model is made from."""


def digest_of(text: str) -> str:
    """The first 16 hex digits of the sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def folder_digest(folder: Path) -> str:
    """16 hex digits from names, sizes and contents of the files that a model is made from.

    Of a file over 64 MiB, 64 blocks of 1 MiB are read: weights that were trained further differ in
    all of them, and hundreds of gigabytes take seconds.
    """
    hashed = hashlib.sha256()
    for path in sorted({path for pattern in READ for path in folder.glob(pattern)}):
        hashed.update(f"{path.name} {path.stat().st_size}\n".encode())
        for block in blocks(path):
            hashed.update(block)
    return hashed.hexdigest()[:16]


def blocks(path: Path) -> Iterator[bytes]:
    """The blocks of a file, or of a large one as many as `BLOCKS`."""
    size = path.stat().st_size
    step = max(BLOCK, size // BLOCKS)
    with path.open("rb") as file:
        for start in range(0, size, step):
            file.seek(start)
            yield file.read(BLOCK)


def weight_facts(model: Any) -> dict[str, str]:
    """How weights lie in memory, and with which versions they are run."""
    import torch
    import transformers

    method = getattr(getattr(model.config, "quantization_config", None), "quant_method", "none")
    settings = model.generation_config.to_json_string() if model.can_generate() else "none"
    return {
        "architecture": type(model).__name__,
        "dtype": str(model.dtype).removeprefix("torch."),
        "device": device_name(model),
        "attention": str(model.config._attn_implementation),
        "quantization": str(getattr(method, "value", method)),
        "generation": digest_of(settings),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }


def device_name(model: Any) -> str:
    """The devices that a model lies on, and what kind of GPU it is."""
    import torch

    placed = getattr(model, "hf_device_map", None)
    devices = sorted({str(place) for place in placed.values()}) if placed else [str(model.device)]
    kind = f" ({torch.cuda.get_device_name()})" if model.device.type == "cuda" else ""
    return ", ".join(devices) + kind


def preprocessing(processor: Any) -> str:
    """A digest of how a processor treats pictures and text."""
    described = processor.to_dict()
    return digest_of(json.dumps(described, sort_keys=True, default=str))
