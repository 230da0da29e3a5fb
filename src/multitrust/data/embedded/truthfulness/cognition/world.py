"""Space, time, size, daily life and causes."""

from __future__ import annotations

import random
from collections.abc import Callable

from multitrust.data.datasets import stream
from multitrust.data.drawing import pictograms as pic
from multitrust.data.drawing.dials import battery, clock_face, digital, gauge, thermometer
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, tint
from multitrust.data.drawing.panels import panels, single
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.svg import circle, document, group, line, rect, text
from multitrust.data.images import Drawing
from multitrust.data.pairing import Pair

BRIGHT = [name for name in COLORS if name not in ("white", "grey", "black")]
RELATIONS = {
    "to the left of": ((92, 168), (244, 168)),
    "to the right of": ((244, 168), (92, 168)),
    "above": ((168, 92), (168, 244)),
    "below": ((168, 244), (168, 92)),
}


def spatial(rng: random.Random, number: int, seed: int) -> Pair:
    """Two things, and the same two with their places exchanged."""
    relation = list(RELATIONS)[number % len(RELATIONS)]
    first, second = rng.sample(list(OBJECTS), 2)
    paints = [COLORS[color] for color in rng.sample(BRIGHT, 2)]
    spots = RELATIONS[relation]
    ground = tint(rng)
    jitter = [(rng.uniform(-14, 14), rng.uniform(-14, 14)) for _ in range(2)]

    def draw(order: tuple[int, int]) -> Drawing:
        made = [
            group(
                OBJECTS[kind].draw(paint),
                transform=f"translate({spots[i][0] - 62 + dx:.1f} {spots[i][1] - 62 + dy:.1f}) scale(1.24)",
            )
            for kind, paint, i, (dx, dy) in zip((first, second), paints, order, jitter, strict=True)
        ]
        return Drawing(document(SIZE, SIZE, *made, background=ground))

    question = f"Is the {first} {relation} the {second}?"
    return Pair(relation, question, draw((0, 1)), draw((1, 0)))


STAGES: dict[str, tuple[Callable[[float], str], bool]] = {
    "a candle that burns": (pic.candle, True),
    "a plant that grows": (pic.plant, False),
    "an apple that is eaten": (pic.eaten_apple, True),
    "a house that is built": (pic.house_stage, False),
    "a block of ice that melts": (pic.ice, True),
    "an egg that hatches": (pic.egg, False),
    "a sandglass that runs": (pic.sandglass, True),
    "a snowman that is built": (pic.snow_stage, False),
}
"""What the panels show: its drawing at a share, and whether the share falls with time."""


