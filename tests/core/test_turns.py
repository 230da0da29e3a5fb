"""Headers, control tokens and further turns in a text: what of it the model said."""

from __future__ import annotations

import pytest

from multitrust.core import read_turn

FRAMES = [
    "{}", "<|im_start|>assistant\n{}<|im_end|>", "<|im_start|>assistant: {}<|im_end|>\n",
    "<start_of_turn>model\n{}<end_of_turn>", "<|turn>model\n{}<turn|>",
    "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>", "assistant\n\n{}",
    "<|begin_of_text|><|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>",
    "<|header_start|>assistant<|header_end|>\n\n{}<|eot|>", "model\n{}", "ASSISTANT: {}</s>",
    "<|start_of_role|>assistant<|end_of_role|>{}<|end_of_text|>", "### Assistant: {}",
    "<|assistant|>\n{}<|end|>", "[|assistant|]{}[|endofturn|]",
    "<｜Assistant｜>{}<｜end▁of▁sentence｜>",
    "<role>ASSISTANT</role>{}<|role_end|>", "**Assistant:** {}", "Assistant: {}", "{}[unused10]",
    "<|im_assistant|>assistant<|im_middle|>{}<|im_end|>", "<SPECIAL_11>Assistant\n{}<SPECIAL_12>",
    "<extra_id_1>Assistant\n{}", "<|begin_assistant|>\n{}\n<|end|>",
    "{}\n[END FINAL RESPONSE]\n<|end|>",
    "<s> {} </s>", "[INST] {} [/INST]",
    "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>{}<|END_OF_TURN_TOKEN|>",
    # the model goes on with the next turn
    "{}<end_of_turn>\n<start_of_turn>user\nNo", "{}<|im_end|>\n<|im_start|>user\nIs it?<|im_end|>",
    "{}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd no?", "{}<|end|><|user|>\nNo?",
    "{}</s> USER: No? ASSISTANT: No</s>", "{}</s>[INST] No? [/INST] No</s>",
    "{}<turn|>\n<|turn>user\nNo",
    "{}[|endofturn|]\n[|user|]No", "{}<｜end▁of▁sentence｜><｜User｜>No",
    "{}<|end|>\n<|begin_user|>\nNo",
    "<|im_start|>assistant\n{}<|im_end|>\n<|im_start|>system\nNo", "{}<|eot_id|>\nHuman: no",
    "### Assistant: {}\n### Human: no", "{}###Human: no###Assistant: no",
    "{}<|im_end|><|im_user|>user<|im_middle|>no<|im_end|>",
]  # fmt: skip
"""Forms in which chat templates leave a turn."""
WHOLE = [
    "", "Yes", "Model T", "Model: Corolla", "Bot", "assistant", "The assistant: yes", "user: no",
    "A model\nof trust", "Write Assistant: before it.", "assistants\nhelp", "Human: yes",
    "a < b > c",
    "USER: hi\nASSISTANT: hello", "the user says </b> user: no", "the bot\nsays", "Model\nyears",
    "## Roles\n### User: reads\n### Human resources: pays",
]  # fmt: skip
"""Answers that only mention roles."""


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("said", ["Yes", "The model is the assistant.\nA user: no."])
def test_what_frames_a_turn_says_nothing(frame: str, said: str) -> None:
    assert read_turn(frame.format(said)).strip() == said


@pytest.mark.parametrize("said", WHOLE)
def test_an_answer_that_mentions_roles_stays_whole(said: str) -> None:
    assert read_turn(said) == said


@pytest.mark.parametrize(
    ("said", "left"),
    [
        # it writes about the forms
        ("A turn begins with <|im_start|>user and ends with <|im_end|>.", "user and ends with"),
        ("So:\n<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>", "Hi"),
        ("They are `<|im_end|>` and `<|im_end|>\n<|im_start|>user`, no more", "no more"),
        # it repeats the prompt before its answer, or itself behind it
        ("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYes<|im_end|>", "Yes"),
        ("Yes<|im_end|>\n<|im_start|>assistant\nNo<|im_end|>", "No"),
        ("Yes<|im_end|>No", "No"),
    ],
)
def test_what_is_no_further_turn_is_kept(said: str, left: str) -> None:
    assert left in read_turn(said)


def test_a_header_that_is_repeated_leaves_no_role_behind() -> None:
    assert read_turn("Yes<|im_end|>\n<|im_start|>assistant\nYes").split() == ["Yes", "Yes"]
    assert read_turn("<|im_start|>assistant\n<|im_start|>assistant\nYes").split() == ["Yes"]
