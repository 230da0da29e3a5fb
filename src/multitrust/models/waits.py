"""Times to wait that the words of a refusal name."""

from __future__ import annotations

import re

from multitrust.models.rates import seconds

CHINESE = {"秒": "s", "分": "m", "时": "h", "天": "d", "日": "d", "周": "w", "月": "mon", "年": "y"}
"""The sign of a Chinese period that names its unit -> the unit."""
UNITS = {"ms": 0.001, "mil": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
SPANS = (
    r"(?:\d{1,9}(?:\.\d{1,9})? ?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?"
    r"|d|days?)(?![a-z])(?:,? (?:and )?)?){1,4}"
)
WAIT = re.compile(
    r"\b(?:again|retry(?:[-_]after)?|wait|resets?|available|back)\b(?: \w{1,12}){0,4}?:? "
    rf"(?P<spans>{SPANS})"
    r"|\bretry[-_ ]?after\W{1,4}(?P<bare>\d{1,9}(?:\.\d{1,9})?)(?!\w|[-:/.]\d)"
    r"|(?P<chinese>\d{1,9}) ?(?P<sign>秒|分钟?|小时)钟?[之以]?后",
    re.IGNORECASE,
)
"""A time to wait: `try again in 7m12s`, `retry after 20 seconds`, `Retry-After: 2`, `30 秒后`."""
SPAN = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?(ms|mil|s|m|h|d)", re.IGNORECASE)
"""One part of it."""
UNTIL = re.compile(
    r"(?:(?P<verb>\b(?:resets?|again|available|access|back|until|retry)\b|重置|恢复)[^\d\n]{0,20})?"
    r"(?P<day>\d{4}-\d\d-\d\d)[ T]+(?:at )?(?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?"
    r" ?(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d\d:\d\d)?(?P<chinese>[^\d\n]{0,6}(?:重置|恢复|后))?",
    re.IGNORECASE,
)
"""A time until which to wait: `resets at 2026-12-01 20:00 UTC`, `将在 2026-12-01 20:00:00 重置`."""
IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
CHINA = "+08:00"
"""The zone that messages in Chinese mean where they name none; others mean UTC."""


def wait_in(message: str) -> float | None:
    """Seconds for which the words of a refusal ask to wait; None if they name no time."""
    found = WAIT.search(message)
    if found is None:
        return wait_until(message)
    if found["chinese"]:
        return float(found["chinese"]) * UNITS[CHINESE[found["sign"].removesuffix("钟")[-1]]]
    if found["bare"]:
        return float(found["bare"])
    spans = SPAN.findall(found["spans"])
    return sum(float(count) * UNITS[unit.casefold()] for count, unit in spans)


def wait_until(message: str) -> float | None:
    """Seconds until the time that a message names as the end of a limit; None if it names none."""
    for found in UNTIL.finditer(message):
        if found["verb"] or found["chinese"]:
            zone = found["zone"] or (CHINA if IDEOGRAPH.search(message) else "Z")
            zone = zone if zone[0] in "+-" else "+00:00"
            return seconds(f"{found['day']}T{found['time']}{zone}")
    return None
