"""Tiny models whose pictures reach the language model through a Q-Former."""

from __future__ import annotations

from typing import Any

from tests.models.tiny import PARTS, SPECIAL, SQUARE, WORDS, seen, words, written


def instructblip_t5() -> Any:
    import transformers as t

    reads = t.T5Config(
        vocab_size=len(SPECIAL) + len(WORDS) + 1, d_model=16, d_kv=8, d_ff=32, num_layers=2,
        num_heads=2, pad_token_id=0, eos_token_id=2, decoder_start_token_id=0,
    )  # fmt: skip
    return instructblip(reads)


def instructblip_llama() -> Any:
    import transformers as t

    return instructblip(t.LlamaConfig(**written(len(SPECIAL) + len(WORDS) + 1)))


def instructblip(text: Any) -> Any:
    import transformers as t

    tokenizer, asking = words(), words()
    tokenizer.add_tokens(["<image>"], special_tokens=True)
    config = t.InstructBlipConfig(
        vision_config=t.InstructBlipVisionConfig(**seen()),
        qformer_config=t.InstructBlipQFormerConfig(
            **PARTS, vocab_size=len(asking), num_hidden_layers=2, encoder_hidden_size=16,
            pad_token_id=0,
        ),
        text_config=text, num_query_tokens=3, image_token_index=len(tokenizer) - 1,
    )  # fmt: skip
    pictures = t.BlipImageProcessorPil(size=SQUARE)
    processor = t.InstructBlipProcessor(pictures, tokenizer, asking, num_query_tokens=3)
    return t.InstructBlipForConditionalGeneration(config), processor


def blip2() -> Any:
    import transformers as t

    tokenizer = words()
    tokenizer.add_tokens(["<image>"], special_tokens=True)
    config = t.Blip2Config(
        vision_config=t.Blip2VisionConfig(**seen()),
        qformer_config=t.Blip2QFormerConfig(
            **PARTS, num_hidden_layers=2, encoder_hidden_size=16, pad_token_id=0,
        ),
        text_config=t.OPTConfig(
            vocab_size=len(tokenizer), hidden_size=16, ffn_dim=32, num_hidden_layers=2,
            num_attention_heads=2, word_embed_proj_dim=16, pad_token_id=0, bos_token_id=1,
            eos_token_id=2,
        ),
        num_query_tokens=3, image_token_index=len(tokenizer) - 1,
    )  # fmt: skip
    pictures = t.BlipImageProcessorPil(size=SQUARE)
    return t.Blip2ForConditionalGeneration(config), t.Blip2Processor(
        pictures, tokenizer, num_query_tokens=3
    )
