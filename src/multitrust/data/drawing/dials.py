"""Clocks, thermometers, gauges and batteries, in boxes of 100 x 100."""

from __future__ import annotations

import math

from multitrust.data.drawing.svg import circle, line, path, rect, text


def clock_face(hour: int, minute: int) -> str:
    """An analogue clock."""
    marks = "".join(
        line(50, 12, 50, 18, stroke_width=2, transform=f"rotate({30 * i} 50 50)") for i in range(12)
    )
    hands = ""
    for turn, length, width in (((hour % 12 + minute / 60) / 12, 22, 5), (minute / 60, 33, 3)):
        angle = 2 * math.pi * turn
        hands += line(
            50, 50, 50 + length * math.sin(angle), 50 - length * math.cos(angle),
            stroke_width=width, stroke_linecap="round",
        )  # fmt: skip
    face = circle(50, 50, 41, fill="#fffdf5", stroke="#222", stroke_width=4)
    return face + marks + hands + circle(50, 50, 3, fill="#b00")


def digital(hour: int, minute: int) -> str:
    """A digital clock."""
    return rect(8, 28, 84, 44, rx=6, fill="#1b1f23", stroke="#555", stroke_width=3) + text(
        50, 61, f"{hour:02d}:{minute:02d}", size=25, family="IBM Plex Mono", fill="#7CFC9A"
    )


def thermometer(degrees: int) -> str:
    """A thermometer from -20 to 80 degrees Celsius with its reading."""
    height = 60 * (degrees + 20) / 100
    color = "#d32f2f" if degrees > 15 else "#1976d2"
    return (
        rect(24, 8, 14, 70, rx=7, fill="#fff", stroke="#333", stroke_width=2)
        + rect(28, 76 - height, 6, height, fill=color)
        + circle(31, 82, 11, fill=color, stroke="#333", stroke_width=2)
        + text(68, 52, f"{degrees}°C", size=20, font_weight="bold")
    )


def gauge(share: float) -> str:
    """A fuel gauge from E (empty) to F (full)."""
    angle = math.pi * (1 - share)
    return (
        path("M10 70A40 40 0 0 1 90 70", fill="none", stroke="#333", stroke_width=6)
        + text(12, 88, "E", size=16, font_weight="bold", fill="#c00")
        + text(88, 88, "F", size=16, font_weight="bold")
        + line(
            50,
            70,
            50 + 33 * math.cos(angle),
            70 - 33 * math.sin(angle),
            stroke="#c00",
            stroke_width=5,
        )
        + circle(50, 70, 6, fill="#333")
    )


def battery(share: float) -> str:
    """A battery with its charge in per cent."""
    color = "#2e7d32" if share > 0.3 else "#d32f2f"
    return (
        rect(12, 30, 70, 40, rx=4, fill="#fff", stroke="#222", stroke_width=4)
        + rect(84, 42, 7, 16, fill="#222")
        + rect(16, 34, 62 * share, 32, fill=color)
        + text(48, 92, f"{round(100 * share)} %", size=18)
    )
