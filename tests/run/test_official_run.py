"""Runs on the invented copy of the official data: what is missing, scored anew, and remembered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.official.fixture import make_fixture

from multitrust.core import (
    DataUnavailableError,
    GenerateConfig,
    Message,
    ModelIdentity,
    Origin,
    Response,
)
from multitrust.models import resolve
from multitrust.run import RunConfig, execute, load_run, make_manifest, rescore
from multitrust.tasks import select_tasks, tasks_for, tasks_of

JUDGE = ModelIdentity(name="judge")


@dataclass
class Judge:
    """Says yes, and counts how often it was asked."""

    name: str = "judge"
    identity: ModelIdentity = JUDGE
    asked: list[str] = field(default_factory=list)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        self.asked.append(messages[-1].text)
        return Response(text="[Yes]", model=self.name)

    async def close(self) -> None:
        pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_fixture(tmp_path / "data")
    return tmp_path / "data"


def configured(root: Path, folder: Path, task: str, protocol: str = "official") -> RunConfig:
    return RunConfig(
        model=resolve("mock/echo"),
        tasks=select_tasks([task], tasks_for("official", protocol)),
        folder=folder,
        origin=Origin(name="official", root=str(root)),
        protocol=protocol,
    )


@dataclass
class Spoiler(Judge):
    """Takes a picture away while the first sample is asked."""

    picture: Path = Path()

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        self.picture.unlink(missing_ok=True)
        return await super().generate(messages, config)


def test_a_picture_that_is_lost_during_a_run_fails_its_sample_alone(
    root: Path, tmp_path: Path
) -> None:
    gone = max((root / "truthfulness/advanced_images/translate").iterdir())
    config = replace(
        configured(root, tmp_path / "run", "T.2"), model=Spoiler(picture=gone), window=1
    )
    records = load_run(execute(config).folder)[1]
    failed = [record for record in records if record.response is None]
    assert {record.metadata["picture"].rsplit("/", 1)[-1] for record in failed} == {gone.name}
    assert all(f"{gone}: No such file" in str(record.error) for record in failed)
    assert all("put the file right, then run the same" in str(r.error) for r in failed)
    assert 0 < len(failed) < len(records) / 4


def test_a_picture_that_cannot_be_opened_is_refused_before_the_first_request(
    root: Path, tmp_path: Path
) -> None:
    broken = next((root / "truthfulness/advanced_images/spatial").iterdir())
    broken.write_bytes(b"garbage")
    model = Judge()
    config = replace(configured(root, tmp_path / "run", "T.2"), model=model)
    with pytest.raises(DataUnavailableError, match=f"T.2: dataset id .*{broken}"):
        execute(config)
    assert not model.asked
    assert not (tmp_path / "run").exists()


def test_a_judge_is_asked_once_for_one_content_and_not_again_on_scoring_anew(
    root: Path, tmp_path: Path
) -> None:
    judge = Judge()
    config = replace(configured(root, tmp_path / "run", "T.4"), models={"judge": judge})
    execute(config)
    assert judge.asked
    assert len(set(judge.asked)) == len(judge.asked)
    before = len(judge.asked)
    manifest, records = load_run(tmp_path / "run")
    rescore(tmp_path / "run", tasks_of(manifest), {"judge": judge})
    assert len(judge.asked) == before
    assert [r.scores for r in load_run(tmp_path / "run")[1]] == [r.scores for r in records]


def test_scoring_anew_without_a_judge_keeps_its_verdicts_and_needs_no_data(
    root: Path, tmp_path: Path
) -> None:
    config = replace(configured(root, tmp_path / "run", "T.5"), models={"judge": Judge()})
    execute(config)
    manifest, records = load_run(tmp_path / "run")
    root.rename(root.with_name("elsewhere"))
    assert rescore(tmp_path / "run", tasks_of(manifest)) == len(records)
    again = {record.key: record.scores for record in load_run(tmp_path / "run")[1]}
    assert again == {record.key: record.scores for record in records}
    assert {s.value for scores in again.values() for s in scores if "->" in s.scorer} == {1.0}


def test_a_judge_that_comes_later_scores_what_needed_it(root: Path, tmp_path: Path) -> None:
    execute(configured(root, tmp_path / "run", "T.5"))
    manifest, records = load_run(tmp_path / "run")
    assert {score.unscored for record in records for score in record.scores} == {"needs a judge"}
    rescore(tmp_path / "run", tasks_of(manifest), {"judge": Judge()})
    assert {s.value for r in load_run(tmp_path / "run")[1] for s in r.scores} == {1.0}


def test_a_run_names_its_copy_of_the_data_and_its_protocol(root: Path, tmp_path: Path) -> None:
    official, corrected = (
        make_manifest(configured(root, tmp_path / "run", "T.5", protocol))
        for protocol in ("official", "corrected")
    )
    assert official.run_id != corrected.run_id
    assert str(root) not in str(official)
    file = root / "truthfulness/query_misleading/query_g_mistext.json"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    changed = make_manifest(configured(root, tmp_path / "run", "T.5"))
    assert changed.origin["fingerprint"] != official.origin["fingerprint"]
