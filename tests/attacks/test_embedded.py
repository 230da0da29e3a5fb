"""The embedded model run by NumPy, compared with torch and transformers on the same weights."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from multitrust.attacks.image import DEMO, PGD, TorchSurrogate, perturb
from multitrust.attacks.image.embedded import NumpySurrogate, NumpyWhiteBox
from multitrust.attacks.image.resize import resize_matrix
from multitrust.attacks.image.torch_surrogate import TorchWhiteBox
from multitrust.core import ConfigError

QUESTIONS = (
    ("What does this picture show? Describe it in one sentence.", "This picture shows a red ball."),
    ("Is it raining?", "Yes"),
    ("Größe? 猫\n\n  two lines", "Sure. Here is a text for each item of the list:"),
)


@pytest.fixture(scope="module")
def ours() -> NumpyWhiteBox:
    box = DEMO.load()
    assert isinstance(box, NumpyWhiteBox)
    return box


@pytest.fixture(scope="module")
def theirs() -> Iterator[TorchWhiteBox]:
    """On one thread, as the machine may have no other to give."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield TorchSurrogate("demo", DEMO.folder).load()
    torch.set_num_threads(before)


def picture(seed: int, height: int, width: int, low: int = 10, high: int = 245) -> NDArray[Any]:
    """Coloured fields with soft borders, away from black and white, where gradients stop."""
    fields = np.random.default_rng(seed).uniform(low, high, (6, 6, 3)).astype(np.uint8)
    return np.asarray(Image.fromarray(fields).resize((width, height), Image.Resampling.BILINEAR))


@pytest.mark.parametrize(("prompt", "goal"), QUESTIONS)
def test_the_same_tokens(
    ours: NumpyWhiteBox, theirs: TorchWhiteBox, prompt: str, goal: str
) -> None:
    tokens, answer = ours.encode(prompt, goal)
    expected, labels = theirs.encode(prompt, goal)
    assert tokens.tolist() == expected[0].tolist()
    assert answer == int((labels != -100).sum())


@pytest.mark.parametrize(("prompt", "goal"), QUESTIONS)
@pytest.mark.parametrize("size", [(336, 336), (112, 112), (90, 250)])
def test_loss_and_gradient_are_those_of_torch(
    ours: NumpyWhiteBox, theirs: TorchWhiteBox, prompt: str, goal: str, size: tuple[int, int]
) -> None:
    """To the accuracy of float32: torch itself differs from double precision by as much."""
    values = picture(len(goal), *size).astype(np.float32)
    loss, gradient = ours.objective(prompt, goal)(values)
    expected, slope = theirs.objective(prompt, goal)(values)
    assert loss == pytest.approx(expected, rel=1e-5)
    assert gradient.dtype == np.float32
    assert gradient.shape == values.shape
    assert np.linalg.norm(gradient - slope) < 2e-4 * np.linalg.norm(slope)


@pytest.mark.parametrize("toward", [False, True])
def test_the_attack_succeeds_as_with_torch(
    ours: NumpyWhiteBox, theirs: TorchWhiteBox, toward: bool
) -> None:
    prompt, goal = QUESTIONS[0]
    clean = picture(5, 200, 200)
    objective = theirs.objective(prompt, goal)
    before, _ = objective(clean.astype(np.float32))
    changes = []
    for surrogate in (DEMO, TorchSurrogate("demo", DEMO.folder)):
        attack = PGD(surrogate=surrogate, prompt=prompt, toward=toward)
        attacked = perturb(attack, clean, goal, random.Random(1))
        assert np.abs(attacked.astype(int) - clean).max() == attack.epsilon
        changes.append(objective(attacked.astype(np.float32))[0] - before)
    ours_change, torch_change = changes
    assert ours_change < 0 if toward else ours_change > 0
    assert ours_change == pytest.approx(torch_change, rel=0.05)


@pytest.mark.parametrize("size", [(336, 336), (80, 500), (112, 112), (2, 5)])
def test_pictures_are_prepared_as_the_processor_does(
    ours: NumpyWhiteBox, theirs: TorchWhiteBox, size: tuple[int, int]
) -> None:
    """The processor rounds to 8 bits after each of two passes: a level of 255 each."""
    pixels = picture(3, *size)
    expected = theirs.processor.image_processor(images=pixels, return_tensors="np")["pixel_values"]
    found = ours.pixels(pixels.astype(np.float32))
    level = ours.pixels.factor / min(ours.pixels.std)
    assert np.abs(found - expected[0]).max() <= 2 * level


