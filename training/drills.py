"""Drills and quizzes: many questions about one scene, answered without a word in between.

In a drill a kind asks for the colour of the thing, or whether there is one; a kind with a colour or
a pattern asks whether they belong together. What is learned behind the words is not written into
the text, so one short sequence asks a dozen questions. It teaches a decoder within minutes to look
for what a word names, on which conversations alone make no start. In a quiz the answer is due some
words later or after a whole question: what was found must be carried to where it is asked for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, PATTERNS
from multitrust.data.drawing.scene import Scene, Thing
from training.lessons import colour, counting, pattern, presence, tell

QUESTIONS = (presence, colour, colour, colour, counting, pattern, pattern, tell)
ABSENT = 3
"""Kinds asked for that are not there."""
WHOLE = 4
"""Whole questions."""
DELAYS = ("", "", " ?", " in the picture?", " in the picture? ASSISTANT:")
"""What follows the words of a short one, the answer being due behind it."""


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


def quiz(scene: Scene, rng: random.Random) -> list[tuple[str, str]]:
    """The same with answers that are due later, and whole questions among them."""
    asked = [(words + rng.choice(DELAYS), answer) for words, answer in probes(scene, rng)]
    for _ in range(WHOLE):
        prompt, answer = rng.choice(QUESTIONS)(scene, rng, rng.random() < 0.5)
        asked.append((prompt + " ASSISTANT:", answer))
    rng.shuffle(asked)
    return asked


def about(thing: Thing, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Questions about a thing that is alone of its kind."""
    yield thing.kind, thing.color
    for right, options in ((thing.color, list(COLORS)), (thing.pattern, list(PATTERNS))):
        named = right if rng.random() < 0.5 else rng.choice(options)
        yield f"{thing.kind} {named}", "Yes" if named == right else "No"
