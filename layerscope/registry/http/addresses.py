"""Hosts in references and URLs, and whether they are private addresses, which a stranger must not send us to."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from layerscope.display import display

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
DEFAULT_PORTS = {"http": 80, "https": 443}


def split_port(host: str) -> tuple[str, int | None]:
    """The bare host, lower case and without brackets, and the port of `host[:port]`; None if there is none."""
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        port = port.removeprefix(":")
    else:
        name, _, port = host.partition(":")
    return name.lower(), int(port) if port.isdigit() else None


def without_port(host: str) -> str:
    """The host of `host[:port]`, unchanged, with the brackets of an IPv6 address."""
    end = host.find(":", host.find("]") + 1)
    return host if end < 0 else host[:end]


def is_loopback(host: str) -> bool:
    """Whether `host[:port]` is `localhost`, or an address of 127.0.0.0/8 or ::1 in its usual spelling."""
    name, _ = split_port(host)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def address_of(host: str) -> IPAddress | None:
    """The address that a bare host spells, in any way that a resolver accepts; None if it is a name.

    `2130706433`, `127.1` and `0x7f.1` all mean 127.0.0.1 to the C library, and an IPv6 address may wrap an IPv4 one.
    """
    try:
        return _unwrap(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        return None


def is_private(host: str) -> bool:
    """Whether a bare host is `localhost`, or an address that is not of the public internet."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = address_of(name)
    return address is not None and not (address.is_global and not address.is_multicast)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, bare host and port of a URL: a credential is sent on only if they are equal."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS.get(parts.scheme)


def web_url(url: str) -> SplitResult | None:
    """The parts of an absolute http or https URL with a host and without a user; None if it is anything else."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in DEFAULT_PORTS and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        return None
    return parts if usable and url.isprintable() and " " not in url else None


def shown_host(url: str) -> str:
    """The `host[:port]` of a URL, safe to show: paths and queries of signed URLs are secrets."""
    try:
        return display(urlsplit(url).netloc.rpartition("@")[2], limit=100)
    except ValueError:
        return "the given address"


def _unwrap(address: IPAddress) -> IPAddress:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
