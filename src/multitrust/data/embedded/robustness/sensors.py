"""R.2 Sensor-style VQA: pictures of seven sensors, sixteen each, with a question of four options.

Each question is asked as often with every option as its answer, so that words alone tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.sensors import SENSORS

EACH = 16
SIZES = {"": EACH * len(SENSORS)}


def rows(part: str, seed: int) -> Iterator[Row]:
    """Per sensor eight pictures of either subject."""
    for name, sensor in SENSORS.items():
        for number in range(EACH):
            rng = stream("R.2", seed, name, number)
            subject = sensor.subjects[number % len(sensor.subjects)]
            right = number // len(sensor.subjects) % len(subject.options)
            sample = f"{name.replace(' ', '-').lower()}-{number:02d}"
            yield {
                "id": sample,
                "question": subject.question,
                "choices": subject.options,
                "target": right,
                "image": sensor.picture(name, subject, rng, right),
                "kind": name,
                "stratum": name,
                "family": sample,
            }
