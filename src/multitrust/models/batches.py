"""How large the next batch of a local model may be.

Starts at what the user allows, halves when memory runs out, and grows again when batches go well.
On CUDA the memory that a token takes is measured, so that most batches fit at the first attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

PATIENCE = 4
"""Full batches that must go well before the first growth; twice as many after each failure."""
FILL = 0.9
"""Part of the free memory that a batch may be expected to take."""
NEAR = 256
"""Tokens of padding that are cheaper than another batch."""


class Capacity:
    """How many requests a batch may hold."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = most
        self.per_token = 0.0
        """Bytes that a token of a padded batch took at most; 0 if not measured."""
        self._patience = PATIENCE
        self._calm = 0

    def shrink(self, failed: int) -> None:
        """Memory ran out for a batch of so many requests."""
        self.now = max(1, failed // 2)
        self._patience *= 2
        self._calm = 0

    def settle(self, done: int) -> None:
        """A batch of so many requests went well."""
        if done < self.now or self.now >= self.most:
            return
        self._calm += 1
        if self._calm >= self._patience:
            self.now = min(self.most, self.now * 2)
            self._calm = 0

    def measure(self, taken: int, tokens: float) -> None:
        """A padded batch of so many tokens took so many bytes."""
        self.per_token = max(self.per_token, taken / max(tokens, 1.0))

    def holds(self, lengths: Sequence[float], more: int, free: int | None) -> int:
        """How many of the waiting requests, longest first, make the next batch; at least one.

        Args:
            lengths: tokens of each prompt, falling.
            more: tokens that are generated for each at most.
            free: bytes of memory, or None if unknown.
        """
        longest = lengths[0]
        count = min(self.now, sum(near(length, longest) for length in lengths))
        if free is not None and self.per_token:
            count = min(count, int(FILL * free / (self.per_token * (longest + more))))
        return max(1, count)


def near(length: float, longest: float) -> bool:
    """Whether a prompt wastes little when it is padded to the longest of its batch."""
    return length >= longest / 2 or longest - length <= NEAR


class Gauge(Protocol):
    """Measures the memory of an accelerator."""

    def free(self) -> int | None:
        """Bytes that a batch could take; None if it cannot be told."""

    def start(self) -> None:
        """A batch begins."""

    def taken(self) -> int:
        """Bytes that it took at its peak."""


class NoGauge:
    """For a device whose memory is not measured."""

    def free(self) -> int | None:
        """Unknown."""
        return None

    def start(self) -> None:
        """Nothing to do."""

    def taken(self) -> int:
        """Unknown, so nothing."""
        return 0


class CudaGauge:
    """The memory of all CUDA devices that are seen."""

    def __init__(self) -> None:
        import torch

        self._cuda: Any = torch.cuda
        self._devices = range(torch.cuda.device_count())
        self._before = 0

    def free(self) -> int | None:
        """What is free, and what is kept for reuse."""
        cuda = self._cuda
        return int(
            sum(
                cuda.mem_get_info(device)[0]
                + cuda.memory_reserved(device)
                - cuda.memory_allocated(device)
                for device in self._devices
            )
        )

    def start(self) -> None:
        """Remember what is taken now."""
        for device in self._devices:
            self._cuda.reset_peak_memory_stats(device)
        self._before = sum(map(self._cuda.memory_allocated, self._devices))

    def taken(self) -> int:
        """The peak above what was taken at the start."""
        peak = sum(map(self._cuda.max_memory_allocated, self._devices))
        return int(peak - self._before)


def gauge(device: str) -> Gauge:
    """The gauge of a kind of device (cuda, mps, cpu)."""
    return CudaGauge() if device == "cuda" else NoGauge()
