"""Runs on one machine: execute, resume, score again, load."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from multitrust.core import (
    GenerateConfig,
    Manifest,
    Message,
    Model,
    ModelIdentity,
    MultitrustError,
    Origin,
    Record,
    Response,
    Sample,
    Score,
    StoreError,
    Task,
    check_needs,
    load_parts,
)
from multitrust.run.budget import BudgetGuard, apply_budget, note_spending, spending_in
from multitrust.run.codec import check_fields
from multitrust.run.config import RunConfig
from multitrust.run.database import NAME, database_path, has_log
from multitrust.run.engine import Activity, EntryFeed, Progress, Report, run_loop, run_pool, ticking
from multitrust.run.estimate import TARGET
from multitrust.run.files import explain, is_in_the_way, read_file, replace_file
from multitrust.run.folder_files import check_files
from multitrust.run.generation import close
from multitrust.run.image_pool import ImagePool
from multitrust.run.images import IMAGES
from multitrust.run.lock import locked
from multitrust.run.manifest import (
    Fingerprints,
    agreeing,
    claim,
    make_manifest,
    manifest_damage,
    note_scoring,
    read_manifest,
)
from multitrust.run.needs import find_needs
from multitrust.run.other_runs import OtherRuns
from multitrust.run.plan import Entry, check_sample_ids, env_for, plan
from multitrust.run.prices import FREE, Price
from multitrust.run.request_cache import CachedModel, RequestCache
from multitrust.run.salvage import Salvaged, recover_if_damaged
from multitrust.run.sample_runner import SampleRunner, score_response
from multitrust.run.seal import COMPLETE, MANIFEST, TABLE, make_seal
from multitrust.run.shared_cache import SharedCache, shared_cache
from multitrust.run.store import Store, iter_fields, iter_records
from multitrust.run.table import write_parquet
from multitrust.run.verify import check_loss, check_manifest, in_short, is_mended, verify_run

log = logging.getLogger("multitrust.run")
ELSEWHERE = "choose another folder with --log-dir"
"""What to do where a run's folder cannot be written."""
AHEAD = 256
"""Samples whose images are made ready while others are asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunResult:
    """What an invocation did."""

    folder: Path
    manifest: Manifest
    progress: Progress
    salvaged: Salvaged | None = None
    """What was kept of a damaged store, if it was damaged."""
    already_complete: bool = False
    taken: Mapping[str, int] = field(default_factory=dict)
    """Responses that were taken over from other runs, by run id."""


def execute(config: RunConfig, report: Report | None = None) -> RunResult:
    """Run a configuration, or what is left of it, and mark the folder complete at the end.

    Only requests that were not answered before are made; failed ones are tried again. Works where
    an event loop is running, as in a notebook, which then waits; `execute_async` lets it go on:
    `result = await execute_async(config)`.

    Raises:
        ConfigError: a package that a task needs is not installed.
        DataUnavailableError: the official data of a task cannot be used.
        UnknownNameError: a chosen sample does not exist.
        RunMismatchError: the folder holds another run.
        StoreError: the folder cannot be written, another process is running in it, or the response
            cache cannot be used.
        BudgetError: the next request might pass the budget; a larger one resumes.
        ModelError: the model cannot be reached at all.
        MultitrustError: as many samples failed as the configuration gives up at.
        KeyboardInterrupt: stopped; the same call resumes.
    """
    return run_loop(execute_async(config, report))


async def execute_async(config: RunConfig, report: Report | None = None) -> RunResult:
    """`execute` in the running event loop; cancelling it stops the run, which can be resumed.

    Raises:
        asyncio.CancelledError: stopped.
        MultitrustError: as `execute`.
    """
    check_files(config.folder)
    check_needs(await asyncio.to_thread(find_needs, config, config.models))
    await check_sample_ids(config)
    manifest = await asyncio.to_thread(make_manifest, config)
    whole = await asyncio.to_thread(completed, config.folder, manifest)
    if whole is not None:
        return whole
    tell_lost_store(config.folder)
    with shared_cache(config.cache) as shared:
        make_folder(config.folder)
        with writable(config.folder):
            manifest = claim(config.folder, manifest)
            saved = await asyncio.to_thread(recover_if_damaged, config.folder)
            (config.folder / COMPLETE).unlink(missing_ok=True)
            activity, show = Activity(), report or (lambda progress, activity: None)
            try:
                progress, taken = await fill(config, activity, show, shared)
                activity.phase = "finishing"
                show(progress, activity)
                await asyncio.to_thread(finish, config.folder, progress)
            finally:  # last, as a model's own `close` may never return
                for model in (config.model, *config.models.values()):
                    await close(model)
    return RunResult(
        folder=config.folder, manifest=manifest, progress=progress, salvaged=saved, taken=taken
    )


def make_folder(folder: Path) -> None:
    """Make the folder of a run, if it does not exist.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot make the run folder {folder}: {explain(error)}, or choose another with "
            "--log-dir"
        ) from None


