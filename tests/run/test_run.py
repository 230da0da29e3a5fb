"""Plan, engine, store, resume."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import (
    Condition,
    ConfigError,
    Env,
    GenerateConfig,
    ImageError,
    Message,
    ModelError,
    ModelIdentity,
    Origin,
    Record,
    Response,
    RunMismatchError,
    Sample,
    Score,
    StoreError,
    Task,
    UnknownNameError,
)
from multitrust.data import TRAIN_SEEDS, Drawing
from multitrust.data.drawing import svg
from multitrust.metrics import accuracy, mean_over
from multitrust.run import RunConfig, execute, load_run, plan, plan_lines, rescore
from multitrust.run.lock import locked
from multitrust.run.plan import stratified
from multitrust.tasks import select_tasks

PICTURE = Drawing(svg.document(6, 6))


class Same:
    """Right when the response is the target; breaks on `explode`."""

    name = "same"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        if response.text == "explode":
            raise RuntimeError("scorer broke")
        return Score(scorer=self.name, value=float(response.text == sample.target))

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return sample.target if good else ""


class Numbers:
    """Samples with a number as text and picture."""

    def __init__(self, count: int = 20) -> None:
        self.name = f"numbers-{count}"
        self.count = count

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for i in range(self.count):
            yield Sample.ask(
                f"{i:04d}", f"{origin.seed}: {i}", target=f"re {origin.seed}: {i}",
                images={"related": PICTURE}, metadata={"stratum": str(i % 4)},
            )  # fmt: skip


class Talker:
    """Answers `re <text>`, counts what it is asked, and may fail."""

    name, identity = "talker", ModelIdentity(name="talker")

    def __init__(self, trouble: Callable[[str, int], None] | None = None) -> None:
        self.asked: Counter[str] = Counter()
        self.trouble = trouble
        self.closed = 0
        self.said: set[str] = set()

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        text = messages[-1].text
        self.asked[text] += 1
        await asyncio.sleep(0.001)
        if self.trouble is not None:
            self.trouble(text, self.asked[text])
        self.said.add(text)
        return Response(text=f"re {text}", model="talker")

    async def close(self) -> None:
        self.closed += 1


ACCURACY = accuracy(Same())


def shown(sample: Sample, env: Env) -> Sample:
    return sample.showing(sample.images["related"]).with_text(sample.text + " shown")


async def drawn(sample: Sample, env: Env) -> Sample:
    return sample.with_text(f"{sample.text} {env.rng.random()}")


PLAIN, SHOWN = Condition(name="plain"), Condition(name="shown", steps=(shown,))


def task(count: int = 20, conditions: tuple[Condition, ...] = (PLAIN, SHOWN)) -> Task:
    return Task(
        id="T.1", name="numbers", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Numbers(count), conditions=conditions, metrics=(ACCURACY,),
        headline=mean_over(ACCURACY, [conditions[0].name]),
    )  # fmt: skip


def config(folder: Path, model: Any = None, **more: Any) -> RunConfig:
    tasks = more.pop("tasks", (task(),))
    return RunConfig(model=model or Talker(), tasks=tasks, folder=folder / "run", **more)


def comparable(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda record: record.key)


def test_a_run_leaves_everything_behind(tmp_path: Path) -> None:
    model = Talker()
    seen: list[int] = []
    result = execute(config(tmp_path, model), lambda progress, activity: seen.append(progress.done))
    manifest, records = load_run(result.folder)
    assert len(records) == 40 == sum(model.asked.values())
    assert sorted(set(seen)) == list(range(1, 41))
    assert model.closed == 1
    assert manifest.tasks == {"T.1": 1}
    assert manifest.conditions == {"T.1": ("plain", "shown")}
    one = next(r for r in records if r.key == "T.1/shown/0007/0")
    assert one.prompt == "0: 7 shown"
    assert one.images == (PICTURE.digest,)
    assert one.response is not None
    assert one.response.text == "re 0: 7 shown"
    assert one.scores == (Score(scorer="same", value=0.0),)
    assert (result.folder / "images" / f"{PICTURE.digest}.png").read_bytes() == PICTURE.render()
    complete = json.loads((result.folder / "complete.json").read_bytes())
    assert set(complete["fingerprints"]) == {"T.1/plain", "T.1/shown"}

    import pyarrow.parquet as pq

    table = pq.read_table(result.folder / "records.parquet")
    assert table.num_rows == 40
    assert sum(table["score"].to_pylist()) == 20


def test_a_finished_run_asks_nothing_again(tmp_path: Path) -> None:
    model = Talker()
    execute(config(tmp_path, model))
    again = execute(config(tmp_path, model))
    assert again.already_complete
    assert again.progress.done == 40
    assert set(model.asked.values()) == {1}


def test_the_same_seed_gives_identical_records_in_any_order(tmp_path: Path) -> None:
    tasks = (task(conditions=(PLAIN, Condition(name="drawn", steps=(drawn,)))),)
    folders = []
    for name, window in (("a", 1), ("b", 64)):
        folders.append(execute(config(tmp_path / name, tasks=tasks, window=window)).folder)
    first, second = (comparable(load_run(folder)[1]) for folder in folders)
    assert first == second
    other = execute(config(tmp_path / "c", tasks=tasks, origin=Origin(seed=1)))
    assert {r.prompt for r in load_run(other.folder)[1]}.isdisjoint(r.prompt for r in first)


def test_what_is_drawn_at_random_is_shared_by_conditions(tmp_path: Path) -> None:
    arms = tuple(Condition(name=name, steps=(drawn,)) for name in ("one", "two"))
    records = load_run(execute(config(tmp_path, tasks=(task(conditions=arms),))).folder)[1]
    prompts = {(r.condition, r.sample_id): r.prompt for r in records}
    assert all(prompts["one", f"{i:04d}"] == prompts["two", f"{i:04d}"] for i in range(20))


def test_one_content_is_asked_for_once(tmp_path: Path) -> None:
    model = Talker()
    arms = (PLAIN, Condition(name="again"))
    records = load_run(execute(config(tmp_path, model, tasks=(task(conditions=arms),))).folder)[1]
    assert len(records) == 40
    assert set(model.asked.values()) == {1}


def test_epochs_are_asked_apart(tmp_path: Path) -> None:
    model = Talker()
    arms = (PLAIN,)
    execute(config(tmp_path, model, tasks=(task(conditions=arms),), epochs=3))
    assert set(model.asked.values()) == {3}


def flaky(text: str, times: int) -> None:
    if text.endswith("3") and times == 1:
        raise ModelError("server broke", kind="server", retryable=True)


def test_errors_are_recorded_and_tried_again(tmp_path: Path) -> None:
    model = Talker(flaky)
    first = execute(config(tmp_path, model))
    assert first.progress.outcomes == {"answered": 38, "errored": 2}
    failed = [r for r in load_run(first.folder)[1] if r.outcome == "errored"]
    assert {r.error for r in failed} == {"server broke"}
    assert all(r.response is None and not r.scores for r in failed)
    second = execute(config(tmp_path, model))
    assert second.progress.outcomes == {"answered": 40}
    assert second.progress.reused == 38
    assert sorted(model.asked.values())[-3:] == [1, 2, 2]


@pytest.mark.parametrize("error", [OSError("no device"), RuntimeError("odd shape"), KeyError("x")])
def test_a_model_that_raises_anything_is_an_error_of_its_record(
    tmp_path: Path, error: Exception
) -> None:
    """Also where it looks like a trouble of the disk."""

    def trouble(text: str, time: int) -> None:
        if text == "0: 7":
            raise error

    result = execute(config(tmp_path, Talker(trouble)))
    assert result.progress.outcomes == {"answered": 39, "errored": 1}
    (failed,) = [r for r in load_run(result.folder)[1] if r.outcome == "errored"]
    assert failed.error == f"talker failed: {type(error).__name__}: {error}"


def test_a_lone_surrogate_in_a_response_is_kept_as_a_replacement(tmp_path: Path) -> None:
    class Odd(Talker):
        async def generate(self, messages: Any, config: Any) -> Response:
            return Response(text="a\ud83d b \ud83d\ude00", model="talker", reasoning="\udc00")

    records = load_run(execute(config(tmp_path, Odd())).folder)[1]
    assert {(r.response.text, r.response.reasoning) for r in records if r.response} == {
        ("a\ufffd b \U0001f600", "\ufffd")
    }


def test_a_scorer_that_breaks_loses_no_response(tmp_path: Path) -> None:
    class Exploding(Talker):
        async def generate(self, messages: Any, config: Any) -> Response:
            return Response(text="explode", model="talker")

    records = load_run(execute(config(tmp_path, Exploding())).folder)[1]
    assert all(r.response is not None for r in records)
    assert {r.scores[0].unscored for r in records} == {"RuntimeError: scorer broke"}
    assert {(r.outcome, r.scores[0].failed) for r in records} == {("errored", "scorer")}


def test_a_step_or_picture_that_breaks_is_an_error_of_its_record(tmp_path: Path) -> None:
    def broken(sample: Sample, env: Env) -> Sample:
        if sample.id == "0001":
            raise KeyError("no such picture")
        if sample.id == "0002":
            raise ImageError("the picture is empty")
        return sample

    tasks = (task(conditions=(Condition(name="a", steps=(broken,)),)),)
    result = execute(config(tmp_path, tasks=tasks))
    errors = {r.sample_id: r.error for r in load_run(result.folder)[1] if r.error}
    assert errors == {"0001": "KeyError: 'no such picture'", "0002": "the picture is empty"}


class Unreadable:
    digest = "ab" * 32

    def read(self) -> bytes:
        raise ImageError("the file is gone")


def test_a_picture_that_only_the_store_reads_fails_alone(tmp_path: Path) -> None:
    def gone(sample: Sample, env: Env) -> Sample:
        return sample.showing(Unreadable()) if sample.id == "0003" else sample

    tasks = (task(conditions=(Condition(name="a", steps=(gone,)),)),)
    result = execute(config(tmp_path, tasks=tasks))
    assert result.progress.outcomes == {"answered": 19, "errored": 1}
    errors = {r.sample_id: r.error for r in load_run(result.folder)[1] if r.error}
    assert errors == {"0003": "the file is gone"}


def test_facts_that_json_cannot_hold_end_the_run_and_lose_no_answer(tmp_path: Path) -> None:
    def odd(sample: Sample, env: Env) -> Sample:
        return replace(sample, metadata={"found": {1, 2}}) if sample.id == "0015" else sample

    model, arms = Talker(), (Condition(name="a", steps=(odd,)),)
    with pytest.raises(TypeError, match="set"):
        execute(config(tmp_path, model, tasks=(task(conditions=arms),), window=1))
    assert 0 < len(load_run(tmp_path / "run")[1]) < 20
    said = model.said.copy()
    execute(config(tmp_path, model, tasks=(task(conditions=(Condition(name="a"),)),)))
    assert {model.asked[text] for text in said} == {1}


@pytest.mark.parametrize("kind", ["auth", "not_found", "connection"])
def test_a_model_that_cannot_be_reached_at_all_ends_the_run(tmp_path: Path, kind: Any) -> None:
    def refuse(text: str, times: int) -> None:
        raise ModelError("no way", kind=kind)

    model = Talker(refuse)
    with pytest.raises(ModelError, match="no way"):
        execute(config(tmp_path, model, window=4))
    assert sum(model.asked.values()) <= 8
    assert model.closed == 1


def test_a_model_that_is_unavailable_ends_the_run_at_any_time_and_fails_no_sample(
    tmp_path: Path,
) -> None:
    gone = True

    def refuse(text: str, times: int) -> None:
        if gone and model.asked.total() > 10:
            raise ModelError("gone for good", kind="unavailable")

    model = Talker(refuse)
    with pytest.raises(ModelError, match="gone for good"):
        execute(config(tmp_path, model, window=4))
    kept = load_run(tmp_path / "run")[1]
    assert {record.outcome for record in kept} == {"answered"}
    assert model.asked.total() <= 10 + 4
    before, gone = Counter(model.asked), False
    assert execute(config(tmp_path, model, window=4)).progress.outcomes == {"answered": 40}
    assert (model.asked - before).total() == 40 - len(kept)


def test_a_judge_that_is_unavailable_ends_the_run_and_no_answer_is_asked_for_again(
    tmp_path: Path,
) -> None:
    gone = True

    class Judged(Same):
        async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
            said = Message(role="user", text=response.text)
            await env.models["judge"].generate((said,), GenerateConfig())
            return Score(scorer=self.name, value=1.0)

    def refuse(text: str, times: int) -> None:
        if gone and judge.asked.total() > 10:
            raise ModelError("no credit is left", kind="unavailable")

    judge, model = Talker(refuse), Talker()
    metric = accuracy(Judged())
    tasks = (replace(task(), metrics=(metric,), headline=mean_over(metric, ["plain"])),)
    more: dict[str, Any] = {"tasks": tasks, "models": {"judge": judge}, "window": 4}
    with pytest.raises(ModelError, match="no credit is left"):
        execute(config(tmp_path, model, **more))
    records = load_run(tmp_path / "run")[1]
    assert all(score.value == 1.0 for record in records for score in record.scores)
    gone = False
    assert execute(config(tmp_path, model, **more)).progress.outcomes == {"answered": 40}
    assert set(model.asked.values()) == {1}


def test_limits_are_even_nested_and_the_same_in_all_conditions(tmp_path: Path) -> None:
    lines = asyncio.run(plan_lines(config(tmp_path, limit=8)))
    assert [(x.samples, x.requests, x.images) for x in lines] == [(8, 8, 0), (8, 8, 8)]
    entries = list(plan(config(tmp_path, limit=8)))
    ids = [[e.sample.id for e in entries if e.condition.name == c] for c in ("plain", "shown")]
    assert ids[0] == ids[1] == sorted(ids[0])
    assert Counter(int(i) % 4 for i in ids[0]) == {0: 2, 1: 2, 2: 2, 3: 2}
    samples = list(Numbers(40).samples(Origin()))
    smaller = {sample.id for sample in stratified(samples, 5)}
    assert smaller < {sample.id for sample in stratified(samples, 13)}


def test_a_limit_keeps_sets_whole() -> None:
    samples = [
        Sample.ask(f"{number}-{side}", "?", metadata={"family": str(number), "stratum": side})
        for number in range(30)
        for side in ("left", "right")
    ]
    kept = Counter(sample.family for sample in stratified(samples, 12))
    assert set(kept.values()) == {2}


def test_chosen_conditions_and_samples(tmp_path: Path) -> None:
    chosen = config(tmp_path, conditions=("shown",), sample_ids=("0003", "0009"))
    assert [e.key for e in plan(chosen)] == ["T.1/shown/0003/0", "T.1/shown/0009/0"]


@pytest.mark.parametrize(
    ("more", "error", "match"),
    [
        ({"limit": 0}, ConfigError, "limit must be at least 1"),
        ({"epochs": 0}, ConfigError, "epochs"),
        ({"tasks": ()}, ConfigError, "no task"),
        ({"conditions": ("show",)}, UnknownNameError, "did you mean shown"),
        ({"origin": Origin(seed=TRAIN_SEEDS.start)}, ConfigError, "reserved for training"),
    ],
)
def test_configurations_that_make_no_sense(
    tmp_path: Path, more: dict[str, Any], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        config(tmp_path, **more)


def test_another_configuration_is_refused_and_named(tmp_path: Path) -> None:
    execute(config(tmp_path))
    with pytest.raises(RunMismatchError, match="seed: 0 there, 5 asked for"):
        execute(config(tmp_path, origin=Origin(seed=5)))
    with pytest.raises(RunMismatchError, match=r"limit: None there, 3 asked for"):
        execute(config(tmp_path, limit=3))


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with locked(tmp_path / "run"):
        (tmp_path / "run" / "lock").write_text("1")  # as if another process had written its own
        with pytest.raises(StoreError, match=r"another process \(pid 1\) is running"):
            execute(config(tmp_path))


def test_a_second_call_in_one_process_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with (
        locked(tmp_path / "run"),
        pytest.raises(StoreError, match=r"this process is already running .*its other call"),
    ):
        execute(config(tmp_path))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("I am a file")
    with pytest.raises(StoreError, match="cannot make the run folder"):
        execute(config(tmp_path))


@pytest.mark.parametrize("name", ["lock", "manifest.json"])
def test_a_folder_in_which_a_file_cannot_be_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "run" / name).mkdir(parents=True)
    model = Talker()
    with pytest.raises(StoreError, match=rf"cannot (write|use) .*{name}: .*move it"):
        execute(config(tmp_path, model))
    assert not model.asked


def test_a_sample_that_does_not_exist_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 0003"):
        execute(config(tmp_path, sample_ids=("0001", "00003")))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("damage", ["head", "middle", "all"])
def test_a_damaged_store_keeps_what_is_readable(tmp_path: Path, damage: str) -> None:
    execute(config(tmp_path, tasks=(task(400),)))
    path = tmp_path / "run" / "run.sqlite"
    content = bytearray(path.read_bytes())
    a_record = content.index(b'"sample_id":"0200"') // 4096 * 4096  # in a leaf: others stay whole
    start = {"head": 0, "middle": a_record, "all": 0}[damage]
    length = len(content) if damage == "all" else 4096
    content[start : start + length] = os.urandom(length)
    path.write_bytes(content)
    (tmp_path / "run" / "complete.json").unlink()
    with pytest.raises(StoreError, match=r"damaged|not a database|malformed"):
        list(load_run(tmp_path / "run")[1])
    model = Talker()
    result = execute(config(tmp_path, model, tasks=(task(400),)))
    assert result.salvaged is not None
    assert result.salvaged.aside.exists()
    assert result.progress.outcomes == {"answered": 800}
    assert len(load_run(result.folder)[1]) == 800
    if damage != "all":  # the first page holds no rows, the other one records alone
        assert (700 if damage == "middle" else 799) < result.salvaged.records <= 800
        assert not model.asked


def test_records_are_made_again_where_only_their_links_are_whole(tmp_path: Path) -> None:
    execute(config(tmp_path, tasks=(task(40),)))
    with sqlite3.connect(tmp_path / "run" / "run.sqlite") as database:
        database.execute("UPDATE records SET body = '{' WHERE seq > 60")
    database.close()
    (tmp_path / "run" / "complete.json").unlink()
    model = Talker()
    result = execute(config(tmp_path, model, tasks=(task(40),)))
    assert result.salvaged is not None
    assert result.salvaged.records == 60
    assert result.progress.outcomes == {"answered": 80}
    assert not model.asked


def test_no_run_in_the_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no run"):
        load_run(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(StoreError, match="not a manifest"):
        load_run(tmp_path)
    execute(config(tmp_path))
    (tmp_path / "run" / "run.sqlite").unlink()
    with pytest.raises(StoreError, match=r"no run\.sqlite"):
        load_run(tmp_path / "run")


def test_scoring_anew_asks_nothing(tmp_path: Path) -> None:
    model = Talker()
    result = execute(config(tmp_path, model))
    before = load_run(result.folder)[1]
    asked = model.asked.copy()
    assert rescore(result.folder, (task(),)) == 40
    assert comparable(load_run(result.folder)[1]) == comparable(before)
    assert model.asked == asked
    database = sqlite3.connect(result.folder / "run.sqlite")
    assert database.execute("SELECT COUNT(*) FROM records").fetchone() == (80,)
    database.close()


def test_a_shared_cache_serves_other_runs(tmp_path: Path) -> None:
    first, second = Talker(), Talker()
    execute(config(tmp_path / "a", first, cache=tmp_path / "cache"))
    result = execute(config(tmp_path / "b", second, cache=tmp_path / "cache"))
    assert sum(first.asked.values()) == 40
    assert not second.asked
    assert len(load_run(result.folder)[1]) == 40
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="--cache"):
        execute(config(tmp_path / "c", cache=tmp_path / "file"))


CHILD = """
import sys
from pathlib import Path
from multitrust.models import resolve
from multitrust.run import RunConfig, execute
from multitrust.tasks import select_tasks

