"""What tiny models are made of: a tokenizer with a token a word, a template, small settings."""

from __future__ import annotations

from typing import Any

WORDS = (
    "what", "is", "this", "a", "red", "blue", "ball", "yes", "no", "where", "are", "the", "two",
    "things", "please", "answer", "now",
)  # fmt: skip
SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")
SIDE, PATCH, WIDE = 28, 14, 0.4
"""Pixels of a picture's side and of a patch's; deviation of the random weights."""
SQUARE = {"height": SIDE, "width": SIDE}
PARTS = {"hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2}
CHAT = (
    "{% for m in messages %}{{ m.role }} : {% for c in m.content %}"
    "{{ 'PICTURE ' if c.type == 'image' else c.text + ' ' }}{% endfor %}{% endfor %}"
    "{% if add_generation_prompt %}answer : {% endif %}"
)


def words(begin: bool = True, **named: str) -> Any:
    """A tokenizer with a token a word, and special tokens that it knows by name."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokens = (*SPECIAL, *dict.fromkeys(named.values()), *WORDS)
    vocabulary = {token: place for place, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if begin:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", 1)]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<s>", eos_token="</s>",
        unk_token="<unk>", extra_special_tokens=named,
    )  # fmt: skip


def chat(mark: str) -> str:
    """A chat template in which a picture is marked so."""
    return CHAT.replace("PICTURE", mark)


def written(size: int, **more: Any) -> dict[str, Any]:
    """The settings of a decoder for so many tokens."""
    return PARTS | {
        "vocab_size": size, "num_hidden_layers": 2, "num_key_value_heads": 2, "head_dim": 8,
        "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
    } | more  # fmt: skip


def seen(**more: Any) -> dict[str, Any]:
    """The settings of an image encoder."""
    return PARTS | {
        "num_hidden_layers": 1, "image_size": SIDE, "patch_size": PATCH,
    } | more  # fmt: skip
