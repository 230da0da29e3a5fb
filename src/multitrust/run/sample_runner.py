"""One sample's straight line: present, make images, ask, store, score."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, fields, replace
from typing import Any

from multitrust.core import (
    SCORER,
    BudgetError,
    Env,
    GenerateConfig,
    Image,
    ImageError,
    Message,
    Metric,
    ModelError,
    MultitrustError,
    Record,
    Response,
    Sample,
    Score,
    Scorer,
    StoreError,
    before_sending,
    describe_error,
    error_text,
    sending_allowed,
    whole_characters,
)
from multitrust.run.codec import shortened
from multitrust.run.config import RunConfig
from multitrust.run.engine import Activity
from multitrust.run.generation import WrappedModel
from multitrust.run.image_pool import ImagePool
from multitrust.run.own_code import current_task, ends_task
from multitrust.run.plan import Entry, env_for
from multitrust.run.request_cache import ENDING, FATAL, RequestCache

log = logging.getLogger("multitrust.run")
MOST_SCORED = 16_384
"""Characters of a response that scorers read, so that no response can stall a run."""


@dataclass(frozen=True, slots=True)
class SampleRunner:
    """State shared by all samples of a run, and the way of one sample."""

    config: RunConfig
    """Models of other roles are `CachedModel`s."""
    requests: RequestCache
    images: ImagePool
    activity: Activity
    slots: asyncio.Semaphore
    """Bounds the samples whose response is awaited."""

    async def run(self, entry: Entry) -> Record:
        """Make the entry's record and hand it to the store.

        The response is on disk before it is scored, so that no scorer can lose it.

        Raises:
            ModelError: the model, or one in another role, cannot be asked for too long, or never.
            StoreError: the run folder cannot be written.
        """
        env, task = env_for(self.config, entry), current_task()
        store = self.requests.store
        sample: Sample | None = None
        digest: str | None = None
        try:
            sample = await entry.condition.present(entry.sample, env)
            with before_sending():
                sample = await self.images.prepare(sample)
            digest, response = await self.ask(sample, entry)
            await store.commit()
            scores = await self.score(entry, sample, response, env)
            record = record_of(entry, sample, response=response, scores=scores)
            store.add_record(record, digest, shown(sample))
        except (ModelError, ImageError) as error:
            if self.ends_run(error):
                raise
            record = record_of(entry, sample, error=error_text(error))
        except BaseException as error:  # a step may be anybody's code
            ours = isinstance(error, MultitrustError | asyncio.CancelledError)
            if ours or ends_task(error, task):
                raise
            log.exception("%s could not be made", entry.key)
            record = record_of(entry, sample, error=describe_error(error))
        else:
            return record
        store.add_record(record, digest, ())
        return record

    async def ask(self, sample: Sample, entry: Entry) -> tuple[str, Response]:
        """The digest of what was sent, and the target's response."""
        settings = entry.task.config
        if self.config.max_tokens is not None:
            settings = replace(settings, max_tokens=self.config.max_tokens)
        with before_sending():
            await self.slots.acquire()
        try:
            await sending_allowed()
            self.activity.asking += 1
            try:
                return await self.requests.ask(
                    self.config.model, sample.input, settings, entry.epoch
                )
            finally:
                self.activity.asking -= 1
        finally:
            self.slots.release()

    def ends_run(self, error: Exception) -> bool:
        """Whether a failure will befall every request, as far as can be told."""
        if not isinstance(error, ModelError):
            return False
        first = self.config.model.name not in self.requests.answered
        return error.kind == ENDING or (first and error.kind in FATAL)

    async def score(
        self, entry: Entry, sample: Sample, response: Response, env: Env
    ) -> tuple[Score, ...]:
        """Each scorer's score of the response."""
        self.activity.scoring += 1
        try:
            return await score_response(entry, sample, response, env)
        finally:
            self.activity.scoring -= 1


def record_of(
    entry: Entry,
    sample: Sample | None,
    *,
    response: Response | None = None,
    scores: tuple[Score, ...] = (),
    error: str | None = None,
) -> Record:
    """The entry's record; `sample` is what the condition's steps made of it, if they could."""
    return Record(
        task=entry.task.id,
        condition=entry.condition.name,
        sample_id=entry.sample.id,
        epoch=entry.epoch,
        target=entry.sample.target,
        metadata=(sample or entry.sample).metadata,
        prompt=prompt_text(sample.input) if sample else "",
        images=tuple(image.digest for image in shown(sample)) if sample and not error else (),
        response=response,
        scores=scores,
        error=error,
    )


