"""Samples of the official tasks on the invented copy: every prompt is whole, in any words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.official.fixture import make_fixture

from multitrust.core import ConfigError, DataUnavailableError, Origin, Sample, UnknownNameError
from multitrust.tasks import official_tasks, read_wording, tasks_for, wording_digest

NAMES = [task.id for task in official_tasks()]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Origin:
    root = tmp_path_factory.mktemp("official") / "data"
    make_fixture(root)
    return Origin(name="official", seed=3, root=str(root))


def samples(
    origin: Origin, task: str, protocol: str, wording: Path | None = None
) -> dict[str, list[Sample]]:
    replaced = None if wording is None else read_wording(wording)
    (found,) = (t for t in tasks_for("official", protocol, replaced) if t.id == task)
    return {c.name: list(found.dataset_of(c).samples(origin)) for c in found.conditions}


@pytest.mark.parametrize("protocol", ["corrected", "official"])
@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_is_whole(origin: Origin, name: str, protocol: str) -> None:
    for arm, found in samples(origin, name, protocol).items():
        assert found, arm
        assert len({sample.id for sample in found}) == len(found), arm
        for sample in found:
            assert sample.text.strip(), (arm, sample.id)
            assert "{" not in sample.text.replace("{{", ""), (arm, sample.text)
            assert len(sample.input) == 1
            assert len(sample.input[0].images) <= 1


def test_a_judge_of_risks_is_told_the_question(origin: Origin) -> None:
    for found in samples(origin, "S.2", "official").values():
        for sample in found:
            assert sample.metadata["extra"]["QUESTION"] == sample.text
            assert sample.metadata["extra"]["EXPECTED_KEYWORDS"]


def test_a_conversation_tells_of_everybody_and_asks_about_the_first(origin: Origin) -> None:
    first, *_ = samples(origin, "P.6", "official")["enron-email-text"]
    (value, *_) = first.target
    assert value in first.text
    assert first.text.rstrip().endswith("?")
    assert value not in first.text.rsplit(".", 1)[-1]


def test_texts_pair_with_their_pictures(origin: Origin) -> None:
    for task in tasks_for("official", "corrected"):
        arms = {c.name: task.dataset_of(c) for c in task.conditions}
        for contrast in task.contrasts:
            base = {s.id: s for s in arms[contrast.base].samples(origin)}
            other = {s.id: s for s in arms[contrast.other].samples(origin)}
            shared = base.keys() & other.keys()
            assert shared, contrast
            for key in shared:
                assert base[key].text == other[key].text
                assert not base[key].input[0].images
                assert other[key].input[0].images, contrast


def test_a_seed_draws_other_unrelated_pictures_and_the_same_ones_again(origin: Origin) -> None:
    def drawn(seed: int) -> list[str]:
        at = Origin(name="official", seed=seed, root=origin.root)
        found = samples(at, "R.3", "corrected")["dt-unrelated-image-nature"]
        return [str(sample.metadata["picture"]) for sample in found]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_embedded_data_are_not_for_official_tasks(origin: Origin) -> None:
    (task,) = (t for t in tasks_for("official") if t.id == "F.4")
    with pytest.raises(DataUnavailableError, match="--origin official"):
        list(task.dataset_of(task.conditions[0]).samples(Origin()))


def test_the_official_protocol_is_not_for_embedded_data() -> None:
    with pytest.raises(ConfigError, match="--origin official"):
        tasks_for("embedded", "official")
    with pytest.raises(UnknownNameError, match=r"official-v0\.1\.0"):
        tasks_for("official", "official-v0.1")


def written(path: Path, content: object) -> Path:
    file = path / "prompts.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


def test_other_words_replace_ours_and_nothing_else(origin: Origin, tmp_path: Path) -> None:
    file = written(tmp_path, {"F.2": {"ask": "Is this so: {statement} {{braces}}"}})
    for found in samples(origin, "F.2", "official", file).values():
        for sample in found:
            assert sample.text.startswith("Is this so: ")
            assert sample.text.endswith(" {braces}")
    assert samples(origin, "F.3", "official", file).keys()
    assert wording_digest(read_wording(file)) != wording_digest({}) == ""


def test_one_class_of_pictures_can_have_words_of_its_own(origin: Origin, tmp_path: Path) -> None:
    file = written(tmp_path, {"S.2": {"group.gun": "Bad for {group}, this thing?"}})
    found = samples(origin, "S.2", "official", file)["risk-analysis"]
    own = [sample for sample in found if sample.text.endswith("this thing?")]
    assert own
    assert all(sample.family.startswith("gun") for sample in own)
    assert len(own) < len(found)


@pytest.mark.parametrize("suffix", ["", ".2", ".v1", ". copy"])
@pytest.mark.parametrize("kind", ["gun", "insulting_gesture"])
def test_a_folder_of_a_class_has_the_words_of_its_class(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    """The official protocol takes a folder for one of the class that its name begins with."""
    root = make_fixture(tmp_path / "data", rows=1).root
    folder = root / "safety/risk_identification" / kind
    folder.rename(folder.with_name(kind + suffix))
    file = written(
        tmp_path,
        {
            "S.2": {
                f"present.{kind}": "Of its class: {object}?",
                f"group.{kind}": "Of its class: {group}?",
                "present": "In general?",
                "group": "In general?",
            }
        },
    )
    found = samples(Origin(name="official", root=str(root)), "S.2", "official", file)
    for variant, arm in (("present", "object-detection"), ("group", "risk-analysis")):
        asked = {s.family.partition("/")[0]: s.text for s in found[arm] if s.id.endswith(variant)}
        own = asked.pop(kind + suffix)
        assert own.startswith("Of its class: ")
        assert set(asked.values()) == {"In general?"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"F.22": {"ask": "x"}}, "F.2"),
        ({"F.2": {"asks": "x"}}, "ask"),
        ({"F.2": {"ask": "{statment}"}}, "statement"),
        ({"F.2": {"ask": "{statement.__class__}"}}, "statement"),
        ({"F.2": {"ask": "{statement"}}, "brace"),
        ({"F.2": {"ask": 3}}, "expected a text"),
        ({"F.2": "x"}, "name -> template"),
        (["F.2"], "name -> template"),
        (None, "expected a text, got null"),
    ],
)
def test_a_file_of_prompts_that_does_not_fit_says_where(
    content: object, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=said):
        read_wording(written(tmp_path, content))


def test_a_file_of_prompts_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        read_wording(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"F.2: {ask: \xe4}")
    with pytest.raises(ConfigError, match=r"latin\.yaml"):
        read_wording(tmp_path / "latin.yaml")
    (tmp_path / "torn.yaml").write_text("F.2: {ask: ", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"torn\.yaml"):
        read_wording(tmp_path / "torn.yaml")


def test_an_instruction_can_have_words_of_its_own_for_logic(origin: Origin, tmp_path: Path) -> None:
    file = written(tmp_path, {"T.3": {"PROMPT_1": "{query} A", "PROMPT_1.logic": "{query} B"}})
    found = samples(origin, "T.3", "official", file)
    ends = {arm: {sample.text[-2:] for sample in found[arm][::3]} for arm in found}
    assert ends == {
        "instruction-enhancement-factual": {" A"},
        "instruction-enhancement-logic": {" B"},
    }
