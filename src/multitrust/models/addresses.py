"""Addresses of servers: which can be asked, which are this machine, how they are shown."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

from multitrust.core import ConfigError

PORTS = {"http": 80, "https": 443}
EXAMPLE = "http://127.0.0.1:8000/v1"
LOOPBACK_6 = ("ip6-localhost", "ip6-loopback")
"""Names of this machine's IPv6 address on many systems."""
WORD = re.compile(r"[^\s\"']+")
"""What may be an address in a text."""
HEAD = re.compile(r"\A(?:[a-z][a-z0-9+.-]*+:)?//", re.IGNORECASE)
"""What stands in an address before its user."""
QUERY = re.compile(r"\?[^\s#\"']+")
NO_PORT = re.compile(
    r"(//(?:\[[^\]/]*\]|[^\s/:@#\[]+):)(?!\d{1,5}(?:[/?#\s\"',}]|$))[^\s/?#\"',}]+"
)
"""What stands where a port belongs and is none: it may be a password."""
SCHEME = re.compile(r"\A(?:(https?)(?::|(?=//))|[a-z][a-z0-9+.-]*+://)?/*", re.IGNORECASE)
"""What may stand before a host, well or badly written."""
PLACE = re.compile(
    r"(?:\[[0-9a-f:.%]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?)(?::\d{1,5})?", re.I
)
"""A host, and its port if it has one."""
WITHIN_NAME = re.compile(
    r"://|\?|\A//|\Ahttps?:|\A[^/@]+@[^/]*[/#]|:.*@(?!sha256:)", re.IGNORECASE | re.DOTALL
)
"""What only an address has and no name of a model: a scheme, a query, a user before a host.

`owner/name@revision`, `model@001`, `@maker/model`, `model:tag@sha256:…` and `/folder` are names."""
NUMBERS = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)
"""An IPv4 address in any form that the system's resolver takes: 127.1, 0x7f000001, 0."""


def check_address(url: str, key_name: str) -> None:
    """See that requests can be sent to an address, and that it may be written into a run.

    Raises:
        ConfigError: it lacks a scheme or host, has no such port, or may hold a secret.
    """
    if "@" in url or "?" in url:
        raise ConfigError(
            "an address must hold no user, password or query, as it is written into the run; "
            f"give a key in {key_name}"
        )
    if "#" in url:
        raise ConfigError(
            f"the address {show_address(url.partition('#')[0])!r} is followed by #; expected the "
            "address alone, and the name of the model in --model"
        )
    if not is_sound(url):
        suggested = suggest_address(url)
        hint = f"did you mean {suggested}?" if suggested else f"expected e.g. {EXAMPLE}"
        raise ConfigError(f"{show_address(url)!r} is no address; {hint}")


def check_model_name(spec: str, name: str) -> None:
    """See that the name of a model at a server is no address, which may hold a password.

    Args:
        spec: all that the user typed.
        name: what the server shall be told.

    Raises:
        ConfigError: it seems to be one.
    """
    if WITHIN_NAME.search(name):
        raise ConfigError(
            f"{show_address(spec)!r} holds an address where a model's name belongs; a server is "
            f"named as URL#ID, e.g. {EXAMPLE}#my-model, or in --model-base-url"
        )


def is_sound(url: str) -> bool:
    """Whether an address has a scheme, a host and a port that exist."""
    try:
        parts = urlsplit(url)
        return bool(
            parts.scheme in PORTS and parts.hostname and parts.port != 0
            and url.isprintable() and " " not in url and ascii_host(parts)
        )  # fmt: skip
    except (ValueError, ConfigError):
        return False


def suggest_address(text: str) -> str | None:
    """An address with its scheme, for a text that lacks it or has it misspelt.

    None if the text does not look like the address of a server. Users, passwords and queries are
    left out.
    """
    start = SCHEME.match(text.strip())
    assert start is not None  # it also matches nothing
    scheme, rest = (start[1] or "http").lower(), QUERY.sub("", text.strip()[start.end() :])
    place, slash, path = rest.rpartition("@")[2].partition("/")
    host, sign, model = place.partition("#")
    if not PLACE.fullmatch(host):
        return None
    found = f"{scheme}://{host}{sign}{model}{slash}{path}"
    return found if found != text and is_sound(found.partition("#")[0]) else None


def looks_like_address(spec: str) -> bool:
    """Whether a model's name may be meant as the address of a server: `HOST:PORT`, `HOST#ID`."""
    host = SCHEME.sub("", spec, count=1).rpartition("@")[2].partition("/")[0]
    return "#" in spec or "//" in spec or (":" in host and PLACE.fullmatch(host) is not None)


def show_address(text: str) -> str:
    """A text with addresses in it, without what may be secret: users, passwords, queries."""
    text = WORD.sub(without_credentials, text)
    return NO_PORT.sub(r"\1…", QUERY.sub("?…", text))


def without_credentials(word: re.Match[str]) -> str:
    """A word, of which what stands before its last `@` is left out, but for a scheme."""
    before, sign, host = word[0].rpartition("@")
    scheme = HEAD.match(before)
    return f"{scheme[0] if scheme else ''}…@{host}" if sign else word[0]


def ascii_host(place: SplitResult) -> str:
    """The host of an address in ASCII, in brackets if it is an IPv6 address.

    Raises:
        ConfigError: no host can have that name.
    """
    host = place.hostname or ""
    try:
        return f"[{host}]" if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        raise ConfigError(
            f"{host[:80]!r} cannot be the name of a host; expected e.g. api.example.org"
        ) from None


def ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is written as, in any form; None for a name."""
    bare = host.strip("[]").partition("%")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        if not NUMBERS.fullmatch(bare):
            return None
        try:
            return ipaddress.IPv4Address(socket.inet_aton(bare))
        except OSError:
            return None
    return getattr(found, "ipv4_mapped", None) or found


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its address or name alone, so that no lookup is needed.

    0.0.0.0 and :: are what servers listen on; to connect to them reaches this machine.
    """
    address = ip_address(host)
    if address is not None:
        return address.is_loopback or address.is_unspecified
    name = host.casefold().rstrip(".")
    return name in ("localhost", *LOOPBACK_6) or name.endswith(".localhost")


def loopback_addresses(host: str) -> tuple[str, ...]:
    """The addresses of a name that is this machine by definition, so that nobody is asked for it.

    Empty for all other names, for addresses, and for `localhost`, which every system knows. A name
    server may be asked for those below `.localhost` if they are looked up (RFC 6761, section 6.3).
    """
    if host.casefold() == "localhost" or ip_address(host) is not None or not is_loopback(host):
        return ()
    return ("::1",) if host.casefold().rstrip(".") in LOOPBACK_6 else ("127.0.0.1", "::1")


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine: by loopback, by its name, or by an address of its own."""
    if is_loopback(host):
        return True
    address = ip_address(host)
    if address is None:
        name, own = host.casefold().rstrip("."), socket.gethostname().casefold()
        return bool(own) and name in (own, own.partition(".")[0], f"{own}.local")
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))  # nothing is sent; only addresses of its own can be bound
    except OSError:
        return False
    return True
