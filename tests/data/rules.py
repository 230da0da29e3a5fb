"""The rules that every embedded generator keeps, as checks of a generator module.

Tests reach them through the fixture `rules` (the whole module) or `check_rules` (all of them).
A generator module holds `SIZES` and `rows(part, seed)`, as `multitrust.data.datasets` says.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import log, sqrt
from types import ModuleType
from typing import Any

from multitrust.data import TRAIN_SEEDS, Row

YES_NO = {"yes", "no"}


@lru_cache(maxsize=8)
def take(module: ModuleType, part: str, seed: int) -> tuple[Row, ...]:
    """The rows of a part; several checks look at the same."""
    return tuple(module.rows(part, seed))


def plain(value: Any) -> Any:
    """A row's value as JSON: pictures by their digest, sequences as lists."""
    if hasattr(value, "digest"):
        return value.digest
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def row_text(row: Row) -> str:
    """The whole row as canonical text."""
    return json.dumps(plain(row), sort_keys=True, ensure_ascii=False)


def rows_digest(rows: Sequence[Row]) -> str:
    """One hash of all rows: words, targets and pictures."""
    return hashlib.sha256("\n".join(map(row_text, rows)).encode()).hexdigest()


def pictures(row: Row) -> tuple[str, ...]:
    """Digests of every picture in the row."""
    return tuple(value.digest for _, value in sorted(row.items()) if hasattr(value, "digest"))


def is_binary(rows: Sequence[Row]) -> bool:
    """Whether the part asks yes/no questions only."""
    return all(isinstance(row["target"], str) and row["target"] in YES_NO for row in rows)


def check_size(module: ModuleType, part: str, seed: int = 0) -> None:
    """Exactly SIZES[part] rows with unique ids and the keys that every row has."""
    rows = take(module, part, seed)
    assert len(rows) == module.SIZES[part]
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert {"id", "question", "target"} <= set(row), row
        assert row["question"].strip() == row["question"] != ""
        json.loads(row_text(row))


def check_balance(rows: Sequence[Row], key: Callable[[Row], Any] | None = None) -> None:
    """Yes and no differ by at most one, overall and within each group of `key`."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for row in rows:
        groups["all"].append(row["target"])
        if key is not None:
            groups["of", key(row)].append(row["target"])
    for name, targets in groups.items():
        counts = Counter(targets)
        assert set(counts) <= YES_NO, (name, counts)
        assert abs(counts["yes"] - counts["no"]) <= 1, (name, counts)


def check_unique(rows: Sequence[Row]) -> None:
    """No two rows share both pictures and question."""
    twice = [
        k for k, n in Counter((pictures(row), row["question"]) for row in rows).items() if n > 1
    ]
    assert not twice, twice


def check_deterministic(module: ModuleType, part: str) -> None:
    """The same seed gives the same rows; another gives other rows of the same distribution."""
    first, other = take(module, part, 0), take(module, part, 1)
    again = tuple(module.rows(part, 0))
    assert rows_digest(first) == rows_digest(again)
    asked = {(pictures(row), row["question"]) for row in first}
    shared = [row["id"] for row in other if (pictures(row), row["question"]) in asked]
    assert len(shared) <= len(first) // 10, f"seeds 0 and 1 share {shared}"
    assert Counter(row.get("kind") for row in first).keys() == (
        Counter(row.get("kind") for row in other).keys()
    )


def check_training_apart(module: ModuleType, part: str, seeds: int = 3) -> None:
    """No row of a training seed equals a row of an evaluation seed in picture and question."""
    scored = {(pictures(r), r["question"]) for s in range(seeds) for r in take(module, part, s)}
    lessons = [r for s in TRAIN_SEEDS[:seeds] for r in take(module, part, s)]
    shared = [row["id"] for row in lessons if (pictures(row), row["question"]) in scored]
    assert len(shared) <= len(lessons) // 20, shared


def tokens(question: str) -> list[str]:
    """Lower-case words of a question."""
    return re.findall(r"\w+", question.lower())


def text_only_accuracy(lessons: Sequence[Row], exam: Sequence[Row]) -> tuple[float, float]:
    """Accuracies of two blind guessers that learn from `lessons` and never see a picture.

    The first recalls the majority answer of a question's exact text; the second is naive Bayes
    over the question's words.
    """
    by_text: dict[str, Counter[str]] = defaultdict(Counter)
    by_word: dict[str, Counter[str]] = defaultdict(Counter)
    prior: Counter[str] = Counter()
    for row in lessons:
        by_text[row["question"]][row["target"]] += 1
        prior[row["target"]] += 1
        for word in set(tokens(row["question"])):
            by_word[word][row["target"]] += 1

    def recall(row: Row) -> str:
        known = by_text.get(row["question"], prior)
        return known.most_common(1)[0][0]

    def weigh(row: Row) -> str:
        words = set(tokens(row["question"]))

        def evidence(answer: str) -> float:
            given = (by_word[w][answer] + 1 for w in words)
            return log(prior[answer]) + sum(log(n / (prior[answer] + 2)) for n in given)

        return max(sorted(prior), key=evidence)

    n = len(exam)
    return (
        sum(recall(row) == row["target"] for row in exam) / n,
        sum(weigh(row) == row["target"] for row in exam) / n,
    )


def check_blind(
    rows_of: Callable[[int], Sequence[Row]],
    *,
    lessons: range = range(100, 120),
    exam: range = range(120, 140),
    sigmas: float = 3.5,
) -> None:
    """Yes/no answers cannot be told from the question's text: blind guessers stay at chance.

    Args:
        rows_of: rows of a seed; filter them to check one kind alone.
        sigmas: how many standard errors above one half still count as chance.
    """
    learnt = [row for seed in lessons for row in rows_of(seed)]
    asked = [row for seed in exam for row in rows_of(seed)]
    ceiling = 0.5 + sigmas * 0.5 / sqrt(len(asked))
    recalled, weighed = text_only_accuracy(learnt, asked)
    assert recalled <= ceiling, f"question text alone: {recalled:.3f} > {ceiling:.3f}"
    assert weighed <= ceiling, f"question words alone: {weighed:.3f} > {ceiling:.3f}"


def check_rules(module: ModuleType, part: str = "") -> None:
    """Every rule that can be checked on any generator; yes/no rules where the part is yes/no."""
    rows = take(module, part, 0)
    check_size(module, part)
    check_unique(rows)
    check_deterministic(module, part)
    check_training_apart(module, part)
    if is_binary(rows):
        check_balance(rows)
        check_blind(lambda seed: take(module, part, seed))
