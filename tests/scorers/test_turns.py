"""Frames of a turn are left aside alike in answers of a model under test and in judges' replies."""

from __future__ import annotations

import pytest
from tests.core.test_turns import FRAMES

from multitrust.scorers.box import read_box
from multitrust.scorers.judgement import read_score, read_verdict
from multitrust.scorers.number import read_number
from multitrust.scorers.text import plain
from multitrust.scorers.yes_no import read_verdict as read_yes_no


@pytest.mark.parametrize("frame", FRAMES)
def test_a_framed_reply_is_read_as_the_bare_one(frame: str) -> None:
    for said in ("yes", "no"):
        assert read_verdict(frame.format(said.title())) == said
        assert read_yes_no(frame.format(said.title())) == said
    assert read_score(frame.format("75")) == 75
    assert read_verdict(frame.format('{"verdict": "yes"}')) == "yes"
    assert read_number(frame.format("12")) == 12
    assert plain(frame.format("A dog.")) == "a dog."
    assert read_box(frame.format("[1, 2, 3, 4]"), None) == read_box("[1, 2, 3, 4]", None)


@pytest.mark.parametrize(
    "reply",
    [
        "<|im_start|>assistant\nYes<|im_end|>\n<|im_start|>assistant\nNo<|im_end|>",
        "The verdict is <|im_start|>assistant yes",
        "Yes<|im_end|>No<|im_end|>\n<|im_start|>user\nWhy?",
        "USER: no\nASSISTANT: yes",
        "ASSISTANT: Yes. No.",
        "<|im_end|>\n<|im_start|>user\nNo",
    ],
)
def test_frames_make_no_verdict_of_what_is_none(reply: str) -> None:
    assert read_verdict(reply) is None
