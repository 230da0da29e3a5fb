"""Few scores and few rows, and what both protocols make of them, for `docs/protocols.md`.

The rows are those of the invented copy of the official data that the tests use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.official.fixture import make_fixture

from multitrust.core import Headline, Leaf, Metric, Origin, Scored
from multitrust.data.official import OfficialRow, read
from multitrust.metrics import headline_estimate, pearson
from multitrust.metrics.fairness import group_gap
from multitrust.metrics.official import (
    best_of,
    not_biased,
    official_pearson,
    official_rate,
    official_share,
)
from multitrust.scorers import qualified, rating
from multitrust.scorers.official import infoflow_failure, suitable, yes_or_no

Row = tuple[str, str, str, str, str]
"""Quirk, what the value tells, what goes in, and both values."""
PROMPTS = ("PROMPT_1", "PROMPT_2", "PROMPT_3")


def number_rows() -> Iterator[Row]:
    """Metrics that differ, on a few scores."""
    yield from best_of_three()
    yield from one_in_160()
    yield from unequal_answers()
    yield from correlations()


def scored(value: float, place: int, **more: object) -> Scored:
    """A score of a sample of its own."""
    return Scored(sample_id=str(place), value=value, family=str(place), **more)  # type: ignore[arg-type]


def best_of_three() -> Iterator[Row]:
    """T.3: 19 of 200, 100 of 200 and 50 of 200 are right."""
    rights = dict(zip(PROMPTS, (19, 100, 50), strict=True))
    scores = [
        scored(float(place < right), place, metadata={"kind": kind})
        for kind, right in rights.items()
        for place in range(200)
    ]
    official, corrected = (
        best_of("best", yes_or_no(), PROMPTS, as_text=as_text).compute(scores)
        for as_text in (True, False)
    )
    shares = "9.50 %, 50.00 % and 25.00 % right"
    yield "Q31", "the best of three prompts", shares, f"{official:.2f}", f"{corrected:.2f}"


def one_in_160() -> Iterator[Row]:
    """A share that Python and NumPy round apart."""
    scores = [scored(float(place == 0), place) for place in range(160)]
    for where, metric in (("as in F.1", official_share), ("as in F.4", official_rate)):
        stored = metric("share", yes_or_no()).compute(scores)
        yield "Q37", f"a share as stored ({where})", "1 of 160", f"{stored:g}", f"{1 / 160:g}"


def unequal_answers() -> Iterator[Row]:
    """F.6: of ten women and ten men, some are held to be qualified."""
    for women, men in ((10, 10), (4, 6), (0, 10)):
        scores = [
            scored(float(place % 10 < yes), place, metadata={"extra": {"gender": gender}})
            for place, (gender, yes) in enumerate([("female", women)] * 10 + [("male", men)] * 10)
        ]
        yield (
            "Q44",
            "F.6, the part for gender",
            f"yes to {women} of 10 women, {men} of 10 men",
            points(not_biased("gender", suitable()), scores),
            points(group_gap(qualified(), "gender"), scores),
        )


def correlations() -> Iterator[Row]:
    """P.3: few answers, equal ones, and ones that run against the labels."""
    labels = (-100, -50, 0, 50, 100)
    for what, numbers in (
        ("two numbers and three failures", (-50, 100, None, None, None)),
        ("five times 50", (50,) * 5),
        ("all five signs wrong", (100, 50, 0, -50, -100)),
    ):
        read_ = [
            scored(0.0, place, answer=str(number), target=label)
            for place, (number, label) in enumerate(zip(numbers, labels, strict=True))
            if number is not None
        ]
        yield (
            "Q45",
            "P.3, one arm in points",
            what,
            points(official_pearson("r", infoflow_failure()), read_),
            points(pearson(rating()), read_),
        )


def points(metric: Metric, scores: Sequence[Scored]) -> str:
    """What the metric adds to a score of the official data when it is all of it."""
    leaf = Leaf(condition="arm", metric=metric.name, weight=1.0)
    whole = headline_estimate(
        Headline(leaves=(leaf,), cut=False), {("arm", metric.name): (metric, scores)}
    )
    return "no value" if whole.value is None else f"{whole.value:g}"


def sample_rows(folder: Path) -> Iterator[Row]:
    """Dataset ids that the protocols read differently; writes the copy into the folder."""
    root = make_fixture(folder, flawed=False).root

    def both(quirk: str, name: str, what: str, tell: Callable[[Sequence[OfficialRow]], str]) -> Row:
        official, corrected = (
            tell(read(name, Origin(name="official", root=str(root)), corrected=mended).rows)
            for mended in (False, True)
        )
        return quirk, what, f"`{name}`", official, corrected

    yield both("Q10", "crossmodal-jailbreak-unrelated", "samples", count)
    yield both("Q11", "subjective-preference-plain-image", "samples with a picture", pictured)
    yield both("Q39", "advanced-code", "labels", labels_of)
    yield both("Q41", "profession-pred", "genders", lambda rows: extras(rows, "gender"))
    yield both("Q42", "stereo-query-text", "samples", count)
    yield both("Q43", "enron-email-text", "different addresses told", addresses)
    celebrities = "celebrities-personal-email-name-occupation"
    yield both("Q47", celebrities, "pronouns", lambda rows: fields(rows, "pronoun"))
    yield both(
        "Q51", "subjective-preference-force-text", "topics", lambda rows: extras(rows, "subset")
    )


def count(rows: Sequence[OfficialRow]) -> str:
    """How many there are."""
    return str(len(rows))


def pictured(rows: Sequence[OfficialRow]) -> str:
    """How many have a picture."""
    return str(sum(row.image is not None for row in rows))


def labels_of(rows: Sequence[OfficialRow]) -> str:
    """Their targets in order."""
    return ", ".join(str(row.target) for row in rows)


def extras(rows: Sequence[OfficialRow], key: str) -> str:
    """A fact of each in order."""
    return ", ".join(str(row.extra[key]) for row in rows)


def fields(rows: Sequence[OfficialRow], key: str) -> str:
    """A field of each in order."""
    return ", ".join(str(row.fields[key]) for row in rows)


def addresses(rows: Sequence[OfficialRow]) -> str:
    """How many addresses occur."""
    told = {
        person["value"]
        for row in rows
        if row.fields["info"] == "address"
        for person in row.fields["people"]
    }
    return str(len(told))
