"""Small pictures of events and states, in boxes of 100 x 100."""

from __future__ import annotations

from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.svg import circle, ellipse, group, line, path, polygon, rect

INK = "#222"


def thing(kind: str, color: str, scale: float = 0.9, x: float = 5, y: float = 5) -> str:
    """An object of the kit."""
    return group(OBJECTS[kind].draw(color), transform=f"translate({x} {y}) scale({scale})")


def rain() -> str:
    """A dark cloud with rain."""
    cloud = "".join(
        ellipse(x, y, 20, 14, fill="#78909c") for x, y in ((34, 34), (54, 26), (70, 36))
    )
    drops = "".join(
        line(x, 54, x - 5, 76, stroke="#1e88e5", stroke_width=4) for x in (28, 42, 56, 70)
    )
    return cloud + drops


def sun() -> str:
    """A blazing sun."""
    rays = "".join(
        line(50, 8, 50, 20, stroke="#f9a825", stroke_width=5, transform=f"rotate({a} 50 50)")
        for a in range(0, 360, 45)
    )
    return rays + circle(50, 50, 24, fill="#fdd835", stroke="#f9a825", stroke_width=3)


def moon() -> str:
    """A crescent and stars in a dark sky."""
    stars = "".join(
        circle(x, y, 2.5, fill="#fff") for x, y in ((16, 20), (80, 30), (18, 84), (76, 74))
    )
    return (
        rect(2, 2, 96, 96, fill="#1a237e")
        + path("M60 22A30 30 0 1 0 60 78A24 24 0 1 1 60 22Z", fill="#fff59d")
        + stars
    )


def wind() -> str:
    """Gusts of wind."""
    return "".join(
        path(
            f"M8 {y}H64C84 {y} 84 {y - 20} 68 {y - 18}",
            fill="none",
            stroke="#607d8b",
            stroke_width=5,
        )
        for y in (36, 58, 80)
    )


def puddle() -> str:
    """A puddle on the ground."""
    return rect(2, 60, 96, 38, fill="#a1887f") + ellipse(
        50, 78, 36, 11, fill="#4fc3f7", stroke="#0277bd", stroke_width=2
    )


def melted() -> str:
    """What is left of a snowman: a hat and a carrot in water."""
    return (
        ellipse(50, 80, 40, 12, fill="#b3e5fc", stroke="#4fc3f7", stroke_width=2)
        + rect(32, 56, 30, 20, fill="#222") + rect(24, 74, 46, 6, fill="#222")
        + polygon([(70, 80), (88, 84), (70, 87)], fill="#f58a1a")
    )  # fmt: skip


def broken_window() -> str:
    """A window with a star-shaped hole."""
    pane = rect(14, 14, 72, 72, fill="#cfe8ff", stroke="#6d4c41", stroke_width=6)
    hole = polygon(
        [
            (50, 24),
            (57, 43),
            (76, 38),
            (62, 52),
            (74, 70),
            (54, 62),
            (44, 80),
            (42, 60),
            (22, 60),
            (38, 48),
            (26, 30),
            (45, 41),
        ],
        fill="#263238",
    )
    return pane + hole


def plant(growth: float, wilted: bool = False) -> str:
    """A pot plant; growth from 0 (a seedling) to 1."""
    pot = polygon(
        [(32, 70), (68, 70), (62, 96), (38, 96)], fill="#bf5b2c", stroke=INK, stroke_width=2
    )
    if wilted:
        stem = path("M50 70C50 40 62 34 76 52", fill="none", stroke="#8d6e3f", stroke_width=5)
        return (
            pot
            + stem
            + ellipse(78, 60, 7, 12, fill="#a1884f")
            + ellipse(62, 48, 6, 11, fill="#a1884f")
        )
    top = 66 - 50 * growth
    leaves = "".join(
        ellipse(50 + side * 13, y, 12, 6, fill="#43a047", stroke=INK)
        for i, y in enumerate(range(62, int(top), -14))
        for side in ((-1, 1) if i else (1,))
    )
    bloom = (
        circle(50, top, 10, fill="#ec407a", stroke=INK)
        if growth > 0.9
        else circle(50, top, 4, fill="#43a047")
    )
    return pot + line(50, 70, 50, top, stroke="#2e7d32", stroke_width=5) + leaves + bloom


