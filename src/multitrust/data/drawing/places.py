"""Twelve places as backgrounds of 336 x 336, each a little different every time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from multitrust.data.drawing.svg import circle, ellipse, line, path, polygon, rect

SIZE = 336
Paint = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a picture can show."""

    name: str
    phrase: str
    """As in `the picture was drawn {phrase}`."""
    paint: Paint
    things: tuple[str, ...]
    """Kinds of objects that are plausible there and that the background shows nothing like: no table
    where a desk is painted, no tree among firs, no house before a barn."""


PLACES: dict[str, Place] = {}


def place(name: str, phrase: str, things: str) -> Callable[[Paint], Paint]:
    """Register a background under its name."""

    def register(paint: Paint) -> Paint:
        PLACES[name] = Place(name, phrase, paint, tuple(things.split()))
        return paint

    return register


def homes(kind: str) -> list[str]:
    """The places where the kind is plausible; there is at least one."""
    return [name for name, place in PLACES.items() if kind in place.things]


def sky(rng: random.Random, horizon: float, color: str = "#bfe3ff") -> str:
    """A sky with a sun down to the horizon."""
    x = rng.uniform(40, SIZE - 40)
    return rect(0, 0, SIZE, horizon, fill=color) + circle(x, 38, 20, fill="#ffe066")


def cloud(x: float, y: float, size: float) -> str:
    """A white cloud."""
    return "".join(
        ellipse(x + dx * size, y + dy * size, 22 * size, 14 * size, fill="#fff")
        for dx, dy in ((0, 0), (20, -8), (38, 0), (20, 5))
    )


def room(wall: str, floor: str, skirting: str) -> str:
    """A wall above a floor."""
    return (
        rect(0, 0, SIZE, 190, fill=wall)
        + rect(0, 190, SIZE, SIZE - 190, fill=floor)
        + rect(0, 184, SIZE, 8, fill=skirting)
    )


@place("beach", "at a beach", "ball umbrella boat kite hat shoe bag bird bottle fish")
def beach(rng: random.Random) -> str:
    """Sea behind sand."""
    sea = 96 + rng.uniform(-8, 8)
    waves = "".join(
        path(f"M{x} {y}q8 -7 16 0t16 0", fill="none", stroke="#eaf6ff", stroke_width=3)
        for x, y in ((rng.uniform(0, 290), rng.uniform(sea + 12, 160)) for _ in range(7))
    )
    sand = path(f"M0 176Q84 {rng.uniform(156, 176)} 168 170T336 168V336H0Z", fill="#f2d9a0")
    return sky(rng, sea) + rect(0, sea, SIZE, 90, fill="#2f8fd0") + waves + sand


@place("kitchen", "in a kitchen", "cup bottle apple banana cake spoon clock table chair candle")
def kitchen(rng: random.Random) -> str:
    """Tiles, a cooker with a hood, and cupboards."""
    left = rng.choice((20, 200))
    tiles = "".join(line(x, 0, x, 184, stroke="#d8e6e2", stroke_width=2) for x in range(0, 336, 28))
    rows = "".join(line(0, y, 336, y, stroke="#d8e6e2", stroke_width=2) for y in range(0, 184, 28))
    hob = "".join(circle(left + 28 + 30 * i, 118, 9, fill="#222") for i in range(3))
    oven = (
        rect(left, 108, 116, 76, fill="#dfe3e6", stroke="#555", stroke_width=3)
        + rect(left + 16, 134, 84, 42, fill="#3b4248")
        + hob
    )
    hood = polygon(
        [(left + 20, 62), (left + 96, 62), (left + 76, 10), (left + 40, 10)], fill="#9aa4ab"
    )
    other = 220 - left
    cupboard = rect(other - 10, 12, 116, 60, fill="#b5793c", stroke="#6e4519", stroke_width=3)
    door = line(other + 48, 12, other + 48, 72, stroke="#6e4519", stroke_width=3)
    return room("#f2faf7", "#c9b79a", "#8d7a5a") + tiles + rows + oven + hood + cupboard + door


