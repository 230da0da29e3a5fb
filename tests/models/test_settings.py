"""Settings reach the models that they are for, and are refused at all others."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest

from multitrust.core import ConfigError, UnknownNameError
from multitrust.models import model_needs, resolve
from multitrust.models.settings import KINDS, OTHER, SETTINGS, check_settings, kind_of

SERVER = "http://127.0.0.1:9/v1#m"
STRAY = [
    (SERVER, "quantization", "hf…, demo"), (SERVER, "dtype", "hf…, demo"),
    (SERVER, "revision", "hf…"), (SERVER, "device", "hf…, demo"),
    (SERVER, "trust_remote_code", "hf…"), (SERVER, "batch_size", "hf…, demo"),
    (SERVER, "api_version", "azure/…, anthropic/…, google/…, vertex/…"),
    (SERVER, "project", "vertex/…"), ("vllm/m", "attn_implementation", "hf…, demo"),
    ("openai/m", "device_map", "hf…"), ("anthropic/m", "max_tokens_field", "chat completions"),
    ("azure/m", "location", "vertex/…"), ("hf/m", "temperature", "served models"),
    ("hf-classifier/m", "thinking_tokens", "served models, hf/…, hf-completion/…, demo"),
    ("demo", "revision", "hf…"),
    ("hf-completion/m", "max_tokens_field", "chat completions"),
    ("perspective", "thinking_tokens", "served models"),
    ("openai-moderation/m", "temperature", "served models"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "name", "words"), STRAY)
def test_a_setting_without_effect_is_refused(spec: str, name: str, words: str) -> None:
    with pytest.raises(ConfigError, match=f"^-M {name} has no effect on '{spec}'") as caught:
        resolve(spec, options={name: "1"})
    assert f"it is for {words}" in str(caught.value)
    with pytest.raises(ConfigError, match=f"^-M {name} has no effect"):
        model_needs(spec, options={name: "1"})


def test_a_command_with_such_a_setting_ends_with_2(call: Any) -> None:
    ended = call("run", "--model", SERVER, "--tasks", "T.1", "-M", "dtype=bfloat16")
    assert (ended.code, "-M dtype has no effect" in ended.err) == (2, True)
    role = f"judge={{model: '{SERVER}', revision: abc}}"
    ended = call("run", "--model", "mock/echo", "--tasks", "T.1", "--model-role", role)
    assert (ended.code, "judge: -M revision has no effect" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        (SERVER, ("max_tokens_field", "thinking_tokens", "temperature", "offline")),
        ("azure/m", ("api_version", "max_tokens_field", "temperature")),
        ("vertex/m", ("api_version", "project", "location")),
        ("hf/m", ("revision", "quantization", "device_map", "thinking_tokens", "dtype")),
        ("hf-classifier/m", ("revision", "batch_size", "trust_remote_code", "device")),
        ("demo", ("thinking_tokens", "device", "dtype", "batch_size", "attn_implementation")),
        ("perspective", ("offline",)),
    ],
)
def test_a_setting_is_taken_by_the_models_it_is_for(spec: str, names: tuple[str, ...]) -> None:
    check_settings((*SETTINGS, *names), spec)


@pytest.mark.parametrize("spec", ["mock/echo", "", "llava-1.5-7b"])
def test_a_mock_and_what_is_not_known_yet_take_all(spec: str) -> None:
    check_settings((*SETTINGS, *OTHER), spec)
    with pytest.raises(UnknownNameError):
        check_settings(("dtyp",), spec)


def test_a_setting_of_the_zoo_is_checked_against_what_runs_the_model(
    environment: MutableMapping[str, str],
) -> None:
    resolve("llava-1.5-7b", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ConfigError, match="-M dtype has no effect"):
        resolve("llava-1.5-7b", base_url="http://127.0.0.1:9/v1", options={"dtype": "float32"})


def test_every_word_for_models_stands_for_some() -> None:
    assert {word for words in OTHER.values() for word in words} - {"all"} <= set(KINDS)
    kinds = {kind for found in KINDS.values() for kind in found}
    assert {kind_of(f"{kind}/m") for kind in kinds - {"server", "demo"}} == kinds - {
        "server", "demo",
    }  # fmt: skip
