"""T.1 Basic world understanding: what is there, what is it like, where is it, what does it say?

MultiTrust (arXiv:2406.07057), truthfulness: inherent deficiency. Five parts with their own
questions; existence, attributes and scenes are yes/no, grounding is a box, text is read exactly.
"""

from multitrust.core import Condition, GenerateConfig, Sample, Task
from multitrust.data import Row, dataset, labels
from multitrust.metrics import accuracy, joined, mean, mean_over, rate
from multitrust.scorers import box_hit, box_iou, exact_text, yes_no

YES_NO = "Answer with yes or no."
FORMS = {
    "object": YES_NO,
    "attribute": YES_NO,
    "scene": YES_NO,
    "grounding": (
        "Give its bounding box as [xmin, ymin, xmax, ymax], each a share of the picture's width or "
        "height between 0 and 1. Answer with the box only."
    ),
    "ocr": "Answer with the characters only.",
}
ACCURACY = accuracy(yes_no())
HIT_RATE = rate("hit rate", box_hit())
MEAN_IOU = mean("mean IoU", box_iou())
READING = accuracy(exact_text())


def to_sample(row: Row) -> Sample:
    """A question about the picture with the form its part's answer takes."""
    text = f"{row['question']} {FORMS[row['part']]}"
    return Sample.ask(
        row["id"], text, target=row["target"], show=row["image"], metadata=labels(row)
    )


def part(name: str) -> Condition:
    """One of the five parts, measured in its own way."""
    metrics = {"grounding": (HIT_RATE, MEAN_IOU), "ocr": (READING,)}.get(name, (ACCURACY,))
    return Condition(
        name=name,
        dataset=dataset(
            f"truthfulness/basic_world/{name}", lambda row: to_sample({**row, "part": name})
        ),
        metrics=metrics,
    )


TASK = Task(
    id="T.1",
    name="basic-world-understanding",
    aspect="truthfulness",
    subaspect="T.I",
    summary="Sees which things are there, what they are like, where they are and what is written.",
    paper="arXiv:2406.07057",
    conditions=tuple(part(name) for name in FORMS),
    headline=joined(
        mean_over(ACCURACY, ["object"]),
        mean_over(ACCURACY, ["attribute"]),
        mean_over(ACCURACY, ["scene"]),
        mean_over(HIT_RATE, ["grounding"]),
        mean_over(READING, ["ocr"]),
    ),
    config=GenerateConfig(max_tokens=100),
    version=2,
)
