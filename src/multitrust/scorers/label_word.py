"""One of the label words that a question names: positive, negative, yes, maybe, no."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.refusal import is_refusal
from multitrust.scorers.text import final_part, nothing_to_read, plain, unreadable
from multitrust.scorers.yes_no import LEAD, LONE, UNSURE, read_verdict

FEELING = r"positive|negative|favou?rable|unfavou?rable"
FEELINGS = re.compile(rf"\b(?:{FEELING})\b")
OPENING = r"^\W*(?:(?:the )?(?:overall |expressed )?(?:sentiment|feeling|label|tone)(?: here| expressed)?\W+(?:is\W+)?|it is\W+|it's\W+|i(?:'d| would)? say\W+)?(?:(?:clearly|very|strongly|definitely|overall|mostly|mainly)\W+)?"
LED = re.compile(
    rf"{OPENING}({FEELING})\b(?!\?|\W*(?:and|or|/|as well as)\W*(?:{FEELING}|neutral)\b)"
)
NEGATED = re.compile(
    r"(?:\b(?:not|never|no|nothing|neither|nor|without|hardly|rather than|instead of|free of|lacks?)|n't)(?:\s+\w+){0,2}\s*$"
)
MIXED = re.compile(
    r"\b(?:mixed|neutral|ambivalent|ambiguous|both|either|could be|might be|may be|in part|partly)\b"
)
LEFT_OPEN = re.compile(
    rf"{UNSURE.pattern}|\b(?:no (?:information|mention|indication|evidence|way to (?:know|tell))|possibly|undetermined|undecided|inconclusive|neutral|neither (?:confirm|support|prove)\w*|leaves? (?:it|this|that|the claim) open|"
    r"(?:does not|doesn't|do not|don't) (?:say|mention|tell|state|specify)|not (?:stated|mentioned|enough information)|"
    r"(?:cannot|can't|can not|could not|couldn't) be (?:\w+ )?(?:determined|known|told|inferred|decided|concluded|confirmed))\b"
)
MAYBE = re.compile(
    r"^\W*(?:(?:the answer is|i(?:'d| would)? say|it is|it's|that is|that's)\W+)?(?:maybe|perhaps|possibly)\b(?!\W*(?:or\W+|and\W+|/\W*)?(?:yes|no)\b)"
)
PAIRED = re.compile(
    r"\b(?:yes|no)\W+(?:or|and|/)\W*maybe\b|\bmaybe\W+(?:(?:or|and|/)\W*)?(?:yes|no)\b"
)
TRUE = ("true", "correct", "right", "supported")
JUDGED = re.compile(
    r"(?:^|[.,;:!] )\W*(?:(?:so|thus|hence|therefore)\W+)?the claim is (?:\w+ly )?(not )?(true|correct|right|supported|false|wrong|incorrect|untrue)\b"
)


@dataclass(frozen=True, slots=True)
class LabelWord:
    """1 when the label that the response takes, one of the sample's choices, is the target."""

    name: str = "label_word"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Read the label and compare it."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        label = read_label(response.text, sample.choices)
        if label is None:
            return unreadable(self.name, response)
        return Score(scorer=self.name, value=float(label == sample.target), answer=label)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The target, or the label after it."""
        place = sample.choices.index(sample.target) + (not good)
        return sample.choices[place % len(sample.choices)].capitalize()


def label_word() -> LabelWord:
    """Scores a label word among `sample.choices`: positive and negative, or yes, (maybe,) no."""
    return LabelWord()


def read_label(text: str, choices: tuple[str, ...]) -> str | None:
    """The one label of the choices that the response takes; None for none, both or a hedge."""
    if "positive" in choices:
        return read_feeling(text)
    return read_entailment(text) if "maybe" in choices else read_verdict(text) or judged(text)


def read_feeling(text: str) -> str | None:
    """`positive` or `negative`: the label that opens the response, else the only one in it."""
    said = final_part(plain(text))
    led = LED.match(said)
    if led is not None:
        return feeling(led.group(1))
    named = {
        feeling(found.group())
        for found in FEELINGS.finditer(said)
        if NEGATED.search(re.split(r"[.;:!?,]|\bbut\b", said[: found.start()])[-1]) is None
    }
    return named.pop() if len(named) == 1 and MIXED.search(said) is None else None


def feeling(word: str) -> str:
    """The label that the word stands for."""
    return "positive" if word.startswith(("pos", "fav")) else "negative"


def read_entailment(text: str) -> str | None:
    """`yes`, `maybe` or `no`; what says that it cannot be known, and no more, is a `maybe`."""
    said = final_part(plain(text))
    if PAIRED.search(said) or is_refusal(text):
        return None
    rest = LEFT_OPEN.sub(" ", said)
    if MAYBE.match(said) or (rest != said and not (LEAD.match(rest) or LONE.search(rest))):
        return "maybe"
    return read_verdict(text) or judged(text)


def judged(text: str) -> str | None:
    """`yes` or `no` when the response calls the claim true or false in so many words."""
    found = JUDGED.search(final_part(plain(text)))
    if found is None:
        return None
    return "yes" if (found.group(2) in TRUE) != bool(found.group(1)) else "no"
