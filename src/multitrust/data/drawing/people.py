"""People as neutral portraits and whole figures.

Gender presentation, age and skin tone are independent of each other and of all the rest: a `Look`
fixes clothes, hair, stance and ground, so that people of one look differ in nothing but what their
`Person` says. Everybody has the same friendly face.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from multitrust.data.drawing.palette import INK, tint
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.signs import fitting
from multitrust.data.drawing.svg import circle, document, ellipse, group, line, path, rect, text
from multitrust.data.images import Drawing

Presentation = Literal["feminine", "masculine"]
Age = Literal["young", "middle", "older"]
Tone = Literal["light", "medium", "dark"]
PRESENTATIONS: tuple[Presentation, ...] = ("feminine", "masculine")
AGES: tuple[Age, ...] = ("young", "middle", "older")
TONES: tuple[Tone, ...] = ("light", "medium", "dark")

GARMENTS = ("shirt", "jumper", "jacket", "zip")
CLOTHES = ("#46698f", "#5d7f6a", "#8a5a67", "#6b6389", "#8a7350", "#4f7f86", "#7c4f3f", "#5b6470")
"""Quiet colours, none of them a colour that a question names."""
HAIR = ("#2a2220", "#3a2a22", "#4a3226")
"""Dark hair goes with every tone of skin."""
SKIN: dict[Tone, tuple[str, str, str]] = {
    "light": ("#f3d0b5", "#d9a585", "#c7746a"),
    "medium": ("#c8956a", "#a3714a", "#a1584c"),
    "dark": ("#80533a", "#5c3826", "#6e3a35"),
}
"""Tone -> skin, its shade, and lips."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What may differ between people of one look."""

    presentation: Presentation
    age: Age
    tone: Tone

    @property
    def words(self) -> str:
        """As a caption would say it."""
        years = {
            "young": "in the twenties",
            "middle": "in the forties",
            "older": "in the seventies",
        }
        noun = {"feminine": "woman", "masculine": "man"}[self.presentation]
        return f"a {noun} {years[self.age]} with {self.tone} skin"


PEOPLE = tuple(
    Person(presentation=p, age=a, tone=t) for p, a, t in product(PRESENTATIONS, AGES, TONES)
)
"""All eighteen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What people of a counterfactual set share."""

    garment: str
    clothes: str
    hair: str
    cut: int
    """One of two haircuts of each presentation."""
    turn: float
    """By how many degrees the head is tilted."""
    ground: str
    wall: str


def look(rng: random.Random) -> Look:
    """A look of the random stream."""
    return Look(
        garment=rng.choice(GARMENTS),
        clothes=rng.choice(CLOTHES),
        hair=rng.choice(HAIR),
        cut=rng.randrange(2),
        turn=round(rng.uniform(-4, 4), 1),
        ground=tint(rng),
        wall=tint(rng),
    )


def portrait(person: Person, style: Look, *, extra: str = "", plate: Sequence[str] = ()) -> Drawing:
    """Head and shoulders, 336 x 336.

    Args:
        person: who is shown.
        style: how everything else looks.
        extra: more SVG, drawn over the chest, such as one of `WORN`.
        plate: up to two lines on a name plate, e.g. a name and an occupation.
    """
    ground = circle(168, 150, 150, fill=style.wall)
    return Drawing(
        document(
            SIZE, SIZE, ground, bust(person, style), extra, name_plate(plate),
            background=style.ground,
        )
    )  # fmt: skip


def bust(person: Person, style: Look) -> str:
    """Head and shoulders without a ground."""
    tilt = f"rotate({style.turn} 168 220)"
    return (
        group(back_hair(person, style), transform=tilt)
        + shoulders(person, style)
        + group(head(person, style), transform=tilt)
    )


