"""Rows to samples: generators of embedded data, pictures, and the cache of drawn pictures."""

from multitrust.data.cache import cache_folder
from multitrust.data.datasets import (
    DATA_VERSION,
    LICENCES,
    TRAIN_SEEDS,
    EmbeddedDataset,
    Row,
    dataset,
    labels,
    stream,
)
from multitrust.data.documents import (
    parse_toml,
    parse_yaml,
    read_document,
)
from multitrust.data.images import Altered, ComputedImage, Drawing, ImageFile, Noise
from multitrust.data.unrelated import unrelated

__all__ = [
    "DATA_VERSION",
    "LICENCES",
    "TRAIN_SEEDS",
    "Altered",
    "ComputedImage",
    "Drawing",
    "EmbeddedDataset",
    "ImageFile",
    "Noise",
    "Row",
    "cache_folder",
    "dataset",
    "labels",
    "parse_toml",
    "parse_yaml",
    "read_document",
    "stream",
    "unrelated",
]
