"""What refusals blame, by code and by words, and what comes of it with each status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from multitrust.core import ModelError
from multitrust.models.error_bodies import ErrorBody
from multitrust.models.masking import Masker
from multitrust.models.refusal_causes import cause_by_code, cause_by_words
from multitrust.models.refusals import Refusal

WORDS = {
    "key": (
        # xAI, Google, OpenAI, LiteLLM, Azure, New API, Zhipu, SiliconFlow
        "Incorrect API key provided: xa***23. You can obtain an API key from https://x.test.",
        "API key not valid. Please pass a valid API key.",
        "API key expired. Please renew the API key.",
        "Your API key was reported as leaked. Please use another API key.",
        "You didn't provide an API key.",
        "litellm.AuthenticationError: AuthenticationError: OpenAIException - no",
        "Access denied due to invalid subscription key or wrong API endpoint.",
        "无效的令牌",
        "身份验证失败。",
        "Api key is invalid",
        "Missing API key",
        "Invalid access token",
        "The api_key does not exist",
        "upstream: 401 Unauthorized",
        "Please provide a valid API key",
        "The security token included in the request is expired",
        "Authorization header is missing",
        "Invalid bearer token",
    ),
    "account": (
        "This organization has been disabled.",
        "Organization has been restricted. Please reach out to support.",
        "The OpenAI account associated with this API key has been deactivated.",
        "Consumer has been suspended.",
        "Your account is suspended",
        "user has been banned",
        "Your project was closed",
        "Your account is not active",
        "账户已被锁定",
    ),
    "place": (
        "User location is not supported for the API use.",
        "Gemini API free tier is not available in your country. Please enable billing.",
        "Country, region, or territory not supported",
        "This service is not offered in your region",
        "Access from your country is not allowed",
        "Unsupported region: requests from this country are unsupported",
    ),
    "service": (
        "Generative Language API has not been used in project 1 before or it is disabled.",
        "The Vertex AI API is not enabled",
        "API x is disabled for this project",
    ),
    "model": (
        # OpenRouter, Zhipu, SiliconFlow, Bedrock, Groq, vLLM, Ollama, Google, Azure, xAI, LiteLLM
        "m is not a valid model ID",
        "模型不存在，请检查模型代码。",
        "Model does not exist. Please check it carefully.",
        "The provided model identifier is invalid.",
        "The model `m` has been decommissioned and is no longer supported.",
        "The model `m` does not exist.",
        'model "m" not found, try pulling it first',
        "models/x is not found for API version v1beta, or is not supported for generateContent.",
        "The API deployment for this resource does not exist.",
        "The model m does not exist or your team does not have access to it.",
        "litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider.",
        "litellm.NotFoundError: no",
        "Unknown model: m",
        "Invalid model name passed in model=m",
        "Model 'a/b:1' was not found",
        "no such model",
        "Model m is no longer available",
        "unknown model 'm'",
        "The requested model 'm' is not supported by any provider you have enabled.",
        "Model m is not available.",
        "Unable to access model m. Please visit the list of supported models",
        "invalid params, unknown model 'm' (2013)",
        "unknown model a/b",
        "unsupported model: m",
        "Model Not Exist",
        "Model not found: m",
        "该模型已下线",
    ),
    None: (
        "The model does not support Chat Completions API",
        "model_not_found",
        "The model has crashed without additional information. (Exit code: 1844)",
        "Model unloaded.",
        'Failed to load model "m". Error: insufficient system resources',
        "model failed: image not found at url",
        "invalid model output",
        "The model returned the following errors: image exceeds 5 MB maximum",
        "Could not find the key",
        "For this model, `temperature` is deprecated",
        "invalid token in prompt: <x>",
        "This model's maximum context length is 4096 tokens",
        "the user message is blocked",
        "model requires more system memory",
        "model file not found",
        "model is currently loading",
        "The model is not available for 5 minutes",
        "This model is not supported with stop sequences",
        "the answer of an unknown model family was cut",
        "the API is overloaded",
        "the image is not supported in this location of the message",
        "",
    ),
}


@pytest.mark.parametrize(
    ("cause", "words"), [(cause, words) for cause, said in WORDS.items() for words in said]
)
def test_words_that_blame(cause: str | None, words: str) -> None:
    assert cause_by_words(words) == cause


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (ErrorBody(code="invalid_api_key"), "key"),
        (ErrorBody(kind="authentication_error"), "key"),
        (ErrorBody(details=({"@type": "x"}, {"reason": "API_KEY_INVALID"})), "key"),
        (ErrorBody(code="400", kind="auth_error"), "key"),
        (ErrorBody(details=({"reason": "SERVICE_DISABLED"},)), "service"),
        (ErrorBody(details=({"reason": ["odd"]},)), None),
        (ErrorBody(code="organization_restricted"), "account"),
        (ErrorBody(code="unsupported_country_region_territory"), "place"),
        (ErrorBody(code="1211"), "model"),
        (ErrorBody(code="20012"), "model"),
        (ErrorBody(code="model_decommissioned", kind="invalid_request_error"), "model"),
        (ErrorBody(code="12110"), None),
        (ErrorBody(kind="invalid_request_error", message="invalid_api_key"), None),
        (ErrorBody(), None),
    ],
)
def test_codes_that_blame(body: ErrorBody, cause: str | None) -> None:
    assert cause_by_code(body) == cause


def refused(status: int, body: Any, *, chat: bool = True, **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Refusal(
        name="a/b", status=status, headers=headers, key_name="A_KEY", mask=Masker([]),
        content=content, address_end="/v1" if chat else "",
    ).error()  # fmt: skip


def said(message: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


@pytest.mark.parametrize("status", [400, 422, 500])
@pytest.mark.parametrize("cause", ["key", "account", "place", "service", "model"])
def test_a_key_or_a_model_that_is_refused_with_another_status_ends_as_with_its_own(
    cause: str, status: int
) -> None:
    for words in WORDS[cause]:
        error = refused(status, said(words))
        assert isinstance(error, ModelError)
        kind = "not_found" if cause == "model" else "auth"
        assert (error.kind, error.retryable) == (kind, False), words


@pytest.mark.parametrize("status", [400, 422])
def test_other_words_are_a_refusal_of_one_request(status: int) -> None:
    for words in WORDS[None]:
        assert refused(status, said(words)).kind == "bad_request", words


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": "1211", "message": "?"}},
        {"code": 20012, "message": "?", "data": None},
        said("?", code="model_decommissioned"),
        said("?", type="model_not_supported"),
    ],
)
def test_a_code_tells_where_words_do_not(body: dict[str, Any]) -> None:
    assert refused(400, body).kind == "not_found"


@pytest.mark.parametrize("code", ["1112", "1121"])
def test_an_account_that_is_locked_is_not_waited_for(code: str) -> None:
    assert refused(429, said("?", code=code)).kind == "auth"


def test_a_setting_that_mends_a_refusal_counts_before_its_words() -> None:
    words = "The model `m` does not exist with temperature 0: temperature must be 1"
    assert refused(400, said(words)).kind == "bad_request"
    error = refused(403, said("Input tokens + max_tokens must not exceed the context length"))
    assert error.kind == "bad_request"
    assert "--max-tokens" in str(error)


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (401, said("who?"), "refused the key (HTTP 401): "),
        (403, said("no"), "; check A_KEY"),
        (400, said("Incorrect API key provided"), "; check A_KEY"),
        (403, said("Country, region, or territory not supported"), "not offered where it was"),
        (403, said("x", code="unsupported_country_region_territory"), "not offered where it was"),
        (403, said("Generative Language API has not been used in project 1"), "switched off"),
        (403, said("x", details=[{"reason": "CONSUMER_SUSPENDED"}]), "refused the account"),
        (403, b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
         "a page came in place of JSON"),
        (404, said("The model `m` does not exist."), "; check the model's name"),
        (404, said("Not Found"), "; check the model's name and the address, which usually ends in "
         "/v1"),
    ],
)  # fmt: skip
def test_the_advice_is_about_what_was_blamed(status: int, body: Any, advice: str) -> None:
    assert advice in str(refused(status, body))


@pytest.mark.parametrize(
    ("status", "body", "unfit"),
    [
        (403, said("Country, region, or territory not supported"), "A_KEY"),
        (403, said("API x is disabled"), "A_KEY"),
        (403, b"<html><title>Just a moment...</title></html>", "A_KEY"),
        (404, said('model "m" not found'), "address"),
        (400, said("no such model"), "address"),
    ],
)
def test_nothing_is_advised_that_was_not_blamed(status: int, body: Any, unfit: str) -> None:
    assert unfit not in str(refused(status, body))


def test_other_apis_than_that_of_openai_have_other_addresses() -> None:
    shown = str(refused(404, b"", chat=False))
    assert shown.endswith("check the model's name and the address")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_without_an_address_is_called_so(status: int) -> None:
    error = refused(status, b"")
    assert error.kind == "not_found"
    assert f"has moved, but does not say where to, (HTTP {status})" in str(error)


def test_letters_that_a_body_escapes_are_shown() -> None:
    assert "模型不存在" in str(
        refused(400, b'{"error": {"message": "\\u6a21\\u578b\\u4e0d\\u5b58\\u5728"}}')
    )
    escaped = b'{"a": "\\u202e\\u001b[2J\\ud83d", "error": "no"}'
    shown = str(refused(400, escaped))
    assert shown.isprintable()
    assert "\u202e" not in shown


def test_a_key_that_a_body_escapes_is_not_shown() -> None:
    key = "sk-\u00e40123456789abcdef"
    error = Refusal(
        name="a/b", status=400, headers={}, key_name="A_KEY", mask=Masker([key]),
        content=json.dumps({"error": {"message": f"{key}!"}}).encode(),
    ).error()  # fmt: skip
    assert "0123456789abcdef" not in str(error)
