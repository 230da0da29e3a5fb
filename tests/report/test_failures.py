"""What went wrong, by cause: what is one cause, what is not, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.report.conftest import ACCURACY, Stated

from multitrust.core import Condition, ModelIdentity, Response, Score
from multitrust.metrics import accuracy, mean_over
from multitrust.report import Summary
from multitrust.report.failures import ADVICE, LONGEST, Cause

Make = Callable[..., Any]
STATUS = "http://h:1/v1#m did not accept the request (HTTP {}): {}"


@pytest.fixture
def causes(record: Make, summary: Make) -> Callable[..., tuple[Cause, ...]]:
    """The causes of these messages, one failed request each."""

    def group(*messages: str) -> tuple[Cause, ...]:
        records = [record("plain", n, error=text) for n, text in enumerate(messages)]
        found: Summary = summary(records)
        return found.failures

    return group


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("limit 30000, used 29001", "limit 30000, used 28999", "limit 30000, used …"),
        ("try again in 1.4s", "try again in 20ms", "try again in …"),
        ("no image 9f86d081884c7d65", "no image 60303ae22b998861", "no image …"),
        ("request req_011CSHoEeqs5 failed", "request req_9zTTqLmM0001 failed", "request … failed"),
        ("GET http://10.0.0.1:8001/v1 broke", "GET http://10.0.0.2:8002/v1 broke", "GET … broke"),
        ("T.1/ocr/ocr-003/0 is odd", "T.1/ocr/ocr-017/1 is odd", "… is odd"),
        ('{"id": "a1", "code": "x"}', '{"id": "b2", "code": "x"}', '{"id": "…", "code": "x"}'),
        ("gpt-4o is unknown", "gpt-4o is unknown", "gpt-4o is unknown"),
        ("lines\nof\ttext 1", "lines of  text 2", "lines of text …"),
    ],
)
def test_messages_that_differ_by_the_request_are_one_cause(
    causes: Callable[..., tuple[Cause, ...]], one: str, other: str, reason: str
) -> None:
    (cause,) = causes(one, other)
    assert (cause.reason, cause.count, cause.tasks) == (reason, 2, ("T.5",))
    assert cause.example == "T.5/plain/s00/0: " + " ".join(one.split())


@pytest.mark.parametrize(
    ("message", "reason", "advice"),
    [
        (
            STATUS.format(400, "no endpoints; none at all") + "; its model seems to read text "
            "alone: name one that takes pictures",
            STATUS.format(400, "no endpoints; none at all"),
            "its model seems to read text alone: name one that takes pictures",
        ),
        (
            "m refused the key (HTTP 401): who?; check your plan; check A_KEY",
            "m refused the key (HTTP 401): who?; check your plan", "check A_KEY",
        ),
        (
            "m did not answer within 60 s; allow more with --timeout, or fewer requests at once "
            "with --max-connections (gave up after 3 attempts)",
            "m did not answer within 60 s (gave up after 3 attempts)",
            "allow more with --timeout, or fewer requests at once with --max-connections",
        ),
        ("m failed; we use it no more", "m failed; we use it no more", ""),
        ('m sent {"x": "no; use it"}', 'm sent {"x": "no; use it"}', ""),
        ("cannot reach m: refused; is the server running?", "cannot reach m: refused",
         "is the server running?"),
    ],
)  # fmt: skip
def test_what_to_do_stands_apart_from_the_reason(
    causes: Callable[..., tuple[Cause, ...]], message: str, reason: str, advice: str
) -> None:
    (cause,) = causes(message, message)
    assert (cause.reason, cause.advice, cause.count) == (reason, advice, 2)
    assert cause.example.endswith(message)


def test_statuses_and_words_tell_causes_apart_and_the_most_frequent_comes_first(
    causes: Callable[..., tuple[Cause, ...]],
) -> None:
    found = causes(
        STATUS.format(400, "temperature is unsupported"),
        STATUS.format(400, "max_tokens is unsupported"),
        STATUS.format(422, "max_tokens is unsupported"),
        STATUS.format(400, "max_tokens is unsupported"),
        "",
    )
    assert [(cause.count, cause.reason) for cause in found] == [
        (2, STATUS.format(400, "max_tokens is unsupported")),
        (1, "(no message)"),
        (1, STATUS.format(400, "temperature is unsupported")),
        (1, STATUS.format(422, "max_tokens is unsupported")),
    ]


def test_a_message_is_shown_on_one_line_and_cannot_steer_a_terminal(
    causes: Callable[..., tuple[Cause, ...]],
) -> None:
    (cause,) = causes("\x1b[2J\x00\u202egone " + "x" * 5000)
    assert cause.reason.isprintable()
    assert "gone" in cause.reason
    assert len(cause.reason) <= LONGEST


def test_tasks_are_listed_in_their_order(task: Make, record: Make, summary: Make) -> None:
    tasks = [task(name) for name in ("T.5", "T.6", "T.7")]
    records = [
        record("plain", n, task=name, error=f"broke {n}")
        for n, name in enumerate(["T.7", "T.5", "T.7", "T.6"])
    ]
    for found in (summary(records, tasks), summary(records[::-1], tasks)):
        (cause,) = found.failures
        assert (cause.count, cause.tasks) == (4, ("T.5", "T.6", "T.7"))
        assert cause.example == "T.5/plain/s01/0: broke 1"


@pytest.mark.parametrize(
    ("unscored", "response", "advice"),
    [
        ("truncated", {"text": "", "stop": "length"}, "--max-tokens"),
        ("truncated", {"text": "I see", "stop": "length"}, "--max-tokens"),
        (
            "truncated: only reasoning, no answer",
            {"text": " ", "stop": "length", "reasoning": "Let me see"},
            "allow more thinking with -M thinking_tokens=16384",
        ),
        (
            "empty: only reasoning, no answer",
            {"text": "", "reasoning": "It is blue."},
            "start the server with the reasoning parser",
        ),
        ("empty", {"text": ""}, ADVICE["empty"]),
        ("unparsed", {"text": "Well", "reasoning": "Hm"}, ADVICE["unparsed"]),
        ("blocked", {"text": "", "stop": "filter", "reasoning": "Hm"}, ADVICE["blocked"]),
        ("unjudged", {"text": "Well"}, "no clear verdict: name another one with --judge"),
        (
            "unjudged: truncated: only reasoning, no answer",
            {"text": "Well"},
            "allow more with --judge '{model: …, thinking_tokens: 10000}', or switch thinking off",
        ),
        ("unjudged: truncated", {"text": "Well"}, "{model: …, thinking_tokens: 10000}"),
        ("unjudged: empty", {"text": "Well"}, "the judge said nothing"),
        (
            "unjudged: empty: only reasoning, no answer",
            {"text": "", "stop": "length"},
            "start its server with the reasoning parser",
        ),
        ("unjudged: blocked", {"text": "Well"}, "in place of the judge: name another one with"),
        ("unjudged: refused", {"text": "Well"}, "the judge declined to judge: name another one"),
    ],
)
def test_a_missing_score_has_a_reason_and_an_advice(
    record: Make, summary: Make, unscored: str, response: dict[str, Any], advice: str
) -> None:
    said = Response(model="m", **response)
    lost = [record("plain", n, unscored=unscored, response=said) for n in range(3)]
    records = [*lost, record("shown", 1, 1.0), record("shown", 2, error="broke")]
    model = ModelIdentity(name="m", thinking_tokens=8192)
    judge = ModelIdentity(name="j", thinking_tokens=5000)
    found: Summary = summary(records, models={"target": model, "judge": judge})
    (cause,) = found.unscored
    assert (cause.reason, cause.count, cause.tasks) == (unscored, 3, ("T.5",))
    assert advice in cause.advice
    assert len(found.failures) == 1


def test_a_score_that_needs_a_judge_says_so_itself(record: Make, summary: Make) -> None:
    found: Summary = summary([record("plain", 1, unscored="needs a judge (--judge MODEL)")])
    (cause,) = found.unscored
    assert (cause.reason, cause.advice) == ("needs a judge (--judge MODEL)", "")


def test_of_two_protocols_only_the_runs_own_is_counted(
    task: Make, record: Make, summary: Make
) -> None:
    """What the other protocol leaves unscored is not missing from this run."""
    strict = replace(accuracy(Stated(name="strict")), name="strict accuracy")
    both = task(
        conditions=(Condition(name="plain", metrics=(ACCURACY, strict)),),
        headline=mean_over(ACCURACY, ["plain"]),
        beside=mean_over(strict, ["plain"]),
        contrasts=(),
    )
    scored = record("plain", 1, 1.0)
    more = Score(scorer="strict", unscored="unparsed")
    records = [replace(scored, scores=(*scored.scores, more))]
    assert summary(records, [both]).unscored == ()
    swapped = replace(both, headline=both.beside, beside=both.headline)
    (cause,) = summary(records, [swapped]).unscored
    assert (cause.reason, cause.count) == ("unparsed", 1)
