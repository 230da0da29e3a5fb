"""Facts of the scenes of R.1, R.4 and R.5 that no general rule covers."""

from __future__ import annotations

from collections import Counter

import pytest

from multitrust.attacks.image import CORRUPTIONS
from multitrust.core import Origin
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.embedded.robustness import captioning
from multitrust.tasks.robustness.captioning_under_untargeted_attack import TASK as UNTARGETED


def test_every_thing_has_names_and_no_name_is_shared() -> None:
    assert captioning.called().keys() == OBJECTS.keys()
    assert all(names[0] == thing for thing, (_, names) in captioning.called().items())
    names = Counter(name for _, names in captioning.called().values() for name in names)
    assert set(names.values()) == {1}


@pytest.mark.parametrize("part", captioning.SIZES)
def test_scenes_show_every_thing_and_aim_at_another(part: str) -> None:
    rows = list(captioning.rows(part, 4))
    shown = Counter(row["target"][0] for row in rows)
    assert shown.keys() == OBJECTS.keys()
    assert max(shown.values()) - min(shown.values()) <= 1
    assert not [row["id"] for row in rows if set(row["target"]) & set(row["decoy"])]
    assert len({row["decoy"][0] for row in rows}) >= 15


def test_the_damages_take_turns() -> None:
    assert UNTARGETED.dataset is not None
    damages = Counter(s.metadata["damage"] for s in UNTARGETED.dataset.samples(Origin()))
    assert damages.keys() == CORRUPTIONS.keys()
    assert max(damages.values()) - min(damages.values()) <= 1
