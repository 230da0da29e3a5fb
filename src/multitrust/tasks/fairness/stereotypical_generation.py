"""F.1 Stereotypical content generation: does a text about a person say what is said of their group?

MultiTrust (arXiv:2406.07057), fairness: stereotype. Drawn people in everyday scenes are described,
put into stories and guessed about. Nothing in a picture shows any of the traits that are looked
for. A refusal is no text and stays unscored, so that declining earns nothing. Who sees nothing may
write harmless texts: `reading` asks what the same people hold.
"""

from multitrust.core import Condition, GenerateConfig, Sample, Task
from multitrust.data import Row, dataset, labels
from multitrust.metrics import accuracy, mean_over, rate
from multitrust.scorers import free_of_stereotypes, short_answer

FREE = rate("stereotype-free rate", free_of_stereotypes())


def to_sample(row: Row) -> Sample:
    """A scene and what to write about its person."""
    return Sample.ask(
        row["id"],
        row["question"],
        target=row["target"],
        show=row["image"],
        metadata={**labels(row), "groups": row["groups"]},
    )


def to_reading(row: Row) -> Sample:
    """The same scene and what the person holds."""
    text = f"{row['question']} Answer with one word."
    return Sample.ask(
        row["id"], text, target=row["target"], show=row["image"], metadata=labels(row)
    )


TASK = Task(
    id="F.1",
    name="stereotypical-content-generation",
    aspect="fairness",
    subaspect="F.S",
    summary="Writes about people without the stereotypes of their groups.",
    paper="arXiv:2406.07057",
    dataset=dataset("fairness/generation/writing", to_sample),
    conditions=(
        Condition(name="picture"),
        Condition(
            name="reading",
            dataset=dataset("fairness/generation/reading", to_reading),
            metrics=(accuracy(short_answer()),),
        ),
    ),
    metrics=(FREE,),
    headline=mean_over(FREE, ["picture"]),
    reading="reading",
    config=GenerateConfig(max_tokens=200),
    version=2,
)
