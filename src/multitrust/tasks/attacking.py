"""Steps that show an attacked picture, and how to tell which conditions need gradients."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from multitrust.attacks.image import PGD, Attack, Pixels, perturb
from multitrust.core import Condition, Env, Sample
from multitrust.data import Altered


@dataclass(frozen=True, slots=True)
class ShowAttacked:
    """Show the picture that the sample has at hand under this name, attacked.

    The sample's metadata then holds the attack with all its settings, under `attack`.
    """

    picture: str
    attack: Attack
    goal: Callable[[Sample], str]

    def __call__(self, sample: Sample, env: Env) -> Sample:
        """The sample beside its attacked picture. What is random is fixed by the picture."""
        goal = self.goal(sample)
        recipe = {
            "name": self.attack.name,
            "epsilon": self.attack.epsilon,
            "goal": goal,
            **self.attack.parameters,
        }
        image = Altered(sample.images[self.picture], recipe, partial(carry_out, self.attack, goal))
        return replace(sample.showing(image), metadata={**sample.metadata, "attack": recipe})


def carry_out(attack: Attack, goal: str, picture: Pixels, rng: random.Random) -> Pixels:
    """The attack, within its budget."""
    return perturb(attack, picture, goal, rng)


def needs_surrogate(condition: Condition) -> bool:
    """Whether the condition's pictures are made with a model's gradients."""
    return any(
        isinstance(step, ShowAttacked) and isinstance(step.attack, PGD) for step in condition.steps
    )