def prompt_text(messages: tuple[Message, ...]) -> str:
    """The messages as one text; roles are written where there is more than one message."""
    if len(messages) == 1:
        return messages[0].text
    return "\n\n".join(f"{message.role}: {message.text}" for message in messages)


def shown(sample: Sample) -> tuple[Image, ...]:
    """The pictures in the sample's messages."""
    return tuple(image for message in sample.input for image in message.images)


def scorers_of(metrics: tuple[Metric, ...]) -> tuple[Scorer, ...]:
    """Each distinct scorer of the metrics once."""
    return tuple({metric.scorer.name: metric.scorer for metric in metrics}.values())


@dataclass(slots=True)
class Watch:
    """How the last request ended that a scorer made of a model in another role."""

    role: str = ""
    error: Exception | None = None
    """Why it brought no reply; None if it brought one, or none was made."""

    @property
    def ends_run(self) -> bool:
        """Whether it failed in a way that no other request of the run would escape."""
        if isinstance(self.error, ModelError):
            return self.error.kind == ENDING
        return isinstance(self.error, BudgetError | StoreError)


@dataclass(frozen=True, slots=True)
class WatchedModel(WrappedModel):
    """A model of another role as one scorer sees it."""

    watch: Watch

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The model's answer."""
        self.watch.role, self.watch.error = self.role, None
        try:
            return await self.model.generate(messages, config)
        except Exception as error:
            self.watch.error = error
            raise

    async def close(self) -> None:
        """Nothing: whoever made the model closes it."""


async def score_response(
    entry: Entry, sample: Sample, response: Response, env: Env
) -> tuple[Score, ...]:
    """Each scorer's score. A scorer that fails leaves a failed score, never a lost response.

    Of a response longer than `MOST_SCORED` characters only the beginning is read, and the score's
    explanation says so.

    Raises:
        ModelError: a model that a scorer asks cannot be asked for too long, or never.
        BudgetError: its next request might pass the budget.
        StoreError: the run folder cannot be written.
    """
    length = len(response.text)
    read = replace(response, text=response.text[:MOST_SCORED]) if length > MOST_SCORED else response
    scores = []
    for scorer in scorers_of(entry.task.metrics_of(entry.condition)):
        score = await score_by(scorer, entry.key, sample, read, env)
        if read is not response:
            note = f"read from the first {MOST_SCORED:,} of {length:,} characters"
            score = replace(score, explanation="; ".join(filter(None, (score.explanation, note))))
        scores.append(score)
    return tuple(scores)


async def score_by(scorer: Scorer, key: str, sample: Sample, response: Response, env: Env) -> Score:
    """One scorer's score; failed where it raises an error, or lacks a reply that it asked for.

    Raises:
        ModelError, BudgetError, StoreError: as `score_response`.
    """
    watch = Watch()
    models = {role: WatchedModel(model, role, watch) for role, model in env.models.items()}
    failed, task = "", current_task()
    try:
        pending = awaitable(scorer, scorer(sample, response, Env(seed=env.seed, models=models)))
        score = plain_score(scorer, await pending)
    except BaseException as error:  # a scorer may be anybody's code
        if ends_task(error, task):
            raise
        if not isinstance(error, ModelError):
            log.exception("scorer %s failed on %s", scorer.name, key)
        score = Score(scorer=scorer.name, unscored=reason_of(error))
        failed = SCORER
    if score.value is not None:
        return score
    if watch.ends_run and watch.error is not None:
        raise watch.error
    if watch.error is not None:
        failed = watch.role
    return replace(score, failed=failed)


def awaitable(scorer: Scorer, score: Awaitable[Score]) -> Awaitable[Score]:
    """What calling a scorer gave.

    Raises:
        TypeError: it cannot be awaited.
    """
    if inspect.isawaitable(score):
        return score
    raise TypeError(
        f"calling the scorer {scorer.name} gave {type(score).__name__}, which cannot be awaited: "
        "define its __call__ with `async def`"
    )


def plain_score(scorer: Scorer, score: object) -> Score:
    """What a scorer returned as a Score that a store can hold, with U+FFFD for lone surrogates.

    Raises:
        TypeError: it returned something else.
    """
    if not isinstance(score, Score):
        raise TypeError(
            f"the scorer {scorer.name} returned {shortened(score)}, expected a Score, e.g. "
            f"Score(scorer={scorer.name!r}, value=1.0)"
        )
    known: dict[str, Any] = {field.name: getattr(score, field.name) for field in fields(Score)}
    for name, value in known.items():
        if isinstance(value, str):
            known[name] = whole_characters(value)
    return Score(**known)


def reason_of(error: BaseException) -> str:
    """Why a scorer gave no score, in words."""
    return error_text(error) if isinstance(error, ModelError) else describe_error(error)
