"""From a run on the official data to the original toolbox's logs: `multitrust export mmtrusteval`.

The original's score scripts read what is written here. Chains without a value for every sample are
left out, and named: a log that lacks them is one that those scripts refuse rather than misread.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multitrust.core import ConfigError, Manifest, Record, Score
from multitrust.data.official import Problem
from multitrust.interop.mmtrusteval.checks import listed_key, reply_key
from multitrust.interop.mmtrusteval.content import IMAGE_PATH, RAW_CONTENT, Content
from multitrust.interop.mmtrusteval.ownership import check_target, list_logs
from multitrust.metrics.classes import TOTALS
from multitrust.run import iter_records, read_manifest, replace_file
from multitrust.tasks import official_tasks
from multitrust.tasks.official import POSITION, Arm, Chain

DATA_ROOT, RENDERED = "./data", "./cache/enron_email_related_imgs"
"""Where the original has the data, and the pictures that it renders for P.6."""
Held = Mapping[str, float | None]
"""The totals of an imported log; None where it has NaN."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """What an export wrote."""

    folder: Path
    logs: int
    problems: tuple[Problem, ...]


def export_logs(run: Path, target: Path, model: str | None = None) -> Exported:
    """Write a run's logs below `target`, in folders named after the model.

    All that is there is looked at before anything is written.

    Args:
        run: the run's folder.
        target: the folder that gets the logs, in the layout of the original's `logs`.
        model: the name of the model's folders; made of the run's model if not given.

    Raises:
        ConfigError: the run is not on the official data, the name is none that a folder can have,
            or `target` holds logs of that name that are not this run's.
        StoreError: there is no run in the folder.
        OSError: `target` cannot be written.
    """
    manifest = read_manifest(run)
    if manifest.origin["name"] != "official":
        raise ConfigError(
            f"{run} is a run on {manifest.origin['name']} data; logs of the original toolbox are "
            "made of runs with --origin official"
        )
    name = model_folder(model or manifest.models["target"].name)
    logs, problems = logs_of(run, manifest, name)
    check_target(target, name, manifest, logs)
    target.mkdir(parents=True, exist_ok=True)
    list_logs(target, manifest, logs)
    for path, content in logs.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        replace_file(target / path, content, durable=False)
    return Exported(folder=target, logs=len(logs), problems=(*repeats(manifest), *problems))


def model_folder(model: str) -> str:
    """The name of a model's folders: what a file name may not hold becomes a dash.

    Raises:
        ConfigError: it is made of dots alone, and would lead to another folder.
    """
    name = re.sub(r"[^\w.-]+", "-", model)
    if not name.strip("."):
        raise ConfigError(f"{model!r} is no name for the folders of a model; give --model NAME")
    return name


def logs_of(run: Path, manifest: Manifest, model: str) -> tuple[dict[str, bytes], list[Problem]]:
    """A run's logs, by their paths below the target folder, and what they lack."""
    by_arm: dict[str, list[Record]] = {}
    for record in iter_records(run):
        if record.epoch == 0:
            by_arm.setdefault(record.condition, []).append(record)
    held: Mapping[str, Held] = manifest.origin.get("totals", {})
    logs: dict[str, bytes] = {}
    problems: list[Problem] = []
    for task in official_tasks():
        for arm in task.run_arms():
            if arm.id in by_arm:
                path = f"{arm.log or task.log}/{model}/{arm.id}.json"
                records = sorted(by_arm[arm.id], key=order_key)
                totals = held.get(arm.id)
                problems += missing(arm, records, totals, path)
                content = json.dumps(log_of(arm, records, totals), indent=4, ensure_ascii=False)
                logs[path] = content.encode()
    return logs, problems


def repeats(manifest: Manifest) -> Iterator[Problem]:
    """What a run of several epochs loses."""
    if manifest.epochs > 1:
        yield Problem(
            severity="dropped",
            file="manifest.json",
            field="epochs",
            message="a log holds each sample once; all epochs but the first are left out",
        )


def order_key(record: Record) -> tuple[float, list[tuple[int, str]]]:
    """The sample's position in its dataset id; without one, its id with numbers as numbers."""
    parts = re.split(r"(\d+)", record.sample_id)
    natural = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return (record.metadata.get(POSITION, math.inf), natural)