def shoulders(person: Person, style: Look) -> str:
    """The neck and the clothes."""
    skin, shade, _ = SKIN[person.tone]
    wide = 104 if person.presentation == "masculine" else 94
    neck = 27 if person.presentation == "masculine" else 22
    body = path(
        f"M{168 - wide - 12} 340C{168 - wide - 10} 276 {168 - wide + 20} 262 128 248Q168 270 208 248"
        f"C{168 + wide - 20} 262 {168 + wide + 10} 276 {168 + wide + 12} 340Z",
        fill=style.clothes, stroke=INK, stroke_width=2.5,
    )  # fmt: skip
    throat = path(
        f"M{168 - neck} 190V242Q{168 - neck} 250 126 252Q168 292 210 252Q{168 + neck} 250 {168 + neck} 242V190Z",
        fill=skin,
    ) + path(f"M{168 - neck} 212Q168 238 {168 + neck} 212V222Q168 248 {168 - neck} 222Z", fill=shade, opacity=0.6)  # fmt: skip
    return body + throat + COLLARS[style.garment]


COLLARS = {
    "shirt": path("M128 246L168 286L150 308L116 254Z", fill="#f4f4f1", stroke=INK, stroke_width=2)
    + path("M208 246L168 286L186 308L220 254Z", fill="#f4f4f1", stroke=INK, stroke_width=2)
    + line(168, 288, 168, 340, stroke=INK, stroke_width=2),
    "jumper": path(
        "M124 250Q168 296 212 250", fill="none", stroke="#00000055", stroke_width=11
    ),
    "jacket": path("M126 252Q168 292 210 252L168 340Z", fill="#f4f4f1")
    + path("M126 248L110 288L134 300L166 340H150L100 276Z", fill="#00000033", stroke=INK, stroke_width=2)
    + path("M210 248L226 288L202 300L170 340H186L236 276Z", fill="#00000033", stroke=INK, stroke_width=2),
    "zip": path("M124 246Q168 300 212 246L220 262Q168 318 116 262Z", fill="#00000033", stroke=INK, stroke_width=2)
    + line(168, 292, 168, 340, stroke="#e8e8e8", stroke_width=4, stroke_dasharray="3 2"),
}  # fmt: skip


def head(person: Person, style: Look) -> str:
    """Ears, face and the hair in front of it."""
    skin, shade, lips = SKIN[person.tone]
    jaw = 45 if person.presentation == "masculine" else 37
    chin = 24 if person.presentation == "masculine" else 15
    edge: dict[str, str | float | None] = {"fill": skin, "stroke": shade, "stroke_width": 2}
    ears = ellipse(112, 146, 9, 15, **edge) + ellipse(224, 146, 9, 15, **edge)
    face = path(
        f"M112 130C112 46 224 46 224 130C224 164 {168 + jaw + 6} 184 {168 + jaw} 194"
        f"C{168 + jaw - 6} 206 {168 + chin + 4} 217 168 218C{168 - chin - 4} 217 {168 - jaw + 6} 206 "
        f"{168 - jaw} 194C{168 - jaw - 6} 184 112 164 112 130Z",
        **edge,
    )
    return ears + face + features(person, style, shade, lips) + front_hair(person, style)


def features(person: Person, style: Look, shade: str, lips: str) -> str:
    """Eyes, brows, nose, a friendly mouth, and the lines of age."""
    feminine = person.presentation == "feminine"
    parts = [path("M168 142C166 156 159 165 163 170Q168 174 174 170", fill="none", stroke=shade, stroke_width=3,
                  stroke_linecap="round")]  # fmt: skip
    for x, way in ((145, -1), (191, 1)):
        lid = f"M{x - 12} 144Q{x} 132 {x + 12} 144"
        parts += [
            path(f"{lid}Q{x} 153 {x - 12} 144Z", fill="#fbfaf7"),
            circle(x, 143, 5.2, fill="#3a2a20"),
            circle(x + 1.6, 141.4, 1.4, fill="#fff"),
            path(lid, fill="none", stroke=INK, stroke_width=3.2 if feminine else 2.4,
                 stroke_linecap="round"),
            path(f"M{x - 15} {126 if feminine else 125}Q{x + way * 2} {116 if feminine else 118} {x + 15} {126 if feminine else 125}",
                 fill="none", stroke=grey(person, style), stroke_width=3.2 if feminine else 5.4, stroke_linecap="round"),
        ]  # fmt: skip
        if feminine:
            parts.append(path(f"M{x + way * 11} 142l{way * 6} -5", stroke=INK, stroke_width=2.4))
    full = 7 if feminine else 4
    parts += [
        path(f"M147 184Q158 {187 - full / 2:.1f} 168 {188 - full / 2:.1f}Q178 {187 - full / 2:.1f} 189 184Q168 {203 + full} 147 184Z", fill=lips),
        path("M143 181Q168 204 193 181", fill="none", stroke=shade, stroke_width=2.6, stroke_linecap="round"),
    ]  # fmt: skip
    return "".join(parts) + AGE_LINES[person.age](shade)


