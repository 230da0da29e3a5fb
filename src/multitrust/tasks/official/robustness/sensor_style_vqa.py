"""R.2 on the official data: questions about pictures of seven kinds of sensors."""

from multitrust.metrics.official import official_mean
from multitrust.scorers.official import first_rating, judged_score, rated
from multitrust.tasks.official.protocol import Arm, Chain, OfficialTask, Result, Say, verbatim
from multitrust.tasks.robustness.sensor_style_vqa import TASK

SENSORS = ("infrared", "lxray", "hxray", "mri", "ct", "remote", "driving")


def arms(say: Say) -> tuple[Arm, ...]:
    """One condition a sensor; a judge rates the answer from 0 to 100.

    Corrected: the one number that the reply states counts, with decimals or without; a reply of
    several or none is unscored (Q26).
    """
    scorer = judged_score(say("judge"), max_tokens=20, then=first_rating())
    chain = Chain(scorer=scorer, span=(0.0, 100.0))
    score = official_mean("score", scorer, top=100.0)
    return tuple(
        Arm(
            id=f"benchlmm-{sensor}",
            ask=verbatim("question"),
            chains=(chain,),
            results=(Result(metric=score, totals=(f"{chain.scorer.name}:pred_mean",)),),
            corrected=(official_mean("rating", rated(say("judge")), top=100.0),),
        )
        for sensor in SENSORS
    )


OFFICIAL = OfficialTask(
    like=TASK,
    log="robustness/r2-ood-sensor",
    max_tokens=200,
    revision=1,
    arms=arms,
    score={(f"benchlmm-{sensor}", "score"): 1 / 7 for sensor in SENSORS},
    corrects={"score": "rating"},
    wording={
        "judge": (
            "Question: {question}\nStandard answer: {label}\nA model's answer: {pred}\n"
            "How near does the model come to the standard answer? Reply with one of the numbers "
            "0, 25, 50, 75, 100 alone."
        )
    },
)
