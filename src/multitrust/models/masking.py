r"""Removal of keys and control characters from text that a server sent.

A server may repeat a key whole or cut, as it was sent or escaped. A key is therefore recognised by
any eight of its characters in a row, in plain text, JSON escapes (`\/`, `\u002b`), percent
encoding, HTML entities, several of these on top of each other, and base64.

Only the standard library is imported: the guard of a started server loads this file by itself.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterable, Iterator, Mapping

MASK = "…"
LEAST = 8
"""Characters in a row that identify a key. A shorter value is taken for a placeholder."""
LAYERS = 3
"""How many encodings on top of each other are undone."""
ESCAPE = re.compile(
    r"\\u00([0-9a-f]{2})|%([0-9a-f]{2})|&#x0*([0-9a-f]{2});|&#0*([0-9]{2,3});"
    r"|&(amp|lt|gt|quot|apos);|\\(.)",
    re.IGNORECASE | re.DOTALL,
)
ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
TERMINAL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # control sequences: colours, cursor, screen
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # strings: titles
    r"|\x1b[ -/]*[0-~]?"
)
"""Escape sequences of terminals (ECMA-48), with 7-bit and 8-bit introducers."""
SECRET = frozenset({
    "KEY", "KEYS", "APIKEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASS", "PASSPHRASE", "PAT",
    "CREDENTIAL", "CREDENTIALS",
})  # fmt: skip
"""Words in the name of an environment variable that holds a secret."""
LOCATION = frozenset({"PATH", "FILE", "DIR", "URL", "NAME", "ID"})
"""Last words of a variable that says where a secret is or what it is called."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters, but for tabs and line ends."""
FLAG = re.compile(r"(?<![\w-])--[\w-]*(?:key|token|secret|password)[\s=]+(\S+)", re.IGNORECASE)
LONG_LINE = 65_536
"""Characters of a line after which its beginning is shown before its end came."""
PASSWORD = re.compile(r"://[^\s/?#:@]*:([^\s/?#@]+)@")
"""The password in an address."""


class Masker:
    """Replaces keys in text.

    Args:
        secrets: what must not be shown; values of fewer than `LEAST` characters are ignored.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = dict.fromkeys(secret for secret in secrets if len(secret) >= LEAST)
        self.raw = tuple(secret.encode() for secret in known)
        """The secrets as bytes."""
        forms = [form for secret in known for form in (secret, *base64_forms(secret))]
        self._forms = tuple(forms)
        self.longest = max(map(len, forms), default=0)
        """Characters of the longest form of a secret."""
        self._parts = frozenset(
            form[start : start + LEAST] for form in forms for start in range(len(form) - LEAST + 1)
        )

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

    def may_begin(self, text: str) -> bool:
        """Whether a secret, in one of its forms, begins with the text."""
        return any(form.startswith(text) for form in self._forms)

    def _found(self, decoded: str, offsets: list[int]) -> Iterator[tuple[int, int]]:
        """Where parts of keys are, as offsets into the original text."""
        parts = self._parts
        for start in range(len(decoded) - LEAST + 1):
            if decoded[start : start + LEAST] in parts:
                yield offsets[start], offsets[start + LEAST]


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
    json_hex, percent, html_hex, html_decimal, entity, escaped = match.groups()
    if digits := json_hex or percent or html_hex:
        return chr(int(digits, 16))
    if html_decimal:
        return chr(int(html_decimal))
    return ENTITIES[entity.lower()] if entity else str(escaped)


def base64_forms(secret: str) -> Iterator[str]:
    """What base64 makes of a text that holds the secret, wherever in that text it begins."""
    for before in range(3):
        raw = bytes(before) + secret.encode()
        whole = len(raw) // 3 * 3
        encoded = base64.b64encode(raw[:whole]).decode()[4 * bool(before) :]
        yield encoded
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
        lengths = range(longest, 0, -1)
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
        if SECRET.intersection(words) and words[-1] not in LOCATION:
            found += re.split(r"[\s\"',]+", value)
        found += PASSWORD.findall(value)
    return tuple(dict.fromkeys(value for value in found if len(value) >= LEAST))
