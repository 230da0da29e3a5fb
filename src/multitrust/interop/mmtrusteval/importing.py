"""From the original toolbox's logs to a run: `multitrust import mmtrusteval`.

The logs lie at `<logs>/<aspect>/<task>/<model>/<dataset id>.json`. Stored outputs of judges,
classifiers and services are used as they are, and so are the totals, from which the original's
score scripts start. Tasks whose logs are missing or rejected are left out and reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from multitrust.core import (
    ConfigError,
    Env,
    LogsRejectedError,
    Manifest,
    Message,
    ModelIdentity,
    MultitrustError,
    Protocol,
    Record,
    Response,
    Sample,
    Score,
)
from multitrust.data import LICENCES
from multitrust.data.official import Problem
from multitrust.interop.mmtrusteval.checks import (
    answer_of,
    classified,
    correlated,
    listed_key,
    reply_key,
)
from multitrust.interop.mmtrusteval.content import (
    IMAGE_PATH,
    RAW_CONTENT,
    Content,
    read_content,
)
from multitrust.interop.mmtrusteval.logs import Log, LogRejected, read_log
from multitrust.interop.mmtrusteval.places import is_model_name, places_of
from multitrust.interop.mmtrusteval.scoring import HELD, judge_of, logged_scorers, scores_of
from multitrust.interop.mmtrusteval.totals import total_notes
from multitrust.run import (
    Progress,
    Store,
    claim,
    code_licence,
    environment_facts,
    finish,
    folder_name,
    recover_if_damaged,
    run_id,
    run_loop,
    writable,
)
from multitrust.tasks import official_tasks
from multitrust.tasks.official import POSITION, Arm, Chain, OfficialTask

NOT_THERE = "there is no such log"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A log that can be used."""

    name: str
    """Its path below the folder of the logs."""
    task: OfficialTask
    arm: Arm
    log: Log

    @property
    def summed(self) -> dict[str, float]:
        """Chains of which the log holds nothing sample by sample and nothing can be made.

        Each with a total of it.
        """
        held = self.log.samples[0]
        return {
            chain.scorer.name: self.log.totals[total_key(self.arm, chain)]
            for chain in self.arm.chains
            if (chain.summed or reply_key(chain))
            and not held.keys() & {listed_key(chain), reply_key(chain)}
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import did."""

    folder: Path
    records: int
    tasks: tuple[str, ...]
    """Ids of the tasks that are complete."""
    problems: tuple[Problem, ...]


def import_logs(
    logs: Path, model: str, log_dir: Path, *, protocol: Protocol = "official"
) -> Imported:
    """Make a run folder below `log_dir` of a model's logs; the same logs make the same folder.

    Args:
        logs: the original's folder `logs`, or the folder that holds it.
        model: the name of the folders in which the model's logs lie; slashes at its end are
            passed over.
        log_dir: gets the run's folder.
        protocol: by which they are scored.

    Raises:
        ConfigError: there is no such folder, or no log of that model in it.
        LogsRejectedError: all logs of the model are malformed.
        StoreError: the folder cannot be written.
    """
    if not logs.is_dir():
        what = "is no folder" if logs.exists() else "does not exist"
        raise ConfigError(f"{logs} {what}; name the folder `logs` of the original toolbox")
    root = logs / "logs" if (logs / "logs").is_dir() else logs
    model = model.rstrip("/") or model
    found, problems = collect(root, model) if is_model_name(model) else ([], [])
    if not found:
        raise without_logs(root, model, problems)
    manifest = manifest_of(model, found, protocol)
    folder = log_dir / folder_name(model, manifest.run_id)
    folder.mkdir(parents=True, exist_ok=True)
    with writable(folder):
        claim(folder, manifest)
        recover_if_damaged(folder)
        progress, notes = run_loop(write(folder, model, found))
        finish(folder, progress)
    names = {item.arm.id for item in found}
    complete = tuple(
        task.id for task in official_tasks() if {arm for arm, _ in task.score} <= names
    )
    return Imported(
        folder=folder, records=progress.total, tasks=complete, problems=(*problems, *notes)
    )


def without_logs(root: Path, model: str, problems: Sequence[Problem]) -> MultitrustError:
    """The error of a model of which no log can be used."""
    there = models_in(root)
    rejected = [problem for problem in problems if problem.severity == "fatal"]
    near = [problem for problem in problems if problem.message != NOT_THERE]
    reasons = "".join(f"\n  {problem}" for problem in (rejected or near)[:5])
    more = len(rejected or near) - 5
    reasons += f"\n  and {more} more" if more > 0 else ""
    if rejected:
        return LogsRejectedError(
            f"no log of {model!r} below {root} can be used; each is malformed:{reasons}", problems
        )
    namesakes = [name for name in there if name.casefold() == model.casefold()]
    hint = f"; did you mean --model {namesakes[0]}?" if namesakes else hint_at(root)
    return ConfigError(
        f"no usable log of {model!r} below {root}; expected {root}/<aspect>/<task>/{model}/"
        f"<dataset id>.json; models there: {', '.join(there) or 'none'}{hint}{reasons}"
    )


def collect(root: Path, model: str) -> tuple[list[Found], list[Problem]]:
    """The logs that can be used, and what is wrong with the others."""
    found: list[Found] = []
    problems: list[Problem] = []
    absent: list[Problem] = []
    places = places_of(root, model)
    for task in official_tasks():
        for arm in task.run_arms():
            name = places.paths[arm.id]
            path = root / name
            if not path.exists() and not path.is_symlink():
                absent.append(Problem(severity="note", file=name, message=NOT_THERE))
                continue
            try:
                log = read_log(path, name, arm)
                found.append(Found(name=name, task=task, arm=arm, log=log))
            except LogRejected as rejected:
                problems += rejected.problems
    return found, [*problems, *places.strays(), *absent]


def models_in(root: Path) -> list[str]:
    """The models that have logs."""
    return sorted({path.parent.name for path in root.glob("*/*/*/*.json")})


def hint_at(root: Path) -> str:
    """The question whether another folder was meant, around or below this one; else empty."""
    meant = [*around(root), *(path for path in sorted(root.glob("*/logs")) if models_in(path))]
    return f"; did you mean {meant[0]}?" if meant else ""


def around(root: Path) -> Iterator[Path]:
    """The folder of the logs, where this one is that of an aspect, a task or a model in it."""
    known = {
        Path(arm.log or task.log).parts for task in official_tasks() for arm in task.run_arms()
    }
    whole = root.resolve()
    for depth in (1, 2, 3):
        inside = whole.parts[-depth:][:2]
        if any(parts[: len(inside)] == inside for parts in known):
            yield whole.parents[depth - 1]


def manifest_of(model: str, found: Sequence[Found], protocol: Protocol) -> Manifest:
    """The manifest: what the logs hold in total belongs to it."""
    tasks = {item.task.id: item.task.version for item in found}
    manifest = Manifest(
        run_id="",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=0,
        models={"target": ModelIdentity(name=model)},
        tasks=tasks,
        conditions={
            task: tuple(item.arm.id for item in found if item.task.id == task) for task in tasks
        },
        origin={
            "name": "official",
            "imported": "MMTrustEval",
            "totals": {item.arm.id: plain(item.log.totals) for item in found},
            "summed": {item.arm.id: list(item.summed) for item in found},
            "logs": digest_of_logs(found),
        },
        protocol=protocol,
        original_wording=True,
        licences={"code": code_licence(), "data": LICENCES["official"]},
        **environment_facts(),
    )
    return replace(manifest, run_id=run_id(manifest))


def digest_of_logs(found: Sequence[Found]) -> str:
    """sha256 (hex) of all logs: another content is another run."""
    lines = (f"{item.arm.id} {item.log.digest}\n" for item in found)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def plain(totals: Any) -> dict[str, float | None]:
    """Totals as JSON has them: NaN as null."""
    loaded: dict[str, float | None] = orjson.loads(orjson.dumps(totals))
    return loaded


async def write(folder: Path, model: str, found: Sequence[Found]) -> tuple[Progress, list[Problem]]:
    """Append every sample's record; gives also what is odd about the totals."""
    notes: list[Problem] = []
    progress = Progress(total=sum(len(item.log.samples) for item in found))
    store = Store(folder)
    done = store.done()
    try:
        for item in found:
            records: list[Record] = []
            async for record in records_of(item, model):
                records.append(record)
                progress.count(record)
                if record.key not in done:
                    digest = digest_of(record)
                    assert record.response is not None
                    store.add_response(digest, record.response)
                    store.add_record(record, digest, ())
            notes += total_notes(item.name, item.arm, item.log, records)
        await store.commit()
    finally:
        store.close()
    return progress, notes


async def records_of(item: Found, model: str) -> AsyncIterator[Record]:
    """The log's samples as records."""
    scorers = logged_scorers(item.arm)
    summed = [
        Score(
            scorer=f"{name} (total)",
            value=total,
            explanation="the log holds the mean over all samples only",
        )
        for name, total in item.summed.items()
    ]
    for position, held in enumerate(item.log.samples):
        sample = sample_of(item.arm, position, held)
        response = Response(text=answer_of(held.get("pred")) or "", model=model)
        env = Env(models=judge_of(item.arm, held))
        holding = replace(sample, metadata={**sample.metadata, HELD: held})
        scores = await scores_of(scorers, holding, response, env)
        yield Record(
            task=item.task.id,
            condition=item.arm.id,
            sample_id=sample.id,
            target=sample.target,
            metadata=sample.metadata,
            prompt=sample.text,
            response=response,
            scores=(*scores, *summed),
        )


def total_key(arm: Arm, chain: Chain) -> str:
    """The key of the first total that a result makes of a chain."""
    begin = f"{chain.scorer.name}:"
    return next(k for result in arm.results for k in result.totals if k.startswith(begin))


def sample_of(arm: Arm, position: int, held: Any) -> Sample:
    """A logged sample. What the original leaves out, as all of it is falsy, is put back (Q05)."""
    row, turn = divmod(position, arm.per_row)
    family = f"{row:04d}"
    label = held.get("label")
    numbered = classified(arm) or correlated(arm)
    return Sample(
        id=family if arm.per_row == 1 else f"{family}-{turn}",
        input=(Message(role="user", text=content_of(held).text),),
        target=0 if label is None and numbered else label,
        metadata={"family": family, POSITION: position, **metadata_of(held)},
    )


def metadata_of(held: Any) -> dict[str, Any]:
    """The facts of a logged sample that scores or an export need."""
    extra = held.get("extra") or {}
    metadata: dict[str, Any] = {"extra": extra}
    if "subset" in extra:
        metadata["kind"] = str(extra["subset"])
    content = content_of(held)
    if content.image_path:
        metadata |= {"picture": content.image_name, IMAGE_PATH: content.image_path}
    if held.get("content", "") != content.to_json():
        metadata[RAW_CONTENT] = held["content"]
    return metadata


def content_of(held: Any) -> Content:
    """What a logged sample showed; its log has been checked."""
    return read_content(held.get("content")) or Content()


def digest_of(record: Record) -> str:
    """What stands for the digest of a request that was not sent by us."""
    return hashlib.sha256(f"imported\n{record.key}".encode()).hexdigest()