def tell_lost_store(folder: Path) -> None:
    """Warn that all is asked again, where a run has everything but its store."""
    path = database_path(folder)
    left = [name for name in (COMPLETE, TABLE, IMAGES) if (folder / name).exists()]
    if left and not path.exists() and not has_log(path):
        log.warning(
            "%s is gone, though %s is there: nothing that was answered is stored any more, and all "
            "is asked again; to keep the answers, stop now and restore it from a copy",
            path, left[0],
        )  # fmt: skip


def completed(folder: Path, manifest: Manifest) -> RunResult | None:
    """The result of a run of this configuration that left nothing to ask and is undamaged.

    Nothing is written, so that the folder may be read-only. None of any other run; of one of which
    something is missing or changed a warning says what.

    Raises:
        RunMismatchError: the folder holds another run.
        StoreError: the folder cannot be read, or its manifest was edited.
    """
    progress = marked(folder)
    if progress is None or database_path(folder) != folder / NAME:
        return None
    if not (folder / MANIFEST).exists() or manifest_damage(folder / MANIFEST):
        return None
    found = agreeing(folder, manifest)
    changes = verify_run(folder, deep=False).changes
    check_manifest(folder, changes)
    if mended := [change for change in changes if is_mended(change)]:
        log.warning(
            "%s was complete and is not what was sealed (%s): what is intact is kept, the rest is "
            "made anew, from stored answers where there are any",
            folder, in_short(mended),
        )  # fmt: skip
        return None
    return RunResult(folder=folder, manifest=found, progress=progress, already_complete=True)


def finished(folder: Path) -> Progress | None:
    """How far a run came that left nothing to ask and of which nothing is missing or changed.

    None of any other, and where there is none.
    """
    progress = marked(folder)
    if progress is None or any(map(is_mended, verify_run(folder, deep=False).changes)):
        return None
    return progress


def marked(folder: Path) -> Progress | None:
    """How far a run came whose mark says that it left nothing to ask.

    A mark that is empty or damaged says nothing: the run is resumed, and marked again.
    """
    try:
        told = orjson.loads(read_file(folder / COMPLETE))["progress"]
        check_fields(told, Progress)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    progress = Progress(**told)
    return None if progress.outcomes.get("errored") else progress


@contextmanager
def writable(folder: Path, elsewhere: str = ELSEWHERE) -> Iterator[None]:
    """Hold the folder's lock; a folder that cannot be written is a StoreError.

    Args:
        folder: of the run.
        elsewhere: what to do where it cannot be made writable.
    """
    try:
        with locked(folder):
            yield
    except OSError as error:
        path = Path(error.filename or folder)
        what = path if is_in_the_way(path) and path != folder else f"the run folder {folder}"
        raise StoreError(
            f"cannot write {what}: {explain(error)}, then run the same command: "
            f"what is stored is kept; or {elsewhere}"
        ) from None


