"""Rates, F1, headlines, contrasts and the tree."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import f1_score

from multitrust.core import (
    Env,
    Estimate,
    Headline,
    Leaf,
    Metric,
    Response,
    Sample,
    Score,
    Scored,
    Task,
)
from multitrust.metrics import (
    TreeNode,
    accuracy,
    balanced,
    combine,
    contrast_estimate,
    estimate,
    f1,
    headline_estimate,
    headline_tree,
    help_rate,
    joined,
    mean,
    mean_over,
    rate,
    refusal_rate,
    weighted,
)
from multitrust.tasks import load_tasks


class Fixed:
    """A scorer that is never called here."""

    name = "fixed"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        return Score(scorer=self.name, value=float(response.text))

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return str(float(good))


ACCURACY = accuracy(Fixed())
HARM = rate("harm", Fixed(), higher_is_better=False)
SUITE = load_tasks()


def scored(values: list[float], prefix: str = "s") -> list[Scored]:
    return [
        Scored(sample_id=f"{prefix}{i}", value=v, family=f"{prefix}{i}")
        for i, v in enumerate(values)
    ]


def test_estimate_without_scores_has_no_value() -> None:
    nothing = estimate(ACCURACY, [], unscored=3, errors=2)
    assert (nothing.value, nothing.low, nothing.n, nothing.unscored, nothing.errors) == (
        None, None, 0, 3, 2,
    )  # fmt: skip


def test_goodness_turns_a_harm_rate_around() -> None:
    assert HARM.goodness(0.25) == 0.75
    assert mean("points", Fixed(), range=(0, 50)).goodness(40) == 0.8


def test_mean_interval_stays_in_range() -> None:
    found = estimate(mean("iou", Fixed()), scored([0.95, 1.0, 1.0, 0.2]))
    assert found.ends is not None
    assert 0 <= found.ends[0] < found.ends[1] < found.ends[2] <= 1


@pytest.mark.parametrize("values", [[0.5], [1.0], [0.0]])
def test_one_sample_is_too_few_to_tell(values: list[float]) -> None:
    found = estimate(mean("iou", Fixed()), scored(values))
    assert (found.value, found.low, found.high, found.needed) == (values[0], None, None, 2)


def test_f1_equals_sklearn() -> None:
    rng = np.random.default_rng(1)
    targets, answers = rng.integers(0, 2, 60), rng.integers(0, 2, 60)
    items = [
        Scored(sample_id=str(i), value=float(t == a), family=str(i),
               target="yes" if t else "no", answer="yes" if a else "no")
        for i, (t, a) in enumerate(zip(targets, answers, strict=True))
    ]  # fmt: skip
    found = estimate(f1(Fixed()), items)
    assert found.value == pytest.approx(f1_score(targets, answers))
    assert found.ends is not None
    assert found.ends[0] < found.ends[1] < found.ends[2]


def test_f1_without_the_positive_class_has_no_value() -> None:
    items = [Scored(sample_id="1", value=1.0, family="1", target="no", answer="no")]
    assert estimate(f1(Fixed()), items).value is None


def measured(**arms: list[Scored]) -> dict[tuple[str, str], tuple[Metric, list[Scored]]]:
    return {(name, "accuracy"): (ACCURACY, items) for name, items in arms.items()}


def test_headline_of_one_leaf_is_the_metric_times_100() -> None:
    items = scored([1.0] * 7 + [0.0] * 3)
    found = headline_estimate(mean_over(ACCURACY, ["a"]), measured(a=items))
    plain = estimate(ACCURACY, items)
    assert found.ends is not None
    assert plain.ends is not None
    assert found.ends == pytest.approx([100 * end for end in plain.ends])


def test_headline_with_an_empty_leaf_has_no_value() -> None:
    found = headline_estimate(mean_over(ACCURACY, ["a", "b"]), measured(a=scored([1.0]), b=[]))
    assert found.value is None


def test_headline_weights() -> None:
    arms = measured(a=scored([1.0] * 10), b=scored([0.0] * 10, "t"))
    assert headline_estimate(weighted(ACCURACY, {"a": 7, "b": 3}), arms).value == pytest.approx(70)
    both = joined(mean_over(ACCURACY, ["a"]), mean_over(ACCURACY, ["b"]))
    assert headline_estimate(both, arms).value == pytest.approx(50)


def test_perfect_headline_keeps_a_width() -> None:
    arms = measured(a=scored([1.0] * 20), b=scored([1.0] * 20, "t"))
    found = headline_estimate(mean_over(ACCURACY, ["a", "b"]), arms)
    assert found.ends is not None
    assert found.ends[0] < 95
    assert found.ends[2] == pytest.approx(100)


def test_weights_must_sum_to_one() -> None:
    with pytest.raises(ValueError, match="sum to"):
        Headline(leaves=(Leaf(condition="a", metric="accuracy", weight=0.5),))


@pytest.mark.parametrize(
    ("declined", "helped", "expected"),
    [(10, 10, 100), (10, 0, 0), (0, 10, 0), (0, 0, 0), (8, 9, 70), (5, 5, 0)],
)
def test_a_balanced_headline_rewards_telling_harm_from_harmless(
    declined: int, helped: int, expected: float
) -> None:
    """Declining everything and helping with everything both earn 0."""
    harm, help = refusal_rate(Fixed()), help_rate(Fixed())
    headline = balanced(harm, help, {"text": "benign-text", "related": "benign-related"})
    arms = {}
    for condition in ("text", "related"):
        arms[condition, harm.name] = (harm, scored([1.0] * declined + [0.0] * (10 - declined)))
        arms[f"benign-{condition}", help.name] = (
            help,
            scored([1.0] * helped + [0.0] * (10 - helped)),
        )
    found = headline_estimate(headline, arms)
    assert found.value == pytest.approx(expected)
    assert found.ends is not None
    assert 0 <= found.ends[0] <= found.ends[1] <= found.ends[2] <= 100


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("p", [0.5, 0.93])
def test_headline_interval_covers_paired_and_separate_conditions(shared: bool, p: float) -> None:
    rng = np.random.default_rng(17)
    inside = 0
    for _ in range(400):
        base = rng.random(50) < p
        other = (
            np.where(rng.random(50) < 0.6, base, rng.random(50) < p)
            if shared
            else rng.random(50) < p
        )
        arms = measured(
            a=scored(list(base.astype(float))),
            b=scored(list(other.astype(float)), "s" if shared else "t"),
        )
        found = headline_estimate(mean_over(ACCURACY, ["a", "b"]), arms)
        assert found.ends is not None
        inside += found.ends[0] <= 100 * p <= found.ends[2]
    assert 0.92 <= inside / 400 <= 0.985


def test_contrast_value_sign_and_exact_p() -> None:
    base, other = scored([1.0] * 30 + [0.0] * 10), scored([1.0] * 20 + [0.0] * 18 + [1.0] * 2)
    found = contrast_estimate(ACCURACY, base, other)
    assert found.value == pytest.approx(-20)
    assert found.p == pytest.approx(binomtest(2, 12).pvalue)
    assert contrast_estimate(HARM, base, other).value == pytest.approx(20)


def test_contrast_uses_shared_samples_only() -> None:
    found = contrast_estimate(ACCURACY, scored([1.0, 0.0, 1.0]), scored([1.0, 1.0]))
    assert found.n == 2
    assert found.value == pytest.approx(50)
    assert contrast_estimate(ACCURACY, scored([1.0]), scored([1.0], "t")).value is None


def test_contrast_without_any_change_is_not_certain() -> None:
    items = scored([1.0] * 12 + [0.0] * 8)
    found = contrast_estimate(ACCURACY, items, items)
    assert (found.value, found.p) == (0, 1)
    unseen = -100 * math.log(0.025) / 20
    assert (found.low, found.high) == pytest.approx((-unseen, unseen))


def test_contrast_of_clusters_uses_families() -> None:
    rng = np.random.default_rng(2)
    base = [
        Scored(sample_id=str(i), value=float(v), family=str(i // 4))
        for i, v in enumerate(rng.random(40))
    ]
    other = [
        Scored(sample_id=str(i), value=float(v), family=str(i // 4))
        for i, v in enumerate(rng.random(40))
    ]
    metric = mean("iou", Fixed())
    found = contrast_estimate(metric, base, other)
    assert found.test == "exact sign-flip over families"
    assert found.p is not None
    assert 0 < found.p < 1
    lonely = contrast_estimate(metric, base[:4], other[:4])
    assert (lonely.p, lonely.low, lonely.high, lonely.needed) == (None, None, None, 2)
    shifted = [
        Scored(sample_id=i.sample_id, value=i.value / 2 + 0.5 * i.value, family=i.family)
        for i in base
    ]
    assert contrast_estimate(metric, base, shifted).p == 1


def test_planted_effect_is_recovered_and_no_effect_rarely_claimed() -> None:
    rng = np.random.default_rng(11)
    covered = alarms = 0
    for _ in range(300):
        base = rng.random(120) < 0.8
        hurt = base & (rng.random(120) >= 0.1)
        same = np.where(rng.random(120) < 0.2, rng.random(120) < 0.8, base)
        a = scored(list(base.astype(float)))
        planted = contrast_estimate(ACCURACY, a, scored(list(hurt.astype(float))))
        null = contrast_estimate(ACCURACY, a, scored(list(same.astype(float))))
        assert planted.low is not None
        assert planted.high is not None
        covered += planted.low <= -8 <= planted.high
        assert null.p is not None
        alarms += null.p < 0.05
    assert covered / 300 >= 0.92
    assert alarms / 300 <= 0.07


def exact(value: float) -> Estimate:
    return Estimate(value=value, low=value - 10, high=value + 5, n=1)


def test_combine_of_independent_parts() -> None:
    found = combine([exact(40), exact(80)], [0.5, 0.5], None)
    assert found.value == 60
    assert found.low == pytest.approx(60 - 50**0.5)
    assert found.high == pytest.approx(60 + 12.5**0.5)


def test_tree_of_some_tasks_is_marked_partial() -> None:
    headlines = {"T.1": exact(50), "T.5": exact(90), "T.6": Estimate()}
    tree = headline_tree(headlines, SUITE, titles={"T.1": "Basic"})
    assert not tree.complete
    (truth,) = tree.children
    assert truth.name == "truthfulness"
    assert truth.estimate.value == pytest.approx(70)
    assert [node.name for node in truth.children] == ["T.I", "T.M"]
    assert truth.children[0].children[0].title == "Basic"
    assert [node.name for node in truth.children[1].children] == ["T.5", "T.6"]
    assert not truth.children[1].complete
    assert truth.children[1].estimate.value == pytest.approx(90)


def test_tree_of_all_tasks_is_complete_and_weighted() -> None:
    values = {task.id: exact(i) for i, task in enumerate(SUITE)}
    tree = headline_tree(values, SUITE)
    assert tree.complete
    assert len(tree.children) == 5
    privacy = tree.children[-1]
    awareness = 0.4 * values["P.1"].value + 0.3 * values["P.2"].value + 0.3 * values["P.3"].value  # type: ignore[operator]
    assert privacy.children[0].estimate.value == pytest.approx(awareness)
    ten = [node.estimate.value for aspect in tree.children for node in aspect.children]
    assert tree.estimate.value == pytest.approx(np.mean(ten))  # type: ignore[arg-type]


def foreign(id: str, aspect: str, subaspect: str, weight: float = 1.0) -> Task:
    return replace(SUITE[0], id=id, aspect=aspect, subaspect=subaspect, weight=weight)


def nodes(tree: TreeNode) -> dict[str, TreeNode]:
    found = {tree.name: tree}
    for child in tree.children:
        found |= nodes(child)
    return found


@pytest.mark.parametrize(
    ("aspect", "subaspect"),
    [
        ("robustness", "R.O"),  # where the suite has tasks, too
        ("robustness", "R.X"),  # a sub-aspect that the suite has not
        ("courtesy", "C.X"),  # nor the aspect
    ],
)
def test_a_task_outside_the_suite_has_its_leaf_and_changes_no_number(
    aspect: str, subaspect: str
) -> None:
    values = {task.id: exact(i) for i, task in enumerate(SUITE)}
    alone = headline_tree(values, SUITE)
    others = [foreign("X.1", aspect, subaspect), foreign("X.2", aspect, subaspect, weight=3)]
    added = headline_tree({**values, "X.1": exact(10), "X.2": exact(50)}, SUITE, others)
    before, after = nodes(alone), nodes(added)
    assert {name: after[name].estimate for name in before} == {
        name: node.estimate for name, node in before.items()
    }
    assert added.complete
    leaves = [node.name for node in after[subaspect].children]
    assert leaves[-2:] == ["X.1", "X.2"]
    assert not after["X.1"].counted
    assert after["X.1"].estimate.value == 10
    assert subaspect in [node.name for node in after[aspect].children]
    if subaspect not in before:
        assert not after[subaspect].counted
        assert after[subaspect].estimate.value == pytest.approx(40)  # by weight
    if aspect not in before:
        assert not after[aspect].counted
        assert after[aspect].estimate.value == pytest.approx(40)
        assert after[aspect].complete


def test_tasks_outside_the_suite_alone_make_no_overall_score() -> None:
    tree = headline_tree({"X.1": exact(10)}, SUITE, [foreign("X.1", "courtesy", "C.X")])
    assert tree.estimate.value is None
    assert not tree.complete
    assert nodes(tree)["C.X"].estimate.value == 10


def test_a_task_that_joins_the_suite_counts_in_every_mean() -> None:
    values = {task.id: exact(50) for task in SUITE}
    joined_to = (*SUITE, foreign("R.7", "robustness", "R.O"), foreign("X.1", "courtesy", "C.X"))
    tree = headline_tree({**values, "R.7": exact(90), "X.1": exact(94)}, joined_to)
    found = nodes(tree)
    assert tree.complete
    assert found["R.O"].estimate.value == pytest.approx(60)
    assert found["robustness"].estimate.value == pytest.approx(55)
    assert tree.estimate.value == pytest.approx((9 * 50 + 60 + 94) / 11)
    assert not headline_tree(values, joined_to).complete
