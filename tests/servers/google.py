"""The Gemini API and Vertex AI as their servers see them; as documented in 2026-11."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.servers.loopback import (
    KEY,
    NUMBER,
    SORRY,
    THOUGHT,
    Api,
    Json,
    Refused,
    check_picture,
    only,
)

BAD_KEY = "API key not valid. Please pass a valid API key."


def google_error(status: int, message: str) -> Json:
    error = {"code": status, "message": message, "status": "INVALID_ARGUMENT"}
    if message == BAD_KEY:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "reason": "API_KEY_INVALID"}]
    return {"error": error}


def exhausted(*quotas: str, delay: str) -> Json:
    """What comes with status 429."""
    violations = [{"quotaMetric": "…/generate_requests", "quotaId": name} for name in quotas]
    return {
        "error": {
            "code": 429, "message": "You exceeded your current quota. " * 9,
            "status": "RESOURCE_EXHAUSTED",
            "details": [
                {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
                {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": violations},
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
            ],
        }
    }  # fmt: skip


MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"


def check_keyed(headers: Mapping[str, str], body: Json) -> str:
    if headers.get("x-goog-api-key") != KEY:
        raise Refused(400, BAD_KEY)
    return check_generate(body)


def check_token(headers: Mapping[str, str], body: Json) -> str:
    if headers.get("Authorization") != f"Bearer {KEY}":
        raise Refused(401, "Request had invalid authentication credentials.")
    return check_generate(body)


def check_generate(body: Json) -> str:
    only(body, {"contents": list, "generationConfig": dict}, {"systemInstruction": dict})
    only(
        body["generationConfig"], {},
        {
            "temperature": NUMBER, "topP": NUMBER, "maxOutputTokens": int, "stopSequences": list,
            "seed": int, "thinkingConfig": dict,
        },
    )  # fmt: skip
    if "systemInstruction" in body:
        only(body["systemInstruction"], {"parts": list})
    text = ""
    for content in body["contents"]:
        only(content, {"role": str, "parts": list})
        if content["role"] not in ("user", "model"):
            raise Refused(400, "Please use a valid role: user, model.")
        for part in content["parts"]:
            only(part, {}, {"text": str, "inlineData": dict})
            if "inlineData" in part:
                blob = part["inlineData"]
                only(blob, {"mimeType": str, "data": str})
                check_picture(blob["mimeType"], blob["data"], most=9_333_336, side=3072)
            text = part.get("text", text)
    return text


def generate_reply(*parts: Json, finish: str = "STOP", **more: Any) -> Json:
    return {
        "candidates": [
            {"content": {"role": "model", "parts": list(parts)}, "finishReason": finish, "index": 0}
        ],
        "usageMetadata": {
            "promptTokenCount": 100, "candidatesTokenCount": 8, "thoughtsTokenCount": 12,
            "cachedContentTokenCount": 64, "totalTokenCount": 120,
        },
        "modelVersion": "gemini-a-001", "responseId": "r1", **more,
    }  # fmt: skip


GENERATE = Api(
    spec="google/gemini-a",
    key_name="GOOGLE_API_KEY",
    path="/v1beta/models/gemini-a:generateContent",
    check=check_keyed,
    replies={
        "answered": generate_reply({"text": "Yes"}),
        "thought": generate_reply({"text": THOUGHT, "thought": True}, {"text": "Yes"}),
        "cut thought": generate_reply(
            {"text": THOUGHT[:9], "thought": True}, finish="MAX_TOKENS"
        ),
        "truncated": generate_reply({"text": "Well, as far as"}, finish="MAX_TOKENS"),
        "refused": generate_reply({"text": SORRY}),
        "blocked": generate_reply(finish="SAFETY"),
        "empty": generate_reply({"text": ""}),
        "unparsed": generate_reply({"text": "It depends on the light."}),
        "tool": generate_reply({"functionCall": {"name": "look"}}, finish="UNEXPECTED_TOOL_CALL"),
        "malformed": {"candidates": [{"content": {"parts": "Yes"}, "finishReason": "STOP"}]},
    },
    error=google_error,
    blocked=(
        200,
        {
            "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
            "usageMetadata": {"promptTokenCount": 100}, "modelVersion": "gemini-a-001",
        },
    ),
    snapshot="gemini-a-001",
    refusals={
        "of a minute": (exhausted(MINUTE, delay="0.4s"),),
        "of a day": (exhausted(MINUTE, DAY, delay="0.01s"),) * 9,
    },
)  # fmt: skip
VERTEX = replace(
    GENERATE,
    spec="vertex/gemini-a",
    key_name="GOOGLE_OAUTH_ACCESS_TOKEN",
    variables={"GOOGLE_CLOUD_PROJECT": "p-1", "GOOGLE_CLOUD_LOCATION": "europe-west4"},
    path=(
        "/v1/projects/p-1/locations/europe-west4/publishers/google/models/gemini-a:generateContent"
    ),
    check=check_token,
)