async def fill(
    config: RunConfig, activity: Activity, report: Report, shared: SharedCache | None
) -> tuple[Progress, Mapping[str, int]]:
    """Make every record that is missing; also says what was taken over from which run."""
    totals = await prepare(config)
    progress = Progress(total=sum(totals.values()), tasks=totals)
    guard = BudgetGuard(config.folder, config.budget)
    store, images = Store(config.folder), ImagePool()
    guard.keep_sums(store.add_spending)
    others = OtherRuns(config.folder, {TARGET: config.model, **config.models})
    config = apply_budget(config, guard)
    requests = RequestCache(store, others if config.reuse else None, shared)
    config = with_roles(config, requests)
    slots = asyncio.Semaphore(config.window)
    runner = SampleRunner(config, requests, images, activity, slots)
    done = store.done()

    missing = EntryFeed(plan(config), lambda entry: entry.key not in done)

    def show() -> None:
        activity.images_waiting, activity.images_computed = images.waiting, images.computed
        progress.spent = guard.spent
        report(progress, activity)

    def count(record: Record) -> None:
        progress.count(record)
        show()
        if config.gives_up(progress.outcomes["errored"], progress.total):
            raise MultitrustError(
                f"stopped at {progress.outcomes['errored']} failed samples, the last: "
                f"{why_failed(record)}; what was answered is kept, run the same command to try the "
                "rest"
            )

    if done:
        for record in iter_records(config.folder):
            if record.key in done:
                progress.reused += 1
                count(record)
    activity.phase = "asking"
    try:
        async with ticking(show):
            await run_pool(missing, runner.run, config.window + AHEAD, count, store.writable)
            await store.commit()
        if progress.done < progress.total:
            raise MultitrustError(
                f"{progress.total - progress.done} of {progress.total} samples ended without a "
                "record; what was answered is kept, run the same command to try the rest"
            )
    finally:
        await images.close()
        guard.close()
        if store.is_own():
            note_spending(config.folder)
        try:
            store.close()
        finally:
            others.close()
    return progress, dict(others.taken)


def why_failed(record: Record) -> str:
    """The first reason why a sample failed."""
    reasons = (score.unscored for score in record.scores if score.failed)
    return record.error or next(reasons, None) or "(no reason)"


async def prepare(config: RunConfig) -> dict[str, int]:
    """Load what scoring needs; returns how many records the run will have, by task."""
    metrics = [task.metrics_of(c) for task in config.tasks for c in config.conditions_of(task)]
    await asyncio.to_thread(load_parts, metrics)
    totals: dict[str, int] = {}
    entries = EntryFeed(plan(config))
    while (entry := await entries.take()) is not None:
        totals[entry.task.id] = totals.get(entry.task.id, 0) + 1
    return totals


def with_roles(config: RunConfig, requests: RequestCache) -> RunConfig:
    """The configuration, its models of other roles keeping their responses in the run's store."""
    models = {role: CachedModel(model, role, requests) for role, model in config.models.items()}
    return replace(config, models=models)


def finish(folder: Path, progress: Progress) -> None:
    """Write the table, then the mark and seal that say that the run is complete.

    A table that cannot be written is left out, and a warning says so.

    Raises:
        StoreError: the store cannot be read, or records are not what was written.
        OSError: the mark cannot be written.
    """
    prints = Fingerprints()
    if problem := write_parquet(prints.note(iter_fields(folder)), folder / TABLE):
        log.warning("the run is complete without its table %s: %s", folder / TABLE, problem)
        prints = Fingerprints()
        for _ in prints.note(iter_fields(folder)):
            pass
    facts = orjson.loads(
        orjson.dumps(
            {
                "progress": progress,
                "fingerprints": prints.digests(),
                "spending": spending_in(folder),
                "no_table": problem,
            }
        )
    )
    body = facts | {"seal": make_seal(folder, facts)}
    replace_file(folder / COMPLETE, orjson.dumps(body, option=orjson.OPT_INDENT_2))


def load_run(folder: Path) -> tuple[Manifest, list[Record]]:
    """The manifest and the latest record of every key.

    Raises:
        StoreError: there is no run in the folder, or it cannot be read.
    """
    check_files(folder)
    return read_manifest(folder), list(iter_records(folder))


