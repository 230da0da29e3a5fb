"""Scores to numbers: rates, paired effects and headlines, each with its interval."""

from multitrust.metrics.agreement import cohen_kappa, gwet_ac1
from multitrust.metrics.composites import combine, headline_estimate
from multitrust.metrics.contrasts import (
    ContrastEstimate,
    contrast_estimate,
    holm,
    leg_change,
    mean_effect,
    pooled_effect,
)
from multitrust.metrics.correlation import pearson, spearman
from multitrust.metrics.equivalence import Finding, Verdict, findings
from multitrust.metrics.fairness import odds_ratio, parity_gap
from multitrust.metrics.headlines import balanced, halves, joined, mean_over, weighted
from multitrust.metrics.rates import (
    accuracy,
    estimate,
    f1,
    help_rate,
    mean,
    rate,
    refusal_rate,
    share_estimate,
)
from multitrust.metrics.shifts import (
    Leg,
    Shift,
    change_estimate,
    combined,
    of_samples,
    shift_of,
    without_total,
)
from multitrust.metrics.tree import TreeNode, counting, headline_tree

__all__ = [
    "ContrastEstimate",
    "Finding",
    "Leg",
    "Shift",
    "TreeNode",
    "Verdict",
    "accuracy",
    "balanced",
    "change_estimate",
    "cohen_kappa",
    "combine",
    "combined",
    "contrast_estimate",
    "counting",
    "estimate",
    "f1",
    "findings",
    "gwet_ac1",
    "halves",
    "headline_estimate",
    "headline_tree",
    "help_rate",
    "holm",
    "joined",
    "leg_change",
    "mean",
    "mean_effect",
    "mean_over",
    "odds_ratio",
    "of_samples",
    "parity_gap",
    "pearson",
    "pooled_effect",
    "rate",
    "refusal_rate",
    "share_estimate",
    "shift_of",
    "spearman",
    "weighted",
    "without_total",
]
