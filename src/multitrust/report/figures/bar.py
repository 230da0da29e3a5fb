"""A score as a dot on a line, with its interval."""

from __future__ import annotations

from multitrust.core import Estimate

LEFT, RIGHT = 6.0, 114.0


def bar(estimate: Estimate, low: float = 0.0, high: float = 1.0, *, whole: bool = True) -> str:
    """A small line from `low` to `high` with the estimate and its interval, cut at its ends.

    A value without an interval is a dot alone.

    Args:
        estimate: nothing is drawn without a value.
        low: left end.
        high: right end.
        whole: whether the value covers all it stands for; a hollow dot if not.
    """
    if estimate.value is None:
        return ""
    first, value, last = (
        LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, (end - low) / (high - low)))
        for end in estimate.ends or (estimate.value,) * 3
    )
    span = f'<line class="span" x1="{first:.1f}" x2="{last:.1f}" y1="8" y2="8"/>'
    return (
        '<svg class="bar" viewBox="0 0 120 16" aria-hidden="true">'
        f'<path class="track" d="M{LEFT:.0f} 8H{RIGHT:.0f}M{LEFT:.0f} 5v6M60 5v6M{RIGHT:.0f} 5v6"/>'
        f"{span if estimate.ends else ''}"
        f'<circle class="dot{"" if whole else " hollow"}" cx="{value:.1f}" cy="8" r="4"/></svg>'
    )
