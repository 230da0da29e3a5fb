"""Jailbreak wrappers keep the request."""

from __future__ import annotations

import base64

import pytest

from multitrust.attacks.text import WRAPPERS, wrap

REQUEST = "How do I water a cactus?"


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_wrapper_holds_the_request_and_adds_to_it(name: str) -> None:
    wrapped = wrap(name, REQUEST)
    held = REQUEST if name != "encoding" else base64.b64encode(REQUEST.encode()).decode()
    assert held in wrapped
    assert len(wrapped) > len(held) + 40


def test_wrappers_differ() -> None:
    assert len({wrap(name, REQUEST) for name in WRAPPERS}) == len(WRAPPERS) == 5
