"""One model by two ways, as people compare them: in this process, and behind `multitrust serve`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.interop.endpoints import PROGRAM

from multitrust.run import load_run

Call = Callable[..., Any]
TASKS = "T.5,P.2"
"""60 questions with pictures, whose right answers are often no, and 80 without."""


@pytest.fixture
def weights(folder: Path, tmp_path: Path) -> Callable[[str], Path]:
    """`weights("no")`: the tiny model with a last layer that says either "yes" or "no"."""
    import torch
    from transformers import AutoModelForImageTextToText, AutoProcessor

    def make(word: str) -> Path:
        model, processor = (
            of.from_pretrained(folder) for of in (AutoModelForImageTextToText, AutoProcessor)
        )
        yes, other = processor.tokenizer.convert_tokens_to_ids(["yes", word])
        torch.manual_seed(1)
        with torch.no_grad():
            head = model.lm_head.weight.zero_()
            head[yes] = torch.randn(head.shape[1])
            head[other] = -head[yes]
        path = tmp_path / f"yes-or-{word}"
        model.save_pretrained(path)
        processor.save_pretrained(path)
        return path

    return make


@pytest.fixture
def run(call: Call, tmp_path: Path) -> Callable[..., Path]:
    """`run("--model", "demo")`: the folder of a run over the tasks."""

    def begin(*model: object, code: int = 0) -> Path:
        logs = tmp_path / "logs"
        before = set(logs.iterdir()) if logs.exists() else set()
        asked = ("--tasks", TASKS, "--max-tokens", 1, "--log-dir", logs, "--no-report")
        done = call("run", *model, *asked, "--display", "none")
        assert done.code == code, done.err
        (made,) = set(logs.iterdir()) - before
        return made

    return begin


def test_a_port_is_told_from_one_that_has_lost_a_word(
    call: Call, run: Callable[..., Path], weights: Callable[[str], Path]
) -> None:
    sound, broken = f"hf/{weights('no')}", f"hf/{weights('red')}"
    here = run("--model", sound, "-M", "device=cpu")
    served = f"{PROGRAM} serve {sound} -M device=cpu --port {{port}}"
    there = run("--start", served, "--model", "it")
    lost = run("--model", broken, "-M", "device=cpu", code=1)  # no headline for P.2
    said = Counter(record.response.text for record in load_run(here)[1] if record.response)
    assert set(said) == {"yes", "no"}
    assert min(said.values()) > 20

    agreed = call("compare", here, there, "--equivalence", 6, "--json")
    (pair,) = json.loads(agreed.out)["pairs"]
    overall = pair["equivalence"]["overall"]
    assert agreed.code == 0
    assert (overall["finding"]["verdict"], overall["finding"]["value"]) == ("equivalent", 0)
    assert overall["agreement"]["texts"]["value"] == 1
    assert call("compare", here, there, "--equivalence", 2).code == 4
    assert call("compare", here, lost, "--equivalence", 6).code == 3
