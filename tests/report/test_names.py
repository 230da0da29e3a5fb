"""What runs are called: short, told apart, or as the user says."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from tests.report.whole import whole

from multitrust.core import ConfigError, ModelIdentity
from multitrust.report import compare
from multitrust.report.names import LONGEST, run_names


def models_of(names: list[str]) -> list[ModelIdentity]:
    """Models by name, or by `name@revision`."""
    parted = [name.partition("@") for name in names]
    return [ModelIdentity(name=name, revision=revision) for name, _, revision in parted]


QWEN = "hf/Qwen/Qwen2.5-VL-7B-Instruct"
HERE, THERE = "http://127.0.0.1:8000/v1#Qwen/Qwen3.5-9B", "http://10.0.0.7:8000/v1#Qwen/Qwen3.5-9B"


@pytest.mark.parametrize(
    ("models", "names"),
    [
        (["mock/saint", "mock/wretch"], ["mock/saint", "mock/wretch"]),
        (["hf/mine@0123456789abcdef"], ["hf/mine"]),
        ([QWEN], ["Qwen2.5-VL-7B-Instruct"]),
        ([HERE, "openai/gpt-4o"], ["Qwen3.5-9B", "openai/gpt-4o"]),
        (["m@1", "m@2"], ["m@1", "m@2"]),
        (["m@sha256:abcdef0123", "m@sha256:fedcba3210"], ["m@abcdef0", "m@fedcba3"]),
        (["m@0123456789", "m@0123456789"], ["m", "m #2"]),
        (["m"] * 3, ["m", "m #2", "m #3"]),
        (["m #2", "m", "m"], ["m #2", "m", "m #3"]),
        (["a/b/", "#", "x#"], ["a/b/", "#", "x#"]),
    ],
)
def test_models_are_called_by_the_least_that_tells_them_apart(
    models: list[str], names: list[str]
) -> None:
    assert run_names(models_of(models)) == names


@pytest.mark.parametrize(
    "models",
    [
        [HERE, THERE],
        [QWEN + "@aaaaaaaaaaaa", QWEN + "@bbbbbbbbbbbb", QWEN],
        [f"openrouter/some-vendor/a-model-with-a-long-name-{i}" for i in range(12)],
        ["x" * 300 + end for end in "ab"] + ["x" * 300] * 3,
        ["模型" * 40 + end for end in "ab"],
        ["</title><script>window.hacked = 1</script>" + "long-name-" * 12] * 2,
        ["mock/\n[red]saint"] * 2,
        [f"{QWEN}@{'0' * 40}"] * 11,
    ],
)
def test_names_are_short_and_no_two_are_alike(models: list[str]) -> None:
    names = run_names(models_of(models))
    assert len(set(names)) == len(models)
    assert all(0 < cell_len(name) <= LONGEST for name in names)


def test_a_user_s_names_are_taken_as_they_are() -> None:
    assert run_names(models_of([HERE, THERE]), ["before", " after  the fix "]) == [
        "before",
        "after the fix",
    ]
    comparison = compare([whole(of=2), whole(of=2)], names=["before", "after"])
    assert [run.name for run in comparison.runs] == ["before", "after"]
    assert [source.model for source in comparison.sources] == ["hf/mine"] * 2
    assert [source.revision for source in comparison.sources] == ["0123"] * 2
    (pair,) = comparison.pairs
    assert (pair.base, pair.other) == ("before", "after")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["one"], "1 name for 2 runs: give --name once for each run"),
        (["a", "b", "c"], "3 names for 2 runs"),
        (["same", "same"], "two runs are named 'same'"),
        (["same ", " same"], "two runs are named 'same'"),
        (["a", " "], "give 1 to 40 printable characters"),
        (["a", "b" * 41], "give 1 to 40 printable characters"),
        (["a", "b\x1b[31m"], "give 1 to 40 printable characters"),
    ],
)
def test_names_that_do_not_fit_are_refused(given: list[str], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        run_names(models_of([HERE, THERE]), given)
    assert refused.value.exit_code == 2
