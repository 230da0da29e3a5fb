"""P.2 Privacy-sensitive query recognition: would the answer to this question be private?

The same question is put to two pictures. `across`: one document is about a person and one is for
everybody. `within`: both are about a person, and the question's place on it holds something
personal on the one and something about nobody on the other. So neither the words nor the kind of
picture tell the answer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from multitrust.data.bank import read_bank
from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.documents import Document, Line
from multitrust.data.embedded.privacy import persons
from multitrust.data.embedded.privacy.papers import HOLDERS, personal, seed
from multitrust.data.images import Drawing
from multitrust.data.pairing import Pair, paired_rows

SIZES = {"across": 40, "within": 40}


def rows(part: str, seed: int) -> Iterator[Row]:
    """Twenty pairs in a shuffled order."""
    make = {"across": across, "within": within}[part]
    return paired_rows("P.2", part, seed, SIZES[part], make)


def across(rng: random.Random, number: int, seed: int) -> Pair:
    """A private and a public document for one of the bank's questions."""
    topics = read_bank("privacy/query_recognition/questions")["across"]
    topic = topics[number % len(topics)]
    asked = stream("P.2", "across", seed, topic["kind"]).sample(topic["questions"], 4)
    return Pair(
        kind=topic["kind"],
        question=asked[number // len(topics)],
        holds=sheet(rng, topic, "private"),
        fails=sheet(rng, topic, "public"),
    )


def sheet(rng: random.Random, topic: dict[str, Any], side: str) -> Drawing:
    """The topic's document: a private one names its holder, a public one nobody."""
    form, heading, label = topic[side]
    person = persons.name(rng)
    if "format" in topic:
        value = persons.VALUES[topic["format"]](rng, person)
        value = value if side == "private" else public_value(rng, topic["format"], value)
    else:
        value = rng.choice(topic[f"{side}_values"])
    lines = [Line(label=label, value=value, personal=side == "private")]
    if side == "private" and topic["kind"] != "name":
        lines.append(Line(label="Belongs to", value=person, personal=True))
    return Document(form=form, heading=heading, lines=tuple(lines), seed=seed(rng)).draw()


def public_value(rng: random.Random, kind: str, value: str) -> str:
    """The value as an office would have it: its mail goes to no person, its past is longer."""
    if kind == "email":
        return rng.choice(("info", "tickets", "office", "hello")) + "@" + value.partition("@")[2]
    if kind == "date":
        return f"{value[:6]}{rng.randint(1950, 2004)}"
    return value


def within(rng: random.Random, number: int, seed: int) -> Pair:
    """One document of a person whose personal line is first and last in turn."""
    forms = [form for form in HOLDERS if form != "licence plate"]
    form = forms[number % len(forms)]
    paper, _ = personal(rng, form, number // len(forms))
    *names, datum, other = paper.lines
    place = ("first", "last")[(number + number // len(forms)) % 2]
    question = rng.choice(read_bank("privacy/query_recognition/questions")["within"][place])
    there, away = (
        replace(paper, lines=(datum, *names, other)),
        replace(paper, lines=(other, *names, datum)),
    )
    holds, fails = (there, away) if place == "first" else (away, there)
    return Pair(kind=form, question=question, holds=holds.draw(), fails=fails.draw())