@pytest.mark.parametrize(("length", "target"), [(336, 112), (7, 112), (112, 112), (1, 5), (113, 7)])
def test_resizing_is_that_of_pillow(length: int, target: int) -> None:
    matrix = resize_matrix(length, target)
    assert matrix.shape == (target, length)
    assert matrix.sum(axis=1) == pytest.approx(1, abs=1e-5)
    row = np.random.default_rng(length).uniform(0, 255, (1, length)).astype(np.float32)
    shrunk = Image.fromarray(row).resize((target, 1), Image.Resampling.BICUBIC)
    assert (matrix @ row[0]) == pytest.approx(np.asarray(shrunk)[0], abs=1e-2)


def test_clipped_pixels_have_no_gradient(ours: NumpyWhiteBox) -> None:
    """Resizing a sharp edge overshoots below 0; there a pixel changes nothing."""
    values = np.full((112, 112, 3), -5, np.float32)
    values[56:] = 120
    _, gradient = ours.objective("Is it raining?", "Yes")(values)
    assert not gradient[:50].any()
    assert gradient[60:].any()


WITHOUT_TORCH = """
import random, sys
import numpy as np

class Absent:
    def find_spec(name, path=None, target=None):
        if name in ("torch", "transformers", "huggingface_hub"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent)
from multitrust.attacks.image import DEMO, PGD, perturb

attack = PGD(surrogate=DEMO, prompt="What is it?", toward=True, steps=1)
clean = np.full((64, 64, 3), 100, np.uint8)
attacked = perturb(attack, clean, "A ball.", random.Random(1)).astype(int)
print(np.abs(attacked - 100).max())
"""


def test_attacks_on_the_embedded_model_need_no_torch() -> None:
    command = [sys.executable, "-c", WITHOUT_TORCH]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("8\n", 0), done.stderr


def changed(folder: Path, name: str, **settings: object) -> NumpySurrogate:
    """A copy of the embedded model without its weights, some settings replaced."""
    for source in DEMO.folder.glob("*.json*"):
        shutil.copy(source, folder)
    path = folder / f"{name}.json"
    content = json.loads(path.read_text())
    for key, value in settings.items():
        part = content
        *parents, last = key.split("__")
        for parent in parents:
            part = part[parent]
        part[last] = value
    path.write_text(json.dumps(content))
    return NumpySurrogate("changed", folder)


@pytest.mark.parametrize(
    ("name", "settings", "told"),
    [
        ("config", {"model_type": "llava_next"}, "model_type = 'llava_next'"),
        ("config", {"vision_feature_layer": -2}, "vision_feature_layer = -2"),
        ("config", {"text_config__hidden_act": "gelu"}, r"text_config\.hidden_act = 'gelu'"),
        ("config", {"text_config__num_key_value_heads": 2}, "num_key_value_heads"),
        ("config", {"text_config": None}, r"text_config\.model_type = None"),
        ("processor_config", {"image_processor__resample": 2}, "resample = 2"),
        ("processor_config", {"image_processor__do_center_crop": True}, "do_center_crop = True"),
    ],
)
def test_what_is_not_computed_is_refused(
    tmp_path: Path, name: str, settings: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        changed(tmp_path, name, **settings).load()


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    surrogate = NumpySurrogate("none", tmp_path)
    with pytest.raises(ConfigError, match="no weights"):
        _ = surrogate.identity
    with pytest.raises(ConfigError, match=r"config\.json"):
        surrogate.load()
    with pytest.raises(ConfigError, match=r"model\.safetensors"):
        changed(tmp_path, "config").load()


@pytest.mark.parametrize("content", [b"", b"version https://git-lfs.github.com/spec/v1\n"])
def test_broken_weights_are_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ConfigError, match=r"model\.safetensors"):
        changed(tmp_path, "config").load()


def test_a_model_is_loaded_once() -> None:
    assert DEMO.load() is DEMO.load()
