"""Addresses: which are understood, suggested, shown; which are this machine; which need a proxy."""

from __future__ import annotations

import socket
from collections.abc import MutableMapping
from urllib.parse import urlsplit

import pytest

from multitrust.core import ConfigError, UnknownNameError
from multitrust.models import launched, resolve
from multitrust.models.addresses import is_loopback, is_this_machine, show_address, suggest_address
from multitrust.models.connections import Connections
from multitrust.models.proxies import is_excepted, proxy_for


@pytest.mark.parametrize(
    ("spec", "suggested"),
    [
        ("127.0.0.1:8000/v1#m", "http://127.0.0.1:8000/v1#m"),
        ("localhost:8000#m", "http://localhost:8000#m"),
        ("my-host/v1#m", "http://my-host/v1#m"),
        ("//host#m", "http://host#m"),
        ("api.example.org/v1#org/model", "http://api.example.org/v1#org/model"),
        ("[::1]:8000/v1#m", "http://[::1]:8000/v1#m"),
        ("host:8000/v1", "http://host:8000/v1#MODEL"),
        ("http:/host:8000/v1#m", "http://host:8000/v1#m"),
        ("http:host/v1#m", "http://host/v1#m"),
        ("http//host/v1#m", "http://host/v1#m"),
        ("https//host/v1#m", "https://host/v1#m"),
        ("HTTP://host/v1#m", "http://host/v1#m"),
        ("htpp://host/v1#m", "http://host/v1#m"),
        ("ws://host:8000/v1#m", "http://host:8000/v1#m"),
        (" http://host/v1#m", "http://host/v1#m"),
    ],
)
def test_a_name_that_lacks_its_scheme_is_answered_with_it(spec: str, suggested: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(spec)
    assert f"did you mean {suggested}" in str(caught.value)


@pytest.mark.parametrize("spec", ["#m", "a b#m", "host:99999#m", "host:port#m", "::1#m", "//"])
def test_a_name_that_may_be_an_address_but_none_that_exists(spec: str) -> None:
    with pytest.raises(ConfigError, match=r"a server is named e\.g\. http://127"):
        resolve(spec)


@pytest.mark.parametrize("spec", ["gpt-99", "opnai/gpt-4o", "hf/", "llava"])
def test_other_names_are_not_taken_for_addresses(spec: str) -> None:
    with pytest.raises(UnknownNameError):
        resolve(spec)


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("127.0.0.1:8000/v1", "did you mean http://127.0.0.1:8000/v1?"),
        ("host", "did you mean http://host?"),
        ("ftp://host/v1", "did you mean http://host/v1?"),
        ("http://host/v1#m", "the name of the model in --model"),
        ("http://", "expected e.g. http"),
        ("http://ho st/v1", "expected e.g. http"),
        ("http://host:0/v1", "expected e.g. http"),
        (f"http://{'a' * 70}.test/v1", "expected e.g. http"),
    ],
)
def test_a_base_url_that_cannot_be_asked(base_url: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve("vllm/m", base_url=base_url)
    assert words in str(caught.value)


SECRET = "p4ssw0rd-of-mine"
WITH_PASSWORD = (
    f"http://me:{SECRET}@host/v1#m", f"me:{SECRET}@host/v1#m", f"//me:{SECRET}@host#m",
    f"http://me:{SECRET}@host:port/v1#m", f"http:/me:{SECRET}@host#m", f"HTTP://me:{SECRET}@host#m",
    f"ftp://me:{SECRET}@host/v1", f"http://me:a@{SECRET}@host/v1#m", f"http://me:/{SECRET}@[#m",
    f"http://host:{SECRET}/v1#m", f"http://host/v1?key={SECRET}#m", f"host/v1?key={SECRET}#m",
    f"http//me:{SECRET}@host#m", f"me:{SECRET}@host:8000",
)  # fmt: skip


@pytest.mark.parametrize("spec", WITH_PASSWORD)
def test_no_message_shows_the_password_of_an_address(spec: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(spec)
    assert SECRET not in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        resolve("vllm/m", base_url=spec)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("prefix", ["vllm/", "openai/", "openai-moderation/", "http://h/v1#"])
@pytest.mark.parametrize(
    "name",
    [
        f"http://u:{SECRET}@127.0.0.1:18311/v1#m", f"http://u:{SECRET}@h/v1", f"u:{SECRET}@h/v1#m",
        f"{SECRET}@h/v1", f"u:{SECRET}@h:8000", f"https:/u:{SECRET}@h", f"//u:{SECRET}@h/v1",
        f"u:a/{SECRET}@h/v1", f"h/v1?key={SECRET}",
    ],
)  # fmt: skip
def test_an_address_where_a_name_belongs_is_refused_and_masked(
    environment: MutableMapping[str, str], prefix: str, name: str
) -> None:
    environment["VLLM_BASE_URL"] = environment["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
    with pytest.raises(ConfigError, match="an address where a model's name belongs") as caught:
        resolve(prefix + name)
    assert SECRET not in str(caught.value)


def test_weights_are_no_address() -> None:
    with pytest.raises(ConfigError, match="an address where a model's name belongs") as caught:
        resolve(f"hf/http://u:{SECRET}@h/m")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "owner/name@revision", "model@001", "owner/name@refs/pr/5", "llava:7b", "/models/llava",
        "@maker/family/model", "accounts/a/models/b#accounts/c/deployments/d", "m:7b@sha256:0a1b",
        "owner/name:free", "arn:aws:bedrock:us-east-1:1:profile/us.a-v1:0",
    ],
)  # fmt: skip
def test_names_with_signs_of_addresses_are_taken(name: str) -> None:
    assert resolve(f"vllm/{name}").name == f"vllm/{name}"
    assert resolve(f"http://127.0.0.1:9/v1#{name}").name == f"http://127.0.0.1:9/v1#{name}"


def test_the_fixed_address_of_a_started_server_is_checked_and_its_password_not_shown(
    tmp_path: object,
) -> None:
    for url in (f"http://me:{SECRET}@127.0.0.1:port/v1", f"http://127.0.0.1:{SECRET}/v1"):
        with (
            pytest.raises(ConfigError) as caught,
            launched("serve", tmp_path, url=url, limit=1, key="", told=print),  # type: ignore[arg-type]
        ):
            pass
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://h:8000/v1#m", "http://h:8000/v1#m"),
        ("http://me:word@h:8000/v1", "http://…@h:8000/v1"),
        ("me:word@h", "…@h"),
        ("{model: x, base_url: 'http://u:p@h/v1'}", "{model: x, base_url: 'http://…@h/v1'}"),
        ("http://h:word", "http://h:…"),
        ("http://[::1]:word/", "http://[::1]:…/"),
        ("http://h?key=word#m", "http://h?…#m"),
    ],
)
def test_addresses_are_shown_without_what_may_be_secret(text: str, shown: str) -> None:
    assert show_address(text) == shown


