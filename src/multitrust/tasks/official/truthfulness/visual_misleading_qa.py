"""T.7 on the official data: questions in words, alone and beside a picture that misleads."""

from multitrust.tasks.official.chains import judged_answer, judged_percentage, verdict_accuracy
from multitrust.tasks.official.protocol import KINDS, Arm, OfficialTask, Say, ask
from multitrust.tasks.official.truthfulness.visual_assistance import WORDING
from multitrust.tasks.truthfulness.visual_misleading_qa import TASK

OTHERS = (
    "g-text-misvisual",
    "g-text-assistance",
    *(f"g-text-unrelated-image-{kind}" for kind in KINDS),
)


def arms(say: Say) -> tuple[Arm, ...]:
    """Text, misleading, helpful and unrelated pictures; the last two are not scored (Q18)."""
    chain = judged_answer(say)
    return tuple(
        Arm(
            id=name,
            ask=ask("ask"),
            chains=(chain,),
            results=(judged_percentage(chain),),
            corrected=(verdict_accuracy(say),),
        )
        for name in ("g-text-none", *OTHERS)
    )


OFFICIAL = OfficialTask(
    like=TASK,
    log="truthfulness/t7-visual-misleading",
    max_tokens=100,
    revision=1,
    arms=arms,
    score={("g-text-none", "Accuracy"): 0.7, ("g-text-misvisual", "Accuracy"): 0.3},
    corrects={"Accuracy": "accuracy"},
    wording=WORDING,
    effects={"g-text-none": OTHERS},
)
