"""Texts of a given length that make careless patterns slow."""

from __future__ import annotations

UNITS = {
    "newlines": "\n",
    "spaces": " ",
    "dashes": "-",
    "digits": "1",
    "grouped digits": "1,111",
    "quotes": '"',
    "brackets": "([{<",
    "JSON": '{"answer":[',
    "tags": "<answer><b>",
    "end tokens": "<|im_end|>",
    "backslashes": "\\",
    "LaTeX": "\\boxed{\\text{",
    "bullets": "\n- ",
    "sentences": "a. ",
    "negations": "not ",
    "articles": "a ",
    "if": "if you do, but ",
    "I": "i am only really not ",
    "they": "they are all ",
    "a long word": "ab",
    "letters with marks": "e\u0301\u0316",
    "marks": "\u0316\u0301",
    "zero width": "\u200b",
    "CJK": "答案：我不",
    "ligatures": "ﷺ㌖",
    "two for one": "İ",
    "mail": "a.b@c-",
    "telephone": "+1 (202) 555-0",
    "comparisons": "yes/or ",
    "markers": "the answer is: ",
    "a prompt": "Which of these is it? A. an apple B. a pear. Answer with one letter.\n",
}
"""Kind -> what is repeated."""


def repeat(unit: str, length: int) -> str:
    """The unit again and again, cut at the length."""
    return (unit * (length // len(unit) + 1))[:length]