def middle_lines(shade: str) -> str:
    """Light lines beside the mouth and the eyes."""
    return "".join(
        path(d, fill="none", stroke=shade, stroke_width=2, stroke_linecap="round", opacity=0.85)
        for d in ("M147 170Q138 178 137 188", "M189 170Q198 178 199 188", "M122 140l-6 -4M122 146l-6 2",
                  "M214 140l6 -4M214 146l6 2")
    )  # fmt: skip


def older_lines(shade: str) -> str:
    """Lines on the forehead, under the eyes, beside mouth and eyes."""
    return middle_lines(shade) + "".join(
        path(d, fill="none", stroke=shade, stroke_width=2.4, stroke_linecap="round")
        for d in ("M140 103Q168 97 196 103", "M146 112Q168 107 190 112", "M135 154Q146 161 156 155",
                  "M180 155Q190 161 201 154", "M148 168Q134 180 136 198", "M188 168Q202 180 200 198",
                  "M124 152l-6 5", "M212 152l6 5", "M160 208Q168 211 176 208")
    )  # fmt: skip


def no_lines(shade: str) -> str:
    """A smooth face."""
    return ""


AGE_LINES = {"young": no_lines, "middle": middle_lines, "older": older_lines}


def grey(person: Person, style: Look) -> str:
    """The colour of the hair at this age."""
    return "#c9c9c7" if person.age == "older" else style.hair


def back_hair(person: Person, style: Look) -> str:
    """Hair behind the head and the neck."""
    if person.presentation == "masculine":
        return ""
    shape = (
        "M100 130C92 40 244 40 236 130C240 180 252 232 240 262Q206 276 168 250Q130 276 96 262C84 232 96 180 100 130Z",
        "M98 132C90 40 246 40 238 132C242 176 246 200 236 216Q168 240 100 216C90 200 94 176 98 132Z",
    )[style.cut]  # fmt: skip
    return path(shape, fill=grey(person, style), stroke=INK, stroke_width=2)


def front_hair(person: Person, style: Look) -> str:
    """Hair on the forehead and the temples, with grey streaks in middle age."""
    high = 12 if person.age == "older" and person.presentation == "masculine" else 0
    fem, masc = (
        (
            "M168 62C122 58 98 92 106 152C116 138 122 112 134 100Q152 92 168 70Q184 92 202 100C214 112 220 138 230 152C238 92 214 58 168 62Z",
            "M108 148C98 84 132 56 170 58C210 58 238 86 228 148C222 128 216 112 208 104C176 108 146 98 132 86C120 106 114 124 108 148Z",
        ),
        (
            f"M110 136C100 80 128 50 170 50C212 50 236 82 226 136C222 120 218 110 210 {100 - high}C180 {102 - high} 152 {100 - high} 128 {92 - high}C120 104 114 118 110 136Z",
            f"M110 134C104 74 132 52 168 52C204 52 232 74 226 134C224 118 220 106 212 {98 - high}Q168 {84 - high} 124 {98 - high}C116 106 112 118 110 134Z",
        ),
    )  # fmt: skip
    shape = (masc if person.presentation == "masculine" else fem)[style.cut]
    hair = path(shape, fill=grey(person, style), stroke=INK, stroke_width=2)
    if person.age != "middle":
        return hair
    streaks = ("M116 122Q116 100 128 84", "M121 116Q122 102 132 90", "M220 122Q220 100 208 84", "M215 116Q214 102 204 90")  # fmt: skip
    return hair + "".join(
        path(d, fill="none", stroke="#b5b2ae", stroke_width=3, stroke_linecap="round")
        for d in streaks
    )


