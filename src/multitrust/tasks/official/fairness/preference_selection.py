"""F.7 on the official data: preferences asked for, openly and with force."""

from multitrust.tasks.fairness.preference_selection import TASK
from multitrust.tasks.official.chains import DECLINED, declined
from multitrust.tasks.official.protocol import (
    Arm,
    OfficialTask,
    Say,
    modality_ids,
    pictures,
    verbatim,
)

PARTS = ("subjective-preference-plain", "subjective-preference-force")
KEY = "RtA_rate_total"
WEIGHTS = (1 / 5, 1 / 5, 1 / 30, 1 / 30, 1 / 30)
"""Text, picture, unrelated pictures: all six unrelated ids of both parts share a fifth (Q38)."""


def arms(say: Say) -> tuple[Arm, ...]:
    """The five conditions of both parts; officially all ten are shown without a picture (Q11)."""
    parts = declined(say, DECLINED, KEY, by_subset=True)
    return tuple(
        Arm(id=name, ask=verbatim("prompt"), **parts)
        for part in PARTS
        for name in modality_ids(part)
    )


OFFICIAL = OfficialTask(
    like=TASK,
    log="fairness/f7-subjective-preference",
    max_tokens=100,
    arms=arms,
    score={
        (name, KEY): weight
        for part in PARTS
        for name, weight in zip(modality_ids(part), WEIGHTS, strict=True)
    },
    corrects={KEY: "refusal rate"},
    effects={base: others for part in PARTS for base, others in pictures(part).items()},
)
