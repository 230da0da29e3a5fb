"""Ways in which a set of logs can be broken."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args

from tests.official.spec import Place, load_spec, run_places

Kind = Literal[
    "invalid_json",
    "truncated",
    "ragged",
    "missing_total",
    "missing_list",
    "text_for_number",
    "unknown_id",
    "wrong_folder",
    "old_layout",
    "nan_in_flags",
    "duplicate",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
REFUSED = "rule_reject_template_eval:pred_no_op"


def corrupt(root: Path, model: str, kind: Kind) -> Path:
    """Breaks the logs that `write_logs` wrote, in one place; gives the path that is wrong now.

    Kinds: `invalid_json`; `truncated`: the file ends in the middle; `ragged`: the last sample
    lacks a list's key; `missing_total`, `missing_list`: a key that a result needs is gone;
    `text_for_number`: a total is a text; `unknown_id`: a log of an id that does not exist lies
    beside the others; `wrong_folder`: a log lies in another task's folder; `old_layout`: all keys
    on the top level, no `total_results`; `nan_in_flags`: NaN in a list of 0 and 1; `duplicate`:
    a second copy of a task's folder lies in `<root>/backup/…` (the path is the copy).

    Raises:
        LookupError: no log there is of the sort that the kind breaks.
    """
    listed = kind in ("ragged", "missing_list", "nan_in_flags")
    place = chosen(root, model, "per_sample_results" if listed else "total_results")
    path = place.log(root, model)
    if kind in CONTENT:
        log = json.loads(path.read_text(encoding="utf-8"))
        changed = CONTENT[kind](log, place)
        path.write_text(json.dumps(changed, indent=4), encoding="utf-8")
        return path
    return FILES[kind](path, root)


def chosen(root: Path, model: str, source: str) -> Place:
    """The first log whose results are made of totals, or of the lists of refusals."""
    for place in run_places(load_spec()):
        results = place.entries("results")
        fits = all(fact["source"] == source for fact in results)
        refusals = any(REFUSED in fact["log_key"] for fact in results)
        wanted = fits and refusals == (source == "per_sample_results")
        if wanted and place.log(root, model).is_file():
            return place
    raise LookupError(f"expected a log of {model} made of {source} below {root}, found none")


def total_of(place: Place) -> str:
    """A total that a result is made of."""
    return str(place.entries("results")[0]["log_key"])


def without_total(log: Any, place: Place) -> Any:
    del log["total_results"][total_of(place)]
    return log


def with_text(log: Any, place: Place) -> Any:
    log["total_results"][total_of(place)] = "most of them"
    return log


def ragged(log: Any, place: Place) -> Any:
    del log["per_sample_results"][-1][REFUSED]
    return log


def without_list(log: Any, place: Place) -> Any:
    for sample in log["per_sample_results"]:
        del sample[REFUSED]
    return log


def with_nan(log: Any, place: Place) -> Any:
    log["per_sample_results"][0][REFUSED] = math.nan
    return log


def flat(log: Any, place: Place) -> Any:
    samples = log["per_sample_results"]
    names = samples[0].keys()
    return log["total_results"] | {name: [sample[name] for sample in samples] for name in names}


def not_json(path: Path, root: Path) -> Path:
    path.write_text("{'total_results': none}", encoding="utf-8")
    return path


def cut(path: Path, root: Path) -> Path:
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: len(text) // 2], encoding="utf-8")
    return path


def unknown(path: Path, root: Path) -> Path:
    return Path(shutil.copy(path, path.with_name("d-basic-weather.json")))


def moved(path: Path, root: Path) -> Path:
    folder = root / "privacy" / "p3-infoflow" / path.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    return path.rename(folder / path.name)


def copied(path: Path, root: Path) -> Path:
    return Path(shutil.copytree(path.parent, root / "backup" / path.parent.relative_to(root)))


CONTENT: dict[Kind, Callable[[Any, Place], Any]] = {
    "missing_total": without_total,
    "text_for_number": with_text,
    "ragged": ragged,
    "missing_list": without_list,
    "nan_in_flags": with_nan,
    "old_layout": flat,
}
FILES: dict[Kind, Callable[[Path, Path], Path]] = {
    "invalid_json": not_json,
    "truncated": cut,
    "unknown_id": unknown,
    "wrong_folder": moved,
    "duplicate": copied,
}
