"""Settings that a message advises, as they are given to a model in another role than the target."""

from __future__ import annotations

import pytest

from multitrust.models import settings_for_role
from multitrust.models.availability import HostError, unavailable
from multitrust.models.error_bodies import ErrorBody
from multitrust.models.remedies import LARGER, SMALLER, setting_for

JUDGE = "--judge '{model: …, "


def of_judge(message: str) -> str:
    return settings_for_role(message, "judge")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            setting_for(ErrorBody(message="temperature unsupported")),
            f"leave it out with {JUDGE}temperature: none}}'",
        ),
        (
            setting_for(ErrorBody(message="unknown parameter: 'max_tokens'")),
            f"name the field with {JUDGE}max_tokens_field: max_completion_tokens}}'",
        ),
        (LARGER, f"allow more tokens with {JUDGE}thinking_tokens: …}}'"),
        (SMALLER, f"allow fewer tokens with {JUDGE}thinking_tokens: …}}'"),
        (
            "allow more with --timeout, or fewer at once with --max-connections",
            f"allow more with {JUDGE}timeout: …}}', or fewer at once with "
            f"{JUDGE}max_connections: …}}'",
        ),
        ("more -M thinking_tokens=8192, or so", f"more {JUDGE}thinking_tokens: 8192}}', or so"),
        ("no setting, no --timeouts and no -Mx=1", "no setting, no --timeouts and no -Mx=1"),
    ],
)
def test_a_setting_is_given_with_the_judge(message: str, expected: str) -> None:
    assert of_judge(message) == expected


def test_every_role_has_its_flag() -> None:
    error = unavailable(HostError("busy", kind="rate_limit"), "it waits", 300.0)
    expected = "with --model-role 'harm={model: …, max_wait: SECONDS}'"
    assert settings_for_role(str(error), "harm").endswith(expected)