def candle(length: float, lit: bool = True) -> str:
    """A candle; length from 0 to 1."""
    top = 90 - 66 * max(length, 0.12)
    flame = (
        path(
            f"M50 {top - 20}q8 10 0 14q-8 -4 0 -14Z",
            fill="#ffb300",
            stroke="#e65100",
            stroke_width=1.5,
        )
        if lit
        else ""
    )
    body = rect(38, top, 24, 92 - top, fill="#e57373", stroke=INK, stroke_width=2)
    return (
        body
        + line(50, top, 50, top - 7, stroke_width=2.5)
        + flame
        + ellipse(50, 93, 26, 4, fill="#90a4ae")
    )


def glass(share: float) -> str:
    """A glass of juice, filled to a share."""
    height = 62 * share
    return rect(32, 84 - height, 36, height, fill="#ff9800") + path(
        "M28 18L32 86H68L72 18", fill="none", stroke=INK, stroke_width=4
    )


def eaten_apple(left: float) -> str:
    """An apple of which a share is left; at 0 only the core."""
    if left > 0.9:
        return thing("apple", "#e02020")
    core = path(
        "M40 22Q50 30 60 22Q52 50 60 84Q50 90 40 84Q48 50 40 22Z",
        fill="#fff3c4",
        stroke=INK,
        stroke_width=2,
    )
    stalk = line(50, 24, 53, 8, stroke="#5a3a1a", stroke_width=4)
    side = (
        path("M42 26C14 16 8 76 42 88Q50 52 42 26Z", fill="#e02020", stroke=INK, stroke_width=2)
        if left > 0.3
        else ""
    )
    return side + core + stalk


def house_stage(share: float) -> str:
    """A house being built: foundation, walls, roof."""
    parts = [rect(12, 84, 76, 10, fill="#9e9e9e", stroke=INK, stroke_width=2)]
    if share > 0.3:
        parts.append(rect(20, 46, 60, 38, fill="#d7a86e", stroke=INK, stroke_width=2))
    if share > 0.8:
        parts.append(
            polygon([(50, 12), (90, 48), (10, 48)], fill="#9c3b2e", stroke=INK, stroke_width=2)
        )
        parts.append(rect(44, 60, 14, 24, fill="#5a3a1a"))
    return "".join(parts)


def ice(share: float) -> str:
    """A block of ice that melts; share left from 0 to 1."""
    side = 60 * share
    water = ellipse(50, 86, 14 + 32 * (1 - share), 6, fill="#4fc3f7")
    block = rect(
        50 - side / 2, 86 - side, side, side, rx=4, fill="#e1f5fe", stroke="#4fc3f7", stroke_width=3
    )
    return water + (block if share > 0.05 else "")


def egg(cracked: float) -> str:
    """An egg, cracked, then a chick."""
    if cracked > 0.9:
        return (
            circle(50, 56, 24, fill="#fdd835", stroke=INK, stroke_width=2) + circle(50, 30, 16, fill="#fdd835", stroke=INK, stroke_width=2)
            + circle(45, 28, 2.5, fill=INK) + circle(55, 28, 2.5, fill=INK) + polygon([(46, 34), (54, 34), (50, 41)], fill="#f57c00")
            + path("M30 72L38 64L46 74L54 64L62 74L70 64L72 80Q50 100 28 80Z", fill="#fff8e1", stroke=INK, stroke_width=2)
        )  # fmt: skip
    shell = ellipse(50, 54, 28, 36, fill="#fff8e1", stroke=INK, stroke_width=2)
    crack = (
        path("M24 54L34 46L42 58L50 46L58 58L66 46L76 54", fill="none", stroke=INK, stroke_width=3)
        if cracked > 0.3
        else ""
    )
    return shell + crack


