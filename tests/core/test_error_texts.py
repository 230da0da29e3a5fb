"""What exceptions say can be stored, whatever their classes do."""

from __future__ import annotations

import pytest

from multitrust.core import describe_error, error_text
from multitrust.core.error_texts import MOST


class Mute(Exception):
    """Cannot say anything."""

    def __init__(self, raised: BaseException) -> None:
        super().__init__("never said")
        self.raised = raised

    def __str__(self) -> str:
        raise self.raised


class NoText(Exception):
    def __str__(self) -> str:
        return 5  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("bad text \ud83d here"), "ValueError: bad text \ufffd here"),
        (OSError(5, "\udcff/path"), "OSError: [Errno 5] \ufffd/path"),
        (ValueError("\U0001f600 ä"), "ValueError: \U0001f600 ä"),
        (ValueError("\ud83d", "two"), r"ValueError: ('\ud83d', 'two')"),
        (Mute(RuntimeError("no")), "Mute: (no text: its __str__ raised RuntimeError)"),
        (Mute(SystemExit(3)), "Mute: (no text: its __str__ raised SystemExit)"),
        (Mute(RecursionError()), "Mute: (no text: its __str__ raised RecursionError)"),
        (NoText(), "NoText: (no text: its __str__ raised TypeError)"),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_the_text_of_an_exception_is_one_that_utf_8_holds(error: BaseException, text: str) -> None:
    assert describe_error(error) == text
    assert text.encode()


def test_of_a_text_without_end_the_beginning_is_kept() -> None:
    text = error_text(ValueError("x" * 3_000_000))
    assert text.startswith("xxx")
    assert text.endswith("… (3,000,000 characters in all)")
    assert len(text) < MOST + 100
    assert error_text(ValueError("x" * MOST)) == "x" * MOST
