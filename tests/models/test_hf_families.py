"""Families of local models, tiny and random: what holds for one must hold for all."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as pillow
from tests.models.architectures import ARCHITECTURES, save
from tests.models.tiny import WORDS

from multitrust.core import GenerateConfig, ImageError, Message, ModelError, Response
from multitrust.models.hf import HfModel, load

pytestmark = pytest.mark.filterwarnings(
    # What PaliGemma's processor does with tensors that it has just made.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
CONFIG = GenerateConfig(max_tokens=6)
SIZES = ((28, 28), (56, 28), (28, 56), (60, 60), (100, 40), (33, 70))
"""Width and height of pictures that the families cut up, pad or resize in different ways."""
ONE_PICTURE = ("blip2", "instructblip_llama", "instructblip_t5")


@dataclass(frozen=True)
class Noise:
    """A picture of random pixels, or of no picture's bytes."""

    seed: int
    size: tuple[int, int] = (28, 28)
    broken: bool = False

    @property
    def digest(self) -> str:
        return f"{self.seed} {self.size} {self.broken}"

    def read(self) -> bytes:
        if self.broken:
            return b"no picture"
        width, height = self.size
        buffer = io.BytesIO()
        pixels = random.Random(self.seed).randbytes(3 * width * height)
        pillow.frombytes("RGB", self.size, pixels).save(buffer, format="PNG")
        return buffer.getvalue()


Prompt = tuple[Message, ...]


def prompt(number: int, *images: Noise) -> Prompt:
    """A question of one to five words, other ones for each number."""
    text = " ".join(WORDS[(number + place) % len(WORDS)] for place in range(1 + number % 5))
    return (Message(role="user", text=text, images=images),)


def prompts(seed: int = 0) -> list[Prompt]:
    """Questions about pictures of all sizes, and every third without one."""
    return [
        prompt(i) if i % 3 == 2 else prompt(i, Noise(seed + i, SIZES[i % len(SIZES)]))
        for i in range(12)
    ]


def together(
    model: HfModel, asked: Sequence[Prompt], config: GenerateConfig = CONFIG
) -> list[Response | BaseException]:
    """The answers when all wait at the same time."""

    async def ask() -> list[Response | BaseException]:
        calls = (model.generate(messages, config) for messages in asked)
        return list(await asyncio.gather(*calls, return_exceptions=True))

    return asyncio.run(ask())


def alone(
    model: HfModel, asked: Sequence[Prompt], config: GenerateConfig = CONFIG
) -> list[Response | BaseException]:
    """The answers one after the other."""
    return [answer for messages in asked for answer in together(model, [messages], config)]


@dataclass(frozen=True)
class Family:
    """A model of a family and what it answers."""

    name: str
    model: HfModel

    @cached_property
    def alone(self) -> list[Response | BaseException]:
        return alone(self.model, prompts())


@pytest.fixture(scope="module", params=ARCHITECTURES)
def family(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Family:
    folder = save(request.param, tmp_path_factory.mktemp(request.param))
    return Family(request.param, load(str(folder), {"device": "cpu"}))


def test_a_batch_answers_as_one_at_a_time(family: Family) -> None:
    assert all(isinstance(answer, Response) for answer in family.alone)
    assert family.model.largest_batch == 1
    assert together(family.model, prompts()) == family.alone
    assert family.model.largest_batch == 8


def test_answers_depend_on_the_picture_and_the_text(family: Family) -> None:
    other = together(family.model, prompts(seed=50))
    changed = [one != two for one, two in zip(family.alone, other, strict=True)]
    assert any(changed)
    assert not any(changed[2::3]), "questions without a picture are the same"
    assert len({getattr(answer, "text", "") for answer in family.alone}) > 3


def test_an_answer_ends_at_the_end_token_or_at_the_limit(family: Family) -> None:
    model = family.model
    tokenizer, settings = model.processor.tokenizer, generation(model)
    said = [getattr(answer, "text", "").split() for answer in family.alone]
    place = max(range(len(said)), key=lambda number: len(said[number]))
    assert getattr(family.alone[place], "stop", "") == "length"
    last = said[place][-1]
    before, settings.eos_token_id = settings.eos_token_id, tokenizer.convert_tokens_to_ids(last)
    try:
        (ended,) = together(model, [prompts()[place]])
    finally:
        settings.eos_token_id = before
    assert isinstance(ended, Response)
    assert ended.stop == "end"
    assert ended.text.split() == said[place][: said[place].index(last)]


def test_a_bad_picture_fails_alone(family: Family) -> None:
    bad = prompt(3, Noise(3, broken=True))
    fine, failed, *others = together(family.model, [prompts()[0], bad, *prompts()[1:]])
    assert isinstance(failed, ImageError)
    assert [fine, *others] == family.alone


def test_two_pictures_are_shown_or_refused(family: Family) -> None:
    two = prompt(1, Noise(1), Noise(2, (56, 28)))
    first, *others = together(family.model, [two, *prompts()])
    assert others == family.alone
    if family.name in ONE_PICTURE:
        assert isinstance(first, ModelError)
        assert "can see 1 a prompt" in str(first)
    else:
        assert first == alone(family.model, [two])[0]
        assert isinstance(first, Response)


def test_tokens_of_a_picture_are_learned_where_they_grow_with_it(tmp_path: Path) -> None:
    model = load(str(save("qwen2_vl", tmp_path)), {"device": "cpu"})
    model.processor.image_processor.size = {"shortest_edge": 784, "longest_edge": 784 * 500}
    assert model._seen("", ()) == 0
    text = model.prompt(prompts()[0])
    large = pillow.new("RGB", (280, 280))
    assert model._seen(text, (large,)) == pytest.approx(100, rel=0.02)


def test_facts_tell_how_it_runs(family: Family) -> None:
    facts = family.model.facts
    assert facts["architecture"] == type(family.model.model).__name__
    assert facts["dtype"] == "float32"
    assert facts["batch_size"] == "32"
    assert len(facts["template"]) == len(facts["preprocessing"]) == 16
    assert family.model.identity.revision == facts["revision"]


def generation(model: HfModel) -> Any:
    """The settings of the part that generates."""
    part = getattr(model.model, "language_model", None)
    own = getattr(part, "generation_config", None)
    return own or model.model.generation_config
