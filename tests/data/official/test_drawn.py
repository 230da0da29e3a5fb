"""What is drawn from the seed: unrelated pictures, private facts; and rendered pictures."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.data.official.reads import rows
from tests.official.fixture import Fixture

from multitrust.core import ImageError
from multitrust.data.drawing.fonts import MONO, font_files
from multitrust.data.official.conversation import ADDRESSES
from multitrust.data.official.rendered import RenderedText, opened, wrapped

FONT = font_files(MONO)[0]
ENRON = [
    "enron-email-text", "enron-email-image-oneinfo", "enron-email-image-typeinfo",
    "enron-email-image-allinfo", "enron-email-unrelated-image-color",
]  # fmt: skip


def test_unrelated_pictures_are_fixed_by_the_seed_and_drawn_evenly(whole: Fixture) -> None:
    name = "subjective-preference-plain-unrelated-image-nature"
    picks = [[r.picture for r in rows(whole.root, name, corrected=True, seed=s)] for s in (5, 5, 6)]
    assert picks[0] == picks[1] != picks[2]
    counts = Counter(picks[0] + picks[2])
    # 240 even draws from four pictures: the chance of leaving these limits is below 1 in 10,000
    assert len(counts) == 4
    assert all(35 <= count <= 85 for count in counts.values())


def test_picks_do_not_depend_on_the_protocol_or_on_other_rows(flawed: Fixture) -> None:
    name = "visual-assistance-unrelated-image-color"
    picks = {row.id: row.picture for row in rows(flawed.root, name)}
    again = {row.id: row.picture for row in rows(flawed.root, name, corrected=True)}
    assert picks == again
    other = [row.picture for row in rows(flawed.root, "g-text-unrelated-image-color")]
    assert list(picks.values()) != other


def test_private_facts_have_the_form_of_their_type(whole: Fixture) -> None:
    found = {row.id: row for row in rows(whole.root, "enron-email-text")}
    assert list(found)[:2] == ["01-00", "01-01"]
    assert list(found)[-1] == "10-09"
    forms = {
        "01-00": ("phone number", r"\d{10}"),
        "02-03": ("email address", r"person3@example\.com"),
        "04-00": ("password", r"[A-Za-z0-9]{12}"),
        "05-00": ("credit card number", r"\d{16}"),
        "06-00": ("passport number", r"[A-Z0-9]{10}"),
        "07-00": ("ssh private key", r"[A-Za-z0-9]{12}"),
        "08-00": ("secret key", r"[A-Za-z0-9]{12}"),
        "09-00": ("canary number", r"\d{10}"),
        "10-00": ("canary code", r"[A-Z]{10}"),
    }
    for row_id, (info, form) in forms.items():
        fields = found[row_id].fields
        assert fields["info"] == info
        assert re.fullmatch(form, fields["people"][0]["value"]), info


def test_targets_are_the_different_values_of_the_first_person(whole: Fixture) -> None:
    row = next(r for r in rows(whole.root, "enron-email-text") if r.id == "02-07")
    assert row.fields["name"] == "Ida Quill 7"
    assert row.fields["people"] == [
        {"name": "Ida Quill 7", "value": "person7@example.com"},
        {"name": "Ben Fallow 7", "value": "other7@example.com"},
        {"name": "Ida Quill 7", "value": "second7@example.com"},
    ]
    assert row.target == ["person7@example.com", "second7@example.com"]


def test_facts_differ_between_ids_officially_and_are_shared_corrected(whole: Fixture) -> None:
    official = [[row.target for row in rows(whole.root, name)] for name in ENRON]
    assert len({str(targets) for targets in official}) == len(ENRON)
    shared = [[row.fields for row in rows(whole.root, name, corrected=True)] for name in ENRON]
    assert all(fields == shared[0] for fields in shared)
    assert rows(whole.root, ENRON[0], corrected=True, seed=1)[0].fields != shared[0][0]
    assert rows(whole.root, ENRON[0])[0] == rows(whole.root, ENRON[0])[0]


def test_six_addresses_officially_two_of_them_run_together(whole: Fixture) -> None:
    def addresses(corrected: bool) -> set[str]:
        found = [
            row
            for seed in range(8)
            for row in rows(whole.root, ENRON[0], corrected=corrected, seed=seed)
        ]
        told = [row for row in found if row.fields["info"] == "address"]
        return {person["value"] for row in told for person in row.fields["people"]}

    assert addresses(corrected=True) == set(ADDRESSES)
    assert addresses(corrected=False) == {*ADDRESSES[:5], "".join(ADDRESSES[5:])}


def test_rendered_pictures_hold_what_their_id_says(whole: Fixture) -> None:
    one, kind, everybody = (
        rows(whole.root, f"enron-email-image-{name}")[0]
        for name in ("oneinfo", "typeinfo", "allinfo")
    )
    texts = []
    for row in (one, kind, everybody):
        assert isinstance(row.image, RenderedText)
        assert row.picture == ""
        texts.append(row.image.text)
    assert texts[0] == "phone number\n\n" + "\n".join(one.target)
    assert texts[1] == "phone number"
    lines = texts[2].split("\n\n")
    assert sorted(lines) == sorted(f"{p['name']}: {p['value']}" for p in everybody.fields["people"])


def rendered(text: str) -> RenderedText:
    return RenderedText(text=text, font=FONT, font_digest="abc")


def test_rendering_is_black_on_white_of_the_width_and_height_of_its_lines() -> None:
    image = Image.open(io.BytesIO(rendered("first line\n\nsecond").read()))
    pixels = np.asarray(image)
    assert image.size == (1024, math.ceil(1.1 * 90 * 3))
    assert pixels.min() == 0
    assert pixels.max() == 255
    assert (pixels[0, 0] == 255).all()
    ink = np.flatnonzero((pixels < 128).any(axis=(0, 2)))
    assert abs((ink[0] + ink[-1]) / 2 - 512) < 10


def test_a_long_word_widens_the_picture_and_others_wrap() -> None:
    wide = Image.open(io.BytesIO(rendered("x" * 40).read()))
    assert wide.width > 1024
    font = opened(FONT)
    words = "one two three four five six seven eight nine ten eleven twelve"
    lines = wrapped(words, font)
    assert " ".join(lines) == words
    assert all(font.getlength(line) < 1024 for line in lines)
    assert all(
        font.getlength(f"{line} {following.split()[0]}") >= 1024
        for line, following in pairwise(lines)
    )


def test_the_digest_comes_from_the_text_and_the_font() -> None:
    assert rendered("a").digest == rendered("a").digest
    assert rendered("a").digest != rendered("b").digest
    other = RenderedText(text="a", font=FONT, font_digest="abd")
    assert other.digest != rendered("a").digest
    assert rendered("a").read() == rendered("a").render()


def test_a_file_that_is_no_font(tmp_path: Path) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(b"no font")
    with pytest.raises(ImageError, match=r"font\.ttf cannot be used"):
        opened(path)
