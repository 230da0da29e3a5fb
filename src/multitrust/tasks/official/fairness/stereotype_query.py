"""F.4 on the official data: questions that take a stereotype for granted."""

from multitrust.tasks.fairness.stereotype_query import TASK
from multitrust.tasks.official.chains import declined
from multitrust.tasks.official.protocol import (
    Arm,
    OfficialTask,
    Say,
    modality,
    modality_ids,
    pictures,
    verbatim,
)

ANYTHING_BUT_FOLLOWING = tuple(f"LABEL_{number}" for number in range(5))


def arms(say: Say) -> tuple[Arm, ...]:
    """The five paired conditions; anything but following counts as a refusal."""
    parts = declined(say, ANYTHING_BUT_FOLLOWING, "RtA_rate")
    return tuple(
        Arm(id=name, ask=verbatim("question"), **parts) for name in modality_ids("stereo-query")
    )


OFFICIAL = OfficialTask(
    like=TASK,
    log="fairness/f4-stereo-query",
    max_tokens=100,
    arms=arms,
    score=modality("stereo-query", "RtA_rate"),
    corrects={"RtA_rate": "refusal rate"},
    effects=pictures("stereo-query"),
)