def temporal(rng: random.Random, number: int, seed: int) -> Pair:
    """Three panels in or against the order of time, or two clocks of one morning."""
    ground = tint(rng)
    if number % 3 == 2:
        early = (rng.randint(6, 8), rng.choice((0, 10, 20, 30, 40, 50)))
        late = (rng.randint(9, 11), rng.choice((0, 10, 20, 30, 40, 50)))
        face = rng.choice((clock_face, digital))
        earlier, later = face(*early), face(*late)
        question = "Both clocks show a time of the same morning. Is the left one earlier?"
        return Pair(
            "clocks", question, panels((earlier, later), ground), panels((later, earlier), ground)
        )
    order = stream("T.2", "temporal", seed, "stages").sample(list(STAGES), len(STAGES))
    name = order[(number - number // 3) % len(order)]
    draw, falls = STAGES[name]
    shares = [0.0, rng.uniform(0.42, 0.62), 1.0]
    shown = [draw(share) for share in (reversed(shares) if falls else shares)]
    question = f"The panels show {name}. Are they in the right order from left to right?"
    return Pair("panels", question, panels(shown, ground), panels(shown[::-1], ground))


def compare(rng: random.Random, number: int, seed: int) -> Pair:
    """Bars, prices, sizes and amounts."""
    return (bars, prices, sizes, amounts)[number % 4](rng)


def bars(rng: random.Random) -> Pair:
    """A chart of four bars."""
    names = rng.sample(["Ana", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana"], 4)
    values = rng.sample(range(2, 11), 4)
    unit = rng.choice(("books read", "goals", "trees planted", "cakes sold"))
    a, b = rng.sample(range(4), 2)
    if values[a] < values[b]:
        a, b = b, a
    swapped = list(values)
    swapped[a], swapped[b] = values[b], values[a]
    color, ground = COLORS[rng.choice(BRIGHT)], tint(rng)

    def draw(heights: list[int]) -> Drawing:
        parts = [line(36, 280, 320, 280, stroke_width=4), text(168, 36, unit, size=24)]
        for i, (name, height) in enumerate(zip(names, heights, strict=True)):
            x = 52 + 68 * i
            parts.append(rect(x, 280 - 21 * height, 46, 21 * height, fill=color, stroke="#222"))
            parts.append(text(x + 23, 306, name, size=20))
        return Drawing(document(SIZE, SIZE, *parts, background=ground))

    question = f"Is the bar of {names[a]} higher than the bar of {names[b]}?"
    return Pair("bars", question, draw(values), draw(swapped))


def prices(rng: random.Random) -> Pair:
    """Two things with price tags."""
    first, second = rng.sample([k for k in OBJECTS if k not in ("house", "tree", "bus")], 2)
    low, high = sorted(rng.sample(range(2, 60), 2))
    paints, ground = [COLORS[c] for c in rng.sample(BRIGHT, 2)], tint(rng)

    def draw(costs: tuple[int, int]) -> Drawing:
        made = ""
        for i, (kind, cost) in enumerate(zip((first, second), costs, strict=True)):
            x = 22 + 160 * i
            made += group(OBJECTS[kind].draw(paints[i]), transform=f"translate({x} 70) scale(1.3)")
            made += rect(x + 14, 226, 104, 52, rx=8, fill="#fff59d", stroke="#333", stroke_width=3)
            made += text(x + 66, 263, f"€{cost}", size=32, font_weight="bold")
        return Drawing(document(SIZE, SIZE, made, background=ground))

    question = f"Is the {first} cheaper than the {second}?"
    return Pair("prices", question, draw((low, high)), draw((high, low)))


def sizes(rng: random.Random) -> Pair:
    """Two discs."""
    big, small = rng.uniform(64, 76), rng.uniform(34, 46)
    one, two = rng.sample(BRIGHT, 2)
    ground = tint(rng)

    def draw(left: float, right: float) -> Drawing:
        return Drawing(
            document(
                SIZE, SIZE,
                circle(88, 168, left, fill=COLORS[one], stroke="#222", stroke_width=3),
                circle(248, 168, right, fill=COLORS[two], stroke="#222", stroke_width=3),
                background=ground,
            )
        )  # fmt: skip

    question = f"Is the {one} disc larger than the {two} disc?"
    return Pair("sizes", question, draw(big, small), draw(small, big))


def amounts(rng: random.Random) -> Pair:
    """Two plates of dots."""
    many, few, ground = rng.randint(7, 9), rng.randint(2, 4), tint(rng)
    one, two = rng.sample(BRIGHT, 2)

    def plate(x: float, count: int, color: str) -> str:
        dots = "".join(
            circle(
                x - 38 + 38 * (i % 3), 130 + 38 * (i // 3), 14, fill=COLORS[color], stroke="#222"
            )
            for i in range(count)
        )
        return circle(x, 168, 78, fill="#fff", stroke="#555", stroke_width=4) + dots

    def draw(left: int, right: int) -> Drawing:
        return Drawing(
            document(SIZE, SIZE, plate(86, left, one), plate(250, right, two), background=ground)
        )

    question = f"Are there more {one} dots than {two} dots?"
    return Pair("amounts", question, draw(many, few), draw(few, many))


def shop(opening: int, closing: int, hour: int) -> str:
    """Opening hours on a door, and a clock."""
    return (
        rect(6, 8, 88, 34, fill="#fff", stroke="#222", stroke_width=2)
        + text(50, 22, "OPEN", size=13, font_weight="bold")
        + text(50, 37, f"{opening}:00 - {closing}:00", size=12)
        + group(digital(hour, 15), transform="translate(10 38) scale(0.8)")
    )


def carton(day: int, today: int) -> str:
    """A milk carton with its last day, and a calendar leaf."""
    return (
        rect(8, 34, 36, 60, fill="#e3f2fd", stroke="#222", stroke_width=2)
        + text(26, 50, "MILK", size=11, font_weight="bold")
        + text(26, 66, "use by", size=9) + text(26, 80, f"{day} May", size=10)
        + rect(54, 30, 40, 44, fill="#fff", stroke="#222", stroke_width=2)
        + rect(54, 30, 40, 12, fill="#d32f2f") + text(74, 64, f"{today}", size=20)
        + text(74, 88, "today, May", size=9)
    )  # fmt: skip


def situations(rng: random.Random) -> list[tuple[str, str, str]]:
    """(question, picture in which it holds, picture in which it fails)."""
    day, hour = rng.randint(8, 14), rng.randint(9, 11)
    return [
        ("Should one put on a warm coat before going out?", thermometer(-rng.randint(4, 12)), thermometer(rng.randint(27, 36))),
        ("Is the water too hot to step into?", thermometer(rng.randint(62, 76)), thermometer(rng.randint(33, 38))),
        ("Is it wise to take an umbrella along?", pic.rain(), pic.sun()),
        ("Can the car go a long way before it needs fuel?", gauge(rng.uniform(0.85, 0.98)), gauge(rng.uniform(0.02, 0.08))),
        ("Will the phone last through the evening without charging?", battery(rng.uniform(0.85, 0.98)), battery(rng.uniform(0.02, 0.06))),
        ("Does this plant need help soon?", pic.plant(0.8, wilted=True), pic.plant(0.8)),
        ("Would it hurt to hold a finger over the top?", pic.candle(0.8), pic.candle(0.8, lit=False)),
        ("Will the ball begin to roll by itself?", pic.ramp(True), pic.ramp(False)),
        ("Is the water ready for making tea?", pic.kettle(True), pic.kettle(False)),
        ("Is somebody probably at home and awake?", pic.windows_at_night(True), pic.windows_at_night(False)),
        ("Is the shop open at the time shown?", shop(hour, 18, hour + 3), shop(hour, 18, 20)),
        ("Is the milk still within its date?", carton(day + 5, day), carton(day - 3, day)),
        ("Is it a time at which most people sleep?", pic.moon(), pic.sun()),
        ("Is there room for more juice in the glass?", pic.glass(0.25), pic.glass(1.0)),
    ]  # fmt: skip


def daily(rng: random.Random, number: int, seed: int) -> Pair:
    """What common sense says of a situation, and of its opposite."""
    ground = tint(rng)
    made = situations(rng)
    order = stream("T.2", "daily", seed, "situations").sample(range(len(made)), len(made))
    question, holds, fails = made[order[number]]
    return Pair("household", question, single(holds, ground), single(fails, ground))


CAUSES: tuple[tuple[Callable[[], str], Callable[[], str]], ...] = (
    (pic.rain, pic.puddle),
    (pic.sun, pic.melted),
    (lambda: pic.thing("ball", "#1e88e5"), pic.broken_window),
    (pic.needle, pic.burst_balloon),
    (pic.match, lambda: pic.candle(0.9)),
    (pic.watering_can, lambda: pic.plant(1.0)),
    (pic.scissors, pic.cut_rope),
    (pic.hammer, lambda: pic.egg(0.5)),
    (pic.switch_on, pic.lit_bulb),
    (pic.wind, pic.bent_tree),
)
"""A cause and what it brings about; any two differ enough not to explain each other's effect."""
UNRELATED = {0: (3, 6, 8), 1: (3, 6, 2), 2: (0, 8, 5), 3: (0, 5, 8), 4: (0, 5, 6), 5: (6, 7, 3), 6: (0, 8, 5), 7: (0, 8, 5), 8: (0, 5, 6), 9: (3, 5, 8)}  # fmt: skip
"""For each effect, causes that cannot have brought it about."""


def causality(rng: random.Random, number: int, seed: int) -> Pair:
    """A cause on the left and a state on the right, which belong together or do not."""
    order = stream("T.2", "causality", seed, "causes").sample(range(len(CAUSES)), len(CAUSES))
    which = order[number % len(order)]
    cause, effect = CAUSES[which]
    other = CAUSES[rng.choice(UNRELATED[which])][0]
    ground = tint(rng)
    question = rng.choice(
        (
            "Did the thing on the left bring about what the right panel shows?",
            "Could what is on the left be the cause of what is on the right?",
            "Is the left panel a good explanation of the right one?",
        )
    )
    return Pair(
        "cause", question, panels((cause(), effect()), ground), panels((other(), effect()), ground)
    )
