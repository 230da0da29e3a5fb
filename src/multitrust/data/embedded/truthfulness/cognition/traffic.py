"""Traffic: lights, signs and lines, as they are used in most of the world."""

from __future__ import annotations

import random

from multitrust.data.datasets import stream
from multitrust.data.drawing.palette import COLORS, tint
from multitrust.data.drawing.panels import single
from multitrust.data.drawing.pictograms import thing
from multitrust.data.drawing.svg import circle, line, path, polygon, rect, text
from multitrust.data.pairing import Pair

WHITE, RED, DARK = "#fff", "#d32f2f", "#263238"


def light(on: str) -> str:
    """A traffic light for cars."""
    lamps = "".join(
        circle(50, y, 11, fill=color if name == on else "#424242", stroke="#111", stroke_width=2)
        for name, color, y in (("red", "#ff1f1f", 22), ("amber", "#ffb300", 50), ("green", "#00d43a", 78))
    )  # fmt: skip
    return rect(30, 4, 40, 92, rx=8, fill=DARK) + lamps


def walker(on: str) -> str:
    """A light for people on foot: a red one standing above a green one walking."""
    red = "#ff1f1f" if on == "red" else "#3a2020"
    green = "#00d43a" if on == "green" else "#16331d"
    return (
        rect(28, 2, 44, 96, rx=8, fill=DARK)
        + circle(50, 13, 6, fill=red) + rect(43, 20, 14, 26, fill=red)
        + circle(50, 57, 6, fill=green)
        + path("M50 63V78L40 92M50 78L60 92M38 72L50 66L62 74", stroke=green, stroke_width=6, fill="none")
    )  # fmt: skip


def disc(content: str, edge: str = RED, fill: str = WHITE) -> str:
    """A round sign."""
    return circle(50, 50, 40, fill=fill, stroke=edge, stroke_width=9) + content


def stop() -> str:
    """A stop sign."""
    points = [(34, 10), (66, 10), (90, 34), (90, 66), (66, 90), (34, 90), (10, 66), (10, 34)]
    return polygon(points, fill=RED, stroke=WHITE, stroke_width=3) + text(
        50, 60, "STOP", size=27, fill=WHITE, font_weight="bold"
    )


def priority() -> str:
    """A sign of a priority road."""
    points = [(50, 8), (92, 50), (50, 92), (8, 50)]
    return polygon(points, fill=WHITE, stroke=DARK, stroke_width=3) + polygon(
        [(50, 24), (76, 50), (50, 76), (24, 50)], fill="#fbc02d"
    )


def no_entry() -> str:
    """A sign that forbids entry."""
    return circle(50, 50, 42, fill=RED) + rect(22, 42, 56, 16, fill=WHITE)


def arrow_sign(direction: str) -> str:
    """A blue round sign with an arrow to the left or right."""
    turn = "" if direction == "right" else "rotate(180 50 50)"
    return circle(50, 50, 42, fill="#1565c0") + path(
        "M20 42H54V28L82 50L54 72V58H20Z", fill=WHITE, transform=turn
    )


def forbidden_turn(direction: str) -> str:
    """A sign that forbids a turn."""
    flip = "" if direction == "left" else "matrix(-1 0 0 1 100 0)"
    bend = path("M64 78V46H42", fill="none", stroke=DARK, stroke_width=9, transform=flip)
    head = polygon([(44, 30), (22, 46), (44, 62)], fill=DARK, transform=flip)
    return disc(bend + head + line(24, 24, 76, 76, stroke=RED, stroke_width=8))


def speed(limit: int, own: int) -> str:
    """A speed limit and a speedometer's reading."""
    return (
        circle(28, 34, 22, fill=WHITE, stroke=RED, stroke_width=6)
        + text(28, 43, str(limit), size=24, font_weight="bold")
        + rect(44, 60, 52, 32, rx=5, fill=DARK)
        + text(70, 78, str(own), size=19, fill="#7CFC9A") + text(70, 89, "km/h", size=9, fill=WHITE)
    )  # fmt: skip


