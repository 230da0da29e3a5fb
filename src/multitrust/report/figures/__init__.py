"""Figures of the report as inline SVG. Colours are CSS variables, so they follow the theme.

Every number of a figure also stands in a text beside it.
"""

from multitrust.report.figures.bar import bar
from multitrust.report.figures.effects import axis, effect, reach
from multitrust.report.figures.ladder import Rung, ladder
from multitrust.report.figures.plane import Point, plane
from multitrust.report.figures.radar import radar

__all__ = ["Point", "Rung", "axis", "bar", "effect", "ladder", "plane", "radar", "reach"]