def name_plate(lines: Sequence[str]) -> str:
    """A white plate with a name and perhaps an occupation."""
    if not lines:
        return ""
    rows = "".join(
        text(168, 292 + 28 * i + (12 if len(lines) == 1 else 0), row, size=fitting(row, 270, 26 - 4 * i),
             font_weight="bold" if i == 0 else "normal")
        for i, row in enumerate(lines)
    )  # fmt: skip
    return rect(20, 262, 296, 70, rx=6, fill="#fffdf8", stroke=INK, stroke_width=3) + rows


def scarf(paint: str) -> str:
    """A scarf around the neck."""
    return (
        path("M112 244Q168 300 224 244L228 268Q168 322 108 268Z", fill=paint, stroke=INK, stroke_width=2.5)
        + path("M182 284L206 278L214 336H186Z", fill=paint, stroke=INK, stroke_width=2.5)
    )  # fmt: skip


def badge(paint: str) -> str:
    """A round badge on the chest."""
    return circle(222, 304, 17, fill=paint, stroke=INK, stroke_width=3)


def lanyard(paint: str) -> str:
    """A ribbon with a blank card."""
    ribbon = path("M124 252L160 322H176L212 252", fill="none", stroke=paint, stroke_width=9)
    return ribbon + rect(150, 312, 36, 22, fill="#ffffff", stroke=INK, stroke_width=2.5)


def headphones(paint: str) -> str:
    """Headphones."""
    return (
        path("M106 140C98 30 238 30 230 140", fill="none", stroke=INK, stroke_width=9)
        + rect(94, 124, 20, 46, rx=9, fill=paint, stroke=INK, stroke_width=2.5)
        + rect(222, 124, 20, 46, rx=9, fill=paint, stroke=INK, stroke_width=2.5)
    )


WORN = {"scarf": scarf, "badge": badge, "lanyard": lanyard, "pair of headphones": headphones}
"""What somebody can wear, by its name; a paint gives the SVG for `portrait(extra=...)`."""


def figure(person: Person, style: Look, held: str = "") -> str:
    """A whole standing figure in a box of 160 x 300; `held` is a thing in a box of 100 x 100."""
    skin, shade, _ = SKIN[person.tone]
    edge: dict[str, str | float | None] = {"stroke": INK, "stroke_width": 2.5}
    hand: dict[str, str | float | None] = {"fill": skin, "stroke": shade, "stroke_width": 2}
    legs = "".join(
        path(f"M{x} 176L{x} 284H{x + 22}L{x + 23} 176Z", fill="#3f4652", **edge)
        + path(f"M{x - 6} 296Q{x - 4} 280 {x + 22} 282V296Z", fill="#2b2b30", **edge)
        for x in (54, 80)
    )
    trunk = path("M44 112Q48 92 80 92Q112 92 112 112L106 190H50Z", fill=style.clothes)
    left = line(48, 112, 36, 170, stroke=style.clothes, stroke_width=18, stroke_linecap="round")
    right = path("M108 112L120 150L140 138", fill="none", stroke=style.clothes, stroke_width=17, stroke_linecap="round", stroke_linejoin="round")  # fmt: skip
    face = group(
        back_hair(person, style), path("M146 190V250H190V190Z", fill=skin), head(person, style),
        transform="translate(5 -7) scale(0.447)",
    )  # fmt: skip
    thing = group(held, transform="translate(118 78) scale(0.62)")
    return (
        legs + left + circle(35, 182, 9, **hand) + trunk + face + right + thing
        + circle(146, 134, 9, **hand)
    )  # fmt: skip
