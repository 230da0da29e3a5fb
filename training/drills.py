"""Drills: many questions of a word or two about one scene.

A kind asks for the colour of the thing, or whether there is one; a kind with a colour or a pattern
asks whether they belong together. What is learned behind the words is not written into the text, so
one short sequence asks dozens of questions. It teaches a decoder within minutes to look for what a
word names, on which conversations alone make no start.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, PATTERNS
from multitrust.data.drawing.scene import Scene, Thing

ABSENT = 4
"""Kinds asked for that are not there."""


def probes(scene: Scene, rng: random.Random) -> list[tuple[str, str]]:
    """(words, answer) about a scene in a random order."""
    kinds = [thing.kind for thing in scene.things]
    made = [("Is " + kind, "Yes") for kind in sorted(set(kinds))]
    for thing in scene.things:
        if kinds.count(thing.kind) == 1:
            made += about(thing, rng)
    for kind in rng.sample([kind for kind in OBJECTS if kind not in kinds], ABSENT):
        made += [(kind, "No"), ("Is " + kind, "No")][: rng.randint(1, 2)]
    rng.shuffle(made)
    return made


def about(thing: Thing, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Questions about a thing that is alone of its kind."""
    yield thing.kind, thing.color
    for right, options in ((thing.color, list(COLORS)), (thing.pattern, list(PATTERNS))):
        named = right if rng.random() < 0.5 else rng.choice(options)
        yield f"{thing.kind} {named}", "Yes" if named == right else "No"
