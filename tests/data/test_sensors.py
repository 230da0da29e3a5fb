"""Sensors: every answer equally often, the same bytes every time, and what is counted is there."""

from __future__ import annotations

import io
import random
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import label

from multitrust.data.drawing.sensors import SENSORS
from multitrust.data.embedded.robustness import sensors


def test_every_option_of_every_question_is_right_equally_often() -> None:
    rows = list(sensors.rows("", 3))
    answers = Counter((row["question"], row["target"]) for row in rows)
    assert len(answers) == len(SENSORS) * 2 * 4
    assert set(answers.values()) == {2}


@pytest.mark.parametrize("name", SENSORS)
def test_the_stream_fixes_the_picture_and_options_differ(name: str) -> None:
    sensor = SENSORS[name]
    for subject in sensor.subjects:
        made = [sensor.picture(name, subject, random.Random(1), right) for right in range(4)]
        again = sensor.picture(name, subject, random.Random(1), 0)
        assert made[0].digest == again.digest
        assert len({picture.digest for picture in made}) == 4


@pytest.mark.parametrize(("name", "bright"), [("MRI", 185), ("CT", 200)])
def test_the_phantom_holds_as_many_bright_rods_as_it_says(name: str, bright: int) -> None:
    sensor = SENSORS[name]
    for right in range(4):
        picture = sensor.picture(name, sensor.subjects[0], random.Random(right), right)
        grey = np.asarray(Image.open(io.BytesIO(picture.read())).convert("L"), dtype=float)
        rows, columns = np.indices(grey.shape) - 168
        inner = np.hypot(rows, columns) < 112
        spots, _ = label((grey > bright) & inner)
        sizes = np.bincount(spots.ravel())[1:]
        assert (sizes > 300).sum() == right + 1
