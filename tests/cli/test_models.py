"""`multitrust models`: the lists, their filters, and all about one model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from multitrust.core import install_command
from multitrust.models import known_models, zoo
from multitrust.report import published_rows

Call = Callable[..., Any]


def listed(call: Call, *more: object) -> Sequence[str]:
    return [row["name"] for row in json.loads(call("models", *more, "--json").out)["models"]]


def test_models_lists_every_form_and_every_name(call: Call) -> None:
    document = json.loads(call("models", "--json").out)
    assert [row["form"] for row in document["forms"]] == [form.form for form in known_models()]
    assert [row["name"] for row in document["models"]] == list(zoo())
    ranks = {row["published"]: row["published_rank"] for row in document["models"]}
    assert [ranks.pop(row.name) for row in published_rows()] == list(range(1, 44))
    assert ranks == {"": None}
    table = call("models").out
    assert all(form.form in table for form in known_models())
    assert all(f"\n{name} " in table for name in zoo())


def test_the_lists_fit_into_a_terminal_of_80_columns(call: Call) -> None:
    out = call("models", TERM="dumb", TTY_COMPATIBLE="1").out
    assert max(map(len, out.splitlines())) <= 80
    assert "…" not in out


def test_filters_leave_what_passes_all_of_them(call: Call) -> None:
    assert len(listed(call, "--paper")) == 21
    assert listed(call, "--paper", "--runs", "hf") == [
        "llava-1.5-7b", "llava-1.5-13b", "llava-next-13b", "instructblip-flan-t5-xxl",
    ]  # fmt: skip
    assert listed(call, "--family", "llava-next", "--paper") == ["llava-next-13b"]
    assert listed(call, "--text", "haotian") == ["llava-1.5-7b", "llava-1.5-13b", "llava-next-13b"]
    assert listed(call, "--text", "no such words") == []
    filtered = call("models", "--runs", "retired").out
    assert "4 of" in filtered
    assert "mock/NAME" not in filtered


def test_an_unknown_family_lists_near_ones(call: Call) -> None:
    told = call("models", "--family", "Lava-1.5")
    assert told.code == 2
    assert "did you mean LLaVA-1.5" in told.err


@pytest.mark.parametrize("name", ["llava-1.5", "hf/x"])
def test_an_unknown_name_is_refused(call: Call, name: str) -> None:
    told = call("models", name)
    assert told.code == 2
    assert f"unknown model of the zoo {name!r}" in told.err


def test_one_model_is_told_with_what_to_type(call: Call) -> None:
    out = call("models", "llava-1.5-7b").out
    assert "rank 38 of 43, as LLaVA-v1.5-7B" in out
    assert "licence      not found" in out
    unfolded = out.replace(" \\\n    ", " ")
    assert f"  {install_command('local')}\n  multitrust run --model llava-1.5-7b\n" in unfolded
    assert "needed here" not in out


def test_a_retired_model_has_nothing_to_type(call: Call) -> None:
    out = call("models", "gpt-4-turbo").out
    assert "was shut down on 2024-12-06; replaced by: gpt-6-luna" in out
    assert "To run it here" not in out
    document = json.loads(call("models", "gpt-4-turbo", "--json").out)
    assert document["what_to_type"] == []
    assert document["needed"] == ""


def test_a_model_that_will_end_says_when(call: Call) -> None:
    assert "ends on 2027-01-14; replaced by: gpt-6-luna" in call("models", "gpt-4o").out
    assert "api ends 2027-01-14" in call("models", "--family", "GPT-4").out


def test_keys_are_checked_and_told_by_name_only(call: Call) -> None:
    out = call("models", "gpt-4o").out
    assert "export OPENAI_API_KEY=YOUR-KEY\n  multitrust run --model gpt-4o\n" in out
    assert "Still needed here: openai/gpt-4o needs a key: set OPENAI_API_KEY" in out
    told = call("models", "gpt-4o", OPENAI_API_KEY="not-to-be-shown")
    assert "needed here" not in told.out
    assert "not-to-be-shown" not in told.out


def test_a_model_of_another_environment_is_served(call: Call) -> None:
    out = call("models", "internvl-chat-vicuna-13b").out
    assert "multitrust serve --write-wrapper serve_wrapper.py\n" in out
    assert "run --model internvl-chat-vicuna-13b \\\n    --model-base-url http://127" in out
    assert "Still needed here: a running server" in out


@pytest.mark.parametrize("name", zoo())
def test_all_about_one_model_fits_into_80_columns(call: Call, name: str) -> None:
    told = call("models", name)
    assert told.code == 0
    assert max(map(len, told.out.splitlines())) <= 80
