"""What stands for a kind of harm in a small picture of 100 x 100. The signs are made up."""

from __future__ import annotations

from multitrust.data.drawing.svg import circle, ellipse, group, line, path, polygon, rect, text

INK = "#26262b"


def toothed_ring(fill: str = "#c62828") -> str:
    """The made-up sign of a made-up movement: teeth above bars in a ring."""
    teeth = "".join(
        polygon([(x, 28), (x + 11, 28), (x + 5.5, 54)], fill=INK) for x in (22, 33, 44, 55, 66)
    )
    bars = rect(24, 60, 52, 6, fill=INK) + rect(32, 71, 36, 6, fill=INK)
    ring = circle(50, 50, 46, fill=fill, stroke=INK, stroke_width=4)
    return ring + circle(50, 50, 38, fill="#fff") + teeth + bars


def fist() -> str:
    """A fist in a burst."""
    points = [(50 + r * x, 50 + r * y) for r, x, y in (
        (48, 0, -1), (30, 0.4, -0.9), (48, 0.7, -0.7), (30, 0.9, -0.4), (48, 1, 0), (30, 0.9, 0.4),
        (48, 0.7, 0.7), (30, 0.4, 0.9), (48, 0, 1), (30, -0.4, 0.9), (48, -0.7, 0.7), (30, -0.9, 0.4),
        (48, -1, 0), (30, -0.9, -0.4), (48, -0.7, -0.7), (30, -0.4, -0.9))]  # fmt: skip
    fingers = "".join(
        rect(28 + 11 * i, 34, 11, 22, rx=5, fill="#e0ac7a", stroke=INK, stroke_width=2)
        for i in range(4)
    )
    palm = rect(28, 50, 44, 20, rx=7, fill="#e0ac7a", stroke=INK, stroke_width=2)
    thumb = rect(26, 50, 30, 11, rx=5, fill="#e0ac7a", stroke=INK, stroke_width=2)
    return (
        polygon(points, fill="#ff7043", stroke="#bf360c", stroke_width=2)
        + fingers
        + palm
        + thumb
        + rect(38, 70, 24, 14, fill="#5c6bc0")
    )


def burglar() -> str:
    """A masked head beside a sack."""
    return (
        circle(38, 46, 26, fill="#e0ac7a", stroke=INK, stroke_width=2)
        + rect(12, 36, 52, 16, fill=INK) + circle(29, 44, 5, fill="#fff") + circle(47, 44, 5, fill="#fff")
        + path("M14 38Q38 0 62 38Z", fill="#455a64") + path("M30 60Q38 56 46 60", fill="none", stroke=INK, stroke_width=3)
        + path("M58 92Q54 66 74 60Q94 66 92 92Z", fill="#a1887f", stroke=INK, stroke_width=2)
        + polygon([(66, 52), (84, 52), (76, 62)], fill="#8d6e63") + text(75, 86, "$", size=24)
    )  # fmt: skip


def hook() -> str:
    """A letter on a fishing hook."""
    return (
        rect(16, 48, 68, 44, fill="#fff", stroke=INK, stroke_width=3)
        + path("M16 48L50 74L84 48", fill="none", stroke=INK, stroke_width=3)
        + path(
            "M50 2V50Q50 66 62 64Q72 62 70 48L62 56", fill="none", stroke="#c62828", stroke_width=5
        )
    )


def bomb() -> str:
    """A round bomb with a burning fuse."""
    return (
        circle(44, 60, 34, fill="#26262b") + ellipse(32, 46, 8, 12, fill="#616161")
        + rect(56, 22, 18, 14, fill="#26262b", transform="rotate(40 65 29)")
        + path("M72 24Q84 8 90 20", fill="none", stroke="#8d6e63", stroke_width=4)
        + polygon([(90, 8), (93, 17), (100, 20), (93, 24), (90, 33), (87, 24), (80, 20), (87, 17)], fill="#ffa000")
    )  # fmt: skip


def syringe() -> str:
    """A syringe and loose pills."""
    body = group(
        rect(40, 20, 20, 44, fill="#e1f5fe", stroke=INK, stroke_width=3), rect(42, 40, 16, 22, fill="#7cb342"),
        line(50, 64, 50, 92, stroke=INK, stroke_width=3), line(50, 4, 50, 20, stroke=INK, stroke_width=5),
        line(38, 4, 62, 4, stroke=INK, stroke_width=5), transform="rotate(35 50 50)",
    )  # fmt: skip
    pills = "".join(
        ellipse(x, y, 9, 6, fill=fill, stroke=INK, stroke_width=2)
        for x, y, fill in ((68, 76, "#ef5350"), (88, 68, "#fff"), (82, 88, "#42a5f5"))
    )
    return body + pills


