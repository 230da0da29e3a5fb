"""Local weights: batching, padding, memory, text alone. On a tiny random model."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    ImageError,
    Message,
    ModelError,
    Response,
)
from multitrust.data import Drawing, ImageFile
from multitrust.data.drawing import svg
from multitrust.models.hf import HfModel, load

WORDS = ["what", "is", "this", "a", "red", "blue", "ball", "yes", "no", "where"]
CONFIG = GenerateConfig(max_tokens=6)


@pytest.fixture
def model(folder: Path) -> HfModel:
    return load(str(folder), {"device": "cpu"})


def picture(color: str) -> Drawing:
    return Drawing(svg.document(28, 28, svg.circle(14, 14, 9, fill=color)))


def asked() -> list[tuple[Message, ...]]:
    texts = [" ".join(WORDS[: 2 + i]) for i in range(9)]
    images = [(picture("red"),), (picture("blue"),), ()]
    return [
        (Message(role="user", text=text, images=images[i % 3]),) for i, text in enumerate(texts)
    ]


def answers(model: HfModel, together: bool, config: GenerateConfig = CONFIG) -> list[Response]:
    async def ask() -> list[Response]:
        try:
            if together:
                return list(await asyncio.gather(*(model.generate(m, config) for m in asked())))
            return [await model.generate(m, config) for m in asked()]
        finally:
            await model.close()

    return asyncio.run(ask())


def test_a_batch_answers_as_one_at_a_time(model: HfModel) -> None:
    alone = answers(model, together=False)
    assert model.largest_batch == 1
    together = answers(model, together=True)
    assert model.largest_batch == 6
    assert together == alone
    assert len({response.text for response in alone}) > 3
    assert all(r.input_tokens and r.output_tokens is not None for r in alone)


def test_the_token_limit_is_a_stop_reason(model: HfModel) -> None:
    found = answers(model, together=True, config=GenerateConfig(max_tokens=1))
    assert {r.stop for r in found} == {"length"}
    assert {r.output_tokens for r in found} == {1}


def test_the_picture_matters(model: HfModel) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (28, 28, 3), dtype=np.uint8)

    def features(image: Any) -> Any:
        return model.processor.image_processor(images=[image], return_tensors="pt")["pixel_values"]

    one = features(Image.open(io.BytesIO(picture("red").render())).convert("RGB"))
    two = features(Image.fromarray(noise))
    assert one.shape == two.shape
    assert float((one - two).abs().max()) > 0.1


def test_memory_that_runs_out_halves_the_batch(folder: Path) -> None:
    import torch

    class Cramped(HfModel):
        """Has room for two requests."""

        def _generate(self, batch: Any) -> list[Response]:
            if len(batch) > 2:
                raise torch.OutOfMemoryError("no room")
            return super()._generate(batch)

    roomy = load(str(folder), {"device": "cpu"})
    cramped = Cramped("cramped", roomy.model, roomy.processor)
    texts = [response.text for response in answers(roomy, together=False)]
    assert [response.text for response in answers(cramped, together=True)] == texts
    assert cramped.capacity.now <= 3


def test_a_model_that_breaks_is_an_error_of_its_requests(folder: Path) -> None:
    class Broken(HfModel):
        def _generate(self, batch: Any) -> list[Response]:
            raise RuntimeError("weights fell out")

    roomy = load(str(folder), {"device": "cpu"})
    with pytest.raises(ModelError, match="weights fell out"):
        answers(Broken("broken", roomy.model, roomy.processor), together=True)


def test_an_unreadable_picture_fails_alone(model: HfModel, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"nothing")
    bad = (Message(role="user", text="what", images=(ImageFile(tmp_path / "bad.png"),)),)

    async def ask() -> list[Any]:
        both = model.generate(bad, CONFIG), model.generate(asked()[0], CONFIG)
        return list(await asyncio.gather(*both, return_exceptions=True))

    failed, fine = asyncio.run(ask())
    assert isinstance(failed, ImageError)
    assert isinstance(fine, Response)


def test_sampling_and_stop_strings(model: HfModel) -> None:
    config = GenerateConfig(max_tokens=6, temperature=1.5, seed=4, top_p=0.9)
    assert answers(model, together=True, config=config) == answers(
        model, together=True, config=config
    )
    whole = answers(model, together=True)
    cut = next(r.text.split()[1] for r in whole if len(r.text.split()) > 1)
    stopped = answers(model, together=True, config=GenerateConfig(max_tokens=6, stop=(cut,)))
    assert [r.text for r in stopped] == [r.text.partition(cut)[0].strip() for r in whole]
    assert stopped != whole


@pytest.mark.parametrize(
    ("path", "options", "match"),
    [
        ("/nowhere/at/all", {}, "cannot load a model"),
        ("FOLDER", {"dtype": "float13"}, "dtype=float13 is unknown"),
        ("FOLDER", {"batch_size": "many"}, "expected a positive integer"),
    ],
)
def test_what_cannot_be_loaded(
    folder: Path, path: str, options: dict[str, str], match: str
) -> None:
    with pytest.raises(ConfigError, match=match):
        load(str(folder) if path == "FOLDER" else path, {"device": "cpu", **options})


def test_system_messages_and_turns_are_written_out(model: HfModel) -> None:
    written = model.prompt((Message(role="system", text="Be brief."), *asked()[0]))
    assert written.startswith("Be brief. USER: <image>\nwhat is")
    assert written.endswith("ASSISTANT:")
