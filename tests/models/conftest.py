"""A tiny vision-language model of random weights."""

from __future__ import annotations

from pathlib import Path

import pytest

WORDS = (
    "what", "is", "this", "a", "red", "blue", "ball", "yes", "no", "where", "are", "the", "two",
    "things", "please", "answer", "now",
)  # fmt: skip


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LLaVA of a few thousand random weights with its processor."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import (
        CLIPImageProcessorPil,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
        PreTrainedTokenizerFast,
    )

    vocabulary = {w: i for i, w in enumerate(["<pad>", "<s>", "</s>", "<image>", "<unk>", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>",
        unk_token="<unk>", additional_special_tokens=["<image>"],
    )  # fmt: skip
    pictures = CLIPImageProcessorPil(
        size={"height": 28, "width": 28}, do_center_crop=False, do_convert_rgb=True
    )
    processor = LlavaProcessor(
        image_processor=pictures, tokenizer=fast, patch_size=14, image_token="<image>",
        vision_feature_select_strategy="default", num_additional_image_tokens=1,
    )  # fmt: skip
    torch.manual_seed(3)
    model = LlavaForConditionalGeneration(
        LlavaConfig(
            vision_config=CLIPVisionConfig(
                hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
                image_size=28, patch_size=14, projection_dim=16,
            ),
            text_config=LlamaConfig(
                vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32,
                num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
                pad_token_id=0, bos_token_id=1, eos_token_id=2, initializer_range=0.6,
            ),
            image_token_index=3, vision_feature_layer=-1, image_seq_length=4,
        )
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tiny")
    model.save_pretrained(path)
    processor.save_pretrained(path)
    return path
