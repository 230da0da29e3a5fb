"""Why a reply ended: the words of each API, and what they mean here.

A word that is not listed is a failure, never an answer: providers report cancelled and broken
requests in the same field. Sources, read in 2026-11: the providers' references, and the tables of
LiteLLM, vLLM, SGLang and pydantic-ai for what gateways send.
"""

from __future__ import annotations

from collections.abc import Mapping

from multitrust.core import Stop

CALLS = frozenset({"tool_calls", "tool_call", "function_call", "tool_use"})
"""Reasons of all APIs, in lower case, that say that the model called a tool. None was offered: what
it said beside the call counts, and a call alone is no answer."""
GOOGLE: Mapping[str, Stop] = {
    "STOP": "end",
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",
    "SAFETY": "filter",
    "RECITATION": "filter",
    "LANGUAGE": "filter",
    "BLOCKLIST": "filter",
    "PROHIBITED_CONTENT": "filter",
    "SPII": "filter",
    "IMAGE_SAFETY": "filter",
    "IMAGE_PROHIBITED_CONTENT": "filter",
    "IMAGE_RECITATION": "filter",
    "ESCALATION": "filter",
    "MODEL_ARMOR": "filter",
}
"""`finishReason` of the Gemini API. OTHER, MALFORMED_RESPONSE and those of calls that are
malformed, unexpected or too many are failures, whatever was said before."""
ANTHROPIC: Mapping[str, Stop] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "tool_use": "end",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "filter",  # classifiers beside the model interrupt it; the words are not its own
    "guardrail_intervened": "filter",  # Bedrock
    "content_filtered": "filter",  # Bedrock
}
"""`stop_reason` of the Messages API. pause_turn is the end of no answer: it would go on."""
CHAT: Mapping[str, Stop] = {
    # Gateways pass on what the provider behind them says: Google's words above all.
    **{name.casefold(): stop for name, stop in GOOGLE.items()},
    "stop": "end",
    "tool_calls": "end",
    "function_call": "end",
    "eos": "end",  # Together
    "eos_token": "end",  # text-generation-inference
    "stop_sequence": "end",
    "end_turn": "end",
    "tool_use": "end",
    "tool_call": "end",
    "complete": "end",  # Cohere
    "normal": "end",  # Qianfan
    "length": "length",
    "max_tokens": "length",
    "token_limit": "length",  # watsonx
    "model_length": "length",  # Mistral
    "max_output": "length",  # MiniMax
    "model_context_window_exceeded": "length",  # Zhipu, Bedrock
    "error_limit": "length",  # Cohere
    "repetition": "length",  # vLLM ends a loop
    "content_filter": "filter",
    "content_filtered": "filter",  # Bedrock
    "guardrail_intervened": "filter",  # Bedrock
    "error_toxic": "filter",  # Cohere
    "sensitive": "filter",  # Zhipu
    "refusal": "refusal",  # Claude behind a gateway
}
"""`finish_reason` of chat completions, in lower case."""
