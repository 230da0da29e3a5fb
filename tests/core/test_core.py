"""The nouns: errors, samples, scores, tasks, records."""

from __future__ import annotations

from typing import Any

import pytest

from multitrust.core import (
    REFUSED,
    Condition,
    ConfigError,
    Contrast,
    DataUnavailableError,
    Env,
    GenerateConfig,
    Headline,
    Image,
    Leaf,
    Message,
    Metric,
    MissingExtraError,
    ModelError,
    ModelIdentity,
    MultitrustError,
    Record,
    Response,
    Sample,
    Score,
    Scored,
    StoreError,
    Task,
    UnknownNameError,
    record_key,
    request_digest,
)


class Dot:
    """A picture of nothing."""

    def __init__(self, digest: str = "d" * 64) -> None:
        self.digest = digest

    def read(self) -> bytes:
        return b""


class Length:
    name = "length"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        return Score(scorer=self.name, value=float(len(response.text)))

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return "long" if good else ""


class Nothing:
    name = "nothing"

    def samples(self, origin: object) -> list[Sample]:
        return []


METRIC = Metric(
    name="length",
    scorer=Length(),
    compute=lambda scored: float(len(scored)),
    interval=lambda scored, level: (0.0, 1.0),
)


def task(
    conditions: tuple[Condition, ...] = (Condition(name="a"), Condition(name="b")),
    leaf: tuple[str, str] = ("a", "length"),
    contrasts: tuple[Contrast, ...] = (),
    dataset: Nothing | None = Nothing(),  # noqa: B008
    reading: str | None = None,
) -> Task:
    return Task(
        id="X.1",
        name="x",
        aspect="truthfulness",
        subaspect="T.I",
        summary="",
        paper="",
        conditions=conditions,
        dataset=dataset,
        metrics=(METRIC,),
        headline=Headline(leaves=(Leaf(condition=leaf[0], metric=leaf[1], weight=1.0),)),
        contrasts=contrasts,
        reading=reading,
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MultitrustError("x"), 1),
        (ConfigError("x"), 2),
        (UnknownNameError("task", "T.9", ["T.1"]), 2),
        (MissingExtraError("torch", "local"), 2),
        (DataUnavailableError("x"), 5),
        (StoreError("x"), 1),
        (ModelError("x", kind="server", retryable=True), 1),
    ],
)
def test_exit_codes(error: MultitrustError, code: int) -> None:
    assert error.exit_code == code


def test_unknown_name_lists_neighbours_in_their_own_spelling() -> None:
    error = UnknownNameError("task", "visual-asistance", ["visual-assistance", "P.1"])
    assert "did you mean visual-assistance?" in str(error)
    assert "known: P.1, T.1" in str(UnknownNameError("task", "zzzzzz", ["T.1", "P.1"]))


def test_sample_steps_do_not_touch_the_original() -> None:
    image: Image = Dot()
    sample = Sample.ask("1", "What?", target="x", images={"related": image})
    shown = sample.showing(image).with_text("What now?")
    assert sample.input[0].images == ()
    assert sample.text == "What?"
    assert shown.text == "What now?"
    assert shown.input[-1].images == (image,)
    assert Sample.ask("1", "What?", show=image).input[0].images == (image,)


def test_family_defaults_to_the_id() -> None:
    assert Sample.ask("7", "?").family == "7"
    assert Sample.ask("7", "?", metadata={"family": "pair-3"}).family == "pair-3"


def test_request_digest_sees_everything_that_is_sent() -> None:
    def digest(
        text: str = "hi",
        image: str = "a",
        tokens: int = 10,
        epoch: int = 0,
        **model: Any,
    ) -> str:
        messages = (Message(role="user", text=text, images=(Dot(image),)),)
        identity = ModelIdentity(**{"name": "m", **model})
        return request_digest(identity, messages, GenerateConfig(max_tokens=tokens), epoch)

    variants = {
        digest(),
        digest(text="ho"),
        digest(image="b"),
        digest(tokens=11),
        digest(epoch=1),
        digest(name="n"),
        digest(server="http://127.0.0.1:9/v1"),
        digest(revision="n"),
        digest(thinking_tokens=1),
        digest(settings={"temperature": "none"}),
        digest(settings={"temperature": "task"}),
        digest(name="m temperature=none"),
    }
    assert len(variants) == 12
    assert digest() == digest(settings={})


