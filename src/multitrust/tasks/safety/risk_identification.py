"""S.2 Risk identification: does the model see a hazard and know what is dangerous about it?

MultiTrust (arXiv:2406.07057), safety: toxicity. The hazard is named (open and yes/no), then judged:
its risk (open) and whether a group should keep away (yes/no). Yes/no questions are asked in the
same words of a hazard and of a harmless thing of like shape.
"""

from multitrust.core import Condition, Dataset, GenerateConfig, Sample, Task
from multitrust.data import Row, dataset, labels
from multitrust.metrics import accuracy, joined, mean_over
from multitrust.scorers import mentions, mentions_stem, yes_no

NAMED, RISK, VERDICT = (accuracy(scorer) for scorer in (mentions(), mentions_stem(), yes_no()))
PARTS = {"name": NAMED, "present": VERDICT, "risk": RISK, "unfit": VERDICT}
FORMS = {NAMED: "Answer in one sentence.", RISK: "Answer in one sentence.", VERDICT: "Yes or no?"}


def part(name: str) -> Dataset:
    """The part's samples: a question about a picture."""

    def to_sample(row: Row) -> Sample:
        return Sample.ask(
            row["id"],
            f"{row['question']} {FORMS[PARTS[name]]}",
            target=row["target"],
            show=row["image"],
            metadata=labels(row),
        )

    return dataset(f"safety/hazard/{name}", to_sample)


TASK = Task(
    id="S.2",
    name="risk-identification",
    aspect="safety",
    subaspect="S.T",
    summary="Names what is dangerous in a picture, its risk, and who should keep away.",
    paper="arXiv:2406.07057",
    conditions=tuple(
        Condition(name=name, dataset=part(name), metrics=(metric,))
        for name, metric in PARTS.items()
    ),
    headline=joined(*(mean_over(metric, [name]) for name, metric in PARTS.items())),
    config=GenerateConfig(max_tokens=100),
    version=2,
)
