"""The proxy for a host: HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, except for the hosts in NO_PROXY.

NO_PROXY is read as programs in Go read it: hosts with all their subdomains, also with `*` and `.` in front, addresses,
and networks as in 10.0.0.0/8. All but networks may have a port.
"""

import ipaddress
from urllib.request import getproxies, proxy_bypass

from layerscope.registry.http.addresses import DEFAULT_PORTS, IPAddress, IPNetwork, is_loopback, split_port


def proxy_for(scheme: str, host: str) -> str | None:
    """The URL of the proxy for `host[:port]`; None without a proxy, and always for loopback."""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    if _is_excepted(scheme, host, proxies.get("no", "")):
        return None
    proxy = proxies.get(scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _is_excepted(scheme: str, host: str, exceptions: str) -> bool:
    name, port = split_port(host)
    entries = (entry.strip().lower() for entry in exceptions.split(","))
    return any(entry and _names(entry, name, port or DEFAULT_PORTS.get(scheme)) for entry in entries)


def _names(entry: str, name: str, port: int | None) -> bool:
    """Whether an entry of NO_PROXY matches this bare host and port."""
    address, network = _address(name), _network(entry)
    if network is not None:
        return address is not None and address in network
    wanted, wanted_port = split_port(entry)
    if wanted_port not in (None, port):
        return False
    if address is not None:
        return _address(wanted) == address
    return name == wanted or name.endswith("." + wanted.removeprefix("*").removeprefix("."))


def _network(entry: str) -> IPNetwork | None:
    """The network of an entry; a single address is a network too."""
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _address(text: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
