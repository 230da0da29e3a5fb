"""Documents of everyday life, whole or with some of their lines covered.

A document is a form (ID card, letter, ...), a heading and up to three lines of a label and a
value. What is personal is said by the line, not by the form: a form drawn with nothing personal on
it is a look-alike.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from multitrust.data.drawing.fonts import HAND, MONO, SANS, SERIF
from multitrust.data.drawing.palette import tint
from multitrust.data.drawing.signs import fitting
from multitrust.data.drawing.svg import circle, document, element, group, line, path, rect, text
from multitrust.data.images import Drawing

SIZE = 336
Cover = Literal["bar", "blur"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a document."""

    label: str
    value: str
    personal: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What a document says and how it is drawn."""

    form: str
    heading: str
    lines: tuple[Line, ...]
    seed: str
    """Varies colours, ground and small marks."""
    covered: tuple[int, ...] = ()
    """Places of the lines that are covered; -1 is the heading."""
    cover: Cover = "bar"

    @property
    def personal(self) -> bool:
        """Whether any line is about a person, covered or not."""
        return any(each.personal for each in self.lines)

    def draw(self) -> Drawing:
        """The picture, 336 x 336."""
        rng = random.Random(self.seed)
        form, ground = FORMS[self.form], tint(rng)
        body = form.frame(rng, self.personal) + written(self, form)
        turned = group(body, transform=f"rotate({rng.uniform(-3, 3):.2f} 168 168)")
        return Drawing(document(SIZE, SIZE, BLUR, turned, background=ground))


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A kind of document: its frame, and where on it the words stand."""

    frame: Callable[[random.Random, bool], str]
    """(random stream, whether it belongs to a person) -> what is drawn below the words."""
    heading: tuple[float, float, float]
    """Left edge, baseline and width of the heading."""
    body: tuple[float, float, float]
    """Left edge, top and width of the lines."""
    step: float = 50
    """From a line to the next."""
    ink: str = "#1c1c24"
    heading_ink: str = "#ffffff"
    family: str = SANS
    largest: float = 25


BLUR = element(
    "defs",
    element("filter", element("feGaussianBlur", stdDeviation=9), id="blur", x="-20%", y="-60%",
            width="140%", height="220%"),
)  # fmt: skip


def written(doc: Document, form: Form) -> str:
    """The heading and the lines, covered where the document says so."""
    x, y, width = form.heading
    size = fitting(doc.heading, width, 27, 0.56)
    heading = text(
        x, y, doc.heading, size=size, anchor="start", fill=form.heading_ink, font_weight="bold"
    )
    parts = [
        hidden(heading, (x, y - size, width, size * 1.3), doc.cover)
        if -1 in doc.covered
        else heading
    ]
    x, top, width = form.body
    for place, each in enumerate(doc.lines):
        y = top + place * form.step
        size = fitting(each.value, width, form.largest, 0.6 if form.family != MONO else 0.63)
        value = text(
            x, y + 35, each.value, size=size, anchor="start", family=form.family, fill=form.ink
        )
        if place in doc.covered:
            value = hidden(value, (x - 3, y + 35 - size * 0.92, width + 6, size * 1.25), doc.cover)
        label = text(x, y + 9, each.label, size=13.5, anchor="start", fill=form.ink, opacity=0.75)
        parts += [label, value]
    return "".join(parts)


def hidden(words: str, box: tuple[float, float, float, float], cover: Cover) -> str:
    """The words under a black bar, or blurred beyond reading."""
    if cover == "bar":
        return rect(*box, fill="#0b0b0d")
    x, y, width, height = box
    return rect(x, y, width, height, fill="#9a9aa3", opacity=0.35) + group(
        words, filter="url(#blur)"
    )


def silhouette(x: float, y: float) -> str:
    """A portrait of nobody: head and shoulders in one tone."""
    return (
        rect(x, y, 84, 104, fill="#d5dbe3", stroke="#5b6470", stroke_width=2)
        + circle(x + 42, y + 38, 20, fill="#78828f")
        + path(
            f"M{x + 8:.0f} {y + 103:.0f}C{x + 10:.0f} {y + 60:.0f} {x + 74:.0f} {y + 60:.0f} {x + 76:.0f} {y + 103:.0f}Z",
            fill="#78828f",
        )
    )


def emblem(x: float, y: float, fill: str) -> str:
    """A building, where a document of a person would have a portrait."""
    pillars = "".join(rect(x + 10 + 18 * i, y + 46, 9, 40, fill=fill) for i in range(4))
    roof = path(
        f"M{x:.0f} {y + 42:.0f}L{x + 42:.0f} {y + 14:.0f}L{x + 84:.0f} {y + 42:.0f}Z", fill=fill
    )
    return roof + pillars + rect(x + 2, y + 90, 80, 10, fill=fill)