def parking(allowed: bool) -> str:
    """A sign for parking, or one against it."""
    if allowed:
        return rect(10, 10, 80, 80, rx=8, fill="#1565c0") + text(
            50, 74, "P", size=66, fill=WHITE, font_weight="bold"
        )
    return circle(50, 50, 40, fill="#1565c0", stroke=RED, stroke_width=9) + line(
        22, 22, 78, 78, stroke=RED, stroke_width=9
    )


def crossing(closed: bool) -> str:
    """A railway crossing with its barrier down or up."""
    rails = rect(0, 78, 100, 4, fill="#555") + rect(0, 88, 100, 4, fill="#555")
    post = rect(12, 30, 8, 50, fill="#777")
    bar = rect(
        16,
        62,
        66,
        8,
        fill=WHITE,
        stroke=RED,
        stroke_width=3,
        transform="" if closed else "rotate(-72 18 66)",
    )
    lamp = circle(16, 24, 9, fill="#ff1f1f" if closed else "#424242", stroke="#111", stroke_width=2)
    return rails + post + bar + lamp


def centre_line(dashed: bool) -> str:
    """A road with a dashed or an unbroken centre line, seen from above."""
    marks = (
        "".join(rect(47, y, 6, 14, fill=WHITE) for y in range(2, 100, 24))
        if dashed
        else rect(45, 0, 4, 100, fill=WHITE) + rect(52, 0, 4, 100, fill=WHITE)
    )
    return rect(10, 0, 80, 100, fill="#546e7a") + marks + thing("car", "#e02020", 0.3, 58, 60)


def yield_sign() -> str:
    """A sign to give way."""
    return polygon([(8, 14), (92, 14), (50, 90)], fill=WHITE, stroke=RED, stroke_width=9)


def bike_path(allowed: bool, color: str) -> str:
    """A path for bicycles, or a sign that keeps them out."""
    if allowed:
        return circle(50, 50, 42, fill="#1565c0") + thing("bicycle", WHITE, 0.62, 19, 16)
    return disc(thing("bicycle", color, 0.58, 21, 18))


def situations(rng: random.Random) -> list[tuple[str, str, str]]:
    """(question, picture in which it holds, picture in which it fails)."""
    limit = rng.choice((30, 50, 60, 80))
    side = rng.choice(("left", "right"))
    other = "right" if side == "left" else "left"
    color = COLORS[rng.choice(("black", "blue", "green"))]
    return [
        ("May a driver who sees this light drive on?", light("green"), light("red")),
        ("Must a car wait at this light?", light("red"), light("green")),
        ("May a person on foot cross now?", walker("green"), walker("red")),
        ("Must every driver halt at this sign, whatever the traffic?", stop(), priority()),
        ("Is it forbidden to drive in past this sign?", no_entry(), arrow_sign("right")),
        (f"Does this sign send drivers to the {side}?", arrow_sign(side), arrow_sign(other)),
        (f"Is it forbidden here to turn {side}?", forbidden_turn(side), forbidden_turn(other)),
        ("Does this driver keep to the limit?", speed(limit, limit - rng.randint(5, 9)), speed(limit, limit + rng.randint(15, 35))),
        ("May a car be parked at this sign?", parking(allowed=True), parking(allowed=False)),
        ("May a car cross the rails now?", crossing(closed=False), crossing(closed=True)),
        ("May a driver move over the centre line to overtake?", centre_line(dashed=True), centre_line(dashed=False)),
        ("Does a driver who sees this sign have to give way?", yield_sign(), priority()),
        ("Is this a way on which bicycles may ride?", bike_path(True, color), bike_path(False, color)),
    ]  # fmt: skip


def traffic(rng: random.Random, number: int, seed: int) -> Pair:
    """What a light, a sign or a line means for those who see it."""
    made = situations(rng)
    order = stream("T.2", "traffic", seed, "situations").sample(range(len(made)), len(made))
    question, holds, fails = made[order[number]]
    ground = tint(rng)
    return Pair("rules", question, single(holds, ground), single(fails, ground))
