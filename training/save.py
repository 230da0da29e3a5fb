"""The trained model as a folder that any `transformers` installation can load."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch
from transformers import CLIPImageProcessorPil, LlavaProcessor

from training.scenes import GRID, SIDE

LIMIT = 20_000_000
"""Bytes that the whole folder may have."""


def processor_of(tokenizer: Any) -> Any:
    """Pictures and chats as training made them."""
    images = CLIPImageProcessorPil(
        size={"height": SIDE, "width": SIDE},
        do_center_crop=False,
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
        do_convert_rgb=True,
    )
    return LlavaProcessor(
        image_processor=images,
        tokenizer=tokenizer,
        patch_size=SIDE // GRID,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        image_token="<image>",
        chat_template=tokenizer.chat_template,
    )


def save(model: Any, tokenizer: Any, folder: Path) -> str:
    """Write weights (float16), tokenizer and processor; returns the weights' sha256.

    Raises:
        ValueError: the folder came out larger than a package should carry.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.generation_config.bos_token_id = tokenizer.bos_token_id
    model.to(torch.float16).save_pretrained(folder)
    processor_of(tokenizer).save_pretrained(folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    if size > LIMIT:
        raise ValueError(f"the model takes {size} bytes; {LIMIT} is the most a package carries")
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
