"""Which proxy the environment names for an address, and which addresses need none.

`NO_PROXY` is read as curl, requests and Go agree: entries between commas or white space; a domain
holds for its subdomains too, with or without a leading dot or `*.`; a port restricts an entry; an
IP address or a network in CIDR notation is compared as such; `*` is everything.
"""

from __future__ import annotations

import ipaddress
import os
import re
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, getproxies_environment, proxy_bypass

from multitrust.core import ConfigError
from multitrust.models.addresses import (
    PORTS,
    ascii_host,
    ip_address,
    is_this_machine,
    show_address,
)


def proxy_for(to: SplitResult) -> SplitResult | None:
    """The proxy that the environment names for an address; None where it is asked directly.

    Raises:
        ConfigError: the proxy's address cannot be used.
    """
    proxies = getproxies()
    said = (proxies.get(to.scheme) or proxies.get("all") or "").strip()
    host, port = to.hostname or "", to.port or PORTS[to.scheme]
    if not said or is_this_machine(host) or is_excepted(host, port, proxies.get("no", "")):
        return None
    if not getproxies_environment() and proxy_bypass(host):  # the exceptions of macOS and Windows
        return None
    return proxy_at(said, host)


def source_of(scheme: str) -> str:
    """The variable of the environment that names the proxy for a scheme; empty if none does."""
    known = getproxies_environment()
    name = f"{scheme if known.get(scheme) else 'all'}_proxy"
    # As getproxies_environment has it: small letters first.
    found = [variable for variable in (name, name.upper()) if os.environ.get(variable)]
    return found[0] if found else ""


def proxy_at(said: str, host: str) -> SplitResult:
    """The address of a proxy.

    Raises:
        ConfigError: it cannot be used.
    """
    try:
        proxy = urlsplit(said if "://" in said else f"http://{said}")
        if proxy.scheme in PORTS and proxy.hostname and proxy.port != 0 and said.isprintable():
            ascii_host(proxy)
            return proxy
    except (ValueError, ConfigError):
        pass
    raise ConfigError(
        f"the environment names {show_address(said)!r} as the proxy for {host}; expected "
        "http://USER:PASSWORD@HOST:PORT, with special characters of the password as %XX, or the "
        "host in NO_PROXY"
    )


def is_excepted(host: str, port: int, exceptions: str) -> bool:
    """Whether the value of `NO_PROXY` names a host at a port."""
    return any(
        matches(entry.casefold(), host.casefold().rstrip("."), port)
        for entry in re.split(r"[\s,;]+", exceptions)
        if entry
    )


def matches(entry: str, host: str, port: int) -> bool:
    """Whether one entry of `NO_PROXY` names a host at a port; both in small letters."""
    if entry == "*":
        return True
    address, network = ip_address(host), network_of(entry)
    if network is not None:
        return address is not None and address in network
    name, colon, wanted = entry.rpartition(":")
    if colon and wanted.isdigit() and "[" not in wanted:
        return int(wanted) == port and matches(name, host, port)
    domain = entry.removeprefix("*").strip(".")
    return address is None and bool(domain) and f".{host}".endswith(f".{domain}")


def network_of(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The network or single address that an entry is; None if it is a name or has a port."""
    try:
        return ipaddress.ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None
