"""The official data: a user's own copy read row by row, verified, and fetched."""

from multitrust.data.official.problems import Problem
from multitrust.data.official.reading import DATASET_IDS, Reading, official_rows, read
from multitrust.data.official.source import OfficialRow

__all__ = [
    "DATASET_IDS",
    "OfficialRow",
    "Problem",
    "Reading",
    "official_rows",
    "read",
]
