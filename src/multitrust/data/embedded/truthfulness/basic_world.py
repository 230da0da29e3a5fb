"""T.1 Basic world understanding: what is there, what it is like, where it is, what is written.

Yes/no questions come in pairs: the same words, once about a picture in which they hold and once
about one in which they do not, so that the words alone tell nothing. Pairs share a `family`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, PATTERNS
from multitrust.data.drawing.places import PLACES, homes
from multitrust.data.drawing.scene import Scene, Thing, arrange
from multitrust.data.drawing.signs import LAYOUTS, draw_sign
from multitrust.data.pairing import MakePair, Pair, paired_rows

SIZES = dict.fromkeys(("object", "attribute", "scene", "grounding", "ocr"), 40)
Described = tuple[str, str, str]
"""Kind, colour, pattern."""
PRESENCE = (
    "Is there {} in the picture?",
    "Can you see {} anywhere in this picture?",
    "Does the picture show {}?",
)
COLOUR = ("Is the {kind} {color}?", "Is {color} the colour of the {kind}?")
LARGER = (
    "Is the {} drawn larger than the {}?",
    "In this picture, is the {} drawn bigger than the {}?",
)
PLACE = ("Does this scene take place {}?", "Are we {} here?")
WHERE = ("Where is the {}?", "Locate the {}.")
SIGN_WORDS = (
    "BAKERY", "LIBRARY", "STATION", "MUSEUM", "TICKETS", "PHARMACY", "GARDEN", "HARBOUR",
    "PARKING", "SCHOOL", "MARKET", "CINEMA", "POOL", "BRIDGE", "OFFICE", "FERRY", "STUDIO",
    "honey", "pepper", "sugar", "cocoa", "olives", "ginger", "vanilla", "oregano", "raisins",
    "call Tom", "buy milk", "be back soon", "water plants", "happy day", "see you at 8",
    "Room 12", "Gate 7", "Exit 24", "Floor 3", "Line 9", "Lot 58", "Platform 2", "Hall B",
)  # fmt: skip


def rows(part: str, seed: int) -> Iterator[Row]:
    """The part's rows, fixed by the seed."""
    if part in PAIRED:
        return paired_rows("T.1", part, seed, SIZES[part], PAIRED[part])
    return SINGLE[part](seed)


def dressed(rng: random.Random, kind: str) -> Described:
    """A thing of the kind in some colour, mostly plain."""
    pattern = rng.choice(PATTERNS) if rng.random() < 0.3 else "plain"
    return kind, rng.choice(list(COLORS)), pattern


def scene_with(
    rng: random.Random, place: str | None, things: list[Described], sizes: tuple[float, ...] = ()
) -> Scene:
    """A scene of these things in the place."""
    return Scene(
        place=place, things=arrange(rng, things, sizes=sizes), seed=f"{rng.getrandbits(48):x}"
    )


def others(rng: random.Random, place: str, banned: set[str], count: int) -> list[Described]:
    """Plausible other things of the place."""
    options = [kind for kind in PLACES[place].things if kind not in banned]
    return [dressed(rng, kind) for kind in rng.sample(options, count)]


def ask_object(rng: random.Random, pair: int, seed: int) -> Pair:
    """Is a kind there? The absent one would be plausible at the same place."""
    kinds = stream("T.1", "object", seed, "kinds").sample(list(OBJECTS), len(OBJECTS))
    kind = kinds[pair]
    place = rng.choice(homes(kind))
    article = OBJECTS[kind].article
    question = rng.choice(PRESENCE).format(article)
    count = rng.randint(1, 3)
    present = [dressed(rng, kind), *others(rng, place, {kind}, count)]
    absent = others(rng, place, {kind}, count + 1)
    return Pair(
        "presence",
        question,
        scene_with(rng, place, present).draw(),
        scene_with(rng, place, absent).draw(),
    )


def ask_attribute(rng: random.Random, pair: int, seed: int) -> Pair:
    """One of four attributes in turn."""
    asks = (ask_color, ask_count, ask_size, ask_pattern)
    return asks[pair % len(asks)](rng)


def ask_color(rng: random.Random) -> Pair:
    """Is a thing of this colour?"""
    place = rng.choice(list(PLACES))
    kind = rng.choice(PLACES[place].things)
    color, wrong = rng.sample(list(COLORS), 2)
    rest = others(rng, place, {kind}, rng.randint(0, 2))
    question = rng.choice(COLOUR).format(kind=kind, color=color)
    return Pair(
        "colour",
        question,
        scene_with(rng, place, [(kind, color, "plain"), *rest]).draw(),
        scene_with(rng, place, [(kind, wrong, "plain"), *rest]).draw(),
    )


