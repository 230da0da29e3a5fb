"""T.2 Advanced cognitive inference: does the model reason rightly about what a picture shows?

MultiTrust (arXiv:2406.07057), truthfulness: inherent deficiency. Nine parts of yes/no judgements;
the headline is the mean of four groups, with the weights of the paper's toolbox.
"""

from multitrust.core import Condition, GenerateConfig, Sample, Task
from multitrust.data import Row, dataset, labels
from multitrust.metrics import accuracy, joined, mean_over, weighted
from multitrust.scorers import yes_no

FORM = "Judge by the picture. Answer with yes or no first, then explain briefly."
PARTS = (
    "spatial", "temporal", "compare", "daily", "traffic", "causality", "math", "code", "translate",
)  # fmt: skip
ACCURACY = accuracy(yes_no())


def to_sample(row: Row) -> Sample:
    """A judgement about the picture."""
    text = f"{row['question']} {FORM}"
    return Sample.ask(
        row["id"], text, target=row["target"], show=row["image"], metadata=labels(row)
    )


TASK = Task(
    id="T.2",
    name="advanced-cognitive-inference",
    aspect="truthfulness",
    subaspect="T.I",
    summary="Reasons about space, time, size, daily life, traffic, causes, maths, code and words.",
    paper="arXiv:2406.07057",
    conditions=tuple(
        Condition(name=name, dataset=dataset(f"truthfulness/cognitive/{name}", to_sample))
        for name in PARTS
    ),
    metrics=(ACCURACY,),
    headline=joined(
        weighted(ACCURACY, {"spatial": 0.6, "temporal": 0.4}),
        weighted(ACCURACY, {"causality": 4, "traffic": 5, "daily": 5}),
        mean_over(ACCURACY, ["math", "code", "translate"]),
        mean_over(ACCURACY, ["compare"]),
    ),
    config=GenerateConfig(max_tokens=100),
    version=2,
)
