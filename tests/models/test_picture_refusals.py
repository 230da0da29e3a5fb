"""Refusals of pictures: which ones say that a model reads text alone, and what comes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from multitrust.models.masking import Masker
from multitrust.models.picture_refusals import refuses_pictures
from multitrust.models.refusals import Refusal

TEXT_ALONE = (
    # As servers say it: DeepSeek, Groq, vLLM, LM Studio, OpenAI, OpenRouter, llama.cpp, Z.ai,
    # Mistral, SiliconFlow, Bedrock, Ollama, Anthropic, Google, LiteLLM.
    "Failed to deserialize the JSON body into the target type: messages[0]: unknown variant "
    "`image_url`, expected `text` at line 1 column 99",
    "messages[0].content must be a string",
    "'messages.0' : for 'role:user' the following must be satisfied[('messages.0.content' : value "
    "must be a string)]",
    "m is not a multimodal model",
    "At most 0 image(s) may be provided in one prompt.",
    "Model does not support images. Please use a model that does.",
    "Invalid content type. image_url is only supported by certain models.",
    "No endpoints found that support image input",
    "image input is not supported - hint: if this is unexpected, you may need to provide the "
    "mmproj",
    'Failed to parse messages: Unsupported content part type: "image_url"',
    "messages.content.type is invalid, allowed values: ['text']",
    "Image input is not enabled for this model",
    "The model is not a VLM (Vision Language Model). Please use text-only prompts.",
    "This model doesn't support the image content block that you provided. Try again.",
    "json: cannot unmarshal array into Go struct field Message.messages.content of type string",
    "'claude-2.1' does not support image input.",
    "Image input modality is not enabled for models/gemini-1.0-pro",
    "litellm.BadRequestError: ZaiException - messages.content.type is invalid, allowed values: "
    "['text']",
    # In other words.
    "model is not multimodal",
    "Multimodal is not enabled",
    "Cannot read images: mmproj missing",
    "this server has no vision support",
    "does not support vision",
    "This model cannot view images",
    "Image inputs are disabled on this server",
    "messages.0.content: image blocks are not supported",
    "message type 'image_url' is not supported for model 'm'",
    "Invalid value: 'image_url'. Supported values are: 'text'.",
    "messages[0].content: invalid type: sequence, expected a string",
    '[{"loc":["body","messages",0,"content"],"msg":"Input should be a valid string"}]',
    "this model only supports text",
    "Images are only supported by vision models",
    "Unexpected content part: image",
    "model does not have vision",
    "image input is unavailable for this model",
    "this model is missing data required for image input",
    "Modality image is not supported. Supported modalities: text",
    "Invalid type for 'messages[0].content': expected a string, but got an array instead.",
    "messages.content.type 参数非法，取值范围 ['text']",
    "Vision add-on is not loaded, but images were provided for processing",
    "only 'text' content type is supported.",
    "Expected string content but got list",
    'can only concatenate str (not "list") to str',
    "sequence item 1: expected str instance, list found",
    "Input tag 'image' found using 'type' does not match any of the expected tags: 'text', "
    "'tool_result'",
    "Unrecognized chat message: content is not a string",
    "messages.0.content was not a valid string",
    "mmproj not loaded",
    "clip model not loaded",
    "the image processor was not found",
    "Non-text content is not supported",
    "This model does not accept non-text inputs",
    "`limit_mm_per_prompt` is only supported for multimodal models.",
    "Invalid value: 'image_url'. Supported values are: 'text' and 'refusal'.",
    "messages[0].content[0].type: supported types are `text`, `input_text`",
    "Only `text` parts are accepted",
    "Images are not supported with this model",
    "'image_url' is not a valid content type",
    "vision encoder is not initialized",
    "The selected model has no image support",
    "Sending images is not supported",
    "messages.0: input images are not supported",
    "当前模型不支持图片输入",
    "该模型不支持视觉/多模态输入",
)  # fmt: skip
OTHERS = (
    "image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes",
    "You uploaded an unsupported image. Please make sure your image is one of: ['png', 'gif'].",
    "At most 5 image(s) may be provided in one prompt.",
    "max 10 images are supported",
    "Too many images in request; not supported",
    "Image format is not supported: image/webp",
    "Unsupported image type image/gif",
    "image resolution 9000x9000 is not supported",
    "The model does not support this image's aspect ratio",
    "Image width must be larger than factor 28",
    "Could not process image",
    "cannot decode image",
    "the image is not available",
    "the picture is not allowed to be empty. It is not supported",
    "Image URLs are not supported; only base64",
    "Invalid 'messages[0].content[0].image_url'. Expected a valid URL",
    "Unsupported value 'auto' for image detail",
    "Images are not supported in system messages",
    "Your image was not allowed by our safety system",
    "Input image failed to load. It is not allowed by the content policy.",
    "seed is not supported by vision models",
    "content must be a string or an array of objects",
    "content must not be empty",
    "unknown variant `audio`, expected `text`, `image_url`",
    "Only text output is supported",
    "Unknown response_format 'x', allowed values: ['text']",
    "model not found: vision-model",
    "This model requires image input",
    "missing image input",
    "no image input was provided",
    "multiple images are not supported",
    "this model does not support more than 1 image",
    "image 3: unsupported",
    "The prompt is too long: 5000 image tokens are not allowed",
    "reasoning_effort is not supported for vision requests",
    "image_url must be a data URI, http is not supported",
    "CMYK images are not supported",
    "HDR images are not supported",
    "16-bit images are not supported",
    "Grayscale images are not supported by this model",
    "image with alpha channel is not supported",
    "Images without a background are not supported",
    "images that contain text are not supported",
    "Image output modality is not supported by this model",
    "This model does not support image generation",
    "generating images is not supported",
    "seed is not supported with image inputs",
    "temperature and top_p cannot be used with images",
    "logprobs are unavailable for image inputs",
    "Streaming is not supported when images are given",
    "The model does not support image inputs together with system prompts",
    "System prompts are not supported with images",
    "tools in combination with image inputs are not supported",
    "Supported values for the content type are: 'text', 'image_url', 'video_url'",
    "Unknown message role, expected tags: 'text', 'image'",
    "Unsupported content part: video. Supported types: text, image_url",
    "Lossless images are not supported",
    "messages.0.content: remote images are not supported",
    "images of people are not allowed",
    "images in tool results are not supported",
    "image quality not supported",
    "Image upload by file_id is not supported",
    "vision requests do not support logprobs",
    "image inputs can't have a prefill",
    "the image was not found",
    "image not loaded: 404",
    "图片格式不支持",
    "图片过大，不支持",
    "",
)


@pytest.mark.parametrize("words", TEXT_ALONE)
def test_a_model_that_reads_text_alone_is_told_by_the_kind_that_it_refuses(words: str) -> None:
    assert refuses_pictures(words)


@pytest.mark.parametrize("words", OTHERS)
def test_words_about_one_picture_or_something_else_say_nothing_of_the_kind(words: str) -> None:
    assert not refuses_pictures(words)


def refused(status: int, words: str) -> Any:
    return Refusal(
        name="a/b", status=status, headers={}, key_name="", mask=Masker([]),
        content=json.dumps({"error": {"message": words}}).encode(),
    ).error()  # fmt: skip


@pytest.mark.parametrize("status", [400, 404, 415, 422, 500, 501])
def test_such_a_refusal_fails_its_request_and_no_other(status: int) -> None:
    for words in TEXT_ALONE:
        error = refused(status, words)
        assert (error.kind, error.retryable) == ("bad_request", False)
        assert str(error).endswith(
            "its model seems to read text alone: name one that takes pictures"
        )


@pytest.mark.parametrize(("status", "kind"), [(401, "auth"), (403, "auth"), (429, "rate_limit"),
                                              (503, "rate_limit"), (502, "server")])  # fmt: skip
def test_statuses_that_say_something_else_count_first(status: int, kind: str) -> None:
    assert refused(status, "No endpoints found that support image input").kind == kind


def test_the_words_of_a_provider_behind_a_gateway_count() -> None:
    raw = json.dumps({"error": {"message": "messages[0].content must be a string"}})
    body = {"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": raw}}}
    error = Refusal(
        name="a/b", status=400, headers={}, key_name="", mask=Masker([]),
        content=json.dumps(body).encode(),
    ).error()  # fmt: skip
    assert str(error).endswith(
        "content must be a string; its model seems to read text alone: name one that takes pictures"
    )


def test_a_prompt_that_a_refusal_quotes_is_no_refusal_of_pictures() -> None:
    error = refused(404, 'no model m for "which models do not support images, and why?"')
    assert error.kind == "not_found"