def rescore(
    folder: Path,
    tasks: tuple[Task, ...],
    models: Mapping[str, Model] | None = None,
    *,
    prices: Mapping[str, Price] | None = None,
    budget: float | None = None,
) -> int:
    """Score every stored response anew without asking the target; returns how many.

    Args:
        folder: the run.
        tasks: what scores it.
        models: by role, whom scorers may ask.
        prices: what these cost, as far as it is known.
        budget: USD that the run may have spent in the end, its earlier invocations included.

    Raises:
        ConfigError: there is a budget, and a model without a price.
        StoreError: there is no run in the folder, another process is running in it, or the run is
            complete and records, responses or the manifest are not what was sealed.
        BudgetError: the next request might pass the budget; a larger one goes on.
    """
    check_files(folder)
    manifest = read_manifest(folder)
    config = RunConfig(
        model=NullModel(manifest.models["target"]),
        tasks=tuple(task for task in tasks if task.id in manifest.tasks),
        folder=folder,
        origin=Origin(name=manifest.origin["name"], seed=manifest.seed),
        conditions=tuple({name for names in manifest.conditions.values() for name in names}),
        limit=manifest.limit,
        sample_ids=manifest.sample_ids,
        epochs=manifest.epochs,
        models=dict(models or {}),
        protocol=manifest.protocol,
        wording=manifest.wording,
        original_wording=manifest.original_wording,
        prices={TARGET: FREE, **(prices or {})},
        budget=budget,
    )
    with writable(folder, "score a copy of the folder"):
        if whole := (folder / COMPLETE).is_file():
            check_loss(folder)
        note_scoring(folder, config.models)
        try:
            count = run_loop(score_again(config, "imported" in manifest.origin))
        except (MultitrustError, KeyboardInterrupt):
            with suppress(MultitrustError, OSError):  # what was scored is sealed as far as it came
                seal_anew(folder, whole)
            raise
        seal_anew(folder, whole)
    return count


def seal_anew(folder: Path, whole: bool) -> None:
    """Seal a run that was scored, if it was complete."""
    if not whole:
        return
    progress = Progress(total=0)
    for record in iter_records(folder):
        progress.count(record)
        progress.tasks[record.task] = progress.tasks.get(record.task, 0) + 1
    progress.total = progress.done
    finish(folder, progress)


async def score_again(config: RunConfig, imported: bool) -> int:
    """Append a newly scored record for every response."""
    answered = {
        record.key: (record, record.response)
        for record in iter_records(config.folder)
        if record.response is not None
    }
    guard = BudgetGuard(config.folder, config.budget)
    store = Store(config.folder)
    guard.keep_sums(store.add_spending)
    config = with_roles(apply_budget(config, guard), RequestCache(store))
    progress = Progress(total=len(answered))

    async def score_one(entry: Entry) -> Record:
        record, response = answered[entry.key]
        env = env_for(config, entry)
        sample = await entry.condition.present(entry.sample, env)
        fresh = await score_response(entry, sample, response, env)
        scored = replace(record, scores=kept(fresh, record.scores, imported))
        store.add_record(scored, store.digest_of(record.key), ())
        return scored

    records = {key: record for key, (record, _) in answered.items()}
    entries = EntryFeed(known_entries(config, records), lambda entry: entry.key in answered)
    try:
        await run_pool(entries, score_one, config.window, progress.count)
        await store.commit()
    finally:
        guard.close()
        if store.is_own():
            note_spending(config.folder)
        store.close()
        for model in config.models.values():
            await close(model)
    return progress.done


def kept(fresh: tuple[Score, ...], old: tuple[Score, ...], imported: bool) -> tuple[Score, ...]:
    """The new scores, but for old ones that cannot be made again.

    Those are the scores whose model is not at hand this time, with a value or without one (what its
    stored reply lacked, or a failure that is still to be repeated), and all values that an import
    brought.
    """
    before = {score.scorer: score for score in old}

    def newest(score: Score) -> Score:
        was = before.get(score.scorer, score)
        return was if score.lacks or (imported and was.value is not None) else score

    return tuple(map(newest, fresh))


def known_entries(config: RunConfig, records: Mapping[str, Record]) -> Iterator[Entry]:
    """The entries of a stored run.

    Embedded samples are made again. Official ones are taken from the records, so that neither the
    data nor the logs that a run was imported from are needed.
    """
    if config.origin.name == "embedded":
        yield from plan(config)
        return
    arms = {(t.id, c.name): (t, c) for t in config.tasks for c in t.conditions}
    for record in records.values():
        if (record.task, record.condition) in arms:
            task, condition = arms[record.task, record.condition]
            sample = Sample.ask(
                record.sample_id,
                record.prompt,
                target=record.target,
                metadata=dict(record.metadata),
            )
            yield Entry(task=task, condition=condition, sample=sample, epoch=record.epoch)


@dataclass(frozen=True, slots=True)
class NullModel:
    """Stands for a target that is not to be asked again."""

    identity: ModelIdentity

    @property
    def name(self) -> str:
        """The name in its identity."""
        return self.identity.name

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """Never called."""
        raise StoreError("a stored run was asked to generate")

    async def close(self) -> None:
        """Nothing to close."""
