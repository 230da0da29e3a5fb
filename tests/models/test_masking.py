"""Keys and control characters are taken out of what servers say, however it is written."""

from __future__ import annotations

import base64
import html
import json
import random
import string
import time
from urllib.parse import quote

import pytest

from multitrust.models.masking import (
    LEAST,
    MASK,
    REMOVED,
    Masker,
    StreamMasker,
    command_secrets,
    environment_secrets,
    printable,
)

KEY = 'sk-Ab/3+xY=9"q\\Zt&k<w>7-0123456789_end'
PLAIN = "sk-live-0a1B2c3D4e5F6g7H8i9J"


def escaped_everywhere(key: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in key)


WRITTEN = {
    "plain": KEY,
    "json": json.dumps(KEY)[1:-1],
    "json with escaped slashes": json.dumps(KEY)[1:-1].replace("/", "\\/"),
    "json escaped by Go": json.dumps(KEY)[1:-1].replace("<", "\\u003c").replace("&", "\\u0026"),
    "json in json": json.dumps(json.dumps(KEY)[1:-1])[1:-1],
    "unicode escapes": escaped_everywhere(KEY),
    "url": quote(KEY, safe=""),
    "url in small letters": quote(KEY, safe="").replace("%2F", "%2f").replace("%3D", "%3d"),
    "url twice": quote(quote(KEY, safe=""), safe=""),
    "url in json": json.dumps(quote(KEY, safe="/"))[1:-1],
    "html": html.escape(KEY),
    "html numbers": "".join(f"&#{ord(character)};" for character in KEY),
    "base64": base64.b64encode(KEY.encode()).decode(),
    "base64 of a header": base64.b64encode(f"Authorization: Bearer {KEY}".encode()).decode(),
    "base64 of user and password": base64.b64encode(f"me:{KEY}".encode()).decode(),
    "base64 in a url": base64.urlsafe_b64encode(f"u:{KEY}".encode()).decode().rstrip("="),
    "base64 in capital letters": base64.b64encode(KEY.encode()).decode().upper(),
    "base32": base64.b32encode(KEY.encode()).decode(),
    "base32 of a header": base64.b32encode(f"Bearer {KEY}".encode()).decode().rstrip("=").lower(),
    "hex": KEY.encode().hex(),
    "hex in capital letters": KEY.encode().hex().upper(),
    "hex with colons": KEY.encode().hex(":"),
    "hex of a header": f"Authorization: Bearer {KEY}".encode().hex(),
    "hex numbers": ", ".join(f"0x{ord(character):02X}" for character in KEY),
    "decimal numbers": str(list(KEY.encode())),
    "capital letters": KEY.upper(),
    "small letters": KEY.lower(),
    "reversed": KEY[::-1],
    "reversed in small letters, with spaces": " ".join(KEY[::-1].lower()),
    "with spaces": " ".join(KEY),
    "with dots and line ends": ".\n".join(KEY),
    "a list": repr(list(KEY)),
    "a list in JSON": json.dumps(list(KEY)),
    "Python's escapes": "".join(f"\\x{ord(character):02x}" for character in KEY),
    "Python's escapes, twice": "".join(f"\\\\x{ord(character):02X}" for character in KEY),
    "octal escapes": "".join(f"\\{ord(character):03o}" for character in KEY),
    "long unicode escapes": "".join(f"\\U{ord(character):08X}" for character in KEY),
    "unicode escapes in braces": "".join(f"\\u{{{ord(character):x}}}" for character in KEY),
    "parts between quotes": '" and "'.join((KEY[:11], KEY[11:22], KEY[22:])),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_a_key_is_masked_however_it_is_written(form: str) -> None:
    said = f"Incorrect key: {WRITTEN[form]}. Check it."
    shown = Masker([KEY])(said)
    assert shown.startswith("Incorrect key: ")
    assert shown.endswith(". Check it.")
    key = WRITTEN[form][len(WRITTEN[form]) // 2 :]  # base64 may begin with the name of a header
    assert not any(key[start : start + LEAST] in shown for start in range(len(key) - LEAST))
    assert MASK in shown


@pytest.mark.parametrize("kept", range(LEAST, len(PLAIN)))
def test_a_key_that_is_cut_is_masked(kept: int) -> None:
    mask = Masker([PLAIN])
    assert mask(f"key {PLAIN[:kept]}") == f"key {MASK}"
    assert mask(f"key {PLAIN[-kept:]} no good") == f"key {MASK} no good"
    if kept != len(PLAIN) - 4:  # else nothing of it is missing
        assert mask(f"({PLAIN[:kept]}****{PLAIN[-4:]})") == f"({MASK}****{PLAIN[-4:]})"


def test_other_text_stays() -> None:
    said = 'The model "x" 100% {"a": "\\u00e9\\n"} &amp; %zz &#1; is not there; 中文 \\'
    assert Masker([PLAIN, KEY])(said) == said
    assert Masker([])(said) == Masker(["short"])(said) == said
    assert Masker([PLAIN])(PLAIN * 3) == MASK


WORDS = ("password", "not-needed", "sk-no-key-required", "nonononono", "12345678", "Lm Studio Key")


@pytest.mark.parametrize("key", WORDS)
def test_a_key_of_words_is_masked_only_whole_alone_or_encoded(key: str) -> None:
    mask = Masker([key])
    encoded = base64.b64encode(key.encode()).decode()
    assert mask(f"no good: {key}, ({key})") == f"no good: {MASK}, ({MASK})"
    assert mask(f'"{escaped_everywhere(key)}"') == f'"{MASK}"'
    assert encoded[:9] not in mask(f"Basic {encoded}")
    other = f"{key}s {key[1:]} x{key} {key[::-1][1:]} a key that is required is not needed"
    assert mask(other) == other
    assert StreamMasker([key]).feed(f"with {key}\n".encode()) == f"with {MASK}\n".encode()


@pytest.mark.parametrize(
    ("key", "by_chance"),
    [
        *((word, True) for word in WORDS),
        ("my-local-server-key-2024", True),
        ("Password12345678", True),
        ("qwen2.5-vl-7b-instruct", True),
        ("0" * 40, True),
        ("1a2B3c4D", True),  # too short
        (PLAIN, False),
        (KEY, False),
        ("9f86d081884c7d65", False),
        ("AIzaSyD-0123abcdEFGH45678ijklmnopq", False),
        ("correcthorsebatterystaple", False),
    ],
)
def test_which_keys_a_text_may_hold_by_chance(key: str, by_chance: bool) -> None:
    said = f"It is {key}."
    assert Masker([key]).remove_random(said) == (said if by_chance else f"It is {REMOVED}.")


def test_any_text_is_masked_in_proportion_to_its_length() -> None:
    rng = random.Random(5)
    mask = Masker([PLAIN, KEY])

    def seconds(size: int) -> float:
        text = "".join(rng.choice(string.printable + "%\\&#;" * 9) for _ in range(size))
        start = time.process_time()
        mask(text)
        return time.process_time() - start

    small, large = (min(seconds(size) for _ in range(3)) for size in (2000, 16_000))
    assert large < 8 * 6 * small


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain words", "plain words"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x9b2Jgone", "gone"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link", "alink"),
        ("a\x1bPq#0;2\x1b\\b", "ab"),
        ("a\x1bcb\x1b", "ab"),
        ("one\r\ntwo\tthree\x0bfour", "one two three four"),
        ("a\x00\x08b\x7f", "ab"),
        ("a\u202eb\u200bc\ufeff", "abc"),
        ("  much\n\n space ", "much space"),
        ("naïve 中文 👍", "naïve 中文 👍"),
        ("half \ud83d pair", "half pair"),
    ],
)
def test_what_a_terminal_would_obey_is_removed(said: str, shown: str) -> None:
    assert printable(said) == shown