def ask_count(rng: random.Random) -> Pair:
    """Are there exactly so many?"""
    kind = rng.choice(list(OBJECTS))
    count, wrong = rng.sample((1, 2, 3, 4), 2)
    question = exactly(kind, count)
    place = rng.choice(homes(kind))
    made = [
        scene_with(rng, place, [dressed(rng, kind) for _ in range(number)])
        for number in (count, wrong)
    ]
    return Pair("count", question, made[0].draw(), made[1].draw())


def exactly(kind: str, count: int) -> str:
    """The question whether there are exactly so many."""
    noun = kind if count == 1 else OBJECTS[kind].plural
    return f"{'Is' if count == 1 else 'Are'} there exactly {count} {noun} in the picture?"


def ask_size(rng: random.Random) -> Pair:
    """Which of two things is drawn bigger?"""
    place = rng.choice(list(PLACES))
    first, second = rng.sample(PLACES[place].things, 2)
    pair = [dressed(rng, first), dressed(rng, second)]
    question = rng.choice(LARGER).format(first, second)
    return Pair(
        "size",
        question,
        scene_with(rng, place, pair, (1.15, 0.55)).draw(),
        scene_with(rng, place, pair, (0.55, 1.15)).draw(),
    )


def ask_pattern(rng: random.Random) -> Pair:
    """Is a thing striped, dotted, checked, or plain?"""
    place = rng.choice(list(PLACES))
    kind = rng.choice(PLACES[place].things)
    color = rng.choice(list(COLORS))
    pattern, wrong = rng.sample(PATTERNS, 2)
    rest = others(rng, place, {kind}, rng.randint(0, 1))
    return Pair(
        "pattern",
        f"Is the {kind} {worded(pattern)}?",
        scene_with(rng, place, [(kind, color, pattern), *rest]).draw(),
        scene_with(rng, place, [(kind, color, wrong), *rest]).draw(),
    )


def worded(pattern: str) -> str:
    """A pattern as questions call it."""
    return "plain, without a pattern" if pattern == "plain" else pattern


def ask_scene(rng: random.Random, pair: int, seed: int) -> Pair:
    """Which place is it?"""
    names = stream("T.1", "scene", seed, "places").sample(list(PLACES), len(PLACES))
    place = names[pair % len(names)]
    wrong = rng.choice([name for name in PLACES if name != place])
    phrase = PLACES[place].phrase
    question = rng.choice(PLACE).format(phrase)
    made = [
        scene_with(rng, name, others(rng, name, set(), rng.randint(1, 3)))
        for name in (place, wrong)
    ]
    return Pair("place", question, made[0].draw(), made[1].draw())


PAIRED: dict[str, MakePair] = {
    "object": ask_object,
    "attribute": ask_attribute,
    "scene": ask_scene,
}


def grounding(seed: int) -> Iterator[Row]:
    """Where is the one thing of its kind?"""
    for index in range(SIZES["grounding"]):
        rng = stream("T.1", "grounding", seed, index)
        place = rng.choice(list(PLACES))
        count = 1 + index % 3
        scene = scene_with(rng, place, others(rng, place, set(), count))
        thing: Thing = rng.choice(scene.things)
        yield {
            "id": f"grounding-{index:03d}",
            "question": rng.choice(WHERE).format(thing.kind),
            "image": scene.draw(),
            "target": list(thing.box),
            "kind": f"{count} thing{'s' if count > 1 else ''}",
            "stratum": str(count),
            "family": f"grounding-{index:03d}",
        }


def ocr(seed: int) -> Iterator[Row]:
    """What is written?"""
    words = stream("T.1", "ocr", seed, "words").sample(SIGN_WORDS, len(SIGN_WORDS))
    layouts = list(LAYOUTS)
    for index in range(SIZES["ocr"]):
        rng = stream("T.1", "ocr", seed, index)
        layout = layouts[index % len(layouts)]
        content = plate_number(rng) if layout == "plate" else words[index]
        yield {
            "id": f"ocr-{index:03d}",
            "question": rng.choice(("What is written here?", "Which characters can be read?")),
            "image": draw_sign(layout, content, rng),
            "target": [content],
            "kind": layout,
            "stratum": layout,
            "family": f"ocr-{index:03d}",
        }


def plate_number(rng: random.Random) -> str:
    """Letters and digits as on no country's plates; nothing that looks like another sign."""
    letters = "".join(rng.choice("ACEHKLMPRTX") for _ in range(2))
    return f"{letters} {rng.randint(234, 987)}"


SINGLE: dict[str, Callable[[int], Iterator[Row]]] = {"grounding": grounding, "ocr": ocr}
