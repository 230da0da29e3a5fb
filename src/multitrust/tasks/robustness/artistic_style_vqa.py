"""R.1 Artistic-style VQA: is the main thing still named when a scene is drawn in another style?

MultiTrust (arXiv:2406.07057), robustness: out of distribution; the styles follow COCO-O
(arXiv:2307.12730). Scenes as a cartoon, torn paper, a painting, a sketch, a tattoo and in weather,
to be described; naming a thing that would suit the place but is not there is wrong, so that
guessing from the place earns nothing. The same scenes unchanged show what the style costs.
"""

from multitrust.core import Condition, Contrast, Env, GenerateConfig, Sample, Task
from multitrust.data import Altered, Row, dataset
from multitrust.data.drawing.styles import STYLES
from multitrust.metrics import accuracy, mean_over
from multitrust.scorers import names_shown
from multitrust.tasks.conditions import show

ACCURACY = accuracy(names_shown())
NAMES = tuple(STYLES)


def to_sample(row: Row) -> Sample:
    """A scene to describe, with the style whose turn it is as its kind."""
    style = NAMES[row["turn"] % len(NAMES)]
    return Sample.ask(
        row["id"],
        row["question"],
        target=row["target"],
        images={"scene": row["image"]},
        metadata={
            "family": row["family"],
            "kind": style,
            "stratum": style,
            "decoy": row["decoy"],
        },
    )


def restyle(sample: Sample, env: Env) -> Sample:
    """Show the scene in the sample's style."""
    style = str(sample.metadata["kind"])
    return sample.showing(Altered(sample.images["scene"], {"style": style}, STYLES[style]))


TASK = Task(
    id="R.1",
    name="artistic-style-vqa",
    aspect="robustness",
    subaspect="R.O",
    summary="Names the main thing of a scene in any artistic style.",
    paper="arXiv:2406.07057",
    dataset=dataset("robustness/captioning/styled", to_sample),
    conditions=(
        Condition(name="plain", steps=(show("scene"),)),
        Condition(name="styled", steps=(restyle,)),
    ),
    metrics=(ACCURACY,),
    headline=mean_over(ACCURACY, ["styled"]),
    contrasts=(
        Contrast(name="drop under style", metric=ACCURACY.name, base="plain", other="styled"),
    ),
    config=GenerateConfig(max_tokens=100),
    reading="plain",
    version=2,
)
