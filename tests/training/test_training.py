"""What the embedded model's training promises: it teaches what the model will be asked."""

from __future__ import annotations

import random
from importlib.resources import files

import pytest
import torch
from torch import nn
from training.drills import probes, quiz
from training.lessons import scene_lessons
from training.scenes import patch_labels, random_scene
from training.tokens import drill, turns
from training.vision import fold, scale_of, scaled
from transformers import AutoProcessor

from multitrust.core import Message
from multitrust.data.drawing.scene import Scene, Thing
from multitrust.models.templates import as_chat

PROCESSOR = AutoProcessor.from_pretrained(str(files("multitrust.models").joinpath("demo_weights")))
TOKENIZER = PROCESSOR.tokenizer
SCENE = Scene(
    place=None,
    things=(
        Thing(kind="cup", color="red", x=20, y=150, size=90),
        Thing(kind="ball", color="blue", pattern="striped", x=200, y=150, size=90),
    ),
    seed="1",
)


@pytest.mark.parametrize("patches", [0, 64])
def test_what_is_taught_is_what_a_chat_sends(patches: int) -> None:
    """The ids of a lesson are those of the chat template with pictures, followed by the answer."""
    ids, labels = turns(TOKENIZER, [("Is there a cup?", "Yes")], patches)
    written = PROCESSOR.apply_chat_template(
        [as_chat(Message(role="user", text="Is there a cup?"))], add_generation_prompt=True
    )
    asked = TOKENIZER.encode(
        written.replace("USER: ", "USER: " + "<image>" * patches), add_special_tokens=False
    )
    answer = [*TOKENIZER.encode(" Yes", add_special_tokens=False), TOKENIZER.eos_token_id]
    assert ids == [*asked, *answer]
    assert labels == [*[-100] * (len(asked) - 1), *answer, -100]


def test_every_answer_of_a_conversation_is_learned_and_nothing_else() -> None:
    said = [("One?", "Yes"), ("Two?", "No")]
    ids, labels = turns(TOKENIZER, said, 64)
    assert len(ids) == len(labels)
    learned = [label for label in labels if label != -100]
    assert TOKENIZER.decode(learned).split("</s>") == [" Yes", " No", ""]
    for place, label in enumerate(labels[:-1]):
        assert label in (-100, ids[place + 1])


def test_drills_know_the_scene() -> None:
    rng = random.Random(0)
    for _ in range(50):
        for words, answer in probes(SCENE, rng):
            first, _, second = words.partition(" ")
            if first == "Is":
                assert (answer == "Yes") == (second in ("cup", "ball"))
            elif second:
                facts = {"cup": ("red", "plain"), "ball": ("blue", "striped")}[first]
                assert (answer == "Yes") == (second in facts)
            else:
                assert answer == {"cup": "red", "ball": "blue"}.get(first, "No")


def test_quizzes_ask_later_and_whole_questions() -> None:
    rng = random.Random(2)
    asked = [pair for _ in range(50) for pair in quiz(SCENE, rng)]
    assert any(words.endswith("yes or no. ASSISTANT:") for words, _ in asked)
    for words, answer in asked:
        if words.startswith("Which colour is the"):
            assert answer == {"cup": "Red", "ball": "Blue"}[words.split()[4].strip("?")]
        if words.startswith("Is cup"):
            assert answer == "Yes"


def test_an_answer_of_a_drill_is_learned_behind_its_words_and_not_written() -> None:
    asked = [("cup", "red"), ("Is dog", "No")]
    ids, labels = drill(TOKENIZER, asked, 4)
    written = TOKENIZER.decode(ids, skip_special_tokens=True)
    assert written.endswith("cup Is dog")
    places = [place for place, label in enumerate(labels) if label != -100]
    assert [TOKENIZER.decode(labels[place]) for place in places] == [" red", " No"]
    assert [TOKENIZER.decode(ids[place]) for place in places] == [" cup", " dog"]


def test_patches_are_labelled_where_things_are() -> None:
    labels = patch_labels(SCENE).reshape(8, 8, 3)
    assert labels[5, 1].tolist() != [0, 0, 0]
    assert labels[5, 1, 0] != labels[5, 6, 0] > 0
    assert labels[0].sum() == 0


def test_a_folded_projector_takes_features_as_they_are() -> None:
    torch.manual_seed(0)
    features = (torch.randn(50, 64, 16) * torch.rand(16) * 9 + torch.randn(16) * 5).half()
    scale = scale_of(features)

    class Projector(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.linear_1 = nn.Linear(16, 8)

    projector = Projector()
    with torch.inference_mode():
        before = projector.linear_1(scaled(features, scale).float())
    fold(projector, scale)
    with torch.inference_mode():
        after = projector.linear_1(features.float())
    assert torch.allclose(before, after, atol=5e-3)
    assert before.std() > 0.1


def test_lessons_about_scenes_are_balanced() -> None:
    rng = random.Random(1)
    answers = [
        answer
        for _ in range(300)
        for prompt, answer in scene_lessons(random_scene(rng), rng, 6)
        if prompt.endswith("yes or no.")
    ]
    yes = answers.count("Yes") / len(answers)
    assert set(answers) == {"Yes", "No"}
    assert 0.45 <= yes <= 0.55
