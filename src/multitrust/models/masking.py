r"""Removal of keys and control characters from text that a server sent.

A server may repeat a key whole or cut, as it was sent or written otherwise. A key is therefore
recognised by any eight characters in a row of any of its forms: itself, reversed, hex, decimal
numbers, base32 and base64. Capital and small letters count alike. The text is looked at as it is,
without the signs between its letters and digits (`s k - 1`, `['s', 'k']`), and with its escapes
undone up to three times: those of JSON and Python (`\/`, `\u002b`, `\x2b`, `\053`), `0x2b`,
percent encoding and HTML entities.

A key of plain words, such as the `not-needed` that many local servers are given, stands in other
texts by chance. As it is, it is replaced only where it stands whole and alone (`is_words`), and no
answer of a model loses it: answers lose only what no text holds by chance (`is_random`).

Only the standard library is imported: the guard of a started server loads this file by itself.
"""

from __future__ import annotations

import base64
import codecs
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping

MASK = "…"
REMOVED = "[key removed]"
"""What stands for a key in the answer of a model."""
LEAST = 8
"""Characters in a row that identify a key. A shorter value is taken for a placeholder."""
LAYERS = 3
"""How many encodings on top of each other are undone."""
ESCAPE = re.compile(
    r"(?:\\u0{6}|\\u00|\\x|%|(?<![0-9a-z])0x)(?P<digits>[0-9a-f]{2})"
    r"|\\u\{0{0,6}(?P<braced>[0-9a-f]{2})\}|&#x0{0,6}(?P<html>[0-9a-f]{2});"
    r"|\\(?P<octal>[0-7]{2,3})|&#0{0,6}(?P<decimal>[0-9]{2,3});"
    r"|&(?P<entity>amp|lt|gt|quot|apos);|\\(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
BASES = {"digits": 16, "braced": 16, "html": 16, "octal": 8, "decimal": 10}
ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
TERMINAL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # control sequences: colours, cursor, screen
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # strings: titles
    r"|\x1b[ -/]*[0-~]?"
)
"""Escape sequences of terminals (ECMA-48), with 7-bit and 8-bit introducers."""
SECRET = (
    "KEY", "KEYS", "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASS", "PASSPHRASE",
    "CREDENTIAL", "CREDENTIALS",
)  # fmt: skip
"""How a word ends in the name of an environment variable that holds a secret; `PAT` is one, too."""
LETTERS = re.compile(r"[^\W_]+")
"""Letters and digits in a row."""
SMALL = {ord(letter): letter.lower() for letter in string.ascii_uppercase}
"""Capital letters of ASCII -> small ones, so that a text keeps its length."""
LOCATION = frozenset({"PATH", "FILE", "DIR", "URL", "NAME", "ID"})
"""Last words of a variable that says where a secret is or what it is called."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters, but for tabs and line ends."""
FLAG = re.compile(r"(?<![\w-])--[\w-]*(?:key|token|secret|password)[\s=]+(\S+)", re.IGNORECASE)
SEPARATOR = re.compile(r"[-_. ]+")
"""What separates the words of a key."""
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]+")
"""A word of a key: letters (the first may be a capital), digits, or other signs in a row."""
RANDOM_LENGTH, CHANGES = 16, 4
"""Characters and changes between words not separated that a key has which is no text by chance."""
RUN, DISTINCT = 24, 10
"""Characters not separated, and different ones among them, that such a key has otherwise."""
LONG_LINE = 65_536
"""Characters of a line after which its beginning is shown before its end came."""
SHOWN = 2
"""Characters of the beginning of a key that may be shown at the end of an unfinished line."""
PASSWORD = re.compile(r"://[^\s/?#:@]*:([^\s/?#@]+)@")
"""The password in an address."""


