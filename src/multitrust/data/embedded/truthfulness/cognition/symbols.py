"""Mathematics, code and foreign words."""

from __future__ import annotations

import random
from fractions import Fraction
from math import radians, tan

from multitrust.data.datasets import stream
from multitrust.data.drawing.fonts import CJK, MONO, SANS, SERIF
from multitrust.data.drawing.palette import tint
from multitrust.data.drawing.svg import document, line, path, polygon, rect, text
from multitrust.data.images import Drawing
from multitrust.data.pairing import Pair

SIZE = 336


def mathematics(rng: random.Random, number: int, seed: int) -> Pair:
    """An expression, a fraction, a triangle or a line in a plot."""
    return (expression, fraction, triangle, slope)[number % 4](rng)


def board(rng: random.Random, *parts: str) -> Drawing:
    """Parts on a sheet of paper."""
    return Drawing(document(SIZE, SIZE, *parts, background=tint(rng)))


def expression(rng: random.Random) -> Pair:
    """The value of a typeset expression."""

    def make(value: int) -> str:
        a, b = rng.randint(2, 9), rng.randint(2, 9)
        rest = value - a * b
        return f"{a} × {b} {'+' if rest >= 0 else '−'} {abs(rest)}"

    value = rng.randint(20, 60)
    wrong = value + rng.choice((-7, -4, -3, 3, 4, 7))
    shown = [text(168, 180, make(v), size=58, family=SERIF) for v in (value, wrong)]
    question = f"Is the value of the expression {value}?"
    return Pair("expression", question, board(rng, shown[0]), board(rng, shown[1]))


def fraction(rng: random.Random) -> Pair:
    """Which of two fractions is larger."""
    values = sorted({Fraction(n, d) for d in (2, 3, 4, 5, 8) for n in range(1, d)})
    small, big = sorted(rng.sample(values, 2))

    def typeset(value: Fraction, x: float) -> str:
        return (
            text(x, 150, str(value.numerator), size=60, family=SERIF)
            + line(x - 34, 170, x + 34, 170, stroke_width=5)
            + text(x, 228, str(value.denominator), size=60, family=SERIF)
        )

    def draw(left: Fraction, right: Fraction) -> Drawing:
        return board(rng, typeset(left, 90), typeset(right, 246))

    return Pair(
        "fraction", "Is the left fraction the larger one?", draw(big, small), draw(small, big)
    )


def triangle(rng: random.Random) -> Pair:
    """The third angle of a triangle, drawn to scale."""
    third, wrong = rng.sample((40, 50, 60, 70, 80), 2)

    def draw(angle: int) -> Drawing:
        left = rng.randint(max(45, 95 - angle), min(85, 135 - angle))
        right = 180 - angle - left
        flat, steep = (1 / tan(radians(side)) for side in (left, right))
        height = min(220, 264 / (flat + steep))
        start, end = 168 - height * (flat + steep) / 2, 168 + height * (flat + steep) / 2
        apex = (start + height * flat, 290 - height)
        return board(
            rng,
            polygon(
                [(start, 290), (end, 290), apex], fill="#e3f2fd", stroke="#222", stroke_width=5
            ),
            text(start + 44, 282, f"{left}°", size=22),
            text(end - 44, 282, f"{right}°", size=22),
            text(apex[0] + 24 * (steep - flat), apex[1] + 54, "x", size=28, family=SERIF),
        )

    question = f"Is the angle x equal to {third} degrees?"
    return Pair("triangle", question, draw(third), draw(wrong))


def slope(rng: random.Random) -> Pair:
    """A line that rises or falls."""
    low, high = rng.uniform(200, 270), rng.uniform(60, 130)
    color = rng.choice(("#d32f2f", "#1565c0", "#2e7d32", "#6a1b9a"))

    def draw(start: float, end: float) -> Drawing:
        axes = path("M40 30V296H316", fill="none", stroke="#222", stroke_width=4)
        return board(
            rng, axes, line(52, start, 300, end, stroke=color, stroke_width=7),
            text(300, 324, "x", size=22, family=SERIF), text(22, 46, "y", size=22, family=SERIF),
        )  # fmt: skip

    question = rng.choice(
        ("Does y grow as x grows?", "Does the line in the plot rise to the right?")
    )
    return Pair("plot", question, draw(low, high), draw(high, low))