def missing(arm: Arm, records: Sequence[Record], held: Held | None, name: str) -> Iterator[Problem]:
    """Samples and chains that the log lacks; of an imported one the totals are all there."""
    failed = sum(record.response is None for record in records)
    if failed:
        yield Problem(
            severity="dropped", file=name, message=f"{failed} samples without a response left out"
        )
    for chain in arm.chains if held is None else ():
        lost = [s for r in records for s in scores_of(chain, [r]) if value_of(s) is None]
        if lost:
            reason = lost[0].unscored if lost[0] is not None else "not scored"
            yield Problem(
                severity="note",
                file=name,
                field=chain.scorer.name,
                message=f"{len(lost)} of {len(records)} samples have no value ({reason}); left out",
            )


def log_of(arm: Arm, records: Sequence[Record], held: Held | None) -> dict[str, Any]:
    """A log's content; the totals of an imported one are given back as they were."""
    answered = [record for record in records if record.response is not None]
    chains = [c for c in arm.chains if None not in map(value_of, scores_of(c, answered))]
    columns: dict[str, list[Any]] = {}
    for chain in chains:
        columns |= lists_of(chain, scores_of(chain, answered))
    columns |= {name: list_ for name, list_ in facts_of(answered).items() if any(list_)}
    totals = {key: value for chain in chains for key, value in totals_of(chain, answered).items()}
    stored = {key: math.nan if value is None else value for key, value in (held or {}).items()}
    return {
        "total_results": stored or totals,
        "per_sample_results": [
            {key: values[row] for key, values in columns.items()} for row in range(len(answered))
        ],
    }


def scores_of(chain: Chain, records: Sequence[Record]) -> list[Score | None]:
    """A chain's score of each record."""
    return [
        next((score for score in record.scores if score.scorer == chain.scorer.name), None)
        for record in records
    ]


def value_of(score: Score | None) -> float | None:
    """A score's value; NaN where the original has it for an answer that cannot be read."""
    if score is None:
        return None
    return math.nan if score.unscored == "unparsed" else score.value


def lists_of(chain: Chain, scores: Sequence[Score | None]) -> dict[str, list[Any]]:
    """What a log holds of a chain sample by sample."""
    lists: dict[str, list[Any]] = {}
    reply = reply_key(chain)
    if reply is not None:
        lists[reply] = [score.explanation if score is not None else "" for score in scores]
    if chain.listed:
        lists[listed_key(chain)] = [whole(value_of(score)) for score in scores]
    return lists


def whole(value: float | None) -> float | int | None:
    """A flag as the integer that it is."""
    return int(value) if value is not None and value == int(value) else value


def facts_of(records: Sequence[Record]) -> dict[str, list[Any]]:
    """What was shown, answered and expected."""
    return {
        "content": [content_of(record) for record in records],
        "pred": [record.response.text if record.response else "" for record in records],
        "label": [record.target for record in records],
        "extra": [record.metadata.get("extra") or None for record in records],
    }


def content_of(record: Record) -> Any:
    """What was shown, as the original logs it; of an imported sample as it was logged."""
    if RAW_CONTENT in record.metadata:
        return record.metadata[RAW_CONTENT]
    return Content(text=record.prompt, image_path=image_path(record)).to_json()


def image_path(record: Record) -> str:
    """The path at which the original has the picture; "" if none was shown.

    A picture that was rendered for the run has the digest of its bytes as its name.
    """
    if IMAGE_PATH in record.metadata:
        return str(record.metadata[IMAGE_PATH])
    if "picture" in record.metadata:
        return f"{DATA_ROOT}/{record.metadata['picture']}"
    return f"{RENDERED}/{record.images[0]}.png" if record.images else ""


def totals_of(chain: Chain, records: Sequence[Record]) -> dict[str, float]:
    """A chain's totals over all samples, and over each subset where upstream gives those."""
    totals = folded(chain, records, "")
    if chain.by_subset:
        kinds = dict.fromkeys(str(record.metadata.get("kind", "")) for record in records)
        for kind in kinds:
            part = [record for record in records if record.metadata.get("kind") == kind]
            totals |= folded(chain, part, f"_{kind}")
    return totals


def folded(chain: Chain, records: Sequence[Record], ending: str) -> dict[str, float]:
    """A chain's totals over some samples."""
    values = [value for value in map(value_of, scores_of(chain, records)) if value is not None]
    labels = [record.target for record in records]
    name = chain.scorer.name
    return {f"{name}:{fold}{ending}": TOTALS[fold](values, labels) for fold in chain.totals}
