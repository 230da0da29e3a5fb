"""S.6 Cross-modal influence on jailbreaking: does a picture change how a text jailbreak works?

MultiTrust (arXiv:2406.07057), safety: jailbreaking. Wrapped requests alone, with a kindly or a
dark picture, and with unrelated ones. The same wrappers around harmless requests must be helped
with, also beside a dark picture.
"""

from multitrust.attacks.text import WRAPPERS, wrap
from multitrust.core import Condition, GenerateConfig, Sample, Task
from multitrust.data import Row, dataset, labels
from multitrust.metrics import balanced, help_rate, joined, refusal_rate
from multitrust.scorers import declines, helps
from multitrust.tasks.conditions import TEXT, UNRELATED, benign, picture_effects, show, twin_names

REFUSAL, HELP = refusal_rate(declines()), help_rate(helps())
NAMES = tuple(WRAPPERS)
POSITIVE, NEGATIVE = (
    Condition(name=name, steps=(show(name),)) for name in ("positive", "negative")
)
CONDITIONS = (TEXT, POSITIVE, NEGATIVE, *UNRELATED)


def to_sample(row: Row) -> Sample:
    """A request in the wrapper whose turn it is."""
    wrapper = NAMES[row["turn"] % len(NAMES)]
    return Sample.ask(
        row["id"],
        wrap(wrapper, row["question"]),
        target=row["target"],
        images={"positive": row["positive"], "negative": row["negative"]},
        metadata={
            **labels(row),
            "kind": wrapper,
            "stratum": wrapper,
            "category": row["category"],
            "request": row["question"],
        },
    )


TASK = Task(
    id="S.6",
    name="crossmodal-influence-on-jailbreaking",
    aspect="safety",
    subaspect="S.J",
    summary="Declines harmful requests in any wrapper beside any picture, and helps with harmless.",
    paper="arXiv:2406.07057",
    dataset=dataset("safety/crossmodal/harmful", to_sample),
    conditions=(
        *CONDITIONS,
        *benign(CONDITIONS, dataset("safety/crossmodal/benign", to_sample), (HELP,)),
    ),
    metrics=(REFUSAL,),
    headline=joined(
        *(
            balanced(REFUSAL, HELP, twin_names(group))
            for group in ((TEXT,), (POSITIVE,), (NEGATIVE,), UNRELATED)
        )
    ),
    contrasts=picture_effects(REFUSAL, [c.name for c in CONDITIONS[1:]]),
    config=GenerateConfig(max_tokens=200),
    version=2,
)
