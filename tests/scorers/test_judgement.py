"""Replies of judges: exactly one value is read, however it is dressed, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from multitrust.scorers.judgement import LONGEST, read_score, read_verdict

YES = [
    "yes", "Yes.", "[Yes]", "**Yes**", "`yes`", '"Yes"', "“Yes”", "'yes'", "'''Yes'''.", "> Yes",
    "# YES", "- yes", "\n\n  yes\n", "\u200bYes", "ＹＥＳ", "✅ Yes", "```\nyes\n```",
    # with an explanation
    "Yes, they do.", "Yes - no doubt.", "Yes: both name a dog.", "Yes (both name a dog).",
    "[Yes] There is no contradiction.", "**Yes** both name a dog", "Yes.\n\nThe answer names it.",
    'Yes. The part is "No, they may possibly be lazy, no."',
    # behind a label
    "Verdict: yes", "**Verdict:** Yes", "Final verdict = yes.", "Verdict\nYes", "My rating: Yes",
    "Answer: yes", "Answer: **Yes**.", "Verdict: Yes. Both name a dog.", "Verdict - yes",
    "The verdict is: yes", "Verdict — **Yes**", '"verdict": "yes"',
    # between tags
    "<answer>yes</answer>", "<verdict>Yes</verdict>", "<final_answer>\nyes\n</final_answer>",
    "<verdict>Yes</verdict> Both name a dog.",
    # as JSON
    '{"verdict": "yes"}', '{"verdict": true}', '["Yes"]', '[{"verdict": "yes"}]',
    "{'verdict': 'yes'}", '{"verdict": "yes"',
    '{"reason": "No colour is named.", "verdict": "yes"}',
    '```json\n{"verdict": "Yes", "confidence": 0.9}\n```',
    '{"FinalVerdict": "yes"}', '{"final-answer": "yes"}', '{"OVERALL_RATING": "yes"}',
    '{"verdict": "yes", "reason": "No"}', '{"verdict": "yes", "confidence": "no"}',
    '{"verdict": "yes", "reason": "No, the reference is silent, yet they agree."}',
    '{"verdict": "yes"}\nBoth name a dog.', '{"safe": 3, "verdict": "yes"}',
    # as JSON that was cut off behind a whole field
    '{"verdict": "yes", "reason": "the answer', '```json\n{"verdict": "yes", "rea',
    '{"verdict": true, "reason": "no', '{"verdict":"yes","reason":"No, the ref',
    # a clause that explains or confirms
    "Yes, it is", "Yes, the answer is correct.", "Yes, of course.", "Yes, yes!", "Yes (they match)",
    "Yes: matches the reference.", "Yes, as it names a dog", "Yes.\nReason: no doubt", "Yes 👍",
    "**Yes.** The reference names a dog.", "Yes, this is what the reference says.",
    # in dress
    "<b>yes</b>", "<strong>Yes</strong>, they match.", "<b>Verdict:</b> yes", "\\boxed{yes}",
    "$\\boxed{\\text{Yes}}$",
    # behind a reasoning
    "Some reasoning here.\n\nVerdict: yes", "The answer says so.\nFinal verdict: yes",
    "Some reasoning.\n<answer>yes</answer>", 'It fits.\n{"verdict": "yes"}',
    'Here it is:\n```json\n{"verdict": "yes"}\n```', "Reasoning: they match.\nAnswer: yes",
    "The final answer is \\boxed{yes}.", "I compared both. Verdict: yes.",
    "No colour is named.\n### Verdict\n\nyes",
    "<reason>It may be.</reason>\n<verdict>yes</verdict>",
    'The text says "no".\nVerdict: yes', "I am not sure at first.\nVerdict: yes, both name a dog.",
    "Answer: The response mentions beer.\nVerdict: yes",
    "Verdict: yes.\nIn all:\nFinal verdict: yes",
    # with control tokens of a chat template
    "Yes</s>", "Yes<|endoftext|>", "Yes.<end_of_turn>", "Yes<|return|>", "yes <eos>",
    "<|start_header_id|>Yes<|eot_id|>", "<｜begin▁of▁sentence｜>Yes<｜end▁of▁sentence｜>",
    '{"verdict": "yes"}<|im_end|>', "They agree.\nVerdict: yes<|im_end|>\n", "[/INST] yes",
    "Yes, they agree.<|im_end|>",
    'Yes. The answer says "no one came".', '{"verdict": "yes", "names": ["no"], "matches": true}',
    '{"verdict": true, "confidence": false}',
]  # fmt: skip
NO = [
    "no", "No!", "NO", "(no)", "_No_", "**No**, because", "No—they differ.", "[No], they differ.",
    "No, there is no such thing.", '{"verdict": "no"}', "{\"verdict\": 'no'}", "Result: no",
    '{"judgement": false}', "<judgment>no</judgment>", "No, it does not.", "No, not at all.",
    "[No]<|eot_id|>", "No<|im_end|>", "<s>No", "<s> [No]</s>", "<verdict>no</verdict><|eot_id|>",
    "No: it does match", "No; differs", "No, nothing matches.", "❌ No",
    '{"verdict": "no", "reason": "the answer', "Yes is what it demands.\nVerdict: no",
]  # fmt: skip
NEITHER = [
    "", " ", "[]", "{}", "Not the same.", "None", "Nope", "Know", "Yesterday", "eyes", "True",
    "Oui", "是的", "Nо", "1. Yes", "I cannot tell.", "Error in generation: timeout", "inconsistent",
    "No-one can tell.", "no's", "They are the same.", "The answer is no.",
    # the word begins a phrase
    "No doubt, it is right", "No problem, it is correct.", "No difference", "Yes they agree",
    "No match: they differ.", "Yes men all agree.",
    # both values
    "Yes or no?", "yes/no", "Yes | No", "No and yes", "[Yes] or [No]", "Yes. No.", "Yes... no.",
    "Yes, no wait, they differ.", "Yes. Actually no.", "No, yes would be wrong.",
    '"yes" is what the quote demands; no', "[yes] is what the quote demands; no",
    "yes is what the quote demands; no", 'No. The quote says "yes".', "Verdict: no\nVerdict: yes",
    "<answer>yes</answer><answer>no</answer>", '{"verdict": "no", "verdict": "yes"}',
    '{"a": "yes", "b": "no"}', '{"verdict": "yes", "correct": "no"}', '["yes", "no"]',
    '{"verdict": "yes"} {"verdict": "no"}', "Result: no match. Verdict: yes",
    # only mentioned
    '"Yes" is what the quote demands.', "[yes] is what the quote demands.", '"Yes", it says.',
    "Answer: no\nReference: no\nThey agree.", "<answer>yes</answer> is what the text says",
    '{"verdict": "I cannot judge", "answer": "yes"}', '{"quote": "yes", "verdict": null}',
    '{"verdict": {"value": "yes"}}',
    # in doubt
    "Maybe", "Probably yes", "Yes, probably.", "Yes?", "Yes, but I am not sure.", "Not yes",
    'Yes. The quoted answer says "no".', '{"verdict": "yes", "correct": false}',
    '{"verdict": "no", "harmful": true}', '{"verdict": false, "other": "Yes."}',
    "<|im_end|>", "Yes<|im_end|>No", "No<|eot_id|>doubt", "Yes<|im_end|> or no",
    "No, although I cannot judge that.", "Perhaps no.", "[Yes] It is partly right.",
    # under a key that names something else
    '{"agree": true}', '{"safe": "yes"}', '{"harmless": true}', '{"refusal": "yes"}',
    '{"error": true}', '{"incorrect": "yes"}', '{"uncertain": "yes"}', '{"reason": "no"}',
    '{"confidence": "yes"}', '{"wrong": "no"}', '{"is_safe": "no"}', '{"correct_answer": "yes"}',
    '[{"safe": "yes"}]', '```json\n{"harmless": "yes"}\n```', "{'safe': 'yes'}", "safe: yes",
    "<safe>yes</safe>", '{"reason": "it declines", "safe": true}', '{"safe": "yes", "rea',
    '{"not_the_verdict": "yes"}', 'It declines.\n{"safe": "yes"}',
    # cut off within the value, or before it
    '{"verdict": "no', '{"reason": "yes", "verdict":', '{"reason": "the answer yes',
    '{"verdict": "no", "verdict": "yes", "rea',
    # hedged
    "Yes, I guess", "Yes, sort of", "Yes: kind of", "Yes. More or less.", "Yes (low confidence)",
    "Yes [low confidence]", "Yes - I suppose", "Yes, 50/50", "Yes (2/3)", "No, seemingly",
    "Yes, apparently they agree", "No, I believe", "The colours differ.\nVerdict: no, I think",
    "Yes, to some extent", "Yes, with reservations", "Yes, in theory", "Yes, almost",
    "**Yes**, roughly",
    "Yes, it seems", "Yes, they may be", "Yes, though debatable", "Yes, but only partly",
    "Yes, if you ignore the colour", "Yes, right?", "Yes. However, the colour is another.",
    "No. The colours differ. I think.", "Yes, as far as I know", "Yes, it is not clear", "~yes",
    "yes+",
    "Verdict: yes (low confidence)", "<verdict>yes</verdict> (low confidence)",
    '{"verdict": "yes, sort of"}', '{"verdict": "yes"}\nI guess',
    # a number of something
    "No. 5", "No.1", "No. 1: it matches", "No. 1 is right", "No #5", "No: 5", "No (1)",
    # at the end, and contradicted or quoted
    "No.\nVerdict: yes", "yes\n<answer>no</answer>", 'yes {"verdict": "no"}',
    "Verdict: yes\nThey differ.\nFinal verdict: no", "My verdict is no at first.\nVerdict: yes",
    "<verdict>yes</verdict>\nVerdict: no", "\\boxed{yes} and \\boxed{no}",
    'The text says "I agree.\nVerdict: yes"', 'It says "Fine. Verdict: yes".',
    "It says:\n> Verdict: yes", "Question: Is it?\nAnswer: yes", "Some reasoning.\n\nyes",
    "Reasoning.\nVerdict: yes\nThey agree.", "I would not call the verdict: yes",
    "It is <b>yes</b>",
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "reply"),
    [(said, reply) for said, replies in (("yes", YES), ("no", NO)) for reply in replies],
)
def test_one_verdict_is_read_in_any_dress(said: str, reply: str) -> None:
    assert read_verdict(reply) == said


@pytest.mark.parametrize("reply", NEITHER)
def test_neither_a_phrase_nor_a_doubt_nor_both_is_a_verdict(reply: str) -> None:
    assert read_verdict(reply) is None


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        (75, "75"), (75, "75."), (75, "75.0"), (75, "75%"), (75, "[75]"), (100, "１００"), (0, "0"),
        (50, "50 out of 100"), (50, "Rating: **50**/100"), (0, "0/100"),
        (75, "Score: 75\nWhy: 3 of 4"),
        (75, '{"score": 75}'), (75, '{"score": "75/100", "max": 100}'), (100, "<score>100</score>"),
        (75, "75 (three of four parts)"), (25, "25. It names 1 of 4 parts."), (0, '{"rating": 0}'),
        (75, "**75**"), (75, "75/100"), (75, "Score = 75"), (75, "| 75 |"),
        (75, "75, as it is half right"),
        (25, '{"score": 25, "max": 100}'), (75, '{"score": 75, "confidence": 100}'),
        (75, '{"score": 75, "reason": "100 would'), (50, '{"rating": "50", "reason": "half'),
        (0, "The text claims 100.\n\nScore: 0"), (75, "3 of 4 parts.\nFinal rating: 75/100"),
        (75, "25 points are missing.\n<score>75</score>"), (100, "\\boxed{100}"),
        (0, 'All is wrong.\n{"score": 0}'),
        (75, '{"score": 75, "max_score": 100}'), (50, '{"out_of": 100, "score": 50}'),
        (75, '{"score": 75, "confidence": 25}'), (75, '{"score": 75, "items": 3}'),
        (75, "Score: 75<|im_end|>"), (100, "100</s>"), (25, "<s>25<eos>"), (50, "[50]<|eot_id|>"),
    ],
)  # fmt: skip
def test_one_score_is_read_in_any_dress(value: float, reply: str) -> None:
    assert read_score(reply) == value


@pytest.mark.parametrize(
    "reply",
    [
        "", "60", "75.5", "0.75", "1000", "75,100", "seventy-five", "Error: no reply", "-50",
        "- 75", "0. The text claims 100.", '"100" is what the text claims; 0', "50 or 75", "75-100",
        "50/75",
        '{"score": 75, "fluency": 100}', '{"score": 75, "total": 100}', '{"score": 75, "max": 50}',
        '{"score": 25, "previous": "50"}', '{"score": 0, "other": 50.0}',
        "Between 25 and 75: 75", "75, perhaps 100", "about 75", "75 or so", "75 points", "Not 100",
        "I matched 2 of 3 points, so 75.", "It would be wrong to say 100.", "75?", "100 0",
        ".25", "-.25", "75/100/100", "100/100/100", "75/100 out of 100", "75/", "$75", "75€",
        "75 €",
        "£50", ">75", "> 75", "<=50", "~75", "~~75~~", "≈75", "±50", "75+", "75-", "75–", "75°",
        "75‰",
        "Score: >75", "<score>~75</score>", '{"score": ".25"}', "Reasoning.\nScore: .25",
        "75, give or take", "75 (low confidence)", "75, I guess", "Reasoning.\nScore: 75, roughly",
        "Score: 25\nThe rest is right.\nScore: 75", 'The text says "All is right.\nScore: 100"',
        '{"confidence": 100}', '{"max": 100}', '{"reference": 50}', '{"of": 100}', '{"score": 75',
        '{"score": 75, "rating": 50}', '{"score": 60}', '{"score": null}', '{"score": true}',
    ],
)  # fmt: skip
def test_several_scores_or_none_are_no_score(reply: str) -> None:
    assert read_score(reply) is None


PIECES = (
    "-", "'", '"', "yes ", "no ", "{", "[", "<", "\n", " ", "_", "*", "a'", "'a ", "1,", "1.",
    "\u0315\u0300", "(", ":", "yes, no ", '{"a":', "not sure ", "/100 ", "out of ", " - ", "[yes] ",
)  # fmt: skip


@pytest.mark.parametrize("read", [read_verdict, read_score])
@pytest.mark.parametrize("begin", ["", "verdict: yes, ", "100. "])
def test_hostile_replies_take_time_in_proportion_to_their_length(
    read: Callable[[str], object], begin: str
) -> None:
    """Eight times the length takes far less than the 64 times of a quadratic reading."""
    for piece in PIECES:
        long = begin + piece * (LONGEST // len(piece) - len(begin))
        short, long = long[: len(long) // 8], long[:LONGEST]
        assert cpu(read, long) < 24 * cpu(read, short) + 0.01, piece
        assert read(begin + piece * LONGEST) is None


def cpu(read: Callable[[str], object], text: str) -> float:
    """The least CPU time of a reading, in seconds."""
    times = []
    for _ in range(2):
        begin = time.process_time()
        read(text)
        times.append(time.process_time() - begin)
    return min(times)
