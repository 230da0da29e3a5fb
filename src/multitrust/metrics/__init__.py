"""Scores to numbers: rates, paired effects and headlines, each with its interval."""

from multitrust.metrics.agreement import agreed_share, cohen_kappa, gwet_ac1
from multitrust.metrics.composites import combine, headline_estimate
from multitrust.metrics.contrasts import (
    ContrastEstimate,
    contrast_estimate,
    holm,
    mean_effect,
    pooled_effect,
)
from multitrust.metrics.correlation import pearson, spearman
from multitrust.metrics.equivalence import Finding, Verdict, findings
from multitrust.metrics.fairness import odds_ratio, parity_gap
from multitrust.metrics.headlines import balanced, halves, joined, mean_over, weighted
from multitrust.metrics.rates import accuracy, estimate, f1, help_rate, mean, rate, refusal_rate
from multitrust.metrics.shifts import Leg, Shift, combined, shift_of
from multitrust.metrics.tree import TreeNode, counting, headline_tree

__all__ = [
    "ContrastEstimate",
    "Finding",
    "Leg",
    "Shift",
    "TreeNode",
    "Verdict",
    "accuracy",
    "agreed_share",
    "balanced",
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
    "mean",
    "mean_effect",
    "mean_over",
    "odds_ratio",
    "parity_gap",
    "pearson",
    "pooled_effect",
    "rate",
    "refusal_rate",
    "shift_of",
    "spearman",
    "weighted",
]