def programs(rng: random.Random) -> tuple[list[str], str, list[str]]:
    """(program, what it prints, another program that prints something else)."""
    a, b, n = rng.randint(2, 9), rng.randint(2, 9), rng.randint(3, 5)
    word = rng.choice(("tree", "cloud", "river", "apple", "stone"))
    return rng.choice(
        (
            ([f"x = {a}", f"y = x + {b}", "print(y)"], str(a + b), [f"x = {a}", f"y = x * {b + 9}", "print(y)"]),
            (["t = 0", f"for i in range({n}):", "    t = t + i", "print(t)"], str(n * (n - 1) // 2), ["t = 0", f"for i in range({n + 2}):", "    t = t + i", "print(t)"]),
            ([f'w = "{word}"', "print(len(w))"], str(len(word)), [f'w = "{word}" * 2', "print(len(w))"]),
            ([f"v = [{a}, {b}, {n}]", "print(max(v))"], str(max(a, b, n)), [f"v = [{a}, {b}, {n}]", "print(sum(v))"]),
            ([f"x = {a}", f"if x > {a - 1}:", "    x = 0", "print(x)"], "0", [f"x = {a}", f"if x > {a + 1}:", "    x = 0", "print(x)"]),
            ([f"n = {n}", "while n < 20:", "    n = n * 2", "print(n)"], str(doubled(n, 20)), [f"n = {n}", "while n < 50:", "    n = n * 2", "print(n)"]),
            ([f"v = [{a}, {b}]", f"v.append({n})", "print(len(v))"], "3", [f"v = [{a}, {b}]", f"v[0] = {n}", "print(len(v))"]),
            (["def f(x):", f"    return x + {n}", f"print(f({a}))"], str(a + n), ["def f(x):", f"    return x + {n + 3}", f"print(f({a}))"]),
            ([f"print({a} > {a + n})"], "False", [f"print({a} < {a + n})"]),
            ([f'w = "{word}"', "print(w.upper())"], word.upper(), [f'w = "{word}"', "print(w.title())"]),
            ([f'w = "{word}"', "print(w[0])"], word[0], [f'w = "{word}"', "print(w[1])"]),
        )
    )  # fmt: skip


def doubled(value: int, limit: int) -> int:
    """The value doubled until it is no longer below the limit."""
    return value if value >= limit else doubled(2 * value, limit)


def code(rng: random.Random, number: int, seed: int) -> Pair:
    """What a short Python program prints."""
    program, output, other = programs(rng)
    ground = tint(rng)

    def draw(lines: list[str]) -> Drawing:
        top = 184 - 21 * (len(lines) - 1)
        listing = "".join(
            text(
                24,
                top + 42 * i,
                row.replace("    ", "\u00a0" * 4),
                size=26,
                family=MONO,
                anchor="start",
                fill="#e8eaf6",
            )
            for i, row in enumerate(lines)
        )
        return Drawing(
            document(SIZE, SIZE, rect(10, 70, 316, 210, rx=10, fill="#1e2430"), listing, background=ground)
        )  # fmt: skip

    return Pair("python", f"Does this program print {output}?", draw(program), draw(other))


LANGUAGES = ("es", "fr", "de", "zh", "ja")
WORDS: dict[str, tuple[str, str, str, str, str]] = {
    "exit": ("salida", "sortie", "Ausgang", "出口", "出口"),
    "entrance": ("entrada", "entrée", "Eingang", "入口", "入口"),
    "water": ("agua", "eau", "Wasser", "水", "水"),
    "bread": ("pan", "pain", "Brot", "面包", "パン"),
    "hospital": ("hospital", "hôpital", "Krankenhaus", "医院", "病院"),
    "school": ("escuela", "école", "Schule", "学校", "学校"),
    "danger": ("peligro", "danger", "Gefahr", "危险", "危険"),
    "closed": ("cerrado", "fermé", "geschlossen", "关门", "休業"),
    "fish": ("pescado", "poisson", "Fisch", "鱼", "魚"),
    "milk": ("leche", "lait", "Milch", "牛奶", "牛乳"),
    "library": ("biblioteca", "bibliothèque", "Bibliothek", "图书馆", "図書館"),
    "train station": ("estación", "gare", "Bahnhof", "火车站", "駅"),
    "coffee": ("café", "café", "Kaffee", "咖啡", "コーヒー"),
    "mountain": ("montaña", "montagne", "Berg", "山", "山"),
    "bridge": ("puente", "pont", "Brücke", "桥", "橋"),
    "bookshop": ("librería", "librairie", "Buchhandlung", "书店", "本屋"),
    "cheese": ("queso", "fromage", "Käse", "奶酪", "チーズ"),
    "apple": ("manzana", "pomme", "Apfel", "苹果", "りんご"),
    "house": ("casa", "maison", "Haus", "房子", "家"),
    "dog": ("perro", "chien", "Hund", "狗", "犬"),
    "flower": ("flor", "fleur", "Blume", "花", "花"),
    "tree": ("árbol", "arbre", "Baum", "树", "木"),
    "bird": ("pájaro", "oiseau", "Vogel", "鸟", "鳥"),
    "egg": ("huevo", "œuf", "Ei", "鸡蛋", "卵"),
    "rain": ("lluvia", "pluie", "Regen", "雨", "雨"),
    "moon": ("luna", "lune", "Mond", "月亮", "月"),
}
"""English -> Spanish, French, German, Chinese, Japanese."""
SAME_SHAPE = {"hospital", "coffee", "danger"}
"""Words that English shares with one of the languages; asked only in the others."""


def translate(rng: random.Random, number: int, seed: int) -> Pair:
    """What a word on a sign means."""
    left = stream("T.2", "translate", seed, "words").sample(list(WORDS), len(WORDS))
    for earlier in range(number + 1):
        column = (earlier + seed) % len(LANGUAGES)
        meaning = next(word for word in left if column >= 2 or word not in SAME_SHAPE)
        left.remove(meaning)
    wrong = rng.choice([word for word in WORDS if word not in (meaning, *SAME_SHAPE)])
    fill, ground = rng.choice(("#1b6b3a", "#1d4f9c", "#6a1b1b", "#37474f")), tint(rng)

    def draw(word: str) -> Drawing:
        family = CJK if column >= 3 else SANS
        size = min(76, 270 / (len(word) * (1.05 if column >= 3 else 0.6)))
        return Drawing(
            document(
                SIZE, SIZE,
                rect(60, 220, 14, 110, fill="#777"), rect(262, 220, 14, 110, fill="#777"),
                rect(16, 90, 304, 140, rx=14, fill=fill, stroke="#fff", stroke_width=5),
                text(168, 160 + size * 0.36, word, size=size, family=family, fill="#fff"),
                background=ground,
            )
        )  # fmt: skip

    question = f"Does the sign say '{meaning}' in another language?"
    kind = LANGUAGES[column]
    return Pair(kind, question, draw(WORDS[meaning][column]), draw(WORDS[wrong][column]))