class Masker:
    """Replaces keys in text.

    Args:
        secrets: what must not be shown; values of fewer than `LEAST` characters are ignored.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = dict.fromkeys(secret for secret in secrets if len(secret) >= LEAST)
        self._random = tuple(filter(is_random, known))
        self._words = tuple(filter(is_words, known))
        whole = "|".join(map(re.escape, sorted(self._words, key=len, reverse=True)))
        self._whole = re.compile(rf"(?<![^\W_])(?:{whole})(?![^\W_])")
        forms = [small(form) for secret in known for form in written_forms(secret)]
        self._forms = (*forms, *map(small, self._words))
        self.longest = max(map(len, self._forms), default=0)
        """Characters of the longest form of a secret."""
        self._parts = frozenset(part for form in forms for part in pieces(form))
        bare = ("".join(LETTERS.findall(form)) for form in forms)
        self._bare_parts = frozenset(part for form in bare for part in pieces(form))

    def __call__(self, text: str) -> str:
        """The text with `…` in place of each key and of each part of one from `LEAST` characters.

        Takes time in proportion to the text.
        """
        if not self._parts:
            return text
        spans = sorted(span for layer in layers(text) for span in self._found(*layer))
        parts: list[str] = []
        end = 0
        for start, stop in spans:
            if not parts or start > end:
                parts += [text[end:start], MASK]
            end = max(end, stop)
        return "".join([*parts, text[end:]])

    @property
    def has_random(self) -> bool:
        """Whether `remove_random` may change a text."""
        return bool(self._random)

    def remove_random(self, text: str) -> str:
        """The text with `REMOVED` in place of each whole secret that no text holds by chance."""
        for secret in self._random:
            if secret in text:
                text = text.replace(secret, REMOVED)
        return text

    def may_begin(self, text: str) -> bool:
        """Whether a secret, in one of its forms, begins with the text."""
        begun = small(text)
        return any(form.startswith(begun) for form in self._forms)

    def _found(self, decoded: str, offsets: list[int]) -> Iterator[tuple[int, int]]:
        """Where parts of keys are, as offsets into the original text."""
        if self._words:
            for match in self._whole.finditer(decoded):
                yield offsets[match.start()], offsets[match.end()]
        text = small(decoded)
        for start, part in enumerate(pieces(text)):
            if part in self._parts:
                yield offsets[start], offsets[start + LEAST]
        places = [at for run in LETTERS.finditer(text) for at in range(*run.span())]
        bare = "".join(text[at] for at in places)
        for start, part in enumerate(pieces(bare)):
            if part in self._bare_parts:
                yield offsets[places[start]], offsets[places[start + LEAST - 1] + 1]


def is_random(secret: str) -> bool:
    """Whether no text holds a secret by chance: it has many changes between kinds of characters.

    Separators end a word, so `my-local-server-2024` has none. A long secret without separators
    counts, too, unless it is a few characters again and again.
    """
    runs = SEPARATOR.split(secret)
    changes = sum(len(WORD.findall(run)) - 1 for run in runs if run)
    if any(len(run) >= RUN and len(set(run)) >= DISTINCT for run in runs):
        return True
    return len(secret) >= RANDOM_LENGTH and changes >= CHANGES


def is_words(secret: str) -> bool:
    """Whether a secret is nothing but words of letters, or one number, that any text may hold."""
    runs = [run for run in SEPARATOR.split(secret) if run]
    return not is_random(secret) and (
        secret.isdigit() or all(run.isalpha() and len(WORD.findall(run)) == 1 for run in runs)
    )


def small(text: str) -> str:
    """The text in small letters, as long as it was."""
    return text.lower() if text.isascii() else text.translate(SMALL)


def pieces(text: str) -> Iterator[str]:
    """All `LEAST` characters in a row."""
    return (text[start : start + LEAST] for start in range(len(text) - LEAST + 1))


def layers(text: str) -> Iterator[tuple[str, list[int]]]:
    """The text as it is and decoded once, twice, …; with the offset of each character, and the end.

    Stops where nothing is left to decode, or after `LAYERS`.
    """
    offsets = list(range(len(text) + 1))
    yield text, offsets
    for _ in range(LAYERS):
        characters: list[str] = []
        kept: list[int] = []
        end = 0
        for match in ESCAPE.finditer(text):
            characters += [*text[end : match.start()], unescape(match)]
            kept += [*offsets[end : match.start()], offsets[match.start()]]
            end = match.end()
        if not end:
            return
        text, offsets = "".join([*characters, *text[end:]]), [*kept, *offsets[end:]]
        yield text, offsets


def unescape(match: re.Match[str]) -> str:
    """The character that an escape stands for."""
    name = match.lastgroup or ""
    said = match[name]
    if name in BASES:
        return chr(int(said, BASES[name]))
    return ENTITIES[said.lower()] if name == "entity" else said


def written_forms(secret: str) -> Iterator[str]:
    """A secret in the forms of which any part is recognised; escapes of a text are undone instead.

    Those of plain words are only what it is encoded as.
    """
    raw = secret.encode()
    if not is_words(secret):
        yield from (secret, secret[::-1])
    yield from (raw.hex(), "".join(map(str, raw)))
    for encode, size, letters in ((base64.b64encode, 3, 4), (base64.b32encode, 5, 8)):
        yield from based_forms(raw, encode, size, letters)


def based_forms(
    raw: bytes, encode: Callable[[bytes], bytes], size: int, letters: int
) -> Iterator[str]:
    """What base64 or base32 makes of a text that holds a secret, wherever in that it begins.

    Args:
        raw: the secret.
        encode: makes it of bytes.
        size: bytes that are encoded together.
        letters: what they are encoded as.
    """
    for before in range(size):
        padded = bytes(before) + raw
        whole = len(padded) // size * size
        encoded = encode(padded[:whole]).decode()[letters * bool(before) :]
        yield encoded
        if "+" in encoded or "/" in encoded:
            yield encoded.translate({ord("+"): "-", ord("/"): "_"})


def printable(text: str) -> str:
    """The text on one line, without escape sequences and control or invisible characters."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " * c.isspace() for c in TERMINAL.sub("", text))
    return " ".join(text.split())