def test_what_is_suggested_is_without_user_and_password() -> None:
    assert suggest_address(f"me:{SECRET}@host:8000/v1#m") == "http://host:8000/v1#m"


LOOPBACK = (
    "localhost", "LOCALHOST", "localhost.", "api.localhost", "127.0.0.1", "127.8.9.10", "127.1",
    "0x7f000001", "2130706433", "0.0.0.0", "0", "::", "::1", "[::1]", "::ffff:127.0.0.1", "::1%lo",
    "ip6-localhost",
)  # fmt: skip
ELSEWHERE = (
    "192.0.2.1", "10.0.0.1", "128.0.0.1", "example.org", "localhost.example.org", "notlocalhost",
    "2001:db8::1", "::ffff:192.0.2.1", "1.2.3.4.5", "127.0.0.1.example.org", "",
)  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
def test_this_machine_by_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)
    assert not is_this_machine(host)


def test_this_machine_by_its_name_and_by_its_addresses() -> None:
    name = socket.gethostname()
    assert is_this_machine(name)
    assert is_this_machine(name.upper().partition(".")[0])
    own = {str(found[4][0]) for found in socket.getaddrinfo("localhost", 80)}
    assert all(map(is_this_machine, own))


@pytest.fixture
def proxied(environment: MutableMapping[str, str]) -> MutableMapping[str, str]:
    """An environment with a proxy for everything."""
    for name in list(environment):
        if name.casefold().endswith("_proxy"):
            del environment[name]
    environment["HTTP_PROXY"] = environment["HTTPS_PROXY"] = "http://proxy.test:3128"
    return environment


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "127.1", "localhost.", socket.gethostname()])
def test_this_machine_is_asked_directly(host: str, proxied: MutableMapping[str, str]) -> None:
    assert proxy_for(urlsplit(f"http://{host}:8000/v1")) is None
    assert proxy_for(urlsplit("http://192.0.2.1:8000/v1")) is not None


