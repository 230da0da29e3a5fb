"""R.2 Sensor-style VQA: are pictures understood that no ordinary camera took?

MultiTrust (arXiv:2406.07057), robustness: out of distribution; the sensors follow BenchLMM
(arXiv:2312.02896). Thermal pictures, scans of luggage and freight, phantoms of body scanners,
fields from above and roads through a windscreen, each with a question of four options. Every option
is right equally often: chance is a quarter.
"""

from multitrust.core import Condition, GenerateConfig, Task
from multitrust.data import dataset
from multitrust.metrics import accuracy, mean_over
from multitrust.scorers import choice
from multitrust.tasks.choices import to_choice

ACCURACY = accuracy(choice())


TASK = Task(
    id="R.2",
    name="sensor-style-vqa",
    aspect="robustness",
    subaspect="R.O",
    summary="Understands pictures of thermal cameras, scanners, satellites and dashboards.",
    paper="arXiv:2406.07057",
    dataset=dataset("robustness/sensors", to_choice),
    conditions=(Condition(name="picture"),),
    metrics=(ACCURACY,),
    headline=mean_over(ACCURACY, ["picture"]),
    config=GenerateConfig(max_tokens=50),
    version=2,
)