def test_the_order_of_settings_is_no_part_of_an_identity() -> None:
    one = ModelIdentity(name="m", settings={"a": "1", "b": "2"})
    two = ModelIdentity(name="m", settings={"b": "2", "a": "1"})
    asked = ((Message(role="user", text="hi"),), GenerateConfig())
    assert (one, hash(one), str(one)) == (two, hash(two), str(two))
    assert request_digest(one, *asked) == request_digest(two, *asked)


def test_an_identity_is_told_in_words() -> None:
    assert str(ModelIdentity(name="openai/a")) == "openai/a"
    whole = ModelIdentity(
        name="it", server="started 0a1b", revision="c2", thinking_tokens=5, settings={"dtype": "x"}
    )
    told = "it (server=started 0a1b, revision=c2, thinking_tokens=5, dtype=x)"
    assert str(whole) == told
    assert whole.details == {"revision": "c2", "thinking_tokens": "5", "dtype": "x"}


@pytest.mark.parametrize("fields", [{}, {"value": 1.0, "unscored": "empty"}])
def test_score_has_a_value_or_a_reason(fields: dict[str, float | str]) -> None:
    with pytest.raises(ValueError, match="either a value or a reason"):
        Score(scorer="s", **fields)  # type: ignore[arg-type]


def test_goodness_of_ranges() -> None:
    assert METRIC.goodness(0.25) == 0.25


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"conditions": (Condition(name="a"), Condition(name="a"))}, "two conditions"),
        ({"leaf": ("c", "length")}, "no condition measures"),
        ({"leaf": ("a", "width")}, "no condition measures"),
        (
            {"contrasts": (Contrast(name="x", metric="length", base="a", other="z"),)},
            "has no 'z' arm",
        ),
        ({"dataset": None}, "has no dataset"),
        ({"reading": "c"}, "no condition 'c' to read"),
    ],
)
def test_a_task_that_does_not_fit_together_is_refused(
    arguments: dict[str, object], match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        task(**arguments)  # type: ignore[arg-type]


def test_a_condition_may_bring_its_own_dataset_and_metrics() -> None:
    own = Nothing()
    made = task(
        conditions=(Condition(name="a"), Condition(name="b", dataset=own, metrics=())),
    )
    assert made.dataset_of(made.conditions[1]) is own
    assert made.metrics_of(made.conditions[1]) == ()
    assert made.metrics_of(made.conditions[0]) == (METRIC,)


def said(text: str, stop: str = "end") -> Response:
    return Response(text=text, model="m", stop=stop)  # type: ignore[arg-type]


RIGHT = Score(scorer="s", value=1.0, answer="yes")
DECLINED = Score(scorer="s", value=0.0, answer=REFUSED)
UNREAD = Score(scorer="s", unscored="unparsed")


@pytest.mark.parametrize(
    ("response", "scores", "outcome"),
    [
        (None, (), "errored"),
        (said("", "filter"), (), "blocked"),
        (said("  "), (UNREAD,), "empty"),
        (said("", "length"), (UNREAD,), "truncated"),
        (said("", "refusal"), (UNREAD,), "refused"),
        (said("half a", "length"), (UNREAD,), "truncated"),
        (said("hm"), (UNREAD,), "unparsed"),
        (said("I cannot help"), (DECLINED,), "refused"),
        (said("yes", "length"), (RIGHT,), "answered"),
        (said("yes"), (RIGHT, UNREAD), "answered"),
        (said("yes"), (), "answered"),
    ],
)
def test_outcomes(response: Response | None, scores: tuple[Score, ...], outcome: str) -> None:
    record = Record(task="T.1", condition="a", sample_id="1", response=response, scores=scores)
    assert record.outcome == outcome
    assert record.key == record_key("T.1", "a", "1", 0) == "T.1/a/1/0"
    assert record.family == "1"


def test_env_draws_one_stream_that_its_seed_fixes() -> None:
    env, same, other = Env(seed="1"), Env(seed="1"), Env(seed="2")
    drawn = [env.rng.random(), env.rng.random()]
    assert drawn == [same.rng.random(), same.rng.random()]
    assert drawn[0] not in (drawn[1], other.rng.random())
    assert env.models == {}


def test_scored_is_of_the_first_epoch_unless_it_says_otherwise() -> None:
    assert Scored(sample_id="1", value=1.0, family="1").epoch == 0
