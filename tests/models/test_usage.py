"""Usage of OpenAI's APIs and of servers that count reasoning or cached tokens apart."""

from __future__ import annotations

from typing import Any

import pytest
from tests.servers.openai import chat_reply

from multitrust.models.openai import decode
from multitrust.models.responses import decode as decode_response


def usage(
    prompt: Any, completion: Any, total: Any = None, *, reasoning: Any = None, cached: Any = None,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    found = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": total,
        "prompt_tokens_details": None if cached is None else {"cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": reasoning, "audio_tokens": 0},
        **more,
    }
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(
    ("said", "asked", "generated", "thought"),
    [
        # As published: OpenAI, xAI three times (the last with cached tokens), Google.
        (usage(19, 1170, 1189, reasoning=1024), 19, 1170, 1024),
        (usage(10, 2, 32, reasoning=20), 10, 22, 20),
        (usage(32, 9, 135, reasoning=94), 32, 103, 94),
        (usage(10120, 1499, 14428, reasoning=2809, cached=128), 10120, 4308, 2809),
        (usage(7, 93, 1209), 7, 1202, None),
        # Less was thought than said: the total alone tells.
        (usage(10, 50, 80, reasoning=20), 10, 70, 20),
        (usage(10, 50, 60, reasoning=20), 10, 50, 20),
        # No total, or one that a gateway made of the two counts.
        (usage(10, 2, reasoning=20), 10, 22, 20),
        (usage(10, 2, 12, reasoning=20), 10, 22, 20),
        (usage(10, 50, reasoning=20), 10, 50, 20),
        (usage(10, 20, reasoning=20), 10, 20, 20),
        (usage(10, 2, 30, reasoning_tokens=18, completion_tokens_details=None), 10, 20, 18),
        # Totals that make no sense change nothing.
        (usage(10, 2, 0, reasoning=1), 10, 2, 1),
        (usage(10, 2, -5), 10, 2, None),
        (usage(10, 2, "32"), 10, 2, None),
        (usage(10, 2, 1e30), 10, 2, None),
        (usage(10, 2, True), 10, 2, None),
        (usage(10, 2, 12.0), 10, 2, None),
        # Cached tokens that are counted apart belong to the request.
        (usage(10, 2, 112, cached=100), 110, 2, None),
        (usage(10, 2, 132, cached=100, reasoning=20), 110, 22, 20),
        (usage(110, 2, 112, cached=100), 110, 2, None),
        # Sound is a part of the answer.
        (
            usage(10, 30, 40, completion_tokens_details={"audio_tokens": 20}),
            10, 30, None,
        ),
        (usage(None, 2, 32, reasoning=1), None, 2, 1),
        (usage(10, None, 32), 10, None, None),
        (usage(10, 0, 0), 10, 0, None),
        (usage(10, 5, 15, reasoning=0), 10, 5, 0),
    ],
)  # fmt: skip
def test_what_was_generated_holds_the_reasoning(
    said: dict[str, Any], asked: int | None, generated: int | None, thought: int | None
) -> None:
    found = decode("m", chat_reply("Yes") | {"usage": said})
    tokens = (found.input_tokens, found.output_tokens, found.reasoning_tokens)
    assert tokens == (asked, generated, thought)


@pytest.mark.parametrize(
    ("total", "generated"), [(32, 22), (12, 22), (None, 22), (40, 30), ("?", 22)]
)
def test_so_it_does_in_the_responses_api(total: Any, generated: int) -> None:
    content = [{"type": "output_text", "text": "Yes"}]
    reply = {
        "status": "completed",
        "output": [{"type": "message", "content": content}],
        "usage": {
            "input_tokens": 10, "output_tokens": 2, "total_tokens": total,
            "output_tokens_details": {"reasoning_tokens": 20},
        },
    }  # fmt: skip
    assert decode_response("m", reply).output_tokens == generated


@pytest.mark.parametrize("odd", [None, [], "12", 7, {"completion_tokens_details": [20]}])
def test_a_report_of_another_form_is_none(odd: Any) -> None:
    found = decode("m", chat_reply("Yes") | {"usage": odd})
    assert (found.input_tokens, found.output_tokens, found.reasoning_tokens) == (None,) * 3
