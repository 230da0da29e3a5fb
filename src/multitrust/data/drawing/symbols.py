"""Symbols of ways to live and of institutions, in boxes of 100 x 100."""

from __future__ import annotations

from collections.abc import Callable

from multitrust.data.drawing.pictograms import hammer, lit_bulb, moon, sandglass, scissors, sun
from multitrust.data.drawing.svg import circle, ellipse, group, line, path, polygon, rect

INK = "#263238"
EDGE: dict[str, str | float | None] = {"stroke": INK, "stroke_width": 3, "stroke_linejoin": "round"}
Symbol = Callable[[str], str]
"""Paint -> SVG."""


def figure(x: float, foot: float, height: float, paint: str) -> str:
    """A standing figure without a face."""
    head = height * 0.17
    width = height * 0.36
    top = foot - height
    return path(
        f"M{x - width / 2:.1f} {foot:.1f}V{top + height * 0.55:.1f}Q{x:.1f} {top + height * 0.26:.1f} "
        f"{x + width / 2:.1f} {top + height * 0.55:.1f}V{foot:.1f}Z",
        fill=paint,
        **EDGE,
    ) + circle(x, top + head, head, fill="#f0d2b0", **EDGE)


def skyline(paint: str) -> str:
    """Tall buildings with lit windows."""
    blocks = ((6, 40, 24), (34, 8, 30), (68, 28, 26))
    towers = "".join(rect(x, y, w, 94 - y, fill=paint, **EDGE) for x, y, w in blocks)
    panes = "".join(
        rect(x + 5 + 10 * column, y + 8 + 14 * row, 5, 7, fill="#fff59d")
        for x, y, w in blocks
        for column in range(int(w - 4) // 10)
        for row in range(int(82 - y) // 14)
    )
    return towers + panes


def children(paint: str) -> str:
    """Two tall figures and three small ones."""
    tall = figure(30, 94, 86, paint) + figure(70, 94, 82, paint)
    return tall + "".join(figure(x, 98, 46, "#ffcc80") for x in (14, 50, 86))


def couple(paint: str) -> str:
    """Two figures side by side."""
    return figure(32, 95, 88, paint) + figure(68, 95, 84, "#ffcc80")


def crowd(paint: str) -> str:
    """Many figures."""
    back = "".join(figure(x, 70, 58, "#b0bec5") for x in (18, 50, 82))
    return back + "".join(figure(x, 97, 60, paint) for x in (10, 34, 66, 90))


def rings(paint: str) -> str:
    """Two linked rings."""
    ring: dict[str, str | float | None] = {"fill": "none", "stroke": "#d4a017", "stroke_width": 9}
    stone = polygon([(34, 14), (44, 24), (34, 36), (24, 24)], fill=paint, **EDGE)
    return circle(36, 60, 26, **ring) + circle(66, 60, 26, **ring) + stone


def shield(paint: str) -> str:
    """A shield with a tick."""
    body = path("M50 5L88 18V48C88 74 68 88 50 96C32 88 12 74 12 48V18Z", fill=paint, **EDGE)
    tick = path("M30 50L45 66L72 34", fill="none", stroke="#fff", stroke_width=9)
    return body + tick


def leaf(paint: str) -> str:
    """A leaf and a carrot."""
    carrot = polygon([(58, 44), (84, 50), (60, 96)], fill="#f58a1a", **EDGE)
    return carrot + path("M10 66C8 26 40 8 74 8C76 44 54 74 10 66Z", fill="#43a047", **EDGE) + line(
        14, 63, 62, 20, stroke="#1b5e20", stroke_width=3
    )  # fmt: skip


def coin(paint: str) -> str:
    """Stacked coins."""
    pile = "".join(
        path(f"M{x} {y}V{y + 10}A20 7 0 0 0 {x + 40} {y + 10}V{y}", fill="#d4a017", **EDGE)
        + ellipse(x + 20, y, 20, 7, fill="#ffd54f", **EDGE)
        for x, count in ((6, 3), (52, 6))
        for y in range(80, 80 - 12 * count, -12)
    )
    return pile


def ladder(paint: str) -> str:
    """A ladder with a flag on top."""
    rails = line(26, 96, 40, 20, **EDGE) + line(64, 96, 64, 20, **EDGE)
    rungs = "".join(
        line(40 - (y - 20) * 0.18, y, 64, y, stroke=INK, stroke_width=5) for y in range(30, 96, 14)
    )
    return rails + rungs + line(64, 24, 64, 4, **EDGE) + polygon([(64, 4), (92, 12), (64, 20)], fill=paint, **EDGE)  # fmt: skip


def fence(paint: str) -> str:
    """A fence of pointed boards."""
    rails = "".join(rect(2, y, 96, 8, fill="#a1887f", **EDGE) for y in (46, 72))
    return rails + "".join(
        polygon([(x, 96), (x, 34), (x + 8, 22), (x + 16, 34), (x + 16, 96)], fill=paint, **EDGE)
        for x in (4, 30, 56, 80)
    )


def door(paint: str) -> str:
    """An open door with light behind it."""
    return (
        rect(24, 6, 56, 90, fill="#fff59d", **EDGE)
        + polygon([(24, 6), (56, 18), (56, 98), (24, 96)], fill=paint, **EDGE)
        + circle(49, 58, 3.5, fill="#ffd54f", **EDGE)
    )


def bowl(paint: str) -> str:
    """One plain bowl."""
    return path("M10 48H90C90 78 70 88 50 88C30 88 10 78 10 48Z", fill=paint, **EDGE) + rect(
        36, 86, 28, 8, fill=paint, **EDGE
    )


def nursing(paint: str) -> str:
    """A building with a cross."""
    walls = rect(10, 30, 80, 66, fill=paint, **EDGE)
    sign = rect(34, 6, 32, 32, fill="#fff", **EDGE)
    cross = rect(46, 10, 8, 24, fill="#2e7d32") + rect(38, 18, 24, 8, fill="#2e7d32")
    panes = "".join(rect(x, 50, 14, 14, fill="#cfe8ff", **EDGE) for x in (18, 68))
    return walls + sign + cross + panes + rect(42, 62, 16, 34, fill="#5d4037", **EDGE)


def school(paint: str) -> str:
    """A school with a bell tower and many windows."""
    tower = polygon([(38, 30), (50, 8), (62, 30)], fill="#8d3b2f", **EDGE) + rect(38, 28, 24, 20, fill=paint, **EDGE)  # fmt: skip
    walls = rect(4, 46, 92, 50, fill=paint, **EDGE) + circle(50, 36, 6, fill="#ffd54f", **EDGE)
    panes = "".join(rect(x, 56, 12, 14, fill="#cfe8ff", **EDGE) for x in (10, 26, 62, 78))
    return tower + walls + panes + rect(42, 66, 16, 30, fill="#5d4037", **EDGE)


def gear(paint: str) -> str:
    """A toothed wheel."""
    teeth = "".join(
        rect(43, 6, 14, 20, fill=paint, transform=f"rotate({angle} 50 50)", **EDGE)
        for angle in range(0, 360, 45)
    )
    return teeth + circle(50, 50, 32, fill=paint, **EDGE) + circle(50, 50, 12, fill="#fff", **EDGE)


def globe(paint: str) -> str:
    """A globe with its lines."""
    lines: dict[str, str | float | None] = {"fill": "none", "stroke": "#fff", "stroke_width": 3}
    return (
        circle(50, 50, 44, fill=paint, **EDGE)
        + ellipse(50, 50, 18, 43, **lines)
        + line(50, 7, 50, 93, stroke="#fff", stroke_width=3)
        + "".join(path(f"M{a} {y}H{b}", **lines) for y, a, b in ((28, 12, 88), (50, 7, 93), (72, 12, 88)))
    )  # fmt: skip


def heart(paint: str) -> str:
    """A heart."""
    d = "M50 92C10 62 4 40 10 26C18 6 42 8 50 28C58 8 82 6 90 26C96 40 90 62 50 92Z"
    return path(d, fill="#e53950", **EDGE)


def scroll(paint: str) -> str:
    """A sealed sheet with a signature."""
    sheet = rect(18, 6, 64, 88, fill="#fff8e1", **EDGE)
    rows = "".join(line(28, y, 72, y, stroke="#90a4ae", stroke_width=4) for y in (22, 34, 46, 58))
    name = path(
        "M28 78C34 66 36 84 44 74S50 80 56 74", fill="none", stroke="#1a237e", stroke_width=3
    )
    return sheet + rows + name + circle(70, 78, 9, fill=paint, **EDGE)


def mirror(paint: str) -> str:
    """A figure in a mirror."""
    glass = ellipse(50, 46, 34, 42, fill="#e1f5fe", stroke="#8d6e63", stroke_width=7)
    return rect(45, 84, 10, 14, fill="#8d6e63") + glass + figure(50, 82, 64, paint)


def speech(paint: str) -> str:
    """Two speech bubbles."""
    dots = "".join(circle(x, 28, 4, fill="#fff") for x in (24, 38, 52))
    return (
        path("M40 46H92V80H80L84 96L64 80H40Z", fill="#fff", **EDGE)
        + path("M6 8H70V48H34L18 64L20 48H6Z", fill=paint, **EDGE)
        + dots
    )


def column(paint: str) -> str:
    """An ancient column."""
    flutes = "".join(line(x, 26, x, 78, stroke="#9e9e9e", stroke_width=3) for x in (40, 50, 60))
    ends = "".join(
        rect(x, y, w, 9, fill="#eceff1", **EDGE)
        for x, y, w in ((20, 6, 60), (27, 15, 46), (27, 78, 46), (20, 87, 60))
    )
    return rect(32, 22, 36, 58, fill="#eceff1", **EDGE) + flutes + ends


def statue(paint: str) -> str:
    """A figure on a pedestal."""
    stone = "#cfd8dc"
    return rect(26, 72, 48, 24, fill="#90a4ae", **EDGE) + figure(50, 73, 66, stone) + line(
        60, 40, 78, 16, stroke="#90a4ae", stroke_width=8
    )  # fmt: skip


def frame(paint: str) -> str:
    """A framed picture of mere shapes."""
    return (
        rect(8, 10, 84, 80, fill="#fff", stroke="#8d6e63", stroke_width=7)
        + circle(38, 40, 16, fill=paint)
        + polygon([(50, 78), (66, 40), (82, 78)], fill="#f9a825")
        + rect(20, 60, 26, 14, fill="#1e88e5")
    )


def flag(paint: str) -> str:
    """A flag of no country on a pole."""
    cloth = "M24 10C46 0 62 24 92 12V56C62 68 46 44 24 56Z"
    return line(22, 6, 22, 97, stroke=INK, stroke_width=6) + path(cloth, fill=paint, **EDGE) + circle(
        56, 34, 9, fill="#fff"
    )  # fmt: skip


def bow(paint: str) -> str:
    """A figure that bows to another."""
    bent = group(figure(0, 0, 50, paint), transform="translate(26 64) rotate(50)")
    legs = rect(14, 58, 16, 38, fill=paint, **EDGE)
    return figure(82, 96, 84, "#ffcc80") + legs + bent


def handshake(paint: str) -> str:
    """Two hands that hold each other."""
    left = path("M4 40L30 34L58 52L48 66L30 62L4 68Z", fill="#f0d2b0", **EDGE)
    right = path("M96 40L70 34L42 48L50 60L72 64L96 68Z", fill="#a9714b", **EDGE)
    cuffs = rect(0, 36, 12, 36, fill=paint, **EDGE) + rect(88, 36, 12, 36, fill="#546e7a", **EDGE)
    return left + right + cuffs


def grave(paint: str) -> str:
    """A gravestone with flowers."""
    stone = path("M24 90V42A26 28 0 0 1 76 42V90Z", fill="#b0bec5", **EDGE)
    words = "".join(line(36, y, 64, y, stroke="#607d8b", stroke_width=4) for y in (46, 58))
    grass = path("M6 96Q50 78 94 96Z", fill="#66bb6a", **EDGE)
    return stone + words + grass + "".join(circle(x, 86, 5, fill=paint, **EDGE) for x in (42, 54, 64))  # fmt: skip


def crown(paint: str) -> str:
    """A crown."""
    d = "M10 78L6 26L30 50L50 14L70 50L94 26L90 78Z"
    gems = "".join(circle(x, 86, 4, fill=paint) for x in (26, 50, 74))
    return path(d, fill="#ffd54f", **EDGE) + rect(10, 76, 80, 18, fill="#d4a017", **EDGE) + gems


def ballot(paint: str) -> str:
    """A ballot paper falls into a box."""
    paper = rect(32, 6, 36, 44, fill="#fff", **EDGE)
    cross = line(42, 16, 58, 34, **EDGE) + line(58, 16, 42, 34, **EDGE)
    return paper + cross + rect(10, 48, 80, 48, fill=paint, **EDGE) + rect(26, 46, 48, 6, fill=INK)


def mask(paint: str) -> str:
    """A theatre mask."""
    face = path("M12 14Q50 26 88 14V46C88 78 66 92 50 96C34 92 12 78 12 46Z", fill=paint, **EDGE)
    eyes = "".join(path(f"M{x} 46Q{x + 11} 34 {x + 22} 46Z", fill=INK) for x in (24, 54))
    return face + eyes + path("M30 64Q50 92 70 64Q50 74 30 64Z", fill=INK)


def factory(paint: str) -> str:
    """A factory with smoking chimneys."""
    smoke = "".join(circle(x, y, r, fill="#b0bec5") for x, y, r in ((22, 14, 8), (34, 8, 6), (48, 18, 8), (60, 10, 6)))  # fmt: skip
    stacks = "".join(rect(x, 24, 12, 40, fill="#8d6e63", **EDGE) for x in (14, 40))
    hall = polygon([(4, 96), (4, 60), (34, 46), (34, 60), (64, 46), (64, 60), (96, 46), (96, 96)], fill=paint, **EDGE)  # fmt: skip
    return smoke + stacks + hall + "".join(rect(x, 72, 12, 12, fill="#cfe8ff", **EDGE) for x in (16, 44, 72))  # fmt: skip


def temple(paint: str) -> str:
    """A domed house of worship of no particular faith."""
    dome = path("M20 52C20 20 40 16 50 4C60 16 80 20 80 52Z", fill="#ffd54f", **EDGE)
    gate = path("M38 96V70A12 14 0 0 1 62 70V96Z", fill="#5d4037", **EDGE)
    return dome + rect(10, 50, 80, 46, fill=paint, **EDGE) + gate


def state_house(paint: str) -> str:
    """A pediment on pillars."""
    roof = polygon([(4, 38), (50, 8), (96, 38)], fill=paint, **EDGE)
    pillars = "".join(rect(x, 42, 11, 42, fill="#eceff1", **EDGE) for x in (12, 34, 56, 78))
    return roof + pillars + rect(4, 84, 92, 12, fill="#cfd8dc", **EDGE)


def wall(paint: str) -> str:
    """A wall of bricks."""
    return "".join(
        rect(x, 20 + 19 * row, 28, 19, fill=paint, **EDGE)
        for row in range(4)
        for x in ((4, 36, 68) if row % 2 else (-10, 20, 50, 80))
        if 0 <= x <= 70
    ) + rect(2, 14, 96, 8, fill="#90a4ae", **EDGE)


def dove(paint: str) -> str:
    """A white bird with a twig."""
    body = "M10 40C20 30 34 34 44 44L58 10C74 22 76 42 68 56L96 66C80 82 40 88 26 60Z"
    twig = line(10, 42, 2, 62, stroke="#2e7d32", stroke_width=4)
    return path(body, fill="#fff", **EDGE) + circle(24, 42, 3, fill=INK) + twig + ellipse(4, 56, 4, 8, fill="#43a047")  # fmt: skip


def turbine(paint: str) -> str:
    """A wind turbine."""
    blades = "".join(
        path("M50 40Q58 20 50 2Q44 20 50 40Z", fill="#fff", transform=f"rotate({a} 50 40)", **EDGE)
        for a in (20, 140, 260)
    )
    mast = polygon([(47, 40), (53, 40), (57, 98), (43, 98)], fill="#cfd8dc", **EDGE)
    return mast + blades + circle(50, 40, 6, fill=paint, **EDGE)


def lock(paint: str) -> str:
    """A closed padlock."""
    bar = path("M28 50V34A22 24 0 0 1 72 34V50", fill="none", stroke="#78909c", stroke_width=10)
    return bar + rect(16, 48, 68, 48, rx=8, fill=paint, **EDGE) + circle(50, 68, 7, fill=INK) + rect(47, 70, 6, 16, fill=INK)  # fmt: skip


def scales(paint: str) -> str:
    """A pair of scales."""
    pans = "".join(
        path(f"M{x} 64L{x + 18} 22L{x + 36} 64Z", fill="none", **EDGE)
        + path(f"M{x - 2} 62H{x + 38}Q{x + 18} 84 {x - 2} 62Z", fill=paint, **EDGE)
        for x in (4, 60)
    )
    beam = line(20, 22, 80, 22, stroke=INK, stroke_width=6) + line(50, 10, 50, 92, stroke=INK, stroke_width=6)  # fmt: skip
    return beam + pans + rect(30, 90, 40, 7, fill=INK)


def eye(paint: str) -> str:
    """A watching eye."""
    lid = path("M4 50Q50 4 96 50Q50 96 4 50Z", fill="#fff", **EDGE)
    return lid + circle(50, 50, 20, fill=paint, **EDGE) + circle(50, 50, 9, fill=INK)


SYMBOLS: dict[str, Symbol] = {
    "skyline": skyline, "children": children, "couple": couple, "crowd": crowd, "rings": rings,
    "shield": shield, "leaf": leaf, "coin": coin, "ladder": ladder, "fence": fence, "door": door,
    "bowl": bowl, "nursing": nursing, "school": school, "gear": gear, "globe": globe,
    "heart": heart, "scroll": scroll, "mirror": mirror, "speech": speech, "column": column,
    "statue": statue, "frame": frame, "flag": flag, "bow": bow, "handshake": handshake,
    "grave": grave, "crown": crown, "ballot": ballot, "mask": mask, "factory": factory,
    "temple": temple, "state house": state_house, "wall": wall, "dove": dove, "turbine": turbine,
    "lock": lock, "scales": scales, "eye": eye,
    "sandglass": lambda _: sandglass(0.6), "sun": lambda _: sun(), "moon": lambda _: moon(),
    "hammer": lambda _: hammer(), "scissors": lambda _: scissors(), "bulb": lambda _: lit_bulb(),
}  # fmt: skip
"""Name -> drawing; what a symbol has of its own colour it keeps."""
