"""One sample's straight line: present, ask, score."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace

from multitrust.core import (
    Env,
    GenerateConfig,
    Image,
    ImageError,
    Message,
    Metric,
    Model,
    ModelError,
    Record,
    Response,
    Sample,
    Score,
    Scorer,
    request_digest,
)
from multitrust.run.cache import SharedCache
from multitrust.run.config import RunConfig
from multitrust.run.plan import Entry, env_for
from multitrust.run.store import Store

log = logging.getLogger("multitrust.run")
FATAL = frozenset({"auth", "not_found", "connection"})
"""Failures that will befall every request, as long as none has succeeded."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the samples of a run have in common on their way."""

    config: RunConfig
    store: Store
    shared: SharedCache | None = None
    asking: dict[str, asyncio.Future[Response]] = field(default_factory=dict)
    """Requests under way, so that one content is asked for once."""
    answered: list[bool] = field(default_factory=list)
    """Not empty once the model has answered anything."""

    async def walk(self, entry: Entry) -> Record:
        """Make the entry's record and hand it to the store.

        Raises:
            ModelError: the model cannot be reached at all.
            StoreError: the run folder cannot be written.
        """
        env = env_for(self.config, entry)
        sample: Sample | None = None
        digest: str | None = None
        try:
            sample = await entry.condition.present(entry.sample, env)
            digest, response = await self.ask(sample, entry)
            scores = await score_response(entry, sample, response, env)
            record = record_of(entry, sample, response=response, scores=scores)
            self.store.add_record(record, digest, shown(sample))
        except (ModelError, ImageError) as error:
            if not self.answered and isinstance(error, ModelError) and error.kind in FATAL:
                raise
            record = record_of(entry, sample, error=str(error))
        except (KeyError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            log.exception("%s could not be made", entry.key)
            record = record_of(entry, sample, error=f"{type(error).__name__}: {error}")
        else:
            return record
        self.store.add_record(record, digest, ())
        return record

    async def ask(self, sample: Sample, entry: Entry) -> tuple[str, Response]:
        """The response and the digest of what was sent; asks only what was not answered before."""
        settings = entry.task.config
        if self.config.max_tokens is not None:
            settings = replace(settings, max_tokens=self.config.max_tokens)
        model = self.config.model
        digest = request_digest(model.identity, sample.input, settings, entry.epoch)
        known = self.store.response(digest)
        if known is not None:
            return digest, known
        if digest in self.asking:
            return digest, await asyncio.shield(self.asking[digest])
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.asking[digest] = future
        try:
            response = await self._fresh(digest, model, sample.input, settings)
        except BaseException as error:
            future.set_exception(error)
            future.exception()
            raise
        else:
            future.set_result(response)
        finally:
            del self.asking[digest]
        self.store.add_response(digest, response)
        return digest, response

    async def _fresh(
        self, digest: str, model: Model, messages: tuple[Message, ...], settings: GenerateConfig
    ) -> Response:
        found = self.shared.get(digest) if self.shared is not None else None
        if found is not None:
            return found
        try:
            response = well_formed(await model.generate(messages, settings))
        except (ModelError, ImageError):
            raise
        except Exception as error:  # a model may be anybody's code
            log.exception("%s failed", model.name)
            raise ModelError(
                f"{model.name} failed: {type(error).__name__}: {error}", kind="server"
            ) from error
        if not self.answered:
            self.answered.append(True)
        if self.shared is not None:
            self.shared.put(digest, response)
        return response


def well_formed(response: Response) -> Response:
    """The response with U+FFFD for lone surrogates, which no file can hold."""
    texts = {name: getattr(response, name) for name in ("text", "reasoning", "model")}
    try:
        "".join(texts.values()).encode()
    except UnicodeEncodeError:
        mended = {
            name: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            for name, text in texts.items()
        }
        return replace(response, **mended)
    return response


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
        images=tuple(image.digest for image in shown(sample)) if sample else (),
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
    """Each scorer's score. A scorer that fails leaves an unscored reason, never a lost response."""
    scores = []
    for scorer in scorers_of(entry.task.metrics_of(entry.condition)):
        try:
            score = await scorer(sample, response, env)
        except Exception as error:  # a scorer may be anybody's code
            log.exception("scorer %s failed on %s", scorer.name, entry.key)
            score = Score(scorer=scorer.name, unscored=f"{type(error).__name__}: {error}")
        scores.append(score)
    return tuple(scores)
