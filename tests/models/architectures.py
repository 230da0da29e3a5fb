"""Tiny image-text-to-text models of many families with random weights, and their processors.

All is made from configurations on the spot. Numbers are as small as each family allows; weights are
drawn widely enough for answers to depend on the picture and the text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.models.qformers import blip2, instructblip_llama, instructblip_t5
from tests.models.tiny import (
    PATCH,
    SIDE,
    SQUARE,
    WIDE,
    chat,
    seen,
    words,
    written,
)

from multitrust.models.readers import picturing


def llava() -> Any:
    import transformers as t

    tokenizer = words(image_token="<image>")
    pictures = t.CLIPImageProcessorPil(size=SQUARE, do_center_crop=False)
    config = t.LlavaConfig(
        vision_config=t.CLIPVisionConfig(**seen(projection_dim=16)),
        text_config=t.LlamaConfig(**written(len(tokenizer))),
        image_token_index=tokenizer.image_token_id, vision_feature_layer=-1, image_seq_length=4,
    )  # fmt: skip
    processor = t.LlavaProcessor(
        pictures, tokenizer, patch_size=PATCH, vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    )  # fmt: skip
    return t.LlavaForConditionalGeneration(config), processor


def llava_next() -> Any:
    import transformers as t

    tokenizer, grid = words(image_token="<image>"), [[28, 56], [56, 28], [56, 56]]
    pictures = t.LlavaNextImageProcessorPil(
        size={"shortest_edge": SIDE}, crop_size=SQUARE, image_grid_pinpoints=grid
    )
    config = t.LlavaNextConfig(
        vision_config=t.CLIPVisionConfig(**seen(projection_dim=16)),
        text_config=t.LlamaConfig(**written(len(tokenizer))), image_grid_pinpoints=grid,
        image_token_index=tokenizer.image_token_id, vision_feature_layer=-1, image_seq_length=4,
    )  # fmt: skip
    processor = t.LlavaNextProcessor(
        pictures, tokenizer, patch_size=PATCH, vision_feature_select_strategy="default",
        num_additional_image_tokens=1, chat_template=chat("<image>"),
    )  # fmt: skip
    return t.LlavaNextForConditionalGeneration(config), processor


def llava_onevision() -> Any:
    import transformers as t

    tokenizer = words(begin=False, image_token="<image>", video_token="<video>")
    grid = [[28, 28], [28, 56], [56, 28], [56, 56]]
    config = t.LlavaOnevisionConfig(
        vision_config=t.SiglipVisionConfig(**seen(vision_use_head=False)),
        text_config=t.Qwen2Config(**written(len(tokenizer))), image_grid_pinpoints=grid,
        image_token_index=tokenizer.image_token_id, video_token_index=tokenizer.video_token_id,
        vision_feature_layer=-1, vision_feature_select_strategy="full",
    )  # fmt: skip
    processor = picturing(t.LlavaOnevisionProcessor)(
        t.LlavaOnevisionImageProcessorPil(size=SQUARE, image_grid_pinpoints=grid), tokenizer,
        num_image_tokens=4, vision_feature_select_strategy="full", chat_template=chat("<image>"),
    )  # fmt: skip
    return t.LlavaOnevisionForConditionalGeneration(config), processor


def qwen2_vl() -> Any:
    import transformers as t

    return qwen("Qwen2VL", {"depth": 1, "embed_dim": 16, "mlp_ratio": 2}, t.Qwen2VLProcessor)


def qwen3_vl() -> Any:
    import transformers as t

    eye = {
        "depth": 2, "intermediate_size": 32, "out_hidden_size": 16,
        "deepstack_visual_indexes": [0], "num_position_embeddings": 16,
    }  # fmt: skip
    return qwen("Qwen3VL", eye, t.Qwen3VLProcessor)


def qwen(family: str, eye: dict[str, Any], kind: type[Any]) -> Any:
    import transformers as t

    tokenizer = words(
        begin=False, image_token="<|image_pad|>", video_token="<|video_pad|>",
        start_token="<|vision_start|>", end_token="<|vision_end|>",
    )  # fmt: skip
    turning = {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0}
    config = getattr(t, f"{family}Config")(
        vision_config=eye | {"hidden_size": 16, "num_heads": 2, "patch_size": PATCH},
        text_config=written(len(tokenizer), rope_parameters=turning),
        image_token_id=tokenizer.image_token_id, video_token_id=tokenizer.video_token_id,
        vision_start_token_id=tokenizer.start_token_id,
        vision_end_token_id=tokenizer.end_token_id,
    )  # fmt: skip
    pictures = t.Qwen2VLImageProcessorPil(
        patch_size=PATCH, merge_size=2, size={"shortest_edge": 784, "longest_edge": 784 * 6}
    )
    mark = "<|vision_start|><|image_pad|><|vision_end|>"
    processor = picturing(kind)(pictures, tokenizer, chat_template=chat(mark))
    return getattr(t, f"{family}ForConditionalGeneration")(config), processor


def idefics2() -> Any:
    import transformers as t

    tokenizer = words(
        image_token="<image>", image_boundary_token="<fake_token_around_image>",
        end_of_utterance_token="<end_of_utterance>",
    )  # fmt: skip
    config = t.Idefics2Config(
        vision_config=seen(image_size=2 * SIDE),
        perceiver_config={
            "hidden_size": 16, "resampler_n_latents": 2, "resampler_depth": 1,
            "resampler_n_heads": 2, "resampler_head_dim": 8, "num_key_value_heads": 2,
        },
        text_config=t.MistralConfig(**written(len(tokenizer))),
        image_token_id=tokenizer.image_token_id,
    )  # fmt: skip
    pictures = t.Idefics2ImageProcessorPil(
        size={"longest_edge": 2 * SIDE, "shortest_edge": SIDE}, do_image_splitting=False
    )
    return t.Idefics2ForConditionalGeneration(config), t.Idefics2Processor(
        pictures, tokenizer, image_seq_len=2, chat_template=chat("<image>")
    )


def idefics3() -> Any:
    import transformers as t

    places = {f"place_{i}_{j}": f"<row_{i}_col_{j}>" for i in (1, 2) for j in (1, 2)}
    tokenizer = words(
        image_token="<image>", fake_image_token="<fake_token_around_image>",
        end_of_utterance_token="<end_of_utterance>", global_image_token="<global-img>",
        begin=True, **places,
    )  # fmt: skip
    config = t.Idefics3Config(
        vision_config=seen(), text_config=t.LlamaConfig(**written(len(tokenizer))),
        scale_factor=2, image_token_id=tokenizer.image_token_id, pad_token_id=0,
    )  # fmt: skip
    pictures = t.Idefics3ImageProcessorPil(
        size={"longest_edge": 2 * SIDE}, max_image_size={"longest_edge": SIDE}
    )
    return t.Idefics3ForConditionalGeneration(config), t.Idefics3Processor(
        pictures, tokenizer, image_seq_len=1, chat_template=chat("<image>")
    )


def paligemma() -> Any:
    import transformers as t

    tokenizer = words(image_token="<image>")
    pictures = t.SiglipImageProcessorPil(size=SQUARE)
    pictures.image_seq_length = 4
    processor = t.PaliGemmaProcessor(pictures, tokenizer)
    config = t.PaliGemmaConfig(
        vision_config=t.SiglipVisionConfig(**seen(vision_use_head=False)),
        text_config=t.GemmaConfig(**written(len(tokenizer))),
        image_token_index=tokenizer.image_token_id, projection_dim=16, hidden_size=16,
    )  # fmt: skip
    return t.PaliGemmaForConditionalGeneration(config), processor


def gemma3() -> Any:
    import transformers as t

    tokenizer = words(
        image_token="<image_soft_token>", boi_token="<start_of_image>", eoi_token="<end_of_image>"
    )
    layers = ["sliding_attention", "full_attention"]
    config = t.Gemma3Config(
        vision_config=t.SiglipVisionConfig(**seen(vision_use_head=False)),
        text_config=t.Gemma3TextConfig(
            **written(len(tokenizer)), sliding_window=8, layer_types=layers,
            tie_word_embeddings=False,
        ),
        mm_tokens_per_image=4, image_token_index=tokenizer.image_token_id,
        boi_token_index=tokenizer.boi_token_id, eoi_token_index=tokenizer.eoi_token_id,
        tie_word_embeddings=False,
    )  # fmt: skip
    pictures = t.Gemma3ImageProcessorPil(size=SQUARE)
    return t.Gemma3ForConditionalGeneration(config), t.Gemma3Processor(
        pictures, tokenizer, image_seq_length=4,
        chat_template="{{ bos_token }}" + chat("<start_of_image>"),
    )  # fmt: skip


def internvl() -> Any:
    import transformers as t

    tokenizer = words(
        begin=False, start_image_token="<img>", end_image_token="</img>",
        context_image_token="<IMG_CONTEXT>", video_token="<video>",
    )  # fmt: skip
    config = t.InternVLConfig(
        vision_config=seen(image_size=[SIDE, SIDE], patch_size=[PATCH, PATCH]),
        text_config=t.Qwen2Config(**written(len(tokenizer))), image_seq_length=1,
        image_token_id=tokenizer.context_image_token_id, downsample_ratio=0.5,
    )  # fmt: skip
    pictures = t.GotOcr2ImageProcessorPil(size=SQUARE, max_patches=4, crop_to_patches=True)
    return t.InternVLForConditionalGeneration(config), picturing(t.InternVLProcessor)(
        pictures, tokenizer, image_seq_length=1, chat_template=chat("<IMG_CONTEXT>")
    )


def mllama() -> Any:
    import transformers as t

    tokenizer = words(image_token="<|image|>")
    ratios = [[1, 1], [1, 2], [1, 3], [1, 4], [2, 1], [2, 2], [3, 1], [4, 1]]
    config = t.MllamaConfig(
        vision_config={
            "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
            "num_global_layers": 1, "attention_heads": 2, "image_size": SIDE, "patch_size": PATCH,
            "vision_output_dim": 32, "intermediate_layers_indices": [0], "max_num_tiles": 4,
            "supported_aspect_ratios": ratios,
        },
        text_config=written(len(tokenizer), num_hidden_layers=3, cross_attention_layers=[1]),
        image_token_index=tokenizer.image_token_id,
    )  # fmt: skip
    pictures = t.MllamaImageProcessorPil(size=SQUARE, max_image_tiles=4)
    return t.MllamaForConditionalGeneration(config), t.MllamaProcessor(
        pictures, tokenizer, chat_template=chat("<|image|>")
    )


ARCHITECTURES: dict[str, Callable[[], Any]] = {
    made.__name__: made
    for made in (
        llava, llava_next, llava_onevision, instructblip_t5, instructblip_llama, blip2, qwen2_vl,
        qwen3_vl, idefics2, idefics3, paligemma, gemma3, internvl, mllama,
    )
}  # fmt: skip
"""(Model, processor) by family."""


def save(family: str, folder: Path) -> Path:
    """A model of the family with its processor in a folder, always the same.

    Its weights are drawn anew, as the gates and projections of some families begin at zero.
    """
    import torch

    torch.manual_seed(3)
    model, processor = ARCHITECTURES[family]()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1 or not weight.any():
                weight.normal_(0, WIDE)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