def modules(rng: random.Random, x: float, y: float, side: float) -> str:
    """What looks like a QR code and holds nothing."""
    unit = side / 13
    cells = [
        rect(x + i * unit, y + j * unit, unit + 0.2, unit + 0.2, fill="#111")
        for i in range(13)
        for j in range(13)
        if rng.random() < 0.5 and not ((i < 4 or i > 8) and j < 4) and not (i < 4 and j > 8)
    ]
    eyes = [
        rect(x + i * unit + unit / 2, y + j * unit + unit / 2, 3 * unit, 3 * unit, fill="#fff",
             stroke="#111", stroke_width=unit) + rect(x + (i + 1.5) * unit, y + (j + 1.5) * unit, unit, unit, fill="#111")
        for i, j in ((0, 0), (9, 0), (0, 9))
    ]  # fmt: skip
    return rect(x - 4, y - 4, side + 8, side + 8, fill="#fff") + "".join(cells + eyes)


def bars(rng: random.Random, x: float, y: float, width: float, height: float) -> str:
    """What looks like a bar code and holds nothing."""
    parts, at = [], x
    while at < x + width:
        thick = rng.choice((2, 3, 5))
        parts.append(rect(at, y, thick, height, fill="#111"))
        at += thick + rng.choice((2, 3, 5))
    return "".join(parts)


def id_card(rng: random.Random, personal: bool) -> str:
    """A card with a coloured head and a portrait."""
    fill = rng.choice(("#2b5fa8", "#8a2f3f", "#2f7d56", "#5b4a9c"))
    return (
        rect(10, 48, 316, 240, rx=16, fill="#f3f6fb", stroke="#333", stroke_width=3)
        + path("M10 64Q10 48 26 48H310Q326 48 326 64V98H10Z", fill=fill)
        + (silhouette(24, 124) if personal else emblem(24, 124, fill))
    )


def bank_card(rng: random.Random, personal: bool) -> str:
    """A card with a chip, or a bow where it is a voucher."""
    fill = rng.choice(("#25406b", "#5a2a5e", "#1f5c4d", "#3b3b45"))
    card = rect(8, 52, 320, 232, rx=18, fill=fill, stroke="#111", stroke_width=3)
    if personal:
        chip = rect(264, 66, 44, 34, rx=6, fill="#e5c15a", stroke="#8a6d1d", stroke_width=2)
        return (
            card
            + chip
            + line(264, 83, 308, 83, stroke="#8a6d1d")
            + line(286, 66, 286, 100, stroke="#8a6d1d")
        )
    bow = circle(276, 84, 12, fill="#f4c9d6") + circle(300, 84, 12, fill="#f4c9d6")
    return card + bow + circle(288, 86, 6, fill="#d8718f")


def prescription(rng: random.Random, personal: bool) -> str:
    """A sheet with a cross and a signature, or with a leaf."""
    fill = rng.choice(("#c0392b", "#1d7a4f", "#23639e"))
    paper = rect(34, 12, 268, 312, fill="#fffefa", stroke="#999", stroke_width=2)
    head = rect(34, 12, 268, 62, fill=fill)
    if personal:
        mark = rect(264, 26, 10, 34, fill="#fff") + rect(252, 38, 34, 10, fill="#fff")
        scrawl = "M180 296C196 262 204 312 216 282S236 300 244 284S262 302 282 288"
        return paper + head + mark + path(scrawl, fill="none", stroke="#1a237e", stroke_width=2.5)
    return paper + head + path("M254 60C250 30 270 24 286 24C288 44 276 58 254 60Z", fill="#fff")


def letter(rng: random.Random, personal: bool) -> str:
    """An envelope with a stamp, or a flyer with a star."""
    paper, edge = rng.choice(
        (("#fbf3e0", "#b59f73"), ("#eef2f6", "#8fa0b3"), ("#fdf0ee", "#c39a92"))
    )
    sheet = rect(8, 40, 320, 256, fill=paper, stroke=edge, stroke_width=4)
    band = rect(8, 40, 320, 50, fill=rng.choice(("#7a4a2b", "#33567d", "#6a3154")))
    if personal:
        stamp = rect(262, 106, 48, 58, fill="#fff", stroke="#b03a48", stroke_width=4)
        return sheet + band + stamp + circle(286, 135, 15, fill="#e3a35c")
    points = "M286 104L294 126L317 126L299 140L306 163L286 149L266 163L273 140L255 126L278 126Z"
    return sheet + band + path(points, fill="#e7b63a")


def ticket(rng: random.Random, personal: bool) -> str:
    """A ticket with notches and a bar code."""
    fill = rng.choice(("#fff4d6", "#e2f2ea", "#e8eaf9"))
    head = rng.choice(("#b5522b", "#1f6f5c", "#3c4b9b"))
    return (
        rect(10, 30, 316, 276, rx=10, fill=fill, stroke="#555", stroke_width=3)
        + rect(10, 30, 316, 56, rx=10, fill=head)
        + line(252, 90, 252, 304, stroke="#555", stroke_width=2, stroke_dasharray="7 6")
        + circle(252, 30, 11, fill="#999") + circle(252, 306, 11, fill="#999")
        + group(bars(rng, 110, -306, 180, 36), transform="rotate(90 0 0)")
    )  # fmt: skip


