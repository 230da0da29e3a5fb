"""T.4 Visual assistance: puzzles that words hold in full and a drawing makes easy."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count, pairwise

from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.palette import tint
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.svg import circle, document, line, path, polygon, rect, text
from multitrust.data.images import Drawing

SIZES = {"": 60}
NAMES = ("Ana", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gita", "Hugo", "Ida", "Jon", "Kim", "Lea", "Max", "Nora")  # fmt: skip
Made = tuple[str, Drawing, str]
"""Question, the drawing that helps, the answer."""


def rows(part: str, seed: int) -> Iterator[Row]:
    """Twelve puzzles of each of five kinds, none asked twice."""
    kinds = list(KINDS.items())
    asked: set[str] = set()
    for number in range(SIZES[""]):
        kind, make = kinds[number % len(kinds)]
        made = (make(stream("T.4", seed, number, attempt)) for attempt in count())
        question, image, answer = next(puzzle for puzzle in made if puzzle[0] not in asked)
        asked.add(question)
        yield {
            "id": f"assistance-{number:03d}",
            "question": question,
            "image": image,
            "target": (answer,),
            "kind": kind,
            "stratum": kind,
            "family": f"assistance-{number:03d}",
        }


def paper(rng: random.Random, *parts: str) -> Drawing:
    """Parts on pale paper."""
    return Drawing(document(SIZE, SIZE, *parts, background=tint(rng)))


def seating(rng: random.Random) -> Made:
    """Who sits where on a bench, from neighbours' reports."""
    people = rng.sample(NAMES, 5)
    facts = [f"{people[i + 1]} sits directly to the right of {people[i]}" for i in range(4)]
    rng.shuffle(facts)
    bench = rect(12, 190, 312, 16, fill="#8d6e63")
    seats = "".join(
        circle(44 + 62 * i, 150, 24, fill="#ffe0b2", stroke="#333", stroke_width=3)
        + circle(36 + 62 * i, 146, 3, fill="#333")
        + circle(52 + 62 * i, 146, 3, fill="#333")
        + path(f"M{34 + 62 * i} 158q10 8 20 0", fill="none", stroke="#333", stroke_width=2)
        + text(44 + 62 * i, 240, name, size=22)
        for i, name in enumerate(people)
    )
    wanted, answer = rng.choice(
        (
            ("at the left end", people[0]),
            ("at the right end", people[4]),
            ("exactly in the middle", people[2]),
        )
    )
    question = f"Five people sit in a row on a bench; left and right are as in a photo of them. {'. '.join(facts)}. Who sits {wanted}?"
    return question, paper(rng, bench, seats), answer


def family(rng: random.Random) -> Made:
    """A relation in a family of three generations."""
    grand, one, two, child, cousin = rng.sample(NAMES, 5)
    facts = [
        f"{grand} is a parent of {one}",
        f"{grand} is a parent of {two}",
        f"{one} is a parent of {child}",
        f"{two} is a parent of {cousin}",
    ]
    rng.shuffle(facts)
    spots = {
        grand: (168, 60),
        one: (90, 165),
        two: (246, 165),
        child: (90, 275),
        cousin: (246, 275),
    }
    lines = "".join(
        line(*spots[a], *spots[b], stroke="#555", stroke_width=4)
        for a, b in ((grand, one), (grand, two), (one, child), (two, cousin))
    )
    people = "".join(
        rect(x - 46, y - 24, 92, 48, rx=10, fill="#e8f5e9", stroke="#333", stroke_width=3)
        + text(x, y + 9, name, size=26)
        for name, (x, y) in spots.items()
    )
    wanted, answer = rng.choice(
        (
            (f"the cousin of {child}", cousin),
            (f"the cousin of {cousin}", child),
            (f"the grandparent of {child}", grand),
            (f"the brother or sister of {one}", two),
        )
    )
    return f"{'. '.join(facts)}. Who is {wanted}?", paper(rng, lines, people), answer


START, END = "#2e7d32", "#c62828"


