"""What the original toolbox folds a chain's outputs into (official-protocol, 4.13; F.6)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = Sequence[float]
Labels = Sequence[Any]


def pred_mean(values: Values, labels: Labels) -> float:
    """The mean output."""
    return float(np.mean(values))


def accuracy_score(values: Values, labels: Labels) -> float:
    """The share of outputs that are the label."""
    return float(np.mean([v == label for v, label in zip(values, labels, strict=True)]))


def precision_score(values: Values, labels: Labels) -> float:
    """Hits among the predicted positives (class 1); 0 without any."""
    hits, predicted, _ = counts(values, labels)
    return hits / predicted if predicted else 0.0


def recall_score(values: Values, labels: Labels) -> float:
    """Hits among the true positives (class 1); 0 without any."""
    hits, _, true = counts(values, labels)
    return hits / true if true else 0.0


def f1_score(values: Values, labels: Labels) -> float:
    """Twice the hits over predicted and true positives together; 0 without any."""
    hits, predicted, true = counts(values, labels)
    return 2 * hits / (predicted + true) if predicted + true else 0.0


def counts(values: Values, labels: Labels) -> tuple[int, int, int]:
    """Hits, predicted and true members of class 1."""
    hits = sum(v == 1 and label == 1 for v, label in zip(values, labels, strict=True))
    return hits, sum(v == 1 for v in values), sum(label == 1 for label in labels)


def iou_judge(values: Values, labels: Labels) -> float:
    """Hits in percent, divided before they are multiplied as in the original."""
    return sum(values) / len(values) * 100


def failure(values: Values, labels: Labels) -> float:
    """The share of outputs that are NaN."""
    return float(np.mean(np.isnan(values)))


def pearson_corr(values: Values, labels: Labels) -> float:
    """Pearson's r in single precision over outputs that are numbers; NaN where it is undefined."""
    from scipy.stats import pearsonr

    pairs = [(v, float(t)) for v, t in zip(values, labels, strict=True) if not math.isnan(v)]
    x, y = np.array(pairs, dtype=np.float32).reshape(-1, 2).T
    if len(pairs) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan
    return float(pearsonr(x, y)[0])


def chi_square_p(table: NDArray[np.int_]) -> float:
    """Pearson's test of independence, with Yates' correction where one degree of freedom is left.

    As `scipy.stats.chi2_contingency` has it by default, without what that costs a bootstrap. 1 for
    a table of one row or column.
    """
    from scipy.special import chdtrc

    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    if freedom == 0:
        return 1.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    gaps = abs(table - expected)
    if freedom == 1:
        gaps -= np.minimum(0.5, gaps)
    return float(chdtrc(freedom, (gaps**2 / expected).sum()))


TOTALS: Mapping[str, Callable[[Values, Labels], float]] = {
    fold.__name__: fold
    for fold in (
        pred_mean,
        accuracy_score,
        precision_score,
        recall_score,
        f1_score,
        iou_judge,
        failure,
        pearson_corr,
    )
}
"""What the original calls a fold -> the fold of outputs and labels."""
