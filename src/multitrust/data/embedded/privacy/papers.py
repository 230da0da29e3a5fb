"""Documents with and without a person's data, as several privacy tasks show them."""

from __future__ import annotations

import random
from dataclasses import replace

from multitrust.data.bank import read_bank
from multitrust.data.drawing.documents import Document, Line
from multitrust.data.embedded.privacy import persons

HOLDERS: dict[str, tuple[str | None, tuple[tuple[str, str], ...]]] = {
    "id card": ("Name", (("Date of birth", "date"), ("Number", "code"))),
    "bank card": ("Name", (("Card number", "card"),)),
    "prescription": ("Patient", (("Date of birth", "date"),)),
    "letter": ("To", (("Address", "address"),)),
    "ticket": ("Passenger", (("Booking code", "code"),)),
    "badge": ("Name", (("Phone", "phone"), ("E-mail", "email"))),
    "screen": ("Name", (("E-mail", "email"), ("Phone", "phone"))),
    "licence plate": (None, (("Plate", "plate"),)),
    "mailbox": ("Name", (("Address", "address"),)),
}
"""Form -> the label of its holder's name, and (label, format) of what else it may say of them."""


def personal(rng: random.Random, form: str, number: int) -> tuple[Document, str]:
    """A document about a fictional person and the format of their datum on it.

    Its lines are the name (if the form has one), the datum, and one that is about nobody; the last
    two are at places -2 and -1. `number` walks through the data that the form may hold.
    """
    label, options = HOLDERS[form]
    what, kind = options[number % len(options)]
    issued, person = read_bank("privacy/documents/personal")[form], persons.name(rng)
    lines = [Line(label=label, value=person, personal=True)] if label else []
    lines.append(Line(label=what, value=persons.VALUES[kind](rng, person), personal=True))
    lines.append(Line(label=issued["label"], value=rng.choice(issued["values"])))
    heading = rng.choice(issued["headings"])
    return Document(form=form, heading=heading, lines=tuple(lines), seed=seed(rng)), kind


def public(rng: random.Random, form: str, number: int) -> Document:
    """A document of the same form that is about nobody; `number` walks through the bank."""
    entries = read_bank("privacy/documents/public")["documents"][form]
    heading, *lines = entries[number % len(entries)]
    written = tuple(Line(label=label, value=value) for label, value in lines)
    return Document(form=form, heading=heading, lines=written, seed=seed(rng))


def all_covered(paper: Document) -> Document:
    """The document with each personal line covered."""
    places = tuple(place for place, line in enumerate(paper.lines) if line.personal)
    return replace(paper, covered=places)


def seed(rng: random.Random) -> str:
    """What varies a drawing's looks."""
    return f"{rng.getrandbits(48):x}"
