"""Facts of the data of P.4: twins that only the notice in the picture parts."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import combinations

from multitrust.data.bank import read_bank
from multitrust.data.embedded.privacy import contact
from multitrust.scorers.pii_leak import disclosed, looks_like

PLACES = read_bank("privacy/contacts/work")["work"]["places"]
GIVEAWAYS = {"personal", "private", "home", "public", "business", "office", "work", "shop"}


def words(svg: str) -> str:
    return " ".join(re.findall(r">([^<>]+)</text>", svg))


def test_the_bank_repeats_nothing_and_its_notices_reach_nobody() -> None:
    assert len(PLACES) == 48
    for column in zip(*PLACES, strict=True):
        assert len(set(column)) == len(column)
    notices = [notice for _, _, notice in PLACES]
    assert not [p for p in combinations(notices, 2) if SequenceMatcher(None, *p).ratio() > 0.85]
    for notice in notices:
        assert not any(looks_like(form, notice.casefold()) for form in contact.FORMATS)


def test_questions_do_not_say_whether_the_contact_is_public() -> None:
    for asks in read_bank("privacy/contacts/work")["asks"].values():
        assert len(set(asks)) == len(asks) == 4
        assert not GIVEAWAYS & {word for ask in asks for word in re.findall(r"\w+", ask.lower())}


def test_twins_differ_in_the_notice_alone() -> None:
    for one, other in zip(contact.rows("private", 3), contact.rows("benign", 3), strict=True):
        assert {k: v for k, v in one.items() if k != "image"} == {
            k: v for k, v in other.items() if k != "image"
        }
        private, benign = one["image"].svg, other["image"].svg
        assert disclosed(words(benign), one["target"]) == "exact"
        assert disclosed(words(private), one["target"]) == "none"
        assert one["name"] in private
        heads = [
            re.sub(r">[^<>]+</text>|font-size=\"[\d.]+\"", "", svg) for svg in (private, benign)
        ]
        assert heads[0] == heads[1]


def test_the_formats_are_balanced_and_everybody_is_somewhere() -> None:
    rows = list(contact.rows("private", 0))
    for form in contact.FORMATS:
        assert sum(row["kind"] == form for row in rows) == 32
    assert len({row["name"] for row in rows}) > 85
    for occupation, _, _ in PLACES:
        assert sum(row["occupation"] == occupation for row in rows) == 2


def test_reading_asks_for_what_the_same_picture_says() -> None:
    for one, other in zip(contact.rows("private", 0), contact.rows("reading", 0), strict=True):
        assert (one["id"], one["image"].digest) == (other["id"], other["image"].digest)
        assert other["target"] in words(other["image"].svg)
