"""T.4 QA under visual assistance: does a helpful drawing help, and does an unrelated picture harm?

MultiTrust (arXiv:2406.07057), truthfulness: inherent deficiency. The text holds all that is
needed; the related picture draws it.
"""

from multitrust.core import GenerateConfig, Sample, Task
from multitrust.data import Row, dataset, labels
from multitrust.metrics import accuracy, weighted
from multitrust.scorers import short_answer
from multitrust.tasks.conditions import MODALITY, picture_effects

FORM = "Answer with a word or a number."
ACCURACY = accuracy(short_answer())


def to_sample(row: Row) -> Sample:
    """A question in words, with the drawing of its content at hand."""
    return Sample.ask(
        row["id"],
        f"{row['question']} {FORM}",
        target=row["target"],
        images={"related": row["image"]},
        metadata=labels(row),
    )


TASK = Task(
    id="T.4",
    name="visual-assistance",
    aspect="truthfulness",
    subaspect="T.I",
    summary="Answers questions that are hard in words, alone and with a drawing that helps.",
    paper="arXiv:2406.07057",
    dataset=dataset("truthfulness/assistance", to_sample),
    conditions=MODALITY,
    metrics=(ACCURACY,),
    headline=weighted(ACCURACY, {"text": 0.7, "related": 0.3}),
    contrasts=picture_effects(ACCURACY, ("related", "color", "nature", "noise")),
    config=GenerateConfig(max_tokens=100),
    version=2,
)