def badge(rng: random.Random, personal: bool) -> str:
    """A badge on a ribbon, with a code."""
    fill = rng.choice(("#a8323e", "#20639b", "#3b7a57", "#70428a"))
    return (
        path("M118 0L160 46H176L218 0H196L168 32L140 0Z", fill=fill)
        + rect(30, 44, 276, 280, rx=14, fill="#ffffff", stroke="#333", stroke_width=3)
        + rect(30, 62, 276, 54, fill=fill)
        + modules(rng, 234, 252, 58)
    )


def screen(rng: random.Random, personal: bool) -> str:
    """A phone."""
    fill = rng.choice(("#2d6cdf", "#0f8a72", "#c0562f", "#6a44b5"))
    mark = circle(254, 128, 20, fill="#c9d3e0") + circle(254, 122, 7, fill="#73808f")
    return (
        rect(52, 6, 232, 324, rx=24, fill="#15161a")
        + rect(62, 22, 212, 292, rx=8, fill="#fafbfd")
        + rect(62, 22, 212, 62, rx=8, fill=fill)
        + (mark if personal else "")
        + circle(168, 322, 4, fill="#666")
    )


def licence_plate(rng: random.Random, personal: bool) -> str:
    """The back of a car."""
    fill = rng.choice(("#b83232", "#2f66ad", "#4c7f4a", "#6b6f78"))
    lamps = rect(16, 96, 36, 26, rx=6, fill="#ffb199") + rect(284, 96, 36, 26, rx=6, fill="#ffb199")
    return (
        path("M60 74L84 14H252L276 74Z", fill="#cfe3f2", stroke="#222", stroke_width=4)
        + rect(8, 70, 320, 196, rx=22, fill=fill, stroke="#222", stroke_width=4)
        + lamps
        + rect(56, 128, 224, 60, rx=6, fill="#fdfdfd", stroke="#111", stroke_width=4)
        + rect(56, 194, 224, 54, rx=6, fill="#f2f2ee")
        + rect(36, 262, 56, 46, rx=8, fill="#202024")
        + rect(244, 262, 56, 46, rx=8, fill="#202024")
    )


def mailbox(rng: random.Random, personal: bool) -> str:
    """A box with a slot on a post."""
    fill = rng.choice(("#c7392f", "#2e6fb0", "#e0b02c", "#3c7d52"))
    return (
        rect(152, 296, 32, 40, fill="#6b5440")
        + rect(30, 10, 276, 290, rx=26, fill=fill, stroke="#222", stroke_width=4)
        + rect(62, 72, 212, 16, rx=6, fill="#16161a")
        + rect(48, 102, 240, 184, rx=6, fill="#fbfaf4", stroke="#444", stroke_width=2)
    )


def poster(rng: random.Random, personal: bool) -> str:
    """A notice in a frame, for everybody."""
    fill = rng.choice(("#35507a", "#7d3c5a", "#3c6e47", "#8a5a22"))
    return (
        rect(24, 14, 288, 308, fill="#fffdf5", stroke="#4a3a28", stroke_width=8)
        + rect(30, 20, 276, 74, fill=fill)
        + "".join(circle(168 + d, 306, 4, fill=fill) for d in (-16, 0, 16))
    )


FORMS: dict[str, Form] = {
    "id card": Form(frame=id_card, heading=(26, 82, 284), body=(122, 108, 196), step=56, family=SERIF),
    "bank card": Form(frame=bank_card, heading=(26, 94, 230), body=(26, 112, 290), step=54,
                      ink="#f4f4f0", family=MONO),
    "prescription": Form(frame=prescription, heading=(46, 52, 200), body=(52, 92, 236), step=58),
    "letter": Form(frame=letter, heading=(24, 74, 290), body=(28, 108, 222), step=60, family=HAND),
    "ticket": Form(frame=ticket, heading=(26, 68, 216), body=(26, 102, 216), step=62, family=MONO),
    "badge": Form(frame=badge, heading=(46, 98, 244), body=(48, 130, 240), step=58),
    "screen": Form(frame=screen, heading=(76, 62, 186), body=(76, 104, 184), step=64),
    "licence plate": Form(frame=licence_plate, heading=(108, 58, 120), body=(72, 133, 196), step=63,
                          heading_ink="#1c2733", family=MONO, largest=29),
    "mailbox": Form(frame=mailbox, heading=(60, 58, 216), body=(62, 112, 214), step=58),
    "poster": Form(frame=poster, heading=(46, 66, 244), body=(50, 116, 236), step=62, family=SERIF),
}  # fmt: skip
"""Kind of document -> how it is drawn."""


def memo(rng: random.Random, lines: Sequence[str]) -> Drawing:
    """Up to six lines of typescript on a sheet, as large as they fit."""
    size = min(fitting(words, 296, 26) for words in lines)
    gap = min(48.0, 260 / len(lines))
    top = 168 - gap * (len(lines) - 1) / 2
    rows = "".join(
        text(22, top + i * gap + size / 3, words, size=size, family=MONO, anchor="start")
        for i, words in enumerate(lines)
    )
    sheet = rect(8, 14, 320, 308, fill="#fffefb", stroke="#888", stroke_width=2)
    return Drawing(document(SIZE, SIZE, sheet, rows, background=tint(rng)))
