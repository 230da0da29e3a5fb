"""Forty kinds of things, each drawn in a box of 100 x 100 with its main parts in one paint.

Whoever is asked for a thing's colour or pattern must name the paint: what is not painted is small
or glass, wood, metal, and nothing that is drawn on a plain thing looks like stripes, dots or checks.
A kind's `extent` is the tight box of what it draws, in the same units; a test measures it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from multitrust.data.drawing.palette import INK
from multitrust.data.drawing.svg import circle, ellipse, line, path, polygon, rect

Draw = Callable[[str], str]
EDGE: dict[str, str | float | None] = {
    "stroke": INK,
    "stroke_width": 3,
    "stroke_linejoin": "round",
}


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """A kind of thing that can be drawn."""

    name: str
    plural: str
    draw: Draw
    """Paint (a colour or `url(#pattern)`) -> SVG in a box of 100 x 100."""
    extent: tuple[float, float, float, float]
    """xmin, ymin, xmax, ymax of what is drawn."""

    @property
    def article(self) -> str:
        """The name with `a` or `an`."""
        return ("an " if self.name[0] in "aeiou" else "a ") + self.name


OBJECTS: dict[str, ObjectKind] = {}


def tail(d: str, paint: str) -> str:
    """A painted tail with dark edges along the path."""
    return "".join(
        path(d, fill="none", stroke=stroke, stroke_width=width, stroke_linecap="round")
        for stroke, width in ((INK, 13), (paint, 7))
    )


def kind(
    name: str, extent: tuple[float, float, float, float], plural: str = ""
) -> Callable[[Draw], Draw]:
    """Register a drawing under its name."""

    def register(draw: Draw) -> Draw:
        OBJECTS[name] = ObjectKind(name, plural or f"{name}s", draw, extent)
        return draw

    return register


@kind("apple", (10, 4, 90, 96))
def apple(paint: str) -> str:
    """A round fruit with a stalk and a leaf."""
    body = "M50 30C28 14 10 30 11.5 55C13 80 32 96 50 94.5C68 96 87 80 88.5 55C90 30 72 14 50 30Z"
    return (
        path(body, fill=paint, **EDGE)
        + path("M50 30C50 20 52 12 57 6", fill="none", stroke="#5a3a1a", stroke_width=5)
        + path("M54 20C62 6 78 8 80 10C76 22 62 24 54 20Z", fill="#3f8f2f", stroke=INK)
    )


@kind("banana", (12, 8, 96, 82))
def banana(paint: str) -> str:
    """A curved fruit."""
    d = "M14 12C10 58 44 92 92 76L94.5 66C60 72 36 52 26 12Z"
    return path(d, fill=paint, **EDGE) + path("M13 11h14", stroke=INK, stroke_width=6)


@kind("car", (3, 24, 97, 86))
def car(paint: str) -> str:
    """A car seen from the side."""
    body = "M4.5 72V56L20 52L32 25.5H66L82 52L95.5 57V72Z"
    wheels = "".join(
        circle(x, 72, 12, fill="#222", stroke=INK, stroke_width=3) + circle(x, 72, 5, fill="#ccc")
        for x in (26, 74)
    )
    windows = polygon([(29, 50), (37, 32), (48, 32), (48, 50)], fill="#cfe8ff", stroke=INK)
    return (
        path(body, fill=paint, **EDGE)
        + windows
        + polygon([(53, 50), (53, 32), (64, 32), (74, 50)], fill="#cfe8ff", stroke=INK)
        + wheels
    )


@kind("bus", (2, 16, 98, 88), "buses")
def bus(paint: str) -> str:
    """A long bus with four windows."""
    windows = "".join(
        rect(x, 26, 17, 20, fill="#cfe8ff", stroke=INK, stroke_width=2) for x in (9, 30, 51, 72)
    )
    wheels = "".join(circle(x, 76, 10.5, fill="#222", **EDGE) for x in (24, 76))
    return rect(3.5, 17.5, 93, 58, rx=7, fill=paint, **EDGE) + windows + wheels


@kind("bicycle", (3, 19, 97, 86))
def bicycle(paint: str) -> str:
    """A bicycle: two wheels and a thick painted frame."""
    wheels = "".join(
        circle(x, 66, 17.5, fill="none", stroke=INK, stroke_width=4) for x in (22.5, 77.5)
    )
    frame = "M22 66L40 38H68L50 66ZM50 66L37 30M68 38L78 66M68 38L64 25H76"
    tubes = "".join(
        path(frame, fill="none", stroke=stroke, stroke_width=width, stroke_linejoin="round")
        for stroke, width in ((INK, 12), (paint, 8))
    )
    return wheels + tubes + path("M27 28H46", stroke=INK, stroke_width=6)


@kind("boat", (4, 5, 96, 92))
def boat(paint: str) -> str:
    """A sailing boat with painted hull and sails."""
    return (
        path("M5.5 68H94.5L80 90.5H20Z", fill=paint, **EDGE)
        + line(48, 5, 48, 68, stroke=INK, stroke_width=4)
        + polygon([(52, 8), (52, 62), (88, 62)], fill=paint, **EDGE)
        + polygon([(44, 16), (44, 62), (16, 62)], fill=paint, **EDGE)
    )


@kind("tree", (10, 4, 90, 98))
def tree(paint: str) -> str:
    """A broad-leaved tree with a painted crown."""
    crown = "M50 5.5C72 4 82 22 78 30C94 38 90 66 70 66H30C10 66 6 38 22 30C18 22 28 4 50 5.5Z"
    return rect(42, 60, 16, 36.5, fill="#7a4a22", **EDGE) + path(crown, fill=paint, **EDGE)


@kind("flower", (18, 4, 82, 97))
def flower(paint: str) -> str:
    """A flower with five painted petals."""
    petals = "".join(
        circle(50 + dx, 36 + dy, 15, fill=paint, **EDGE)
        for dx, dy in ((0, -16), (16, -4), (10, 15), (-10, 15), (-16, -4))
    )
    stem = path("M50 44V97", stroke="#2f7d32", stroke_width=6, fill="none")
    leaf = path("M50 84C62 66 76 70 80 72C74 86 62 90 50 84Z", fill="#3f9f3f", stroke=INK)
    return stem + leaf + petals + circle(50, 36, 10, fill="#ffd84d", **EDGE)


@kind("house", (4, 4, 96, 96))
def house(paint: str) -> str:
    """A house with painted walls and roof."""
    return (
        rect(14, 42, 72, 52.5, fill=paint, **EDGE)
        + polygon([(50, 6), (94, 44), (6, 44)], fill=paint, **EDGE)
        + rect(42, 64, 16, 30, fill="#5a3a1a", **EDGE)
        + rect(22, 54, 15, 15, fill="#cfe8ff", **EDGE)
        + rect(63, 54, 15, 15, fill="#cfe8ff", **EDGE)
    )


@kind("chair", (20, 4, 82, 97))
def chair(paint: str) -> str:
    """A chair seen from the side and front."""
    legs = "".join(rect(x, 62, 8, 33.5, fill=paint, **EDGE) for x in (23, 71))
    return (
        legs
        + rect(21.5, 5.5, 14, 56, fill=paint, **EDGE)
        + rect(21.5, 50, 59, 15, fill=paint, **EDGE)
    )


@kind("table", (2, 30, 98, 92))
def table(paint: str) -> str:
    """A table with a painted top."""
    legs = "".join(rect(x, 44, 8, 46.5, fill="#7a4a22", **EDGE) for x in (12, 80))
    return legs + rect(3.5, 31.5, 93, 14, rx=3, fill=paint, **EDGE)


@kind("lamp", (16, 4, 84, 96))
def lamp(paint: str) -> str:
    """A table lamp with a painted shade."""
    return (
        rect(46, 50, 8, 36, fill="#b0b4b8", stroke=INK, stroke_width=2)
        + ellipse(50, 88, 26, 6.5, fill="#6b6f73", **EDGE)
        + polygon([(34, 5.5), (66, 5.5), (82, 54), (18, 54)], fill=paint, **EDGE)
    )


@kind("cup", (8, 20, 98, 84))
def cup(paint: str) -> str:
    """A cup with a handle."""
    return path("M68 34H84C98 34 98 62 84 64H66", fill="none", stroke=INK, stroke_width=7) + path(
        "M9.5 21.5H72.5L68 74C66 82.5 60 82.5 56 82.5H26C20 82.5 16 82.5 14 74Z", fill=paint, **EDGE
    )


@kind("bottle", (30, 2, 70, 98))
def bottle(paint: str) -> str:
    """A bottle with a label."""
    d = "M42 12V32C34 38 31.5 42 31.5 52V90Q31.5 96.5 38 96.5H62Q68.5 96.5 68.5 90V52C68.5 42 66 38 58 32V12Z"
    return path(d, fill=paint, **EDGE) + rect(40, 3.5, 20, 10, fill="#555", **EDGE) + rect(
        33, 58, 34, 20, fill="#fff", stroke=INK
    )  # fmt: skip


@kind("book", (8, 14, 92, 88))
def book(paint: str) -> str:
    """A closed book with white pages below."""
    return (
        path("M9.5 20Q9.5 15.5 16 15.5H90.5V86.5H16Q9.5 86.5 9.5 80Z", fill=paint, **EDGE)
        + rect(16, 74, 74, 9, fill="#fff", stroke=INK, stroke_width=2)
        + rect(32, 30, 42, 12, fill="#fff", stroke=INK, stroke_width=2)
    )


@kind("clock", (8, 8, 92, 92))
def clock(paint: str) -> str:
    """A wall clock with a painted face; marks and hands are white with dark edges."""
    strokes = "M50 18V24M82 50H76M50 82V76M18 50H24M50 33V50L65 59"
    return circle(50, 50, 40.5, fill=paint, **EDGE) + "".join(
        path(strokes, fill="none", stroke=ink, stroke_width=width, stroke_linecap="round")
        for ink, width in ((INK, 9), ("#fff", 4))
    )


@kind("umbrella", (4, 6, 96, 97))
def umbrella(paint: str) -> str:
    """An open umbrella."""
    return path("M50 50V86C50 98 34 97 34 86", fill="none", stroke=INK, stroke_width=5) + path(
        "M5.5 54C8 24 28 7.5 50 7.5C72 7.5 92 24 94.5 54C86 46 76 46 70 54C62 46 56 46 50 54C44 46 36 46 30 54C24 46 14 46 5.5 54Z",
        fill=paint,
        **EDGE,
    )


@kind("hat", (2, 22, 98, 80))
def hat(paint: str) -> str:
    """A hat with a broad brim and a dark band."""
    return (
        ellipse(50, 68, 46.5, 10.5, fill=paint, **EDGE)
        + path("M24 68C24 36 32 23.5 50 23.5C68 23.5 76 36 76 68Z", fill=paint, **EDGE)
        + path("M24 62H76V69H24Z", fill="#222")
    )


@kind("shoe", (2, 26, 98, 80))
def shoe(paint: str) -> str:
    """A shoe with a white sole."""
    return path("M6 27.5H36L44 44C60 54 94 52 96.5 70H6Z", fill=paint, **EDGE) + rect(
        3.5, 67, 93, 11.5, rx=4, fill="#fff", **EDGE
    ) + "".join(line(x, 40 + (x - 42) * 0.4, x + 8, 34 + (x - 42) * 0.4, stroke="#fff", stroke_width=4) for x in (42, 50, 58))  # fmt: skip


@kind("ball", (8, 8, 92, 92))
def ball(paint: str) -> str:
    """A ball with two seams."""
    return (
        circle(50, 50, 40.5, fill=paint, **EDGE)
        + path("M50 10C30 30 30 70 50 90", fill="none", stroke=INK, stroke_width=3)
        + path("M10 50C30 38 70 38 90 50", fill="none", stroke=INK, stroke_width=3)
    )


@kind("balloon", (20, 2, 80, 98))
def balloon(paint: str) -> str:
    """A balloon on a string."""
    return (
        path("M50 72C44 80 58 88 50 97", fill="none", stroke=INK, stroke_width=3)
        + polygon([(50, 66), (43, 76), (57, 76)], fill=paint, **EDGE)
        + ellipse(50, 36, 28.5, 32.5, fill=paint, **EDGE)
        + ellipse(40, 24, 6, 9, fill="#fff", opacity=0.7)
    )


@kind("kite", (16, 2, 84, 98))
def kite(paint: str) -> str:
    """A diamond kite with a tail."""
    return (
        path("M50 70C40 80 62 88 52 97", fill="none", stroke=INK, stroke_width=3)
        + polygon([(50, 4), (82, 36), (50, 72), (18, 36)], fill=paint, **EDGE)
        + line(50, 4, 50, 72, stroke_width=3)
        + line(18, 36, 82, 36, stroke_width=3)
    )


@kind("star", (4, 6, 96, 92))
def star(paint: str) -> str:
    """A five-pointed star."""
    points = [
        (50, 7),
        (61, 38),
        (94, 39),
        (68, 59),
        (77, 90),
        (50, 72),
        (23, 90),
        (32, 59),
        (6, 39),
        (39, 38),
    ]
    return polygon(points, fill=paint, **EDGE)


@kind("fish", (2, 22, 98, 78), "fish")
def fish(paint: str) -> str:
    """A fish looking left."""
    return (
        polygon([(70, 50), (96, 24), (96, 76)], fill=paint, **EDGE)
        + ellipse(42, 50, 38.5, 27, fill=paint, **EDGE)
        + circle(22, 44, 6, fill="#fff", stroke=INK)
        + circle(21, 44, 3, fill=INK)
        + path("M44 40C52 46 52 54 44 60", fill="none", stroke=INK, stroke_width=3)
    )


@kind("bird", (2, 12, 98, 90))
def bird(paint: str) -> str:
    """A bird standing on two legs, looking right."""
    return (
        path("M42 74V90.5M56 74V90.5", stroke="#c9741a", stroke_width=5, fill="none")
        + polygon([(84, 28), (97, 34), (84, 40)], fill="#f2a31b", stroke=INK)
        + path(
            "M3 46L30 44C34 20 50 13 68 13C82 13 88 24 86 40C84 66 68 78 48 78C28 78 18 66 3 46Z",
            fill=paint,
            **EDGE,
        )
        + circle(72, 28, 5, fill="#fff", stroke=INK)
        + circle(73, 28, 2.5, fill=INK)
        + path("M30 52C42 48 54 52 58 60C46 68 34 64 30 52Z", fill="#ffffff", opacity=0.45)
    )


@kind("cat", (8, 4, 98, 96))
def cat(paint: str) -> str:
    """A sitting cat with pointed ears."""
    return (
        tail("M70 84C98 90 94 58 84 56", paint)
        + ellipse(48, 74, 29, 20.5, fill=paint, **EDGE)
        + path(
            "M18 40L16 6L36 20C44 17 54 17 62 20L82 6L80 40C80 56 66 64 49 64C32 64 18 56 18 40Z",
            fill=paint,
            **EDGE,
        )
        + "".join(
            ellipse(x, 38, 4.5, 6.5, fill="#fff", stroke=INK) + ellipse(x, 39, 2, 5, fill=INK)
            for x in (37, 61)
        )
        + polygon([(45, 48), (53, 48), (49, 53)], fill="#e77", stroke=INK)
        + path(
            "M32 50L8 46M32 54L8 58M66 50L90 46M66 54L90 58",
            stroke=INK,
            stroke_width=2,
            fill="none",
        )
    )


@kind("dog", (2, 12, 98.5, 94))
def dog(paint: str) -> str:
    """A standing dog with hanging ears, looking left."""
    legs = "".join(rect(x, 66, 11, 26.5, fill=paint, **EDGE) for x in (32, 74))
    return (
        tail("M84 52C92 48 93 36 91 30", paint)
        + legs
        + rect(30, 46, 58, 28, rx=12, fill=paint, **EDGE)
        + path(
            "M4 40Q3.5 30 16 28Q20 12 36 14Q52 16 50 38Q48 56 30 56Q10 54 4 40Z", fill=paint, **EDGE
        )
        + path("M38 14C54 10 58 34 50 44C40 42 36 28 38 14Z", fill="#4a2c12", **EDGE)
        + circle(25, 30, 4.5, fill=INK, stroke="#fff", stroke_width=1.5)
        + ellipse(6, 38, 4, 3.5, fill=INK)
    )


@kind("cow", (4, 10, 98, 94))
def cow(paint: str) -> str:
    """A cow with horns, a pink muzzle and an udder, looking left."""
    legs = "".join(rect(x, 66, 10, 26.5, fill=paint, **EDGE) for x in (34, 80))
    return (
        legs
        + ellipse(66, 75, 9, 8, fill="#f3b9b0", **EDGE)
        + rect(30, 34, 66.5, 40, rx=10, fill=paint, **EDGE)
        + path(
            "M12 26C4 22 6 14 10 13M34 26C42 22 40 14 36 13",
            fill="none",
            stroke="#b99a62",
            stroke_width=5,
        )
        + path("M8 30Q23 18 38 30L34 58Q23 66 12 58Z", fill=paint, **EDGE)
        + ellipse(23, 55, 11, 7.5, fill="#f3b9b0", **EDGE)
        + "".join(circle(x, 38, 3.5, fill=INK, stroke="#fff", stroke_width=1.5) for x in (17, 29))
    )


@kind("key", (2, 28, 98, 72))
def key(paint: str) -> str:
    """A key with a ring and two teeth."""
    d = "M40 44H96.5V70.5H86V57H78V66H68V57H40Z"
    return (
        path(d, fill=paint, **EDGE)
        + circle(24, 50, 20.5, fill=paint, **EDGE)
        + circle(24, 50, 8, fill="#fff", **EDGE)
    )


@kind("spoon", (30, 2, 70, 98))
def spoon(paint: str) -> str:
    """A spoon."""
    return rect(43, 40, 14, 56.5, rx=5, fill=paint, **EDGE) + ellipse(
        50, 25, 18.5, 21.5, fill=paint, **EDGE
    )


@kind("guitar", (25, 2, 75, 98))
def guitar(paint: str) -> str:
    """A guitar standing upright."""
    body = "M50 44C66 44 70 54 65 62C80 70 76 96.5 50 96.5C24 96.5 20 70 35 62C30 54 34 44 50 44Z"
    return (
        path(body, fill=paint, **EDGE)
        + rect(46, 12, 8, 52, fill="#5a3a1a", **EDGE)
        + rect(42, 3.5, 16, 12, fill="#5a3a1a", **EDGE)
        + circle(50, 70, 8, fill=INK, stroke="#d8b98a", stroke_width=3)
    )


@kind("drum", (6, 8, 94, 90))
def drum(paint: str) -> str:
    """A drum with a pale skin and two sticks."""
    sticks = "".join(
        line(x, 10, 50, 32, stroke="#7a4a22", stroke_width=5, stroke_linecap="round")
        for x in (24, 76)
    )
    return (
        path("M7.5 30V74C7.5 94 92.5 94 92.5 74V30Z", fill=paint, **EDGE)
        + ellipse(50, 30, 42.5, 11.5, fill="#f1e3c6", **EDGE)
        + path("M7.5 72C7.5 90 92.5 90 92.5 72", fill="none", stroke=INK, stroke_width=3)
        + sticks
    )


@kind("phone", (26, 2, 74, 98))
def phone(paint: str) -> str:
    """A mobile phone with a dark screen in a painted case."""
    return (
        rect(27.5, 3.5, 45, 93, rx=8, fill=paint, **EDGE)
        + rect(37, 16, 26, 56, fill="#3d4a54", **EDGE)
        + circle(50, 88, 4.5, fill="#fff", stroke=INK)
    )


@kind("television", (2, 8, 98, 91))
def television(paint: str) -> str:
    """A television set with an aerial and a dark screen in a painted case."""
    return (
        path("M50 28L30 9M50 28L70 9", stroke=INK, stroke_width=4, fill="none")
        + rect(3.5, 26, 93, 56, rx=6, fill=paint, **EDGE)
        + rect(14, 37, 54, 34, rx=4, fill="#3d4a54", **EDGE)
        + circle(84, 44, 5, fill="#fff", stroke=INK)
        + circle(84, 60, 5, fill="#fff", stroke=INK)
        + path("M24 82V91M76 82V91", stroke=INK, stroke_width=6, fill="none")
    )


@kind("bag", (10, 8, 90, 94))
def bag(paint: str) -> str:
    """A shopping bag with two handles."""
    return path("M34 40V26C34 6 66 6 66 26V40", fill="none", stroke=INK, stroke_width=5) + path(
        "M16 36H84L88.5 92.5H11.5Z", fill=paint, **EDGE
    )


@kind("candle", (32, 1, 68, 98))
def candle(paint: str) -> str:
    """A burning candle."""
    return (
        path(
            "M50 3C60 16 58 28 50 28C42 28 40 16 50 3Z",
            fill="#ffb62e",
            stroke="#d96a00",
            stroke_width=2,
        )
        + line(50, 26, 50, 38, stroke_width=3)
        + rect(33.5, 36, 33, 60.5, rx=3, fill=paint, **EDGE)
    )


@kind("cake", (4, 16, 96, 92))
def cake(paint: str) -> str:
    """A cake with three cherries, painted icing and all."""
    cherries = "".join(circle(x, 26, 8.5, fill="#d4143c", **EDGE) for x in (26, 50, 74))
    icing = "M6 36H94V52C88 64 80 64 76 52C70 64 60 64 56 52C50 64 40 64 36 52C30 64 20 64 16 52C12 60 8 58 6 52Z"
    return cherries + rect(5.5, 44, 89, 46.5, fill=paint, **EDGE) + path(icing, fill=paint, **EDGE)


@kind("rocket", (16, 2, 84, 100))
def rocket(paint: str) -> str:
    """A rocket with fins and a flame."""
    return (
        path("M42 78L50 97L58 78Z", fill="#ffb62e", stroke="#d96a00", stroke_width=2)
        + polygon([(34, 52), (18, 82), (38, 76)], fill=paint, **EDGE)
        + polygon([(66, 52), (82, 82), (62, 76)], fill=paint, **EDGE)
        + path("M50 3.5C68 20 70 50 62 80H38C30 50 32 20 50 3.5Z", fill=paint, **EDGE)
        + circle(50, 38, 9, fill="#cfe8ff", **EDGE)
    )


@kind("mushroom", (6, 12, 94, 96))
def mushroom(paint: str) -> str:
    """A mushroom with a painted cap and pale gills."""
    return (
        path("M38 54C40 70 34 90 36 94.5H64C66 90 60 70 62 54Z", fill="#f4ead6", **EDGE)
        + path("M16 56C30 68 70 68 84 56Z", fill="#e0cfae", **EDGE)
        + path("M7.5 56C8 28 28 13.5 50 13.5C72 13.5 92 28 92.5 56Z", fill=paint, **EDGE)
    )


@kind("snowman", (16, 2, 84, 98), "snowmen")
def snowman(paint: str) -> str:
    """A snowman of painted balls with a black hat, a carrot and arms of twigs."""
    return (
        path("M29 66L17 52M71 66L83 52", stroke="#5a3a1a", stroke_width=4, fill="none")
        + circle(50, 74, 22.5, fill=paint, **EDGE)
        + circle(50, 38, 16.5, fill=paint, **EDGE)
        + rect(34, 3.5, 32, 20, fill="#222", **EDGE)
        + rect(26, 20, 48, 7, fill="#222")
        + "".join(circle(x, 34, 3.4, fill=INK, stroke="#fff", stroke_width=1.4) for x in (44, 56))
        + polygon([(50, 39), (68, 44), (50, 47)], fill="#f58a1a", stroke=INK)
    )


@kind("train", (2, 14, 98, 88))
def train(paint: str) -> str:
    """A steam engine looking left."""
    wheels = "".join(circle(x, 76, 10.5, fill="#333", **EDGE) for x in (20, 46, 80))
    return (
        rect(12, 16, 12, 26, fill="#333", **EDGE)
        + rect(3.5, 40, 60, 32, rx=6, fill=paint, **EDGE)
        + rect(58, 15.5, 38.5, 56.5, fill=paint, **EDGE)
        + rect(66, 24, 22, 20, fill="#cfe8ff", **EDGE)
        + wheels
    )
