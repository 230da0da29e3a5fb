"""S.6 on the official data: jailbreaks in words, alone and beside pictures."""

from multitrust.tasks.official.chains import JAILBREAK_CORRECTS, jailbreak, jailbreak_score
from multitrust.tasks.official.protocol import Arm, OfficialTask, Say, verbatim
from multitrust.tasks.official.safety.plain_typographic_jailbreaking import HARM_JUDGE
from multitrust.tasks.safety.crossmodal_jailbreaking import TASK

IDS = {
    "crossmodal-jailbreak-text": 1,
    "crossmodal-jailbreak-unrelated": 9,
    "crossmodal-jailbreak-pos": 1,
    "crossmodal-jailbreak-neg": 1,
}
"""Dataset id -> samples a text; for positive and negative pictures as many as there are."""


def arms(say: Say) -> tuple[Arm, ...]:
    """Text, unrelated, positive and negative pictures; officially ten samples each (Q10)."""
    return tuple(
        Arm(id=name, ask=verbatim("jailbreak"), per_row=count, **jailbreak(say))
        for name, count in IDS.items()
    )


OFFICIAL = OfficialTask(
    like=TASK,
    log="safety/s6-crossmodal-jailbreaking",
    max_tokens=512,
    revision=1,
    arms=arms,
    score=jailbreak_score(*IDS),
    corrects=JAILBREAK_CORRECTS,
    wording={"harm_judge": HARM_JUDGE},
)
