"""What a refusal blames: the key, the account, the place, the service or the model.

Some servers tell a wrong key or an unknown model with status 400 or 500, and 403 stands for much
beside a key. Codes and types count first, words only where no code is known. Read in 2026-11: the
pages on errors of OpenAI, Google (google/api/error_reason.proto), Groq, Volcengine, DashScope and
Zhipu, and public reports of refusals of xAI, OpenRouter, Bedrock, SiliconFlow, LiteLLM and
Anthropic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from multitrust.models.error_bodies import ErrorBody

Cause = Literal["key", "account", "place", "service", "model"]
CODES: Mapping[str, Cause] = {
    **dict.fromkeys((
        "invalid_api_key", "authentication_error", "auth_error", "invalid_authentication_error",
        "authenticationerror", "permissiondeniederror", "unauthorized", "unauthenticated",
        "invalidapikey", "token_not_found_in_db", "expired_key", "api_key_invalid",
        "api_key_expired", "api_key_service_blocked", "api_key_http_referrer_blocked",
        "api_key_ip_address_blocked", "access_token_expired", "access_token_scope_insufficient",
        "access_token_type_unsupported", "credentials_missing", "authfailure",
    ), "key"),
    **dict.fromkeys((
        "account_deactivated", "organization_restricted", "organization_deactivated",
        "consumer_suspended", "consumer_invalid", "account_state_invalid", "user_project_denied",
        "billing_disabled",
        "1110", "1111", "1112", "1121",  # Zhipu
    ), "account"),
    "unsupported_country_region_territory": "place",
    "service_disabled": "service",
    **dict.fromkeys((
        "model_not_found", "unknown_model", "invalid_model", "model_decommissioned",
        "model_not_available", "model_not_supported", "modelnotfound", "notfounderror",
        "modelnotopen", "deploymentnotfound", "invalidendpointormodel.notfound",
        "1211",  # Zhipu
        "20012",  # SiliconFlow
    ), "model"),
}  # fmt: skip
"""Codes, types and reasons of errors, in lower case."""
LITELLM = re.compile(r"\blitellm\.(Authentication|PermissionDenied|NotFound)Error\b")
"""Classes of LiteLLM's errors, which its proxy writes before the words of the provider."""
KEY_WORDS = re.compile(
    r"\b(?:incorrect|invalid|wrong|expired|revoked|unknown|missing|malformed|no|no valid)"
    r"(?: (?!for\b|in\b|of\b)\w+){0,2}? (?:api|access|secret|auth\w{0,15}"
    r"|subscription)[ _-]?"
    r"(?:keys?|tokens?|credentials?)\b"
    r"|\bapi[ _-]?key\b(?: \w+){0,4}? (?:not valid|invalid|expired|missing|incorrect|wrong|revoked"
    r"|disabled|deleted|required|not found|leaked|not exist|rejected|blocked)\b"
    r"|(?:\bnot|n['’]t|\bmust|\bplease) (?:provide|send|specify|pass)\b(?: \w+){0,2}?"
    r" api[ _-]?key\b"
    r"|\bnot authenticated\b|\bunauthori[sz]ed\b|\binvalid credentials|\binvalid \w{1,9} token\b"
    r"|\b(?:missing|no) auth\w{0,20} credentials"
    r"|\b(?:security|access|auth\w{0,15}|bearer|oauth2?|id) token\b[^.\n]{0,30}"
    r"\b(?:invalid|expired|revoked)\b"
    r"|\bauthorization header\b[^.\n]{0,20}\b(?:missing|invalid|malformed|required)\b"
    r"|\b(?:missing|invalid|no) authorization\b"
    r"|\bauthentication (?:failed|required|error)"
    r"|(?:无效|错误|失效|过期)的? ?(?:令牌|密钥|api[ -]?key|token)"
    r"|(?:令牌|密钥|api[ -]?key|token) ?(?:无效|错误|不正确|不存在|已?过期|已?失效)"
    r"|(?:身份验证|身份认证|鉴权|认证)(?:失败|错误|不通过)",
    re.IGNORECASE,
)
ACCOUNT_WORDS = re.compile(
    r"\b(?:user|(?:organi[sz]ation|account|project|team|workspace|consumer)(?: [\w'’-]+){0,5}?)"
    r" (?:has been|have been|is|was)(?: \w+)? (?:disabled|deactivated|suspended|restricted|banned"
    r"|blocked|locked|closed|terminated|frozen|inactive|not active)\b"
    r"|账[号户][^。，\n]{0,6}(?:封禁|禁用|冻结|停用|锁定)",
    re.IGNORECASE,
)
PLACE_WORDS = re.compile(
    r"\b(?:user location|country|region|territory)\b[^.\n]{0,30}\b(?:not |un)supported\b"
    r"|\bnot (?:available|supported|served|offered) in "
    r"(?:(?:your|this) (?:country|region|territory|area)|your location)\b"
    r"|\b(?:your|this) (?:country|region|territory|location)\b[^.\n]{0,20}"
    r"\b(?:blocked|restricted|not allowed|not permitted)\b"
    r"|(?:您|你|当前|所在)的?(?:国家|地区|区域)[^。\n]{0,10}(?:不支持|不可用)",
    re.IGNORECASE,
)
SERVICE_WORDS = re.compile(
    r"\bAPI\b[^.\n]{0,80}\b(?:has not been (?:used|enabled)|is (?:disabled|not enabled))\b",
    re.IGNORECASE,
)
MODEL_WORDS = re.compile(
    r"\b(?:models?|deployments?|endpoints?)\b(?: (?:names?|ids?|identifiers?))?:?"
    r"(?:/\S+| for this resource| (?!type|file|output|data|config)\W?[\w./:@-]+\W{0,2})?? ?"
    r"\b(?:(?:does|do|did) ?n[o'’]t exist|not exist|(?:is |was |be )?not found"
    r"|(?:is |are )?no longer (?:available|supported|served|hosted)"
    r"|(?:has|have) been (?:decommissioned|deprecated|retired|removed|discontinued|shut ?down)"
    r"|(?:is|was) (?:decommissioned|retired|discontinued|unknown)"
    r"|is not (?:a )?(?:valid|recogni[sz]ed|known|served|deployed|registered)"
    r"|is not (?:supported|available)(?=\W*\Z| by any\b| on this\b))\b"
    r"|\bunable to access (?:the )?model\b"
    r"|\bnot a valid (?:model|deployment)\b"
    r"|\b(?:no such|unknown|unrecogni[sz]ed|nonexistent|unsupported|invalid) (?:model|deployment)"
    r"(?: (?:name|id|identifier))?(?:\W*\Z| ?[:=`'\"(,.]"
    r"| (?:specified|requested|provided|given|passed)\b)"
    r"|\b(?:no such|unknown|unrecogni[sz]ed|unsupported) model \S+\W*\Z"
    r"|\bmodel (?:identifier|id|name)\b[^.\n]{0,60}\b(?:invalid|not valid|incorrect|unknown)\b"
    r"|\bLLM Provider NOT provided\b"
    r"|模型[^。，\n]{0,60}?(?:不存在|未找到|已下线|已停用|未开通)|(?:无效|未知|不存在)的模型"
    r"|(?:找不到|没有|无)(?:该|此|指定的?)?模型",
    re.IGNORECASE,
)
WORDS: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    ("place", PLACE_WORDS),
    ("service", SERVICE_WORDS),
    ("account", ACCOUNT_WORDS),
    ("key", KEY_WORDS),
    ("model", MODEL_WORDS),
)
"""Causes and the words that stand for them; the first that is found counts."""


def cause_of(body: ErrorBody, text: str) -> Cause | None:
    """What a refusal blames; None if it does not say.

    Args:
        body: what it says.
        text: its words, without what they quote.
    """
    return cause_by_code(body) or cause_by_words(text)


def cause_by_code(body: ErrorBody) -> Cause | None:
    """What the codes, types and reasons of an error blame; None if none is known."""
    reasons = (detail.get("reason") for detail in body.details)
    named = (body.code, body.kind, *reasons)
    return next(filter(None, map(cause_of_code, named)), None)


def cause_of_code(code: object) -> Cause | None:
    """What a code blames, by itself or by its family before the first dot; None if unknown."""
    word = str(code).casefold()
    return CODES.get(word) or CODES.get(word.partition(".")[0])


def cause_by_words(text: str) -> Cause | None:
    """What the words of an error blame; None if they do not say."""
    if found := LITELLM.search(text):
        return "model" if found[1] == "NotFound" else "key"
    return next((cause for cause, words in WORDS if words.search(text)), None)
