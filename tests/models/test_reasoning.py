"""Traces inside texts; which models think unasked; settings."""

from __future__ import annotations

import pytest

from multitrust.core import ConfigError, GenerateConfig
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
        ("<think>a</think>b</think>Yes", "b</think>Yes", "a"),
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


@pytest.mark.parametrize("text", ["", "-1", "1.5", "many", "²", "١"])
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
