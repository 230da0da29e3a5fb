"""Boxes as the official metric `iou_judge` reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from multitrust.core import Ask, ConfigError, Env, MultitrustError, Response, Sample, Score
from multitrust.scorers.judge import ask
from multitrust.scorers.prompt import Prompt, fields_of, read_prompt

HIT = 0.5
"""Overlap that a hit exceeds."""


@dataclass(frozen=True, slots=True)
class JudgedBox:
    """1 when the box that the judge reads out of the answer hits the target's."""

    prompt: Prompt
    max_tokens: int
    name: str = "chatmodel_eval"

    @property
    def role(self) -> str:
        """`judge`."""
        return "judge"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Ask the judge for the box; its reply is the explanation."""
        try:
            reply = await ask(env, "judge", self.question(sample, response.text), self.max_tokens)
            value = box_hit(reply, sample.target)
        except MultitrustError as error:
            return Score(scorer=self.name, unscored=str(error))
        return Score(scorer=self.name, value=value, explanation=reply)

    def question(self, sample: Sample, answer: str) -> str:
        """What the judge is asked.

        Raises:
            UnknownNameError: the prompt has a field that the sample does not.
        """
        return self.prompt.fill(fields_of(sample, answer))

    def asks(self, sample: Sample, answer: str) -> tuple[Ask, ...]:
        """The question."""
        text = self.question(sample, answer)
        return (Ask(role="judge", text=text, max_tokens=self.max_tokens),)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The target, or a box without extent."""
        return str(sample.target) if good else "[0, 0, 0, 0]"


def judged_box(prompt: str, *, max_tokens: int) -> JudgedBox:
    """A judge that puts the answer into the form of a box, then `iou_judge` (T.1 grounding).

    Args:
        prompt: with the fields `{pred}`, `{label}` and any key of `extra`, such as `{img_size}`.
        max_tokens: limit of the judge's reply.

    Raises:
        ConfigError: the prompt is malformed.
    """
    return JudgedBox(read_prompt(prompt), max_tokens)


def box_hit(reply: str, reference: str) -> float:
    """1 when the reply's box overlaps the reference's by more than half, else 0.

    What is no number is left out, and other than four numbers miss; so does a division by zero,
    on which the original fails (Q29).

    Args:
        reply: numbers or fractions `a/b`, separated by commas.
        reference: the JSON array [xmin, ymin, xmax, ymax], shares of width and height.

    Raises:
        ConfigError: the reference is another text.
    """
    wanted = read_reference(reference)
    try:
        found = list(numbers(reply.replace("'''", "").replace("\n", "").strip("[]")))
    except ZeroDivisionError:
        return 0.0
    return float(len(found) == 4 and overlap(wanted, found) > HIT)


def numbers(text: str) -> Iterator[float]:
    """The parts between commas that are numbers or fractions.

    Raises:
        ZeroDivisionError: the denominator of a fraction is 0.
    """
    for part in text.split(","):
        try:
            yield quotient(part.split("/"))
        except ValueError:
            continue


def quotient(terms: Sequence[str]) -> float:
    """One number, or a first one divided by a second one.

    Raises:
        ValueError: a term is no number, or there are others.
        ZeroDivisionError: the second one is 0.
    """
    if len(terms) == 1:
        return float(terms[0])
    top, bottom = terms
    return float(top) / float(bottom)


def read_reference(text: str) -> list[float]:
    """The edges of the reference box.

    Raises:
        ConfigError: the text is no JSON array of four numbers.
    """
    try:
        edges = json.loads(text)
    except (TypeError, ValueError):
        edges = None
    if not isinstance(edges, list) or [type(e) in (int, float) for e in edges] != [True] * 4:
        raise ConfigError(
            f"the target of a box is {text!r}, expected the text of a JSON array of four numbers, "
            "e.g. '[0.1, 0.2, 0.5, 0.6]'; mend it in the data"
        )
    return edges


def overlap(first: Sequence[float], second: Sequence[float]) -> float:
    """Intersection over union, also of boxes with swapped corners, whose areas are odd."""
    width = max(0.0, min(first[2], second[2]) - max(first[0], second[0]))
    height = max(0.0, min(first[3], second[3]) - max(first[1], second[1]))
    shared = width * height
    union = area(first) + area(second) - shared
    return 0.0 if shared == 0 or union == 0 else shared / union


def area(box: Sequence[float]) -> float:
    """Width times height; negative where one of them is."""
    return (box[2] - box[0]) * (box[3] - box[1])