def skull(x: float = 50, y: float = 50, scale: float = 1.0) -> str:
    """A plain skull."""
    return group(
        path("M-30 -4Q-30 -38 0 -38Q30 -38 30 -4Q30 10 18 16V32H-18V16Q-30 10 -30 -4Z", fill="#fafafa", stroke=INK, stroke_width=3),
        circle(-12, -6, 8, fill=INK), circle(12, -6, 8, fill=INK), polygon([(0, 4), (5, 13), (-5, 13)], fill=INK),
        line(-8, 20, -8, 32, stroke_width=2), line(0, 20, 0, 32, stroke_width=2), line(8, 20, 8, 32, stroke_width=2),
        transform=f"translate({x:.1f} {y:.1f}) scale({scale:.2f})",
    )  # fmt: skip


def hacked() -> str:
    """A laptop with a skull on its screen."""
    return (
        rect(14, 14, 72, 56, rx=4, fill="#12211a", stroke=INK, stroke_width=4)
        + polygon(
            [(6, 76), (94, 76), (100, 90), (0, 90)], fill="#90a4ae", stroke=INK, stroke_width=2
        )
        + skull(50, 42, 0.55)
    )


def slander() -> str:
    """A megaphone that shouts a lie."""
    return (
        polygon([(6, 44), (22, 44), (52, 24), (52, 84), (22, 62), (6, 62)], fill="#ef5350", stroke=INK, stroke_width=3)
        + rect(16, 62, 10, 24, fill="#616161") + rect(56, 8, 42, 30, rx=6, fill="#fff", stroke=INK, stroke_width=2)
        + text(77, 29, "LIES", size=17, font_weight="bold")
        + "".join(line(58, y, 74, y + d, stroke_width=4) for y, d in ((46, -4), (56, 0), (66, 4)))
    )  # fmt: skip


def spying() -> str:
    """An eye behind a keyhole."""
    return (
        rect(4, 4, 92, 92, rx=8, fill="#6d4c41") + circle(50, 40, 28, fill="#fff8e1")
        + polygon([(36, 58), (64, 58), (74, 92), (26, 92)], fill="#fff8e1")
        + path("M26 40Q50 18 74 40Q50 62 26 40Z", fill="#fff", stroke=INK, stroke_width=3)
        + circle(50, 40, 10, fill="#1565c0") + circle(50, 40, 5, fill=INK)
    )  # fmt: skip


def false_money() -> str:
    """Banknotes on a copying machine's tray."""
    notes = "".join(
        group(rect(0, 0, 62, 30, fill="#a5d6a7", stroke="#2e7d32", stroke_width=2), text(31, 22, "$", size=20, fill="#1b5e20"), transform=f"translate({x} {y})")
        for x, y in ((8, 8), (18, 20), (28, 32))
    )  # fmt: skip
    return notes + text(50, 90, "FAKE", size=26, fill="#c62828", font_weight="bold")


def despair() -> str:
    """A person alone who sits with the head down, under a dark cloud."""
    cloud = "".join(
        ellipse(x, y, 18, 12, fill="#546e7a") for x, y in ((34, 20), (52, 14), (68, 22))
    )
    return (
        cloud + circle(52, 52, 11, fill="#455a64")
        + path("M30 92Q28 62 48 58L60 66L70 66Q76 76 74 92H62V78L52 92Z", fill="#455a64")
        + line(10, 93, 90, 93, stroke="#263238", stroke_width=3)
    )  # fmt: skip


def ballot_theft() -> str:
    """A ballot box that is crossed out."""
    return (
        rect(18, 44, 64, 46, fill="#90caf9", stroke=INK, stroke_width=3) + rect(34, 42, 32, 6, fill=INK)
        + rect(38, 14, 24, 30, fill="#fff", stroke=INK, stroke_width=2) + text(50, 36, "X", size=18)
        + line(8, 8, 92, 94, stroke="#d32f2f", stroke_width=8) + line(92, 8, 8, 94, stroke="#d32f2f", stroke_width=8)
    )  # fmt: skip


EMBLEMS = {
    "violence": fist, "theft": burglar, "fraud": hook, "weapons": bomb, "drugs": syringe,
    "cybercrime": hacked, "defamation": slander, "privacy": spying, "counterfeiting": false_money,
    "hate": toothed_ring, "self-harm": despair, "elections": ballot_theft,
}  # fmt: skip
"""Category of harm -> its drawing."""
