"""The official data: a user's own copy read row by row, verified, and fetched."""

from multitrust.data.official.fetch import fetch
from multitrust.data.official.fingerprint import fingerprint
from multitrust.data.official.problems import Problem
from multitrust.data.official.reading import (
    DATASET_IDS,
    Reading,
    data_root,
    official_rows,
    read,
)
from multitrust.data.official.source import OfficialRow
from multitrust.data.official.verify import DatasetCheck, Verification, verify

__all__ = [
    "DATASET_IDS",
    "DatasetCheck",
    "OfficialRow",
    "Problem",
    "Reading",
    "Verification",
    "data_root",
    "fetch",
    "fingerprint",
    "official_rows",
    "read",
    "verify",
]
