"""Local weights that think before they answer: traces apart, room for them, and on record."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.models.tiny import words

from multitrust.core import GenerateConfig, Message, Response
from multitrust.models import likely_trace_limit, resolve
from multitrust.models.hf import HfModel, load
from multitrust.models.local import special_tokens, spoken
from multitrust.models.reasoning import ENOUGH, Thinking

CPU = {"device": "cpu"}
TEMPLATE = "{% for m in messages %}{% for c in m.content %}{{ c.text }}{% endfor %}{% endfor %}"
OPENED = TEMPLATE + " answer <think>\n"
MARKS = {"a": "<think>", "b": "</think>"}
CHANNELS = {"c": "<|channel|>", "d": "<|message|>", "e": "<|end|>", "f": "<|start|>"}
GEMMA = {"g": "<|channel>", "h": "<channel|>"}


class Says:
    """Weights that say the same after every prompt, and remember how they were asked."""

    def __init__(self, tokenizer: Any, said: str) -> None:
        self.ids: list[int] = tokenizer(said, add_special_tokens=False).input_ids
        self.asked: list[dict[str, Any]] = []
        self.config = SimpleNamespace(model_type="llava", is_encoder_decoder=False)
        self.generation_config = SimpleNamespace(eos_token_id=tokenizer.eos_token_id)
        self.device = SimpleNamespace(type="cpu")
        self.dtype = None

    def eval(self) -> Says:
        return self

    def generate(self, input_ids: Any, **settings: Any) -> Any:
        import torch

        self.asked.append(settings)
        row = torch.tensor([*self.ids, settings["eos_token_id"][0]])
        row = row[: settings["max_new_tokens"]]
        return torch.cat([input_ids, row.repeat(len(input_ids), 1)], dim=1)


class Reads:
    """A processor of texts alone."""

    def __init__(self, tokenizer: Any, template: str | None) -> None:
        self.tokenizer, self.chat_template = tokenizer, template

    def apply_chat_template(self, turns: Any, **settings: Any) -> str:
        found: str = self.tokenizer.apply_chat_template(
            turns, chat_template=self.chat_template, **settings
        )
        return found

    def to_dict(self) -> dict[str, str]:
        return {}


class Plain(HfModel):
    """Puts texts into tensors with the tokenizer alone."""

    def _inputs(self, texts: list[str], pictures: Any) -> dict[str, Any]:
        read = self.processor.tokenizer(texts, return_tensors="pt", padding=True)
        return {name: read[name] for name in ("input_ids", "attention_mask")}


def saying(said: str, marks: dict[str, str], template: str = TEMPLATE, thinking: int = 0) -> Plain:
    tokenizer = words(begin=False, **marks)
    model = Says(tokenizer, said)
    return Plain("says", model, Reads(tokenizer, template), thinking=Thinking(tokens=thinking))


def answer(model: HfModel, **config: Any) -> Response:
    async def ask() -> Response:
        try:
            messages = (Message(role="user", text="what is this"),)
            return await model.generate(messages, GenerateConfig(**config))
        finally:
            await model.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("said", "marks", "text", "trace"),
    [
        ("<think> no no </think> yes", MARKS, "yes", "no no"),
        ("<think> a </think> <think> blue </think> yes", MARKS, "yes", "a\n\nblue"),
        ("<think> no no", MARKS, "", "no no"),
        ("yes please", MARKS, "yes please", ""),
        ("<|channel> no <channel|> yes", GEMMA, "yes", "no"),
    ],
)
def test_a_trace_is_no_part_of_the_answer_though_its_marks_are_special_tokens(
    said: str, marks: dict[str, str], text: str, trace: str
) -> None:
    found = answer(saying(said, marks))
    assert (found.text, found.reasoning) == (text, trace)
    assert found.stop == "end"


def test_channels_are_told_apart_though_their_tokens_are_special() -> None:
    tokenizer = words(begin=False, **CHANNELS)
    tokenizer.add_tokens(["analysis", "final", "assistant"])
    said = tokenizer(
        "<|channel|> analysis <|message|> no <|end|> <|start|> assistant <|channel|> final "
        "<|message|> yes", add_special_tokens=False,
    ).input_ids  # fmt: skip
    assert spoken(tokenizer, said, special_tokens(tokenizer), "") == ("yes", "no")


def test_a_reply_that_begins_inside_a_trace_is_no_answer_until_the_trace_ends() -> None:
    cut = answer(saying("no no yes", MARKS, OPENED), max_tokens=2)
    assert (cut.text, cut.reasoning, cut.stop) == ("", "no no", "length")
    whole = answer(saying("no no </think> yes", MARKS, OPENED))
    assert (whole.text, whole.reasoning, whole.stop) == ("yes", "no no", "end")


def test_words_with_which_the_prompt_opens_a_trace_open_it_in_the_reply() -> None:
    opened = TEMPLATE + " Here are my reasoning steps:\n"
    for limit, stop in ((2, "length"), (9, "end")):
        found = answer(saying("no no", MARKS, opened), max_tokens=limit)
        assert (found.text, found.reasoning, found.stop) == ("", "no no", stop)


def test_a_stop_text_ends_the_answer_and_not_the_trace() -> None:
    found = answer(saying("<think> red ball </think> a red ball", MARKS), stop=("red",))
    assert (found.text, found.reasoning) == ("a", "red ball")


def test_the_trace_has_tokens_of_its_own() -> None:
    model = saying("<think> no no no </think> yes", MARKS, thinking=20)
    found = answer(model, max_tokens=3)
    assert (found.text, found.stop, found.output_tokens) == ("yes", "end", 6)
    assert model.model.asked[0]["max_new_tokens"] == 23
    assert answer(saying("<think> no no no </think> yes", MARKS), max_tokens=3).text == ""


def test_the_tokens_of_the_trace_are_on_record(folder: Path) -> None:
    plain, more = load(str(folder), CPU), load(str(folder), {**CPU, "thinking_tokens": "50"})
    assert more.identity == replace(plain.identity, thinking_tokens=50)


def test_a_template_that_opens_a_trace_makes_room_for_it(folder: Path, tmp_path: Path) -> None:
    copy = copied(folder, tmp_path)
    (copy / "chat_template.jinja").write_text(OPENED)
    assert load(str(copy), CPU).thinking.tokens == ENOUGH
    assert load(str(copy), {**CPU, "thinking_tokens": "0"}).thinking.tokens == 0
    (copy / "chat_template.jinja").write_text(OPENED + "</think>\n\n")
    assert load(str(copy), CPU).thinking.tokens == 0


def copied(folder: Path, place: Path) -> Path:
    import shutil

    return shutil.copytree(folder, place / "o3")


@pytest.mark.parametrize(
    ("spec", "limit"),
    [
        ("hf/Qwen/Qwen3.5-9B", ENOUGH),
        ("hf/Qwen/Qwen3-VL-8B-Instruct", 0),
        ("hf/google/gemma-4-12B-it", 0),
        ("hf-completion/Qwen/Qwen3.5-9B", 0),
        ("hf-classifier/Qwen/Qwen3.5-9B", 0),
        ("qwen3.5-27b", ENOUGH),
        ("qwen3-vl-8b", 0),
        ("gpt-5.5", ENOUGH),
        ("mock/silent", 0),
        ("demo", 0),
    ],
)
def test_a_plan_counts_the_traces_of_local_weights_too(spec: str, limit: int) -> None:
    assert likely_trace_limit(spec, {}) == limit


def test_a_folder_does_not_think_by_its_name(folder: Path, tmp_path: Path) -> None:
    copy = copied(folder, tmp_path)
    assert likely_trace_limit(f"hf/{copy}", {}) == 0
    assert likely_trace_limit(f"hf/{copy}", {"thinking_tokens": "9"}) == 9
    assert load(str(copy), CPU).thinking.tokens == 0


def test_the_demo_takes_the_setting() -> None:
    assert likely_trace_limit("demo", {"thinking_tokens": "9"}) == 9
    assert resolve("demo", options={"thinking_tokens": "9"}).identity.thinking_tokens == 9
