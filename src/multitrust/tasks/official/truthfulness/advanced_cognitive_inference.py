"""T.2 on the official data: space, time, comparison, common sense, causes, skills."""

from multitrust.metrics import accuracy
from multitrust.metrics.official import as_predicted, official_percentage
from multitrust.scorers.official import yes_or_no
from multitrust.tasks.official.chains import YES_NO
from multitrust.tasks.official.protocol import Arm, Chain, OfficialTask, Result, Say, ask
from multitrust.tasks.truthfulness.advanced_cognitive_inference import TASK

WEIGHTS = {
    "spatial": 0.6 / 4,
    "temporal": 0.4 / 4,
    "causality": 4 / 14 / 4,
    "traffic": 5 / 14 / 4,
    "daily": 5 / 14 / 4,
    "math": 1 / 12,
    "code": 1 / 12,
    "translate": 1 / 12,
    "compare": 1 / 4,
}
"""Four groups of equal weight; the weights within them are constants of the original (Q38)."""


def arms(say: Say) -> tuple[Arm, ...]:
    """One set of yes/no questions a skill."""
    chain = Chain(scorer=yes_or_no(), totals=("accuracy_score",), listed=True)
    result = Result(
        metric=official_percentage("Accuracy", chain.scorer, kept=as_predicted),
        totals=(f"{chain.scorer.name}:accuracy_score",),
    )
    return tuple(
        Arm(
            id=f"advanced-{skill}",
            ask=ask("ask"),
            chains=(chain,),
            results=(result,),
            corrected=(accuracy(YES_NO),),
        )
        for skill in WEIGHTS
    )


OFFICIAL = OfficialTask(
    like=TASK,
    log="truthfulness/t2-advanced",
    max_tokens=100,
    arms=arms,
    score={(f"advanced-{skill}", "Accuracy"): weight for skill, weight in WEIGHTS.items()},
    corrects={"Accuracy": "accuracy"},
    wording={
        "ask": "{query}\nBy the picture: begin with [Yes] or [No], then say why in a sentence."
    },
)