def sandglass(share: float) -> str:
    """A sandglass; share of the sand still above."""
    upper, lower = 26 * share, 26 * (1 - share)
    return (
        polygon([(30 + (26 - upper) * 0.75, 48 - upper), (70 - (26 - upper) * 0.75, 48 - upper), (50, 50)], fill="#d9a441")
        + polygon([(50 - lower * 0.8, 84), (50 + lower * 0.8, 84), (50, 84 - lower)], fill="#d9a441")
        + path("M26 14H74L52 50L74 86H26L48 50Z", fill="none", stroke=INK, stroke_width=3)
        + rect(22, 8, 56, 6, fill="#6d4c41") + rect(22, 86, 56, 6, fill="#6d4c41")
    )  # fmt: skip


def snow_stage(share: float) -> str:
    """A snowman being built of one, two, then three balls."""
    balls = [circle(50, 76, 20, fill="#f5faff", stroke=INK, stroke_width=2)]
    if share > 0.3:
        balls.append(circle(50, 46, 14, fill="#f5faff", stroke=INK, stroke_width=2))
    if share > 0.8:
        balls += [
            circle(50, 24, 10, fill="#f5faff", stroke=INK, stroke_width=2),
            rect(40, 4, 20, 12, fill=INK),
        ]
    return rect(2, 2, 96, 96, fill="#bbdefb") + "".join(balls)


def burst_balloon() -> str:
    """What is left of a balloon: scraps that fly apart over the knot and its string."""
    style: dict[str, str | float | None] = {"fill": "#e02020", "stroke": INK, "stroke_width": 2}
    scraps = "".join(
        path("M-9 5Q-2 -11 10 -7Q3 -1 5 9Q-2 3 -9 5Z", transform=f"{at} rotate({turn})", **style)
        for at, turn in (
            ("translate(18 46)", 200),
            ("translate(28 16)", 260),
            ("translate(58 10)", 330),
            ("translate(84 28)", 20),
            ("translate(80 58)", 80),
        )
    )
    bang = "".join(
        line(50 + 9 * x, 38 + 9 * y, 50 + 17 * x, 38 + 17 * y, stroke=INK, stroke_width=3)
        for x, y in ((-1, 0.2), (-0.7, -0.7), (0, -1), (0.7, -0.7), (1, 0.2))
    )
    knot = path("M40 50Q45 60 50 57Q55 60 60 50L54 66H46Z", **style)
    string = path("M50 66C43 76 58 84 50 97", fill="none", stroke=INK, stroke_width=2)
    return scraps + bang + knot + string


def needle() -> str:
    """A needle."""
    return line(14, 84, 84, 16, stroke="#78909c", stroke_width=5) + circle(
        18, 80, 8, fill="none", stroke="#78909c", stroke_width=4
    )


def match() -> str:
    """A burning match."""
    return rect(20, 56, 56, 7, fill="#d7a86e", transform="rotate(-25 48 60)") + path(
        "M76 44C92 32 84 14 78 8C76 20 62 26 66 40C68 46 72 47 76 44Z",
        fill="#ff9800",
        stroke="#e65100",
        stroke_width=2,
    )


def watering_can() -> str:
    """A watering can that pours."""
    drops = "".join(
        circle(x, y, 3.5, fill="#1e88e5")
        for x, y in ((10, 52), (16, 64), (6, 68), (18, 80), (10, 88))
    )
    return (
        path("M40 44L14 32L10 40L40 62", fill="#66bb6a", stroke=INK, stroke_width=2) + rect(40, 40, 42, 44, fill="#66bb6a", stroke=INK, stroke_width=2)
        + path("M52 40C56 14 96 26 82 60", fill="none", stroke=INK, stroke_width=5) + drops
    )  # fmt: skip


