"""Imported logs, exported, are logs of the same scores; imported once more, the same run."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.interop.numbers import brought_in
from tests.official.evaluator import evaluate
from tests.official.logs import write_logs
from tests.official.spec import load_spec, run_places

from multitrust.interop import Exported, export_logs
from multitrust.report import Summary
from multitrust.run import read_manifest

SEED = 4
PLACES = run_places(load_spec())


@dataclass(frozen=True, kw_only=True, slots=True)
class Trip:
    """Logs, the run made of them, the logs made of that, and the run made of these."""

    folder: Path
    there: Summary
    exported: Exported
    back: Summary


@pytest.fixture(scope="module")
def trip(tmp_path_factory: pytest.TempPathFactory) -> Trip:
    folder = tmp_path_factory.mktemp("trip")
    write_logs(folder / "logs", "m", SEED, samples=6)
    imported, there = brought_in(folder / "logs", "m", folder / "runs")
    exported = export_logs(imported.folder, folder / "exported")
    _, back = brought_in(folder / "exported", "m", folder / "again")
    return Trip(folder=folder, there=there, exported=exported, back=back)


def load(trip: Trip, name: str) -> list[dict[str, Any]]:
    paths = [place.log(trip.folder / name, "m") for place in PLACES]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def test_the_referee_sees_no_difference(trip: Trip) -> None:
    assert trip.exported.problems == ()
    assert trip.exported.logs == len(PLACES)
    spec = load_spec()
    before = evaluate(trip.folder / "logs", "m", spec)
    assert evaluate(trip.folder / "exported", "m", spec) == before


def test_totals_are_given_back_as_they_were(trip: Trip) -> None:
    for before, after in zip(load(trip, "logs"), load(trip, "exported"), strict=True):
        assert after["total_results"] == pytest.approx(before["total_results"], abs=0, nan_ok=True)


def test_samples_are_given_back_in_their_order(trip: Trip) -> None:
    for before, after in zip(load(trip, "logs"), load(trip, "exported"), strict=True):
        rows, again = before["per_sample_results"], after["per_sample_results"]
        assert len(rows) == len(again)
        for old, new in zip(rows, again, strict=True):
            assert old.keys() == new.keys()
            for key in old:
                assert (new[key] or 0) == (old[key] or 0), key


def test_all_numbers_and_intervals_come_back(trip: Trip) -> None:
    def same(summary: Summary) -> Summary:
        return replace(summary, run_id="", created="", provenance=())

    assert same(trip.back) == same(trip.there)


def test_the_same_logs_are_the_same_run(trip: Trip) -> None:
    again, summary = brought_in(trip.folder / "logs", "m", trip.folder / "runs")
    assert summary == trip.there
    assert len(list((trip.folder / "runs").iterdir())) == 1
    assert read_manifest(again.folder).run_id == trip.there.run_id
