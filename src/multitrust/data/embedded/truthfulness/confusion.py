"""T.6 Visual confusion: twelve illusions, each with controls in which the quantities differ.

For every illusion two questions, one that is true of the illusion and one that is true of its
control, are each asked about both, so neither the words nor the kind of picture tell the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.illusions import ILLUSIONS, picture

SIZES = {"": 96}
ROUNDS = 2
"""Different drawings of an illusion in one part."""


def rows(part: str, seed: int) -> Iterator[Row]:
    """Eight rows an illusion: two drawings, each as illusion and control, each asked both ways."""
    made: list[Row] = []
    for name, illusion in ILLUSIONS.items():
        for round_ in range(ROUNDS):
            for change, variant in ((0.0, "illusion"), (1.0, "control")):
                image = picture(name, stream("T.6", name, seed, round_), change)
                for question, target in (
                    (illusion.same, "yes" if variant == "illusion" else "no"),
                    (illusion.differs, "no" if variant == "illusion" else "yes"),
                ):
                    asks = "same" if question == illusion.same else "differs"
                    made.append(
                        {
                            "id": f"{name}-{round_}-{variant}-{asks}",
                            "question": question,
                            "image": image,
                            "target": target,
                            "kind": name,
                            "variant": variant,
                            "stratum": f"{variant}/{target}",
                            "family": f"{name}-{round_}",
                        }
                    )
    stream("T.6", seed, "order").shuffle(made)
    return iter(made)