def test_a_key_that_control_characters_interrupt_is_masked() -> None:
    said = f"key {PLAIN[:6]}\x1b[0m{PLAIN[6:12]}\x00{PLAIN[12:]}"
    assert Masker([PLAIN])(printable(said)) == f"key {MASK}"


STREAM = f"loading \x1b[32m{PLAIN}\x1b[0m ok\nshards 1\rshards 2\r{KEY} é\nno end {PLAIN}".encode()
SHOWN = f"loading {MASK} ok\nshards 1\rshards 2\r{MASK} é\nno end {MASK}"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20, 1000])
def test_a_stream_is_masked_wherever_it_is_split(size: int) -> None:
    masker = StreamMasker([PLAIN, KEY])
    pieces = [STREAM[start : start + size] for start in range(0, len(STREAM), size)]
    assert (b"".join(map(masker.feed, pieces)) + masker.end()).decode() == SHOWN


def test_an_unfinished_line_is_shown_in_a_pause_but_no_key_that_has_begun() -> None:
    masker = StreamMasker([PLAIN])
    assert masker.feed(b"waiting for the model") == b""
    assert masker.pause() == b"waiting for the model"
    assert masker.feed(f" with {PLAIN[:5]}".encode()) == b""
    assert masker.pause() == b" with "
    assert masker.feed(f"{PLAIN[5:]} and\n".encode()) == f"{MASK} and\n".encode()


def test_a_line_without_end_does_not_stay_in_memory() -> None:
    masker = StreamMasker([PLAIN])
    shown = b"".join(masker.feed(b"x" * 10_000) for _ in range(20))
    assert len(shown) >= 100_000


def test_secrets_of_the_environment() -> None:
    secrets = environment_secrets(
        {
            "WANDB_API_KEY": "wandb-123456",
            "perspective_apikey": "perspective-1",
            "HF_TOKEN": "hf_0123456789",
            "AWS_SECRET_ACCESS_KEY": "aws/secret+1",
            "GOOGLE_CREDENTIALS": '{"key": "google-123", "n": 1}',
            "DB_PASSWORD": "hunter2hunter2",
            "DATABASE_URL": "postgres://me:in-address@db/x",
            "HTTPS_PROXY": "http://me:proxy-pass@proxy:3128",
            "PGPASS": "pg-pass-1234",
            "PGPASSFILE": "/home/me/.pgpass",
            "PGPASSWORD": "pg-password-1",
            "TS_AUTHKEY": "ts-auth-1234",
            "GH_PAT": "ghp-01234567",
            "COMPATIBLE": "certainly",
            "SHORT_KEY": "EMPTY",
            "HF_TOKEN_PATH": "/home/me/token",
            "TOKENIZERS_PARALLELISM": "certainly",
            "SSH_AUTH_SOCK": "/tmp/ssh-1/agent",
            "PATH": "/usr/local/bin",
            "MODEL_URL": "http://127.0.0.1:8000/v1",
        }
    )
    assert set(secrets) == {
        "wandb-123456", "perspective-1", "hf_0123456789", "aws/secret+1", "google-123",
        "hunter2hunter2", "in-address", "proxy-pass", "pg-pass-1234",
        "pg-password-1", "ts-auth-1234", "ghp-01234567",
    }  # fmt: skip


def test_secrets_of_a_command() -> None:
    line = "vllm serve m --api-key sk-1234567 --hf-token='hf_123' --port 8000 --token=t-9"
    assert command_secrets(line) == ("sk-1234567", "hf_123", "t-9")