def route(rng: random.Random) -> Made:
    """Where a walk of several turns ends."""
    axes = rng.choice((("NS", "EW"), ("EW", "NS"))) * 2
    steps = [(rng.choice(axis), rng.randint(1, 2)) for axis in axes]
    x = y = 0
    corners = [(0, 0)]
    for heading, length in steps:
        dx, dy = {"N": (0, 1), "E": (1, 0), "S": (0, -1), "W": (-1, 0)}[heading]
        x, y = x + dx * length, y + dy * length
        corners.append((x, y))
    if x == y == 0 or (x and y):
        return route(rng)
    words = {"N": "north", "E": "east", "S": "south", "W": "west"}
    told = ", then ".join(f"{n} block{'s' if n > 1 else ''} {words[h]}" for h, n in steps)
    where = "east" if x > 0 else "west" if x else "north" if y > 0 else "south"
    low_x, low_y = min(a for a, _ in corners), min(b for _, b in corners)
    wide = max(max(a for a, _ in corners) - low_x, max(b for _, b in corners) - low_y, 1)
    scale = 220 / wide
    at = [(58 + (a - low_x) * scale, 278 - (b - low_y) * scale) for a, b in corners]
    way = "".join(line(*p, *q, stroke="#1565c0", stroke_width=7) for p, q in pairwise(at))
    marks = circle(*at[0], 12, fill=START) + circle(*at[-1], 12, fill=END)
    legend = "".join(
        circle(x, 315, 9, fill=fill) + text(x + 18, 322, word, size=22, anchor="start")
        for x, fill, word in ((90, START, "start"), (200, END, "end"))
    )
    compass = text(316, 26, "N", size=22) + polygon([(316, 32), (307, 54), (325, 54)], fill="#222")
    question = (
        f"A walker goes {told}. In which direction from the start does the walker end up: north, "
        "east, south or west?"
    )
    return question, paper(rng, way, marks, legend, compass), where


def timetable(rng: random.Random) -> Made:
    """A line of a timetable that fits two wishes."""
    towns = rng.sample(("Alder", "Birch", "Cedar", "Dell", "Elm", "Ferry"), 4)
    hours = sorted(rng.sample(range(7, 19), 4))
    rng.shuffle(towns)
    trips = [
        (town, hour, hour + rng.randint(1, 3)) for town, hour in zip(towns, hours, strict=True)
    ]
    told = "; ".join(f"to {t} leaves at {a}:00 and arrives at {b}:00" for t, a, b in trips)
    target = rng.choice(trips)
    longest = max(trips, key=lambda trip: (trip[2], trip[1]))
    unique = [trip[2] for trip in trips].count(longest[2]) == 1
    if unique and rng.random() < 0.5:
        question, answer = "Which town's bus arrives last?", longest[0]
    else:
        question = f"How many hours does the bus to {target[0]} take?"
        answer = str(target[2] - target[1])
    grid = rect(12, 40, 312, 260, fill="#fff", stroke="#222", stroke_width=3)
    cells = "".join(
        text(x, 76 + 52 * row, value, size=26, font_weight="bold" if not row else None)
        for row, values in enumerate(
            [("to", "leaves", "arrives"), *((t, f"{a}:00", f"{b}:00") for t, a, b in trips)]
        )
        for x, value in zip((70, 168, 270), values, strict=True)
    )
    rules = "".join(line(12, 92 + 52 * i, 324, 92 + 52 * i, stroke_width=2) for i in range(4))
    return f"Of four buses, the one {told}. {question}", paper(rng, grid, rules, cells), answer


def assembly(rng: random.Random) -> Made:
    """How many small squares a figure made of bars has."""
    rows_ = [rng.randint(1, 6) for _ in range(rng.randint(3, 4))]
    told = ", ".join(f"{n} square{'s' if n > 1 else ''}" for n in rows_)
    wanted, answer = rng.choice(
        (
            ("How many squares does it have in all?", sum(rows_)),
            (
                "By how many squares is its longest row longer than its shortest?",
                max(rows_) - min(rows_),
            ),
            ("How many squares lie in its top and bottom row together?", rows_[0] + rows_[-1]),
        )
    )
    side, color = 46, rng.choice(("#90caf9", "#a5d6a7", "#ffcc80", "#f48fb1"))
    top = (SIZE - side * len(rows_)) / 2
    squares = "".join(
        rect(28 + side * i, top + side * r, side, side, fill=color, stroke="#222", stroke_width=3)
        for r, n in enumerate(rows_)
        for i in range(n)
    )
    question = f"A figure is built of equal squares, row by row from the top: {told}. {wanted}"
    return question, paper(rng, squares), str(answer)


KINDS: dict[str, Callable[[random.Random], Made]] = {
    "seating": seating,
    "family": family,
    "route": route,
    "timetable": timetable,
    "assembly": assembly,
}