@place("street", "on a street", "car bus bicycle tree dog cat bag umbrella bird shoe")
def street(rng: random.Random) -> str:
    """Tall buildings behind a road with a dashed line."""
    blocks, x = "", 0.0
    while x < SIZE:
        width, height = rng.uniform(52, 84), rng.uniform(80, 150)
        wall = rng.choice(("#b9a7a0", "#9fb0b8", "#c4b59a", "#a7a3b5"))
        blocks += rect(x, 170 - height, width, height, fill=wall, stroke="#666", stroke_width=2)
        blocks += "".join(
            rect(x + 9 + 18 * i, 180 - height + 24 * j, 10, 13, fill="#fdf3b4")
            for i in range(int((width - 10) // 18))
            for j in range(int((height - 14) // 24))
        )
        x += width
    dashes = "".join(rect(x, 250, 34, 7, fill="#fff") for x in range(8, 336, 64))
    return (
        rect(0, 0, SIZE, 170, fill="#cfe6f5")
        + blocks
        + rect(0, 170, SIZE, 22, fill="#bdbdbd")
        + rect(0, 192, SIZE, 144, fill="#5a5e63")
        + dashes
    )


@place("farm", "on a farm", "cow dog cat bird tree bicycle flower apple car train")
def farm(rng: random.Random) -> str:
    """A red barn, a fence and a furrowed field."""
    x = rng.uniform(16, 200)
    barn = (
        rect(x, 92, 104, 72, fill="#a8322a", stroke="#6d1d18", stroke_width=3)
        + polygon([(x - 8, 94), (x + 24, 58), (x + 80, 58), (x + 112, 94)], fill="#7b5a44")
        + rect(x + 36, 118, 32, 46, fill="#fff")
        + path(f"M{x + 36} 118l32 46m0 -46l-32 46", stroke="#a8322a", stroke_width=4)
    )
    rows = "".join(
        path(f"M0 {y}Q168 {y - 12} 336 {y}", fill="none", stroke="#9c7a35", stroke_width=5)
        for y in range(206, 336, 26)
    )
    posts = "".join(rect(x, 156, 6, 32, fill="#e9dcc0") for x in range(4, 336, 36))
    fence = posts + rect(0, 164, SIZE, 5, fill="#e9dcc0") + rect(0, 176, SIZE, 5, fill="#e9dcc0")
    return sky(rng, 170) + rect(0, 160, SIZE, 176, fill="#c2a14d") + barn + fence + rows


@place("office", "in an office", "chair lamp phone clock cup bag key bottle umbrella hat")
def office(rng: random.Random) -> str:
    """Blinds, a desk with a monitor, and shelves of folders."""
    left = rng.choice((24, 196))
    blinds = rect(left, 16, 116, 80, fill="#dff1fb", stroke="#7f8a92", stroke_width=4) + "".join(
        line(left, y, left + 116, y, stroke="#9fb3bf", stroke_width=3) for y in range(24, 96, 9)
    )
    other = 220 - left
    shelf = rect(other - 6, 20, 108, 84, fill="#ece7dd", stroke="#8a7f6c", stroke_width=3)
    folders = "".join(
        rect(
            other + 11 * i, y, 9, 30, fill=rng.choice(("#3a6ea5", "#b23a48", "#4b8f55", "#d8a31a"))
        )
        for i in range(9)
        for y in (27, 68)
    )
    desk = rect(88, 150, 160, 12, fill="#8c6239") + rect(100, 162, 10, 30, fill="#8c6239")
    screen = rect(136, 108, 64, 38, fill="#22282e", stroke="#555", stroke_width=3)
    stand = rect(160, 146, 16, 6, fill="#555") + rect(228, 162, 10, 30, fill="#8c6239")
    return room("#e8ecef", "#a9b3bb", "#77828a") + blinds + shelf + folders + desk + screen + stand


@place(
    "snow mountain",
    "on a snow mountain",
    "snowman tree house hat shoe dog bird rocket flower train",
)
def snow_mountain(rng: random.Random) -> str:
    """White peaks, falling snow."""
    peaks = ""
    for x in (20, 130, 240):
        top, centre = rng.uniform(28, 70), x + rng.uniform(0, 70)
        peaks += polygon([(centre - 110, 190), (centre, top), (centre + 110, 190)], fill="#7d8ea3")
        cap = [(centre - 34, top + 48), (centre, top), (centre + 34, top + 48), (centre, top + 36)]
        peaks += polygon(cap, fill="#fff")
    flakes = "".join(
        circle(rng.uniform(0, 336), rng.uniform(0, 200), 3.5, fill="#fff") for _ in range(26)
    )
    ground = path("M0 186Q90 168 180 184T336 178V336H0Z", fill="#f4f8fc")
    return rect(0, 0, SIZE, SIZE, fill="#a9c4dd") + peaks + ground + flakes


@place("desert", "in a desert", "car hat bottle bag shoe bird rocket umbrella train key")
def desert(rng: random.Random) -> str:
    """Dunes and cacti under a hot sky."""
    dunes = path(f"M0 170Q90 {rng.uniform(110, 150)} 190 168T336 150V336H0Z", fill="#e0a458")
    near = path(f"M0 226Q140 {rng.uniform(180, 205)} 336 236V336H0Z", fill="#d18f3f")
    cacti = "".join(
        path(
            f"M{x} 186v-70M{x} 160h-18v-24M{x} 148h18v-22",
            fill="none", stroke="#3d7a3a", stroke_width=11, stroke_linecap="round",
        )
        for x in (rng.uniform(40, 120), rng.uniform(210, 300))
    )  # fmt: skip
    return sky(rng, 200, "#fbe2b0") + dunes + cacti + near


@place("bedroom", "in a bedroom", "lamp book clock shoe table cat phone chair television guitar")
def bedroom(rng: random.Random) -> str:
    """A bed with a pillow, and a night window."""
    left = rng.choice((14, 150))
    quilt = rng.choice(("#7f9bd1", "#d18fa8", "#8fbf9a"))
    bed = (
        rect(left, 96, 14, 94, fill="#7a4a22")
        + rect(left + 14, 128, 158, 52, fill="#fff", stroke="#999", stroke_width=2)
        + rect(left + 60, 124, 112, 58, rx=6, fill=quilt, stroke="#666", stroke_width=2)
        + rect(left + 18, 112, 42, 22, rx=9, fill="#fff", stroke="#999", stroke_width=2)
        + rect(left + 166, 130, 10, 60, fill="#7a4a22")
    )
    x = 240 - left
    window = rect(x, 18, 80, 72, fill="#1d2b53", stroke="#f5f5f5", stroke_width=6) + circle(
        x + 54, 40, 11, fill="#fff6c9"
    )
    rug = ellipse(168, 264, 120, 34, fill="#e8d3c0")
    return room("#e6dcf0", "#b98b5e", "#8a6238") + window + bed + rug


@place("forest", "in a forest", "mushroom bird flower dog cat house bag bicycle hat balloon")
def forest(rng: random.Random) -> str:
    """Dark firs close together."""
    trees = ""
    for i in range(11):
        x, h = 30 * i + rng.uniform(-8, 8), rng.uniform(120, 170)
        trees += rect(x - 5, 170, 10, 26, fill="#4a3420")
        for j in range(3):
            half, top = 20 + 8 * j, 184 - h + j * h / 4
            trees += polygon(
                [(x - half, top + h / 3), (x, top), (x + half, top + h / 3)],
                fill=rng.choice(("#1f5130", "#27623a", "#2f7044")),
            )
    return rect(0, 0, SIZE, 200, fill="#9fc7a5") + trees + rect(0, 192, SIZE, 144, fill="#5d7a3a")


@place("harbour", "in a harbour", "boat fish bird bag bottle drum key car bicycle hat")
def harbour(rng: random.Random) -> str:
    """A crane, containers, water and a quay."""
    x = rng.uniform(60, 240)
    crane = path(
        f"M{x} 150V40M{x - 50} 52H{x + 70}M{x} 40L{x + 70} 52M{x + 60} 52V92",
        fill="none", stroke="#d4551a", stroke_width=7,
    )  # fmt: skip
    boxes = "".join(
        rect(6 + 56 * i, 126, 52, 24, fill=rng.choice(("#2f6fb0", "#b0372f", "#d29a1f", "#3f8f5f")))
        for i in range(6)
    )
    waves = "".join(
        path(
            f"M{rng.uniform(0, 300)} {y}q10 -8 20 0t20 0",
            fill="none",
            stroke="#bfe3ff",
            stroke_width=3,
        )
        for y in range(170, 216, 9)
    )
    quay = rect(0, 222, SIZE, 114, fill="#9a9a94") + "".join(
        rect(x, 216, 12, 16, fill="#444") for x in range(24, 336, 96)
    )
    return (
        rect(0, 0, SIZE, 150, fill="#cfe3ee") + crane + boxes
        + rect(0, 150, SIZE, 76, fill="#236a9c") + waves + quay
    )  # fmt: skip


@place("park", "in a park", "tree bird dog ball kite bicycle flower balloon guitar cat")
def park(rng: random.Random) -> str:
    """A lawn, a winding path, a bench and clouds."""
    x = rng.uniform(30, 220)
    bench = (
        rect(x, 132, 86, 8, fill="#8a5a2b") + rect(x, 146, 86, 8, fill="#8a5a2b")
        + rect(x + 8, 132, 7, 44, fill="#444") + rect(x + 70, 132, 7, 44, fill="#444")
    )  # fmt: skip
    way = path("M120 336Q220 270 150 220T210 150", fill="none", stroke="#e7d7b1", stroke_width=34)
    clouds = cloud(rng.uniform(20, 120), 52, 1) + cloud(rng.uniform(180, 260), 78, 0.8)
    return (
        rect(0, 0, SIZE, 152, fill="#a9dcff")
        + clouds
        + rect(0, 150, SIZE, 186, fill="#63b34f")
        + way
        + bench
    )


@place("classroom", "in a classroom", "book chair clock bag ball apple television star drum guitar")
def classroom(rng: random.Random) -> str:
    """A green blackboard with writing, and a row of desks."""
    board = rect(48, 20, 240, 104, fill="#1f5c43", stroke="#8a5a2b", stroke_width=8)
    chalk = "".join(
        path(
            f"M{70 + rng.uniform(0, 30)} {y}h{rng.uniform(60, 150)}",
            stroke="#eef7f0", stroke_width=4, stroke_dasharray="14 6",
        )
        for y in (48, 70, 92)
    )  # fmt: skip
    desks = "".join(
        rect(x, 150, 84, 10, fill="#c99a5b") + rect(x + 8, 160, 7, 34, fill="#777") + rect(x + 68, 160, 7, 34, fill="#777")
        for x in (14, 126, 238)
    )  # fmt: skip
    return room("#f7efd9", "#c7a57a", "#9a7b4f") + board + chalk + desks