def scissors() -> str:
    """Open scissors."""
    return (
        line(20, 14, 64, 74, stroke="#607d8b", stroke_width=7) + line(80, 14, 36, 74, stroke="#607d8b", stroke_width=7)
        + circle(68, 82, 11, fill="none", stroke="#d32f2f", stroke_width=6) + circle(32, 82, 11, fill="none", stroke="#d32f2f", stroke_width=6)
    )  # fmt: skip


def cut_rope() -> str:
    """A twisted rope in two pieces with frayed ends."""
    piece = (
        rect(-2, -6, 34, 12, fill="#c99a5b", stroke="#6d4c23", stroke_width=2)
        + "".join(line(x, 6, x + 6, -6, stroke="#6d4c23", stroke_width=2) for x in (2, 10, 18, 25))
        + "".join(line(32, y, 42, 2.2 * y, stroke="#a1784a", stroke_width=3) for y in (-4, 0, 4))
    )
    return group(piece, transform="translate(4 44) rotate(10)") + group(
        piece, transform="translate(96 44) scale(-1 1) rotate(10)"
    )


def hammer() -> str:
    """A hammer."""
    return rect(44, 34, 11, 60, fill="#a1784a", stroke=INK, stroke_width=2) + rect(
        20, 12, 60, 24, fill="#607d8b", stroke=INK, stroke_width=2
    )


def switch_on() -> str:
    """A light switch that is on."""
    return (
        rect(26, 12, 48, 76, rx=6, fill="#eceff1", stroke=INK, stroke_width=3)
        + rect(40, 26, 20, 26, fill="#43a047", stroke=INK, stroke_width=2)
        + line(50, 62, 50, 74, stroke_width=4)
    )


def lit_bulb() -> str:
    """A light bulb that is on."""
    rays = "".join(
        line(50, 4, 50, 12, stroke="#f9a825", stroke_width=4, transform=f"rotate({a} 50 42)")
        for a in (-90, -45, 0, 45, 90)
    )
    return (
        rays
        + circle(50, 42, 24, fill="#ffee58", stroke=INK, stroke_width=3)
        + rect(40, 64, 20, 22, fill="#78909c", stroke=INK, stroke_width=2)
    )


def bent_tree() -> str:
    """A tree that bends to the right."""
    return path(
        "M30 96C32 70 40 56 60 46", fill="none", stroke="#7a4a22", stroke_width=9
    ) + ellipse(
        70, 38, 26, 16, fill="#388e3c", stroke=INK, stroke_width=2, transform="rotate(20 70 38)"
    )


def kettle(steaming: bool) -> str:
    """A kettle, steaming or cold."""
    steam = (
        "".join(
            path(f"M{x} 26c-6 -8 6 -10 0 -20", fill="none", stroke="#90a4ae", stroke_width=4)
            for x in (74, 84, 94)
        )
        if steaming
        else ""
    )
    return (
        steam
        + path("M22 44H66L88 34L72 60L74 90H18Z", fill="#e57373", stroke=INK, stroke_width=3)
        + path("M26 44C26 20 62 20 62 44", fill="none", stroke=INK, stroke_width=5)
    )


def ramp(sloping: bool) -> str:
    """A ball on a slope or on level ground."""
    ground = (
        polygon([(4, 40), (96, 90), (4, 90)], fill="#8d6e63")
        if sloping
        else rect(4, 74, 92, 16, fill="#8d6e63")
    )
    return ground + (
        circle(30, 41, 12, fill="#1e88e5", stroke=INK, stroke_width=2)
        if sloping
        else circle(50, 62, 12, fill="#1e88e5", stroke=INK, stroke_width=2)
    )


def windows_at_night(lit: bool) -> str:
    """A house at night, with light in its windows or none."""
    color = "#ffee58" if lit else "#263238"
    panes = "".join(
        rect(x, 54, 16, 16, fill=color, stroke="#111", stroke_width=2) for x in (26, 58)
    )
    return (
        rect(2, 2, 96, 96, fill="#1a237e")
        + polygon([(50, 16), (88, 46), (12, 46)], fill="#4e342e")
        + rect(18, 46, 64, 48, fill="#795548")
        + panes
    )