@pytest.mark.parametrize(
    ("host", "exceptions", "direct"),
    [
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("10.1.2.3", "10.1.2.3/8", True),
        ("10.1.2.3", "10.0.0.0/33", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2", False),
        ("10.1.2.3", ".2.3", False),
        ("192.168.0.1", "foo,   bar 192.168.0.0/16", True),
        ("2001:db8::5", "foo,2001:db8::/32", True),
        ("2001:db8::5", "[2001:db8::5]", True),
        ("2001:db8::5", "2001:DB8:0::5", True),
        ("2001:db9::5", "2001:db8::/32", False),
        ("::ffff:10.1.2.3", "10.0.0.0/8", True),
        ("www.example.com", "localhost,.example.com,.example.de", True),
        ("example.com", ".example.com", True),
        ("www.example.com", "example.com", True),
        ("www.example.com", "*.example.com", True),
        ("nonexample.com", "example.com", False),
        ("example.com.evil.test", "example.com", False),
        ("example.com.", "example.com", True),
        ("example.com", "example.com.", True),
        ("EXAMPLE.com", "Example.COM", True),
        ("models.test", "models.test:8080", True),
        ("models.test", "models.test:9090", False),
        ("10.1.2.3", "10.1.2.3:8080", True),
        ("10.1.2.3", "10.0.0.0/8:8080", True),
        ("anything", "*", True),
        ("anything", "a.b, *", True),
        ("anything", "", False),
        ("anything", " , ,. ", False),
        ("bar", "foo,,,,,   bar", True),
    ],
)
def test_exceptions_from_the_proxy(
    host: str, exceptions: str, direct: bool, proxied: MutableMapping[str, str]
) -> None:
    assert is_excepted(host, 8080, exceptions) is direct
    proxied["NO_PROXY"] = exceptions
    place = f"[{host}]" if ":" in host else host
    assert (proxy_for(urlsplit(f"http://{place}:8080/v1")) is None) is direct


@pytest.mark.parametrize(
    "proxy",
    [
        "http://me:{}@proxy.test:99999", "http://me:{}@proxy.test:port", "http://me:{}@:3128",
        "http://me:{}@[::1", "http://me:{}#x@proxy.test:3128", "me:{}@proxy.test:port",
        "socks5://me:{}@proxy.test:1080", "http://me:{}@proxy.test:0", "http://me:{}@" + "a" * 70,
        "http://proxy.test:{}", "http://me:{}@pro\x01xy.test:3128",
    ],
)  # fmt: skip
def test_a_proxy_that_cannot_be_used_is_refused_with_words(
    proxy: str, proxied: MutableMapping[str, str]
) -> None:
    proxied["HTTPS_PROXY"] = proxied["https_proxy"] = proxy.format(SECRET)
    with pytest.raises(ConfigError, match=r"as the proxy for models\.test; expected") as caught:
        Connections("https://models.test/v1", {})
    assert SECRET not in str(caught.value)
    assert proxy_for(urlsplit("https://127.0.0.1/v1")) is None


def test_a_proxy_that_can_be_used(proxied: MutableMapping[str, str]) -> None:
    for said in ("proxy.test:3128", "http://me:p%23x@proxy.test:3128", " http://[::1]:3128 "):
        proxied["HTTP_PROXY"] = said
        found = proxy_for(urlsplit("http://models.test/v1"))
        assert found is not None
        assert found.port == 3128