url, folder = sys.argv[1:]
model = resolve(url + "#x", options={"max_connections": "4"})
execute(RunConfig(model=model, tasks=select_tasks(["T.6"]), folder=Path(folder), window=4))
"""


def child(server: Any, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, server.url, str(folder)], stderr=subprocess.PIPE
    )


def wait_for(server: Any, count: int) -> None:
    deadline = time.monotonic() + 30
    while len(server.requests) < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_resumes_and_asks_only_what_is_missing(
    tmp_path: Path, stub: Callable[..., Any], sent: signal.Signals
) -> None:
    server = stub(latency=0.05)
    running = child(server, tmp_path / "run")
    wait_for(server, 40)
    time.sleep(0.1)
    running.send_signal(sent)
    running.communicate(timeout=20)
    assert running.returncode != 0
    before = len(server.requests)
    assert before < 96
    finished = child(server, tmp_path / "run")
    finished.communicate(timeout=60)
    assert finished.returncode == 0
    records = load_run(tmp_path / "run")[1]
    assert len(records) == 96
    assert {r.outcome for r in records} == {"answered"}
    prompts = Counter(json.dumps(request["messages"]) for request in server.requests)
    twice = sum(count - 1 for count in prompts.values())
    # Only what was under way, or answered within the last 50 ms, may be asked a second time.
    assert twice <= 4 + 4 * 4


FULL = """
import resource, sys
from pathlib import Path
from multitrust.core import StoreError
from multitrust.models import resolve
from multitrust.run import RunConfig, execute
from multitrust.tasks import select_tasks

resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
tasks = select_tasks(["T.1"])
config = RunConfig(model=resolve("mock/echo"), tasks=tasks, folder=Path(sys.argv[1]))
try:
    execute(config)
except StoreError as error:
    print(error)
    sys.exit(1)
"""


def test_a_full_disk_is_told_and_the_run_resumes(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    full = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "run")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert full.returncode == 1, full.stderr
    assert "free some space" in full.stdout
    from multitrust.models import resolve

    resumed = execute(
        RunConfig(model=resolve("mock/echo"), tasks=select_tasks(["T.1"]), folder=tmp_path / "run")
    )
    assert resumed.progress.done == 200


def test_a_manifest_keeps_what_determines_the_models_answers(tmp_path: Path) -> None:
    def run_of(**more: Any) -> tuple[str, dict[str, Any]]:
        model = Talker()
        model.identity = ModelIdentity(**{"name": "talker", **more})
        result = execute(config(tmp_path / str(len(seen)), model, tasks=(task(2),)))
        assert load_run(result.folder)[0].models == {"target": model.identity}
        target = json.loads((result.folder / "manifest.json").read_bytes())["models"]["target"]
        return seen.setdefault(result.manifest.run_id, (result.manifest.run_id, target))

    seen: dict[str, tuple[str, dict[str, Any]]] = {}
    plain = run_of()
    assert plain[1]["name"] == "talker"
    settings = {"temperature": "none"}
    thinks = run_of(thinking_tokens=8192, settings=settings)
    assert (thinks[1]["thinking_tokens"], thinks[1]["settings"]) == (8192, settings)
    run_of(settings=settings)
    run_of(revision="1")
    run_of(server="http://127.0.0.1:9/v1")
    assert len(seen) == 5
    assert run_of() == plain


def test_a_run_of_another_model_is_told_with_its_settings(tmp_path: Path) -> None:
    first, second = Talker(), Talker()
    second.identity = replace(first.identity, thinking_tokens=5)
    execute(config(tmp_path, first, tasks=(task(2),)))
    with pytest.raises(
        RunMismatchError, match=r"talker there, .*talker \(thinking_tokens=5\) asked"
    ):
        execute(config(tmp_path, second, tasks=(task(2),)))


def test_a_run_of_an_older_version_is_refused_in_words(tmp_path: Path) -> None:
    folder = execute(config(tmp_path, tasks=(task(2),))).folder
    fields = json.loads((folder / "manifest.json").read_bytes())
    fields["models"]["target"] = "talker@0123 temperature=none"
    (folder / "manifest.json").write_text(json.dumps(fields))
    with pytest.raises(StoreError, match="written as a text, as older versions of multitrust did"):
        load_run(folder)


def test_a_manifest_keeps_no_secret_and_no_path(tmp_path: Path) -> None:
    result = execute(config(tmp_path))
    text = (result.folder / "manifest.json").read_text()
    assert str(tmp_path) not in text
    assert str(Path.home()) not in text
    changed = replace(result.manifest, seed=9)
    assert changed != result.manifest
