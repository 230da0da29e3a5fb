"""The model: LLaVA's architecture, small. CLIP tower, linear projector, Llama decoder."""

from __future__ import annotations

from typing import Any

from transformers import (
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
)

from training.scenes import GRID, SIDE

VOCABULARY = 4096


def vision_config() -> CLIPVisionConfig:
    """About 2.2 million parameters; 64 patches of 14 x 14 pixels."""
    return CLIPVisionConfig(
        hidden_size=192,
        intermediate_size=576,
        num_hidden_layers=6,
        num_attention_heads=6,
        image_size=SIDE,
        patch_size=SIDE // GRID,
        projection_dim=192,
    )


def text_config(vocabulary: int, special: dict[str, int]) -> LlamaConfig:
    """About 3 million parameters."""
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=192,
        intermediate_size=512,
        num_hidden_layers=5,
        num_attention_heads=6,
        num_key_value_heads=6,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        pad_token_id=special["<pad>"],
        bos_token_id=special["<s>"],
        eos_token_id=special["</s>"],
    )


def build(vocabulary: int, special: dict[str, int]) -> Any:
    """An untrained model."""
    config = LlavaConfig(
        vision_config=vision_config(),
        text_config=text_config(vocabulary, special),
        image_token_index=special["<image>"],
        vision_feature_layer=-1,
        vision_feature_select_strategy="default",
        image_seq_length=GRID * GRID,
        projector_hidden_act="gelu",
        tie_word_embeddings=True,
    )
    return LlavaForConditionalGeneration(config)
