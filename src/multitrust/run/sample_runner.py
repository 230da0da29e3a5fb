"""One sample's straight line: present, make images, ask, store, score."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace

from multitrust.core import (
    Env,
    Image,
    ImageError,
    Message,
    Metric,
    ModelError,
    Record,
    Response,
    Sample,
    Score,
    Scorer,
)
from multitrust.run.config import RunConfig
from multitrust.run.engine import Activity
from multitrust.run.image_pool import ImagePool
from multitrust.run.plan import Entry, env_for
from multitrust.run.request_cache import RequestCache, is_cancelled

log = logging.getLogger("multitrust.run")
FATAL = frozenset({"auth", "not_found", "connection"})
"""Failures that will befall every request, as long as none has succeeded."""
ENDING = "unavailable"
"""The kind of failure that ends a run at any time, resumable."""
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
        env = env_for(self.config, entry)
        store = self.requests.store
        sample: Sample | None = None
        digest: str | None = None
        try:
            sample = await entry.condition.present(entry.sample, env)
            sample = await self.images.prepare(sample)
            digest, response = await self.ask(sample, entry)
            await store.commit()
            scores = await self.score(entry, sample, response, env)
            record = record_of(entry, sample, response=response, scores=scores)
            store.add_record(record, digest, shown(sample))
        except (ModelError, ImageError) as error:
            if self.ends_run(error):
                raise
            record = record_of(entry, sample, error=str(error))
        except (KeyError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            log.exception("%s could not be made", entry.key)
            record = record_of(entry, sample, error=f"{type(error).__name__}: {error}")
        else:
            return record
        store.add_record(record, digest, ())
        return record

    async def ask(self, sample: Sample, entry: Entry) -> tuple[str, Response]:
        """The digest of what was sent, and the target's response."""
        settings = entry.task.config
        if self.config.max_tokens is not None:
            settings = replace(settings, max_tokens=self.config.max_tokens)
        async with self.slots:
            await self.requests.store.writable()
            if self.activity.stopped:
                raise asyncio.CancelledError
            self.activity.asking += 1
            try:
                return await self.requests.ask(
                    self.config.model, sample.input, settings, entry.epoch
                )
            except ModelError as error:
                self.activity.stopped = self.activity.stopped or self.ends_run(error)
                raise
            finally:
                self.activity.asking -= 1

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
            scores = await score_response(entry, sample, response, env)
        finally:
            self.activity.scoring -= 1
        self.requests.check(scores)
        return scores


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


async def score_response(
    entry: Entry, sample: Sample, response: Response, env: Env
) -> tuple[Score, ...]:
    """Each scorer's score. A scorer that fails leaves an unscored reason, never a lost response.

    Of a response longer than `MOST_SCORED` characters only the beginning is read, and the score's
    explanation says so.

    Raises:
        ModelError: a model that a scorer asks cannot be asked for too long.
    """
    length = len(response.text)
    read = replace(response, text=response.text[:MOST_SCORED]) if length > MOST_SCORED else response
    scores = []
    for scorer in scorers_of(entry.task.metrics_of(entry.condition)):
        try:
            score = await scorer(sample, read, env)
        except (Exception, asyncio.CancelledError) as error:  # a scorer may be anybody's code
            if isinstance(error, asyncio.CancelledError) and is_cancelled():
                raise
            if isinstance(error, ModelError) and error.kind == ENDING:
                raise
            log.exception("scorer %s failed on %s", scorer.name, entry.key)
            score = Score(scorer=scorer.name, unscored=f"{type(error).__name__}: {error}")
        if read is not response:
            note = f"read from the first {MOST_SCORED:,} of {length:,} characters"
            score = replace(score, explanation="; ".join(filter(None, (score.explanation, note))))
        scores.append(score)
    return tuple(scores)
