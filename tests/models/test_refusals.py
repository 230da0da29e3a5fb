"""What a refused request means: status, body and headers in the forms that providers send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from multitrust.core import ModelError
from multitrust.models.availability import HostError
from multitrust.models.error_bodies import ErrorBody, error_body
from multitrust.models.masking import Masker
from multitrust.models.openai import blocked
from multitrust.models.quotas import Quota, quota_in
from multitrust.models.refusals import Refusal, is_filtered
from multitrust.models.replies import error_of, status_of

KEY = "sk-test-0123456789-abcdefgh"


def refused(
    status: int, content: bytes | str | Mapping[str, Any] = b"{}", **headers: str
) -> ModelError | HostError:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Refusal(
        name="a/b", status=status, headers=headers, content=body, key_name="A_KEY",
        mask=Masker([KEY]),
    ).error()  # fmt: skip


OF_THE_HOST = (429, 498, 502, 503, 504, 520, 521, 522, 523, 525, 526, 527, 529, 530)
OF_THE_REQUEST = (408, 409, 424, 425, 499, 500, 507, 524, 599)
LASTING = {
    400: "bad_request", 401: "auth", 402: "unavailable", 403: "auth", 404: "not_found",
    405: "bad_request", 413: "bad_request", 415: "bad_request", 422: "bad_request",
    451: "bad_request", 501: "bad_request", 505: "bad_request", 301: "not_found", 308: "not_found",
}  # fmt: skip


@pytest.mark.parametrize("status", OF_THE_HOST)
def test_statuses_of_a_host_that_nobody_gets_an_answer_from(status: int) -> None:
    error = refused(status)
    assert isinstance(error, HostError)
    assert not error.unreached
    assert f"HTTP {status}" in str(error)


@pytest.mark.parametrize("status", OF_THE_REQUEST)
def test_statuses_after_which_the_same_request_may_succeed(status: int) -> None:
    error = refused(status)
    assert isinstance(error, ModelError)
    assert (error.kind, error.retryable) == ("server", True)
    asked_to_wait = refused(status, **{"Retry-After": "7"})
    assert isinstance(asked_to_wait, HostError)
    assert asked_to_wait.retry_after == 7


@pytest.mark.parametrize("status", LASTING)
def test_statuses_that_will_not_pass(status: int) -> None:
    error = refused(status, **{"Retry-After": "7"})
    assert isinstance(error, ModelError)
    assert (error.kind, error.retryable) == (LASTING[status], False)


def said(message: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


NO_CREDIT = (
    "You have run out of credits", "Your credits have run out", "No credits left on this account",
    "You have no remaining credits", "Not enough credits. Please top up.", "Balance not enough",
    "Your account balance is 0", "Insufficient account balance", "insufficient balance (1008)",
    "Your account has insufficient funds", "Prepaid credits exhausted", "account in arrears",
    "Your balance has been exhausted", "Sorry, your account balance is not sufficient",
    "Credit limit reached", "Spending cap reached for this key", "Your free trial has ended",
    "余额不足",
)  # fmt: skip
CREDIT = (
    "white balance is too low in the image", "balance must be a number", "the load balance is low",
    "You have no access to the credits API", "the image shows funds", "internal balance error",
    "the credit card in the image is not readable",
)  # fmt: skip


@pytest.mark.parametrize("status", [400, 402, 403, 429, 500])
def test_words_for_credit_that_is_used_up(status: int) -> None:
    for words in NO_CREDIT:
        assert "has used up its credit" in str(refused(status, said(words))), words


@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_other_words_about_money_are_none(status: int) -> None:
    for words in CREDIT:
        assert refused(status, said(words)).kind != "unavailable", words


USED_UP: Mapping[str, tuple[int, Any]] = {
    "OpenRouter, free models": (
        429,
        said(
            "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model "
            "requests per day",
            code=429,
        ),
    ),
    "OpenRouter, with a balance": (
        429, said("Rate limit exceeded: free-models-per-day-high-balance. ", code="429"),
    ),
    "OpenAI, requests": (
        429,
        said(
            "Rate limit reached for gpt-a in organization org-x on requests per day (RPD): Limit "
            "200, Used 200, Requested 1. Please try again in 7m12s.",
            type="requests", code="rate_limit_exceeded",
        ),
    ),
    "OpenAI, credit": (429, said("You exceeded your current quota", code="insufficient_quota")),
    "OpenAI, bill": (400, said("Billing hard limit reached", code="billing_hard_limit_reached")),
    "Groq, tokens": (
        429,
        said(
            "Rate limit reached for model `m` in organization `o` service tier `on_demand` on "
            "tokens per day (TPD): Limit 100000, Used 97050, Requested 3619. Please try again in "
            "9m38.016s. Need more tokens? Upgrade to Dev Tier today",
            type="tokens", code="rate_limit_exceeded",
        ),
    ),
    "Moonshot, tokens": (429, said("request reached organization TPD rate limit, current: 9")),
    "Moonshot, credit": (429, said("no balance", type="exceeded_current_quota_error")),
    "Moonshot, plan": (403, said("You've reached your usage limit for this billing cycle")),
    "Google, without details": (
        429, said("Quota exceeded for quota metric 'Generate Content API requests per day'"),
    ),
    "Google, not in the plan": (
        429,
        said(
            "You exceeded your current quota. * Quota exceeded for metric: "
            "generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, "
            "model: m\nPlease retry in 20.04s.",
        ),
    ),
    "GitHub": (
        429, said("Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 9000 s"),
    ),
    "Cerebras": (
        429, {"message": "Tokens per day limit exceeded - too many tokens processed.", "code": "x"},
    ),
    "Cloudflare": (
        429,
        {"errors": [], "message": "you have used up your daily free allocation of 10,000 neurons"},
    ),
    "Anthropic, credit": (
        400,
        said(
            "Your credit balance is too low to access the Anthropic API.",
            type="invalid_request_error",
        ),
    ),
    "Anthropic, limit": (
        400, said("You have reached your specified API usage limits. You will regain access on …"),
    ),
    "xAI": (
        429, "Your team has either used all available credits or reached its monthly spending limit"
    ),
    "xAI, forbidden": (
        403, {"code": "forbidden", "error": "Your team has used all available credits."},
    ),
    "Fireworks": (
        412, said("Account x is suspended, possibly due to reaching the monthly spending limit"),
    ),
    "DeepSeek": (402, said("Insufficient Balance", code="invalid_request_error")),
    "Hugging Face": (402, {"error": "You have exceeded your monthly included credits"}),
    "DashScope, plan": (429, said("Free allocated quota exceeded.", code="Throttling.Allocation")),
    "DashScope, free": (
        403,
        said("The free tier of the model has been exhausted.", code="AllocationQuota.FreeTierOnly"),
    ),
    "Volcengine": (403, said("The account is overdue", code="AccountOverdueError")),
    "DashScope, bill": (400, said("Access denied", code="Arrearage")),
    "Azure": (403, {"error": {"message": "Out of call volume quota. Quota will be replenished"}}),
    "a gateway": (429, said("OpenAIException - insufficient_quota - You exceeded your quota")),
    "a plain text": (429, b"Daily limit reached"),
    "OpenRouter, key": (
        403, said("Key limit exceeded (daily limit). Manage it at https://or.test/keys", code=403),
    ),
    "OpenRouter, key for good": (403, said("Key limit exceeded (total limit). Manage it")),
    "OpenRouter, key, older": (403, said("Key limit exceeded. Manage it using https://or.test")),
    "Google, prepaid": (
        429,
        said("Your prepayment credits are depleted. Go to AI Studio", status="RESOURCE_EXHAUSTED"),
    ),
    "Google, older": (403, said("Daily Limit Exceeded. The quota will be reset at midnight")),
    "a free gateway": (429, said("Limit for today is reached, come back tomorrow")),
    "another free gateway": (429, said("You have used today's requests")),
    "yet another": (429, said("Too many requests; try again tomorrow")),
    "SiliconFlow": (
        403, {"code": 30001, "message": "Sorry, your account balance is insufficient", "data": None}
    ),
    "SiliconFlow, code alone": (403, {"code": 30001, "message": "no"}),
    "SiliconFlow, words alone": (403, said("Sorry, your account balance is insufficient")),
    "a gateway, in other words": (400, said("You do not have enough credits for this request")),
    "a gateway, a key": (401, said("Your balance is negative, top up first")),
    "a gateway, a failure": (500, said("OpenAIException - your funds are exhausted")),
    "NVIDIA": (402, {"title": "Payment Required", "detail": "Account 'x': Cloud credits expired"}),
    "Cloudflare, in a list": (
        429,
        {
            "errors": [{"message": "AiError: you have used up your daily free allocation of 10,000 "
                        "neurons", "code": 4006}],
            "success": False, "result": {}, "messages": [],
        },
    ),
    "Volcengine, set": (
        429,
        said("Your account has reached the set inference limit", code="SetLimitExceeded"),
    ),
    "Volcengine, free": (
        429, said("Your account 2 has exhausted its free quota for the m model.", code="x")
    ),
    "Cohere": (
        429, {"message": "You are using a Trial key, which is limited to 1000 API calls / month."}
    ),
    "a day, after a stroke": (429, said("Limit: 200 requests/day")),
    "Zhipu, a day": (429, said("?", code="1304")),
    "Zhipu, plan": (429, said("?", code="1309")),
    "Zhipu, credit": (429, said("余额不足或无可用资源包,请充值。", code="1113")),
    "LiteLLM": (400, said("Budget has been exceeded! Current cost: 2", type="budget_exceeded")),
}  # fmt: skip
PERIODS = {
    "今日免费额度已用完": "quota of the day (",
    "您的账户今日免费额度已用完": "quota of the day (",
    "该 API 已达今日调用次数限额": "quota of the day (",
    "已超出每日请求上限，请明天再试": "quota of the day (",
    "日调用量超限": "quota of the day (",
    "24 小时内的请求次数已达上限": "quota of the day (",
    "您已达到每周/每月使用上限": "quota of the week (",
    "本月额度已用尽": "quota of the month (",
    "月度配额已耗尽": "quota of the month (",
    "免费额度已用完": "free quota (",
    "The free tier of this model has been exhausted": "free quota (",
    "账户余额不足，请充值": "credit (",
    "您的账户已欠费，请充值后重试": "credit (",
    "Weekly limit reached": "quota of the week (",
    "Monthly quota exceeded": "quota of the month (",
    "Limit of 100 requests per month": "quota of the month (",
    "Rate limit: 5000 per year": "quota of the year (",
    "Limit for this week is reached": "quota of the week (",
    "This month's limit is reached": "quota of the month (",
    "requests per 7 days exceeded": "quota of the week (",
    "tokens per 24 hours exceeded": "quota of the day (",
    "Key limit exceeded (weekly limit)": "quota of the week (",
    "Key limit exceeded (daily limit)": "quota of the day (",
    "Key limit exceeded (total limit)": "quota of the key (",
}


@pytest.mark.parametrize("words", PERIODS)
def test_a_quota_is_called_by_its_period(words: str) -> None:
    assert f"has used up its {PERIODS[words]}" in str(refused(429, said(words)))


def test_a_key_that_is_refused_is_no_quota() -> None:
    for words in ("This key is valid for 30 days per month", "Daily tokens are not for this key"):
        assert refused(403, said(words)).kind == "auth"


@pytest.mark.parametrize("form", USED_UP)
def test_credit_or_a_quota_of_a_day_that_is_used_up_ends_the_run(form: str) -> None:
    status, body = USED_UP[form]
    error = refused(status, body, **{"Retry-After": "1"})
    assert isinstance(error, ModelError)
    assert (error.kind, error.retryable) == ("unavailable", False)
    assert "has used up its" in str(error)
    assert "run the same command to resume" in str(error)


PASSING: Mapping[str, tuple[int, Any]] = {
    "OpenAI, tokens": (
        429, said("Rate limit reached for gpt-a on tokens per min (TPM): Limit 30000, Used 14567")
    ),
    "OpenRouter, minute": (
        429, said("Rate limit exceeded: free-models-per-min. Buy credits for 1000 requests per day")
    ),
    "Anthropic": (
        429, said("This request would exceed your rate limit of 50 requests per minute. Sales: …")
    ),
    "Google, minute": (
        429,
        {
            "error": {
                "message": "You exceeded your current quota, please check your plan and billing.",
                "details": [
                    {"violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}]}
                ],
            }
        },
    ),
    "Vertex": (
        429, said("Quota exceeded for x/generate_content_requests_per_minute_per_project_per_base")
    ),
    "DashScope": (429, said("Allocated quota exceeded", code="Throttling.AllocationQuota")),
    "Mistral": (429, {"message": "Requests rate limit exceeded"}),
    "an hour": (429, said("Maximum 100 credits per 1 hour or 400 credits per day")),
    "no words": (429, b""),
    "a page": (503, b"<html>one day we shall be back; daily news</html>"),
    "a key, minute": (429, said("Key limit exceeded (20 requests per minute)")),
    "an offer": (429, said("Too many requests. Upgrade today, or wait until the next minute")),
    "a minute, today": (429, said("Limit per minute is reached; today's offer: 100 per day")),
    "a minute, in Chinese": (429, said("每分钟请求次数已达上限，每天 1000 次")),
    "five hours, in Chinese": (429, said("已达到 5 小时 的使用上限。您的限额将在 2026-12-01 重置")),
    "a pace, in Chinese": (429, said("您当前使用该 API 的频率过高，请降低频率")),
    "a free pace": (429, said("Free tier rate limit exhausted, slow down")),
    "Cohere, minute": (
        429, {"message": "You are using a Trial key, which is limited to 10 API calls / minute"}
    ),
    "an address": (429, said("Slow down, see https://x.test/limits/day or https://y.test/month")),
    "SiliconFlow, minute": (429, {"message": "TPM limit reached.", "code": 50603, "data": None}),
    "a failure with a balance": (500, said("load balancer: balance of replicas lost")),
    "a day at another status": (500, said("100 requests per day")),
}  # fmt: skip


@pytest.mark.parametrize("form", PASSING)
def test_limits_of_minutes_are_waited_for(form: str) -> None:
    status, body = PASSING[form]
    error = refused(status, body)
    assert error.kind in ("rate_limit", "server")


WAITS = {
    "Try again in 50m": 3000,
    "Rate limit reached on tokens per min (TPM). Please try again in 7m12s. Visit us": 432,
    "Please retry in 20.04s.": 20.04,
    "Please try again in 20ms": 0.02,
    "Too many requests, retry after 30 seconds": 30,
    "Please wait 9000 s before retrying": 9000,
    "Please wait for 1 hour and 5 minutes": 3900,
    "The limit resets in 2h": 7200,
    "请在 30 秒后重试": 30,
    "请 5 分钟后再试": 300,
    "Retry-After: 2": 2,
    "Too many requests (Retry-After: 2.5).": 2.5,
    "Retry-After: 2 minutes": 120,
    "please retry_after=4": 4,
}
NO_WAITS = (
    "Try again later", "Try again. 60 requests per minute", "Limit 30000, used 29000 in 50m",
    "wait for the model m5", "again in 3 models", "", "retry after 2026-12",
    "retry after 3-5 tries",
    "created 2026-12-01 20:00:00", "已达到上限，于 2026-12-01 记录",
)  # fmt: skip


@pytest.mark.parametrize("words", WAITS)
def test_a_time_in_words_is_waited_for_where_no_header_names_one(words: str) -> None:
    error = refused(429, said(words))
    assert isinstance(error, HostError)
    assert error.retry_after == pytest.approx(WAITS[words])
    named = refused(429, said(words), **{"Retry-After": "7"})
    assert isinstance(named, HostError)
    assert named.retry_after == 7


@pytest.mark.parametrize("words", NO_WAITS)
def test_words_without_a_time_to_wait_name_none(words: str) -> None:
    error = refused(429, said(words))
    assert isinstance(error, HostError)
    assert error.retry_after is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"retry_after": 2}, 2), ({"retry_after": "2"}, 2), ({"retry_after_ms": 1500}, 1.5),
        ({"retryAfter": 2.5}, 2.5), ({"retry_after_seconds": 3}, 3), ({"retry_after": "1m"}, 60),
        ({"estimated_time": 20.0}, 20), ({"retry_after": -1}, 0), ({"retry_after": 0}, 0),
        ({"retry_after": True}, None), ({"retry_after": None}, None),
        ({"retry_after": "soon"}, None), ({"retry_after": [2]}, None),
        ({"retry_afterwards": 2}, None),
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_a_field_of_the_body_may_name_a_time_to_wait(
    fields: dict[str, Any], expected: float | None, status: int
) -> None:
    for body in (said("slow down", **fields), {**said("slow down"), **fields},
                 {"message": "slow down", **fields}, {"error": "loading", **fields}):  # fmt: skip
        error = refused(status, body)
        assert isinstance(error, HostError)
        assert error.retry_after == expected
        named = refused(status, body, **{"Retry-After": "7"})
        assert isinstance(named, HostError)
        assert named.retry_after == 7


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("已达到 5 小时的使用上限。您的限额将在 {} 重置。", 8),
        ("Your limit resets at {} UTC.", 0),
        ("Limit reached, try again after {}Z", 0),
        ("The limit will be available at {}+02:00", 2),
    ],
)
def test_a_time_until_which_to_wait_is_read_in_its_zone(words: str, zone: int) -> None:
    then = datetime.now(UTC) + timedelta(hours=zone, seconds=500)
    error = refused(429, said(words.format(then.strftime("%Y-%m-%d %H:%M:%S"))))
    assert isinstance(error, HostError)
    assert 400 < (error.retry_after or 0) <= 500


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("The input (9000 tokens) is longer than the model's context length (4096 tokens).", ""),
        ("The number of tokens to keep from the initial prompt is greater than the context length. "
         "Try to load the model with a larger context length, or provide a shorter input", ""),
        ("the request exceeds the available context size. try increasing the context size", ""),
        ("no words", "exceed_context_size_error"),
        ("prompt is too long: 210000 tokens > 200000 maximum", ""),
        ("The decoder prompt (length 9000) is longer than the maximum model length of 4096.", ""),
        ("This model's maximum context length is 4096 tokens. However, you requested 9100 tokens "
         "(9000 in the messages, 100 in the completion).", ""),
    ],
)  # fmt: skip
def test_a_prompt_that_is_too_long_alone_needs_a_longer_context(words: str, kind: str) -> None:
    shown = str(refused(400, said(words, type=kind)))
    assert "let the server allow a longer one" in shown
    assert "--max-tokens" not in shown


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 4096 tokens. However, you requested 8300 tokens "
        "(108 in the messages, 8192 in the completion).",
        "Requested token count exceeds the model's maximum context length of 4096 tokens. You "
        "requested a total of 8300 tokens: 108 tokens from the input messages and 8192 tokens for "
        "the completion.",
        "'max_tokens' is too large: 8192. This model's maximum context length is 4096 tokens and "
        "your request has 108 input tokens (8192 > 4096 - 108).",
        "inputs tokens + max_new_tokens must be <= 4096. Given: 108 inputs tokens and 8192 "
        "max_new_tokens exceeds the context length",
    ],
)
def test_a_prompt_that_is_too_long_with_its_answer_needs_a_shorter_one(words: str) -> None:
    assert "; allow fewer tokens with --max-tokens" in str(refused(400, said(words)))


@pytest.mark.parametrize(
    "words",
    ["Request exceeds the maximum size", "Request payload size exceeds the limit: 20971520 bytes.",
     "image exceeds 5 MB maximum", 'Could not parse "is this prompt too long for my context?"'],
)  # fmt: skip
def test_what_is_large_in_another_way_needs_no_longer_context(words: str) -> None:
    assert "context: let" not in str(refused(413, said(words)))


ECHOED = (
    "my account balance is low and I am out of credits",
    "what does it mean that the free quota is used up?",
    "why is it an invalid API key, and what does unauthorized mean?",
    "which model does not exist? the model m does not exist",
    "it says that my account is suspended",
    "the prompt is too long for the context, I think",
)


@pytest.mark.parametrize("words", ECHOED)
@pytest.mark.parametrize("status", [400, 422])
def test_a_prompt_that_a_refusal_repeats_blames_nothing(words: str, status: int) -> None:
    detail = [{"type": "string_type", "loc": ["body", "x"], "msg": "odd", "input": words}]
    bodies = (
        said(f'Could not parse "{words}"'),
        said(f"Could not parse `{words}`, sorry"),
        {"detail": detail},
        {"message": str(detail)},
        said(json.dumps(detail)),
    )
    for body in bodies:
        error = refused(status, body)
        assert (error.kind, "; " in str(error)) == ("bad_request", False)


def test_a_request_that_is_larger_than_a_minute_allows_is_not_repeated() -> None:
    words = "Request too large for gpt-a on tokens per min (TPM): Limit 30000, Requested 30601."
    error = refused(429, said(words, code="rate_limit_exceeded"))
    assert isinstance(error, ModelError)
    assert (error.kind, error.retryable) == ("bad_request", False)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            said(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                "'max_completion_tokens' instead.",
                type="invalid_request_error", param="max_tokens", code="unsupported_parameter",
            ),
            "-M max_tokens_field=max_completion_tokens",
        ),
        (
            {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"]}]},
            "-M max_tokens_field=max_tokens",
        ),
        (
            said(
                "Unsupported value: 'temperature' does not support 0 with this model. Only the "
                "default (1) value is supported.",
                param="temperature", code="unsupported_value",
            ),
            "-M temperature=none",
        ),
        (said("invalid temperature: only 1 is allowed for this model"), "-M temperature=none"),
        (said("`temperature` is deprecated for this model."), "-M temperature=none"),
        (said("`top_p` cannot be used with this model"), "-M temperature=none"),
        (
            said("'max_tokens' is too large: 9000. The model's maximum context length is 8192"),
            "--max-tokens",
        ),
        (said("Provider returned error", param="temperature"), '"param": "temperature"'),
        (
            said(
                "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, "
                "but got 8 instead."
            ),
            "; allow more tokens with --max-tokens",
        ),
        (said("m is not a multimodal model"), "name one that takes pictures"),
        (said("Images are not supported by this endpoint."), "name one that takes pictures"),
        (said("this model does not support image input"), "name one that takes pictures"),
        (said("Budget 0 is invalid. This model only works in thinking mode."), "thinking_tokens="),
        (said("max_tokens: 9000 > 8192, which is the maximum allowed"), "-M thinking_tokens"),
        (
            {"message": "This model's maximum context length is 4096 tokens, but 5000 were asked"},
            "--max-tokens",
        ),
        (said("unknown field max_tokens, use max_new_tokens"), "max_tokens_field=max_new_tokens"),
        (said("Unknown field `max_tokens`; known: n, maxTokens"), "max_tokens_field=maxTokens"),
        (said("Please use max_completion_tokens"), "max_tokens_field=max_completion_tokens"),
        (said("max_completion_tokens is required"), "max_tokens_field=max_completion_tokens"),
        (said("max_tokens unsupported"), "max_tokens_field=max_completion_tokens"),
        (said("temperature=0.0 is not supported: must be > 0"), "-M temperature=none"),
        (said("Temperature is not supported"), "-M temperature=none"),
        (said("参数 temperature 不支持"), "-M temperature=none"),
        (said("temperature: may only be set to 1 when thinking is enabled"), "temperature=none"),
        (said("Error in 'temperature'. See the docs"), "-M temperature=none"),
        (
            said(
                "OpenAIException - Error code: 400 - {'error': {'message': \"temperature does not "
                "support 0 with this model\", 'param': None}}"
            ),
            "-M temperature=none",
        ),
        (said("This model only supports streaming. Please set stream=true"), "streams alone"),
        (said("stream must be true"), "streams alone"),
        (said("This model only support stream mode, please enable the parameter"), "streams alone"),
        (said("Non-streaming requests are not supported"), "streams alone"),
        (said("Streaming is required for this model"), "streams alone"),
    ],
)  # fmt: skip
def test_a_setting_that_is_refused_is_named_with_what_mends_it(
    body: dict[str, Any], words: str
) -> None:
    error = refused(400, body)
    assert error.kind == "bad_request"
    assert words in str(error)


@pytest.mark.parametrize(
    "body",
    [
        said("max_tokens is odd", param="max_tokens"),
        said("the picture is not allowed to be empty. It is not supported"),
        said("seed is not supported"),
        said("the temperature_unit is unknown"),
        b"temperatures are falling",
        said('Could not parse prompt: "what is the temperature of water"'),
        said('Invalid prompt: "is this temperature not supported?" has no image'),
        said("Could not parse `what is the temperature of water`; it is not supported"),
        said("Could not read the temperature of water. The prompt is not supported"),
        said("Unknown field max_output_tokens"),
        said("parameter.enable_thinking must be set to false for non-streaming calls"),
        said("Unrecognized request argument supplied: stream"),
        b"",
    ],
)
def test_nothing_is_advised_where_nothing_is_known(body: Any) -> None:
    assert "-M" not in str(refused(400, body))


def test_a_setting_that_is_refused_as_a_failure_of_the_server_is_named_too() -> None:
    error = refused(500, said("temperature=0.0 is not supported"))
    assert "; leave it out with -M temperature=none" in str(error)


@pytest.mark.parametrize("code", ["model_not_found", "unknown_model", "Model_Not_Found"])
@pytest.mark.parametrize("field", ["code", "type"])
def test_a_model_that_is_not_there_is_told_by_its_code(field: str, code: str) -> None:
    error = refused(400, said("no model m", **{field: code}))
    assert error.kind == "not_found"
    assert "check the model's name" in str(error)
    assert refused(400, said("model_not_found")).kind == "bad_request"


FILTERED = {
    "OpenAI": said("stopped", code="content_filter"),
    "Azure": said("stopped", code="400", innererror={"code": "ResponsibleAIPolicyViolation"}),
    "OpenRouter": said("flagged", code=403, metadata={"reasons": ["violence"]}),
    "xAI": {
        "code": "The caller does not have permission",
        "error": "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO",
    },
    "DeepSeek": said("Content Exists Risk", code="invalid_request_error"),
    "DeepSeek, older": {"detail": "Content Exists Risk"},
    "Volcengine, text": said("no", code="InputTextSensitiveContentDetected", type="BadRequest"),
    "Volcengine, picture": said("sensitive", code="InputImageSensitiveContentDetected"),
    "Volcengine": said("sensitive", code="SensitiveContentDetected"),
    "Volcengine, of a kind": said("sensitive", code="SensitiveContentDetected.SevereViolation"),
    "Volcengine, risk": said("sensitive", code="OutputTextRiskDetection"),
    "Zhipu": {"contentFilter": [{"level": 1, "role": "user"}],
              "error": {"code": "1301", "message": "系统检测到不安全或敏感内容"}},
    "Zhipu, a number": said("unsafe or sensitive content", code=1301),
    "DashScope": said("no", code="data_inspection_failed", type="invalid_request_error"),
    "DashScope, at the top": {"code": "DataInspectionFailed", "message": "no", "request_id": "1"},
    "DashScope, a cause": said("inappropriate", code="InternalError.Algo.DataInspectionFailed"),
    "LiteLLM": said("litellm.ContentPolicyViolationError: AzureException", type="None", code="400"),
    "LiteLLM, around": said("litellm.BadRequestError: litellm.ContentPolicyViolationError: x - y"),
    "OpenAI, pictures": said("rejected by the safety system", code="moderation_blocked"),
    "Bedrock": said("blocked by guardrail", type="guardrail_intervened", code="400"),
    "Moonshot": said("considered high risk", type="content_filter"),
    "StepFun": said("The content you provided is blocked.", type="censorship_blocked"),
    "New API": said("sensitive words", code="sensitive_words_detected"),
    "OpenRouter, passed on": said("Provider returned error", metadata={"provider_name": "StepFun",
                                  "raw": '{"error":{"message":"no","type":"censorship_blocked"}}'}),
    "Google, a list": [said("stopped", code="content_filter")],
}  # fmt: skip


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 451, 500])
@pytest.mark.parametrize("form", FILTERED)
def test_a_filter_is_one_only_with_the_statuses_of_filters(form: str, status: int) -> None:
    content = json.dumps(FILTERED[form]).encode()
    assert is_filtered(status, content, blocked) is (status in (400, 403, 451))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"<html>content_filter</html>", b'{"error": []}',
        b'{"error": {"code": "1302", "message": "too many"}}', b'{"error": {"code": 13010}}',
        b'{"error": {"code": "InvalidParameter", "message": "SensitiveContentDetected is off"}}',
        b'{"error": {"code": "content_filters_unavailable"}}', b'{"code": "AccessDenied"}',
        b'{"error": {"message": "Provider returned error", "metadata": {"raw": "content_filter"}}}',
        b'{"error": {"message": "no", "metadata": {"raw": "{\\"code\\": 400}"}}}',
    ],
)  # fmt: skip
def test_other_refusals_are_no_filter(body: bytes) -> None:
    assert not is_filtered(400, body, blocked)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            b'{"error": {"message": "no", "code": 402, "type": "t", "param": "p"}}',
            ErrorBody(message="no", code="402", kind="t", param="p"),
        ),
        (b'[{"error": {"message": "no", "status": "X"}}]', ErrorBody(message="no", kind="X")),
        (
            b'{"error": {"message": "no", "metadata": {"raw": "{\\"error\\": \\"why\\"}"}}}',
            ErrorBody(message="no: why"),
        ),
        (b'{"error": {"message": "no", "metadata": {"raw": "why"}}}', ErrorBody(message="no: why")),
        (b'{"error": {"message": "no", "metadata": {"raw": {}}}}', ErrorBody(message="no")),
        (b'{"error": "no", "code": "c"}', ErrorBody(message="no", code="c")),
        (b'{"detail": "no"}', ErrorBody(message="no")),
        (b'{"message": "no", "code": 40303}', ErrorBody(message="no", code="40303")),
        (b'"no"', ErrorBody(message="no")),
        (b"no", ErrorBody(message="no")),
        (b"[]", ErrorBody()),
        (b"[1]", ErrorBody()),
        (b"null", ErrorBody()),
        (b'{"error": {"message": ["no"], "code": {}}}', ErrorBody(code="{}")),
        (b"\xff" * 3, ErrorBody(message="\ufffd" * 3)),
    ],
)  # fmt: skip
def test_bodies_in_their_forms(content: bytes, found: ErrorBody) -> None:
    assert error_body(content) == found


UNUSUAL = {
    "a code and words spelled otherwise": (
        {"error_code": 17, "error_msg": "Open api daily request limit reached"},
        ("17", "Open api daily request limit reached"),
    ),
    "an object of errors": ({"errors": {"message": "no", "code": "x"}}, ("x", "no")),
    "a list of texts": ({"errors": ["Invalid API key"]}, ("", "Invalid API key")),
    "an envelope": (
        {"Response": {"Error": {"Code": "AuthFailure.X", "Message": "no"}, "RequestId": "r"}},
        ("AuthFailure.X", "no"),
    ),
    "an envelope within": (
        {"ResponseMetadata": {"Error": {"Code": "AccessDenied", "Message": "no"}}},
        ("AccessDenied", "no"),
    ),
    "a fault": ({"fault": {"faultstring": "Invalid ApiKey"}}, ("", "Invalid ApiKey")),
    "no words at all": ({"errors": {"messages.0": ["must be a string"]}}, ("", "")),
    "an answer in a field like an envelope": ({"response": "Yes"}, ("", "")),
    "wrappers without end": ({"error": {"error": {"error": {"error": {"error": {}}}}}}, ("", "")),
}


@pytest.mark.parametrize("form", UNUSUAL)
def test_errors_that_are_wrapped_and_spelled_otherwise(form: str) -> None:
    body, (code, message) = UNUSUAL[form]
    found = error_body(json.dumps(body).encode())
    assert (found.code, found.message) == (code, message)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error_code": 17, "error_msg": "Open api daily request limit reached"}, 429),
        ({"error_code": 110, "error_msg": "Access token invalid or no longer valid"}, 401),
        ({"Response": {"Error": {"Code": "AuthFailure.X", "Message": "is not found"}}}, 401),
        ({"error_code": 0, "error_msg": "ok", "result": ""}, None),
        ({"response": "Yes", "done": True}, None),
    ],
)  # fmt: skip
def test_such_errors_are_known_with_status_200(body: Any, status: int | None) -> None:
    error = error_of(body)
    assert (status_of(error) if error else None) == status


PAGE = "<!DOCTYPE html><html><head><style>p {}</style><title>413 Too Large</title></head></html>"


def test_of_a_page_the_text_is_shown() -> None:
    said = str(refused(413, PAGE.encode()))
    assert "a page, '413 Too Large'; let the server, or the gateway before it, take larger" in said
    assert "<" not in str(refused(524, PAGE.encode() + b"<style>" * 2_000))


def test_a_body_without_end_is_read_in_part() -> None:
    found = error_body(b'{"error": "' + b"x" * 10_000_000)
    assert len(found.message) <= 2000
    assert quota_in(429, found) == Quota()
    shown = str(refused(500, b" " * 9_000 + b"x" * 9_000_000))
    assert len(shown) < 300


def test_keys_and_control_characters_are_taken_out_before_the_text_is_cut() -> None:
    for before in range(160, 201):
        shown = str(refused(400, ("y" * before + KEY + "z" * 99).encode()))
        assert KEY[:4] not in shown
    shown = str(refused(400, f"\x1b[2J{KEY}\r\n\x07no\u202e".encode()))
    assert shown.endswith("(HTTP 400): … no")
    moved = refused(307, Location=f"https://x/?key={KEY}\x9b2J")
    assert "https://x/?key=…" in str(moved)
    assert "\x9b" not in str(moved)