def plain_lines(text: str) -> str:
    """The text without escape sequences and control characters other than line ends and tabs."""
    return CONTROL.sub("", TERMINAL.sub("", text))


class StreamMasker:
    """Masks a stream of bytes that comes in pieces, line by line.

    Args:
        secrets: as for `Masker`.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._mask = Masker(secrets)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes) -> bytes:
        """What of the stream can be shown now; an unfinished line is kept back."""
        self._rest += self._decoder.decode(data)
        end = max(self._rest.rfind("\n"), self._rest.rfind("\r")) + 1
        if not end and len(self._rest) > LONG_LINE:
            end = len(self._rest) - self._held()
        return self._take(end)

    def pause(self) -> bytes:
        """The unfinished line, when no more comes for a while, but not what may begin a key."""
        return self._take(len(self._rest) - self._held())

    def end(self) -> bytes:
        """All that is left."""
        self._rest += self._decoder.decode(b"", final=True)
        return self._take(len(self._rest))

    def _held(self) -> int:
        """Characters at the end that may be the beginning of a key."""
        longest = min(self._mask.longest, len(self._rest))
        lengths = range(longest, SHOWN, -1)
        return next((n for n in lengths if self._mask.may_begin(self._rest[-n:])), 0)

    def _take(self, size: int) -> bytes:
        taken, self._rest = self._rest[:size], self._rest[size:]
        return self._mask(plain_lines(taken)).encode()


def command_secrets(command: str) -> tuple[str, ...]:
    """The values of flags of a command whose names say that they are secret: `--api-key VALUE`."""
    return tuple(value.strip("\"'") for value in FLAG.findall(command))


def environment_secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The secrets among environment variables: by the variable's name, and passwords in addresses.

    A value with white space or quotes in it, e.g. JSON, counts as its pieces.
    """
    found: list[str] = []
    for name, value in environment.items():
        words = name.upper().split("_")
        secret = any(word.endswith(SECRET) or word == "PAT" for word in words)
        if secret and words[-1] not in LOCATION:
            found += re.split(r"[\s\"',]+", value)
        found += PASSWORD.findall(value)
    return tuple(dict.fromkeys(value for value in found if len(value) >= LEAST))
