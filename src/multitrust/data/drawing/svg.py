"""SVG elements as strings: the pen of the drawing kit.

Coordinates are pixels, origin top left. Numbers are written with at most two decimals, so that
the same drawing is the same text, and hence the same digest, on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

Point = tuple[float, float]


def num(value: float) -> str:
    """A number as SVG text: at most two decimals, no trailing zeros, no negative zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@lru_cache(maxsize=8192)  # few names and colours make up most of a drawing
def attribute(name: str, value: str | float | None) -> str:
    """An attribute; underscores in its name become hyphens. Empty where the value is None."""
    if value is None:
        return ""
    text = escape(value) if isinstance(value, str) else num(value)
    return f'{name.rstrip("_").replace("_", "-")}="{text}"'


def element(tag: str, *children: str, **attributes: str | float | None) -> str:
    """An element. Underscores in attribute names become hyphens; None leaves one out."""
    written = filter(None, map(attribute, attributes, attributes.values()))
    head = " ".join((tag, *written))
    return f"<{head}>{''.join(children)}</{tag}>" if children else f"<{head}/>"


def rect(x: float, y: float, width: float, height: float, **style: str | float | None) -> str:
    """A rectangle from its top left corner."""
    return element("rect", x=x, y=y, width=width, height=height, **style)


def circle(cx: float, cy: float, r: float, **style: str | float | None) -> str:
    """A circle."""
    return element("circle", cx=cx, cy=cy, r=r, **style)


def ellipse(cx: float, cy: float, rx: float, ry: float, **style: str | float | None) -> str:
    """An ellipse with its axes along x and y."""
    return element("ellipse", cx=cx, cy=cy, rx=rx, ry=ry, **style)


def line(x1: float, y1: float, x2: float, y2: float, **style: str | float | None) -> str:
    """A line; black and 1 px wide unless the style says otherwise."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **{"stroke": "#000", **style})


def polygon(points: Iterable[Point], **style: str | float | None) -> str:
    """A closed polygon."""
    return element("polygon", points=" ".join(f"{num(x)},{num(y)}" for x, y in points), **style)


def polyline(points: Iterable[Point], **style: str | float | None) -> str:
    """An open line through the points; not filled unless the style says otherwise."""
    joined = " ".join(f"{num(x)},{num(y)}" for x, y in points)
    return element("polyline", points=joined, **{"fill": "none", "stroke": "#000", **style})


def path(d: str, **style: str | float | None) -> str:
    """A path from its data string."""
    return element("path", d=d, **style)


def text(
    x: float,
    y: float,
    content: str,
    *,
    size: float = 24,
    family: str = "Fira Sans",
    anchor: str = "middle",
    **style: str | float | None,
) -> str:
    """A line of text with its baseline at y; `family` is one of `fonts.FAMILIES`."""
    return element(
        "text",
        escape(content, quote=False),
        x=x,
        y=y,
        font_size=size,
        font_family=family,
        text_anchor=anchor,
        **style,
    )


def group(*children: str, transform: str | None = None, **style: str | float | None) -> str:
    """Elements that share a transform or a style."""
    return element("g", *children, transform=transform, **style) if children else ""


def document(width: int, height: int, *children: str, background: str = "#ffffff") -> str:
    """A whole drawing of `width` x `height` pixels."""
    return element(
        "svg",
        rect(0, 0, width, height, fill=background),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
    )
