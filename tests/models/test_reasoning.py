"""Traces inside texts; which models think unasked; settings."""

from __future__ import annotations

from typing import Any

import pytest

from multitrust.core import ConfigError, GenerateConfig, Record, Response, Score, Stop
from multitrust.models import suggest_setting
from multitrust.models.reasoning import ENOUGH, Thinking, sampling, split_reasoning, thinking


@pytest.mark.parametrize(
    ("said", "answer", "trace"),
    [
        ("Yes", "Yes", ""),
        (" Yes\n", " Yes\n", ""),
        ("", "", ""),
        ("<think>hm\nhm</think>\n\nYes", "Yes", "hm\nhm"),
        ("\n<think></think>Yes", "Yes", ""),
        ("<think>no end", "", "no end"),
        ("<thinking>a</thinking>Yes", "Yes", "a"),
        ("<thought>a</thought>Yes", "Yes", "a"),
        ("<seed:think>a</seed:think>Yes", "Yes", "a"),
        ("[THINK]a[/THINK]Yes", "Yes", "a"),
        ("◁think▷a◁/think▷Yes", "Yes", "a"),
        ("the template opened it</think>Yes", "Yes", "the template opened it"),
        ("<think>a</think>b</think>Yes", "Yes", "a\n\nb"),
        ("Write <think>a</think> in your page.", "Write <think>a</think> in your page.", ""),
        ("I think <think", "I think <think", ""),
    ],
)
def test_a_trace_is_no_part_of_the_answer(said: str, answer: str, trace: str) -> None:
    assert split_reasoning(said) == (answer, trace)


@pytest.mark.parametrize(
    ("model", "tokens", "sampled"),
    [
        ("gpt-4o", 0, True),
        ("gpt-4.1-mini", 0, True),
        ("gpt-5-chat-latest", 0, True),
        ("gpt-5.5-2026-04-23", ENOUGH, False),
        ("openai/gpt-6.2-sol", ENOUGH, False),
        ("o3", ENOUGH, False),
        ("claude-3-5-sonnet-20241022", 0, True),
        ("claude-sonnet-4-20250514", 0, True),
        ("claude-opus-4-6", 0, True),
        ("claude-opus-4-8", ENOUGH, False),
        ("anthropic/claude-opus-4.7", ENOUGH, False),
        ("claude-fable-5-2", ENOUGH, False),
        ("gemini-1.5-pro", 0, True),
        ("gemini-3.8-flash", ENOUGH, True),
        ("moonshotai/Kimi-K2-Instruct", 0, True),
        ("kimi-k3", ENOUGH, False),
        ("Qwen/Qwen3-VL-8B-Instruct", 0, True),
        ("Qwen/Qwen3-VL-8B-Thinking", ENOUGH, True),
        ("deepseek-vl2", 0, True),
        ("llava-hf/llava-1.5-7b-hf", 0, True),
        ("x", 0, True),
        ("Qwen/Qwen3.5-9B", ENOUGH, True),
        ("unsloth/Qwen3.5-9B-GGUF", ENOUGH, True),
        ("qwen3.5:9b", ENOUGH, True),
        ("qwen3.5:2b", 0, True),
        ("Qwen/Qwen3.5-0.8B", 0, True),
        ("Qwen/Qwen3.5-122B-A10B", ENOUGH, True),
        ("/models/Qwen3.5-9B/", ENOUGH, True),
        ("accounts/fireworks/models/qwen3p5-9b", ENOUGH, True),
        ("Qwen/Qwen3-8B", ENOUGH, True),
        ("Qwen/Qwen3-30B-A3B-Instruct-2507", 0, True),
        ("qwen3-vl-plus", 0, True),
        ("Qwen/Qwen2.5-VL-7B-Instruct", 0, True),
        ("us.anthropic.claude-opus-4-7-v1:0", ENOUGH, False),
        ("anthropic.claude-sonnet-4-5", 0, True),
        ("grok-4-fast-non-reasoning", 0, True),
        ("google/gemma-4-12B-it", 0, True),
        ("MiniMaxAI/MiniMax-M3", ENOUGH, True),
        ("zai-org/GLM-4.6V", ENOUGH, True),
        ("allenai/Olmo-3-7B-Think", ENOUGH, True),
        ("anthropic/claude-3.7-sonnet:thinking", ENOUGH, True),
    ],
)
def test_models_that_think_unasked_are_known_by_name(
    model: str, tokens: int, sampled: bool
) -> None:
    assert thinking(model, {}) == Thinking(tokens=tokens, sampling=sampled)


def test_settings_replace_what_is_usual() -> None:
    assert thinking("gpt-4o", {"thinking_tokens": "100"}).tokens == 100
    assert thinking("o3", {"thinking_tokens": "0", "temperature": "task"}) == Thinking()
    assert not thinking("gpt-4o", {"temperature": "none"}).sampling


@pytest.mark.parametrize("text", ["", "-1", "1.5", "many", "²", "١", "9" * 5000])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="whole number"):
        thinking("m", {"thinking_tokens": text})


@pytest.mark.parametrize("text", ["", "0.7", "None"])
def test_a_temperature_cannot_be_set(text: str) -> None:
    with pytest.raises(ConfigError, match="part of the protocol"):
        thinking("m", {"temperature": text})


def test_what_is_sampled_by() -> None:
    both = GenerateConfig(temperature=0.5, top_p=0.9)
    assert sampling(both, Thinking()) == {"temperature": 0.5, "top_p": 0.9}
    assert sampling(GenerateConfig(), Thinking()) == {"temperature": 0.0}
    assert sampling(both, Thinking(sampling=False)) == {}


def test_the_settings_say_what_changes_answers() -> None:
    assert Thinking(tokens=5).settings == {}
    assert Thinking(tokens=5, sampling=False).settings == {"temperature": "none"}


def record(text: str, stop: Stop, reasoning: str = "", **more: Any) -> Record:
    response = Response(text=text, model="m", stop=stop, reasoning=reasoning, **more)
    unread = Score(scorer="s", unscored="unparsed")
    return Record(task="T.1", condition="a", sample_id="1", response=response, scores=(unread,))


CUT = "allow more thinking with -M thinking_tokens=8192, or switch it off at the server"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (record("", "length", "Is there"), CUT),
        (record("", "length", reasoning_tokens=100), CUT),
        (record("", "length"), "cut before the first word: allow more with --max-tokens"),
        (record("Okay, the user", "length"), "cut before an answer: allow longer answers with"),
        (
            record("", "end", "There is snow. Yes."),
            "if the answer stands in the reasoning",
        ),
        (record("", "end", reasoning_tokens=9), "if the answer stands in the reasoning"),
    ],
)
def test_a_missing_answer_has_a_setting_that_mends_it(found: Record, words: str) -> None:
    hint = suggest_setting(found)
    assert hint.startswith(words)
    assert "-M thinking_tokens=8192" in hint
    assert suggest_setting(found, 8192) == hint.replace("8192", "16384")


@pytest.mark.parametrize(
    "found",
    [
        record("Yes, but", "end"), record("", "end"), record("", "filter"), record("", "refusal"),
        Record(task="T.1", condition="a", sample_id="1", error="no"),
        Record(task="T.1", condition="a", sample_id="1",
               response=Response(text="Yes", model="m", stop="length", reasoning="a"),
               scores=(Score(scorer="s", value=1.0),)),
    ],
)  # fmt: skip
def test_other_records_have_none(found: Record) -> None:
    assert suggest_setting(found) == ""
