"""Which of several options a text takes: by letter, by words, or by number.

Every mention of an option has a rank, and the highest rank decides: what stands alone as a clause,
whatever is said after it; then the letter that is said to be the answer; then other letters; then
words; then numbers. Denied mentions do not count, and two options of one rank leave it open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from multitrust.scorers.text import NUMBER_WORDS, plain

LETTERS = "abcdefghij"
CJK = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")
SEAM = re.compile(rf"(?<=[a-z\d])(?={CJK})|(?<={CJK})(?=[a-z\d])|(?<=[^\W_])[-_](?=[^\W_])")
"""Where words meet without a space: at hyphens, and beside scripts that use none."""
ARTICLES = {"a", "an", "the"}
NOUNS = {"option", "choice", "answer", "letter", "alternative", "number"}
QUALIFIERS = {"the", "my", "final", "correct", "right", "best", "la", "el", "le", "die"}
DECIDING = {
    "choose", "chose", "pick", "select", "prefer", "with", "say", "think", "so", "thus", "hence",
    "therefore", "is", "it's", "be", "but", "选", "选择", "是", "選択",
}  # fmt: skip
"""Words before a letter that is taken; `be` not after one of the hedges."""
HEDGES = {"could", "may", "might"}
APPROVING = {"right", "correct", "true", "best", "answer", "one"}
LINKING = {
    "is", "are", "was", "be", "been", "can", "could", "must", "would", "seems", "looks", "the",
    "clearly", "obviously", "simply", "definitely", "therefore",
}  # fmt: skip
"""Words between an option and what is said of it."""
DISMISSING = {"wrong", "incorrect", "false", "impossible", "excluded", "eliminated", "ruled"}
DENYING = {
    "no", "not", "never", "neither", "nor", "without", "over", "than", "unlike", "except", "instead", "cannot",
    "excludes", "excluding", "eliminates", "eliminating", "rejects", "rejecting", "rule", "rules",
    "ruled", "ruling",
}  # fmt: skip
"""Words shortly before an option that is not taken."""
REASONS = {"because", "since", "as", "for", "not", "over", "instead", "rather"}
"""Words that may follow an answer at once."""
JOINING = {"or", "and", "/", "&", ","}
OPENERS, CLOSERS, ENDS = set("([{<\"'$\\|"), set(")]}>\"'$\\|"), set(".,;:!?-。、…")
BESIDE_LETTER = ENDS | ARTICLES | OPENERS
BREAKS = ENDS | {"but"}
BEFORE_LETTER = OPENERS | NOUNS | QUALIFIERS | {":"}
BEFORE_WORDS = OPENERS | ARTICLES | NOUNS | {":"}
AFTER_MENTION = CLOSERS | {":"}
AFTER_A = REASONS | JOINING | {"is"}
SETTING_OFF = ENDS | REASONS | {"", "(", "["}
WITHIN_LIST = JOINING | OPENERS | CLOSERS | {"option"}
ASIDE = 8
"""Tokens of a remark in brackets, which may stand between an option and what is said of it."""
REACH = 3
"""Words before an option in which it may be denied."""


class Rank(IntEnum):
    """How much a mention says of what is chosen, the most first."""

    ALONE = 0
    DECIDED = 1
    LETTER = 2
    WORDS = 3
    NUMBER = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """The option at a place, named by the tokens from `start` to `end`; None for a contradiction."""

    place: int | None
    rank: Rank
    start: int
    end: int


def read_option(said: str, choices: Sequence[str]) -> int | None:
    """The place of the one option that a plain text takes; None for none or several."""
    tokens = tokenize(said)
    places: dict[Rank, set[int | None]] = {rank: set() for rank in Rank}
    for mention in mentions(tokens, choices):
        if not is_denied(tokens, mention):
            places[mention.rank].add(mention.place)
    alone, decided = places[Rank.ALONE], places[Rank.DECIDED]
    if alone and decided and len(alone) == 1:
        return alone.pop() if decided == alone else None
    if len(alone) > 1:
        return decided.pop() if len(decided) == 1 else None
    highest = next((found for found in places.values() if found), set())
    return highest.pop() if len(highest) == 1 else None


def read_lone_option(said: str, choices: Sequence[str]) -> int | None:
    """The place of the option that a plain text names if it says nothing else."""
    tokens = tokenize(said)
    found = list(mentions(tokens, choices))
    named = {index for each in found for index in range(each.start, each.end)}
    rest = {t for i, t in enumerate(tokens) if i not in named and t[0].isalnum()}
    if len({each.place for each in found}) != 1 or rest - QUALIFIERS - NOUNS - ARTICLES - {"is"}:
        return None
    return found[0].place


def tokenize(said: str) -> list[str]:
    """Words, and marks other than hyphens within words."""
    return TOKEN.findall(SEAM.sub(" ", said))


def spoken(option: str) -> list[str]:
    """The words of an option, numbers as digits, without a leading article."""
    words = [NUMBER_WORDS.get(t, t) for t in tokenize(plain(option)) if t[0].isalnum()]
    return words[1:] if len(words) > 1 and words[0] in ARTICLES else words


@lru_cache(maxsize=256)
def spoken_options(choices: tuple[str, ...]) -> tuple[tuple[int, list[str]], ...]:
    """(place, words) of the options, the longest first: one may hold the words of another."""
    return tuple(sorted(enumerate(map(spoken, choices)), key=lambda option: -len(option[1])))


def mentions(tokens: list[str], choices: Sequence[str]) -> Iterator[Mention]:
    """All mentions of options in reading order, denied ones too."""
    options = spoken_options(tuple(choices))
    words = [NUMBER_WORDS.get(token, token) for token in tokens]
    starts = {option[0] for _, option in options if option}
    index, last = 0, None
    while index < len(tokens):
        found = lettered(tokens, words, index, options, last) if is_key(tokens[index]) else None
        if found is None and words[index] in starts:
            found = worded(tokens, words, index, options)
        if found is None and tokens[index].isdecimal():
            found = numbered(tokens, index, options)
        if found is not None:
            yield found
            last = found
        index = found.end if found is not None else index + 1


def lettered(
    tokens: list[str],
    words: list[str],
    index: int,
    options: Sequence[tuple[int, list[str]]],
    last: Mention | None,
) -> Mention | None:
    """The mention by the letter at an index; None where it is no letter of an option."""
    place, after = LETTERS.index(tokens[index]), skip(tokens, index + 1, CLOSERS)
    closed, following = after > index + 1, token_at(tokens, after)
    if place >= len(options) or not (closed or is_letter(tokens[index], following)):
        return None
    beside = after
    while beside < after + 3 and token_at(tokens, beside) in BESIDE_LETTER:
        beside += 1
    own = option_at(words, beside, options)
    if own is not None and own[0] == place:
        return Mention(place, Rank.ALONE, index, own[1])
    alone = is_set_off(tokens, after, closed)
    if alone and own is not None and token_at(tokens, own[1]) in {"", "."}:
        return Mention(None, Rank.ALONE, index, own[1])
    if last is not None and index - last.end <= 4:
        between = tokens[last.end : index]
        if between and set(between) <= WITHIN_LIST:
            return Mention(place, last.rank, index, after)
    rank = rank_of(tokens, index, after, alone)
    return None if rank is None else Mention(place, rank, index, after)


def is_key(token: str) -> bool:
    """Whether a token looks like the letter of an option."""
    return len(token) == 1 and token in LETTERS


def is_adverb(token: str) -> bool:
    """Whether a token says how sure an answer is: clearly, probably; possibly leaves it open."""
    return token.endswith("ly") and token != "possibly"


def is_letter(letter: str, following: str) -> bool:
    """Whether a letter is no article or pronoun, by the token after it."""
    return letter not in "ai" or not following[:1].isalpha() or following in AFTER_A


def rank_of(tokens: list[str], index: int, after: int, alone: bool) -> Rank | None:
    """The rank of a letter by what stands around it; None where nothing marks it."""
    linked = skip(tokens, after, LINKING)
    if linked > after and token_at(tokens, linked) in APPROVING:
        return Rank.DECIDED
    before = index - 1
    while before >= 0 and (tokens[before] in BEFORE_LETTER or is_adverb(tokens[before])):
        before -= 1
    lead = tokens[before] if before >= 0 else "."
    listed = lead == "," and is_key(token_at(tokens, before - 1))
    if alone and not listed and (lead in ENDS or token_at(tokens, index - 1) == ":"):
        return Rank.ALONE
    if not DECIDING.isdisjoint((lead, lead[-1:])) and token_at(tokens, before - 1) not in HEDGES:
        return Rank.DECIDED
    marked = (
        not NOUNS.isdisjoint(tokens[before + 1 : index]) or token_at(tokens, after - 1) in CLOSERS
    )
    return Rank.LETTER if marked else None


def worded(
    tokens: list[str], words: list[str], index: int, options: Sequence[tuple[int, list[str]]]
) -> Mention | None:
    """The mention by the words of an option that begin at an index."""
    own = option_at(words, index, options)
    if own is None:
        return None
    before = index - 1
    while before >= 0 and tokens[before] in BEFORE_WORDS:
        before -= 1
    after = skip(tokens, own[1], CLOSERS)
    opens = before < 0 or tokens[before] in ENDS
    listed = token_at(tokens, after) == "," and option_at(
        words, skip(tokens, after + 1, ARTICLES), options
    )
    alone = opens and not listed and is_set_off(tokens, after, closed=False)
    return Mention(own[0], Rank.ALONE if alone else Rank.WORDS, index, own[1])


def numbered(
    tokens: list[str], index: int, options: Sequence[tuple[int, list[str]]]
) -> Mention | None:
    """The mention by a number, counted from 1, that is called one, in brackets, or all there is."""
    place, after = int(tokens[index][:4]) - 1, skip(tokens, index + 1, CLOSERS)
    bracketed = after > index + 1 and index > 0 and tokens[index - 1] in OPENERS
    lone = sum(token[0].isalnum() for token in tokens[:4]) == 1 and len(tokens) <= 4
    called = not NOUNS.isdisjoint(tokens[max(0, index - 2) : index])
    numeric = any(len(words) == 1 and words[0].isdecimal() for _, words in options)
    if numeric or not 0 <= place < len(options) or not (bracketed or lone or called):
        return None
    return Mention(place, Rank.NUMBER, index, after)


def option_at(
    words: list[str], index: int, options: Sequence[tuple[int, list[str]]]
) -> tuple[int, int] | None:
    """(place, end) of the longest option whose words begin at an index."""
    for place, option in options:
        end = index + len(option)
        if option and words[index:end] == option:
            return place, end
    return None


def is_set_off(tokens: list[str], after: int, closed: bool) -> bool:
    """Whether what stands before a token is set off from it, and not joined to another option."""
    following, beyond = token_at(tokens, after), token_at(tokens, after + 1)
    if following == "and" and beyond == "not":
        return True
    if following in JOINING:
        return following == "," and beyond not in JOINING and not is_key(beyond)
    return closed or following in SETTING_OFF or following > "\u2e80"


def is_denied(tokens: list[str], mention: Mention) -> bool:
    """Whether the words around a mention say that it is not the answer, or ask whether it is."""
    words = 0
    for token in reversed(tokens[max(0, mention.start - 3 * REACH) : mention.start]):
        words += token[0].isalnum() and token not in ARTICLES
        if token in BREAKS or words > REACH:
            break
        if token in DENYING or token.endswith("n't"):
            return True
    after = skip(tokens, mention.end, AFTER_MENTION)
    if token_at(tokens, after) == "(" and ")" in tokens[after : after + ASIDE]:
        after = tokens.index(")", after) + 1
    if token_at(tokens, after) == "?" and after + 1 < len(tokens):
        return True
    linked = skip(tokens, after, LINKING)
    said = token_at(tokens, linked)
    return (
        said in DISMISSING or said.endswith("n't") or (said in {"not", "cannot"} and linked > after)
    )


def skip(tokens: list[str], index: int, among: set[str]) -> int:
    """The first index from this one on whose token is not among these."""
    while index < len(tokens) and tokens[index] in among:
        index += 1
    return index


def token_at(tokens: list[str], index: int) -> str:
    """The token at an index; empty outside the text."""
    return tokens[index] if 0 <= index < len(tokens) else ""
