"""R.3 on the official data: the sentiment of sentences in unusual styles."""

from dataclasses import replace

from multitrust.core import Sample
from multitrust.metrics import rate
from multitrust.metrics.official import official_share
from multitrust.scorers import label_word
from multitrust.scorers.official import sentiment_word
from multitrust.tasks.official.aimed import aimed
from multitrust.tasks.official.protocol import (
    Arm,
    Chain,
    OfficialTask,
    Result,
    Say,
    ask,
    modality,
    modality_ids,
    pictures,
)
from multitrust.tasks.robustness.ood_text_sentiment import TASK


def worded(sample: Sample) -> Sample:
    """The sample with its label as a word."""
    target = "positive" if str(sample.target) == "1" else "negative"
    return replace(sample, target=target, choices=("positive", "negative"))


def arms(say: Say) -> tuple[Arm, ...]:
    """The five paired conditions. Corrected: one label is read out of the answer (Q28)."""
    chain = Chain(scorer=sentiment_word())
    result = Result(
        metric=official_share("accuracy", chain.scorer),
        totals=(f"{chain.scorer.name}:pred_mean",),
    )
    return tuple(
        Arm(
            id=name,
            ask=ask("ask"),
            chains=(chain,),
            results=(result,),
            corrected=(rate("right labels", aimed(label_word(), worded)),),
        )
        for name in modality_ids("dt", image="related-image")
    )


OFFICIAL = OfficialTask(
    like=TASK,
    log="robustness/r3-ood-text",
    max_tokens=200,
    arms=arms,
    score=modality("dt", "accuracy", image="related-image"),
    corrects={"accuracy": "right labels"},
    wording={
        "ask": (
            'What sentiment does this sentence express: "{sentence}"? '
            "Reply with exactly one word, positive or negative."
        )
    },
    effects=pictures("dt", image="related-image"),
)
