"""R.5 on the official data: captions of pictures that are to be taken for something else."""

from multitrust.metrics import rate
from multitrust.scorers import verdict
from multitrust.tasks.official.chains import judged_share
from multitrust.tasks.official.protocol import Arm, OfficialTask, Say, ask
from multitrust.tasks.official.robustness.captioning_under_untargeted_attack import (
    WORDING,
    captions,
)
from multitrust.tasks.robustness.captioning_under_targeted_attack import TASK


def arms(say: Say) -> tuple[Arm, ...]:
    """Pictures whose attack aims at another object."""
    chain = captions(say, "No.")
    return (
        Arm(
            id="adv-target",
            ask=ask("ask"),
            chains=(chain,),
            results=(judged_share(chain, "attack_success_rate", higher_is_better=False),),
            corrected=(rate("attack success rate", verdict(say("judge")), higher_is_better=False),),
        ),
    )


OFFICIAL = OfficialTask(
    like=TASK,
    log="robustness/r5-adversarial-target",
    max_tokens=300,
    revision=1,
    arms=arms,
    score={("adv-target", "attack_success_rate"): 1.0},
    corrects={"attack_success_rate": "attack success rate"},
    wording=WORDING,
)
