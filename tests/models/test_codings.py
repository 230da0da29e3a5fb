"""Bodies that are compressed, or not in UTF-8, though neither was asked for."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from multidict import CIMultiDict
from tests.servers.scripted import OK, hosting, reply

from multitrust.core import GenerateConfig, Message, ModelError, Response
from multitrust.models import resolve
from multitrust.models.codings import BombError, read_body

ASKED = (Message(role="user", text="Is it?"),)


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def body(text: str) -> str:
    return json.dumps({"choices": [{"message": {"content": text}}]}, ensure_ascii=False)


async def ask(sent: bytes) -> tuple[Response | ModelError, int]:
    """What comes of one question, and how many requests were made."""
    async with hosting(lambda number: sent) as host:
        model = resolve(f"{host.url}#m", options={"first_delay": "0.001", "max_retries": "1"})
        try:
            found: Response | ModelError = await model.generate(ASKED, GenerateConfig())
        except ModelError as error:
            found = error
        await model.close()
    return found, len(host.times)


COMPRESSED = {
    "gzip": ("gzip", gzip.compress(OK, mtime=0)),
    "gzip, by its old name": ("X-GZIP", gzip.compress(OK, mtime=0)),
    "gzip in two pieces": ("gzip", gzip.compress(OK[:9], mtime=0) + gzip.compress(OK[9:], mtime=0)),
    "gzip that no header tells": ("", gzip.compress(OK, mtime=0)),
    "deflate": ("deflate", zlib.compress(OK)),
    "deflate without a header": ("deflate", raw_deflate(OK)),
    "twice": ("deflate, gzip", gzip.compress(zlib.compress(OK), mtime=0)),
    "identity": ("identity", OK),
    "none, whatever is said": ("br", OK),
    "none, but a character set": ("utf-8", OK),
}


@pytest.mark.parametrize("form", COMPRESSED)
async def test_what_is_compressed_unasked_is_read(form: str) -> None:
    coding, sent = COMPRESSED[form]
    found, _ = await ask(reply(200, sent, Content_Encoding=coding))
    assert isinstance(found, Response)
    assert found.text == "Yes"


@pytest.mark.parametrize(
    ("coding", "sent", "said"),
    [
        ("br", b"\x0b\x02\x80x", "in the encoding 'br'"),
        ("zstd", b"(\xb5/\xfd\x00", "in the encoding 'zstd'"),
        ("gzip, br", b"\x1b\x80\x00\xff", "in the encoding 'gzip, br'"),
        ("gzip", b"\x00\xff\xfe", "in the encoding 'gzip'"),
        ("", b"(\xb5/\xfd\x00\x80\x90\xa0", "of 8 bytes that are no text"),
        ("", b"\x89PNG\r\n\x1a\n\x00\x00\x00", "of 11 bytes that are no text"),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401])
async def test_what_cannot_be_read_is_named_and_not_shown(
    coding: str, sent: bytes, said: str, status: int
) -> None:
    found, requests = await ask(reply(status, sent, Content_Encoding=coding))
    assert isinstance(found, ModelError)
    assert said in str(found)
    assert str(found).isascii()
    assert requests == 1
    assert found.kind == {200: "bad_reply", 400: "bad_request", 401: "auth"}[status]


WHOLE = gzip.compress(OK, mtime=0)
DAMAGED = {
    "gzip, cut": ("gzip", WHOLE[:-12]),
    "gzip, its head alone": ("gzip", WHOLE[:10]),
    "gzip, a part of its head": ("gzip", WHOLE[:3]),
    "gzip, without its end": ("gzip", WHOLE[:-8]),
    "gzip, with another sum": ("gzip", WHOLE[:-8] + bytes(8)),
    "gzip, changed within": ("gzip", WHOLE[:12] + b"\xff\xff\xff" + WHOLE[15:]),
    "gzip, its second piece cut": ("gzip", WHOLE + WHOLE[:-9]),
    "gzip that no header tells, cut": ("", WHOLE[:-12]),
    "deflate, cut": ("deflate", zlib.compress(OK)[:-10]),
    "deflate, with another sum": ("deflate", zlib.compress(OK)[:-4] + bytes(4)),
    "deflate without a header, cut": ("deflate", raw_deflate(OK)[:-5]),
    "twice, cut": ("deflate, gzip", gzip.compress(zlib.compress(OK)[:-6], mtime=0)),
}


@pytest.mark.parametrize("form", DAMAGED)
async def test_a_damaged_body_is_asked_for_again(form: str) -> None:
    coding, sent = DAMAGED[form]
    damaged = reply(200, sent, Content_Encoding=coding)
    async with hosting(lambda number: reply() if number else damaged) as host:
        model = resolve(f"{host.url}#m", options={"first_delay": "0.001", "max_retries": "1"})
        assert (await model.generate(ASKED, GenerateConfig())).text == "Yes"
        await model.close()
    found, requests = await ask(damaged)
    assert isinstance(found, ModelError)
    assert (found.kind, requests) == ("bad_reply", 2)
    assert "damaged body in the encoding" in str(found)
    assert "turn compression off" not in str(found)


def test_what_is_damaged_is_told_in_its_place() -> None:
    read = read_body(CIMultiDict({"Content-Encoding": "gzip"}), WHOLE[:-12], 1000)
    assert (read.content, read.unread) == (b"(a damaged body in the encoding 'gzip')", "")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_is_not_in_its_encoding_at_all_is_no_damage(coding: str) -> None:
    page = b"<html>it works</html>"
    assert read_body(CIMultiDict({"Content-Encoding": coding}), page, 1000).unread


async def test_a_compressed_failure_is_told() -> None:
    sent = gzip.compress(b'{"error": {"message": "no such thing is known here, sorry"}}')
    found, _ = await ask(reply(400, sent, Content_Encoding="gzip"))
    assert "no such thing is known here, sorry" in str(found)


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", gzip.compress(b" " * 100_001, mtime=0)),
        ("deflate", zlib.compress(b" " * 100_001)),
        ("gzip", gzip.compress(b" " * 50_000, mtime=0) + gzip.compress(b" " * 50_001, mtime=0)),
        ("gzip, gzip", gzip.compress(gzip.compress(b" " * 100_001, mtime=0), mtime=0)),
    ],
)
def test_a_body_that_grows_too_large_is_refused(coding: str, data: bytes) -> None:
    with pytest.raises(BombError):
        read_body(CIMultiDict({"Content-Encoding": coding}), data, 100_000)
    assert len(read_body(CIMultiDict({"content-encoding": coding}), data, 100_001).content) > 1000


async def test_a_reply_that_grows_too_large_is_refused_as_an_oversized_one_is() -> None:
    found, requests = await ask(reply(200, gzip.compress(bytes(65 << 20), 1, mtime=0)))
    assert isinstance(found, ModelError)
    assert "more than 64 MB" in str(found)
    assert requests == 1


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("iso-8859-1", "latin-1"),
        ("ISO-8859-15", "iso8859-15"),
        ('"windows-1252"', "cp1252"),
        ("gbk", "gbk"),
        ("shift_jis", "shift_jis"),
        ("utf-16", "utf-16"),
        ("utf-16le", "utf-16-le"),
        ("utf-8", "utf-16"),
        ("utf-8", "utf-32"),
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),  # declared by servers that send UTF-8 all the same
        ("no-such-set", "utf-8"),
        ("rot13", "utf-8"),
    ],
)
async def test_an_answer_is_read_in_its_character_set(charset: str, encoding: str) -> None:
    text = {"gbk": "是的，我看到了", "shift_jis": "はい、見えます"}.get(
        encoding, "Oui, ça y est, sûr"
    )
    sent = body(text).encode(encoding)
    found, _ = await ask(reply(200, sent, Content_Type=f"application/json; charset={charset}"))
    assert isinstance(found, Response)
    assert found.text == text
