"""Which token servers a registry may name.

A registry names its token server in the `realm` of a challenge. A hostile registry could name a server inside the
user's network, or one that gets the credentials unencrypted. So a realm must be https, on a public address or a host
name, which the certificate confirms. A registry on a private address may also name a token server on the same address
with the same scheme.
"""

from layerscope.display import display
from layerscope.errors import RegistryError
from layerscope.registry.hosts.hosts import Endpoint
from layerscope.registry.http.addresses import address_of, is_loopback, is_private, origin, web_url


def check_realm(realm: str, endpoint: Endpoint) -> None:
    """Raise `RegistryError`, which names the realm, if it is not a URL or this registry must not name it."""
    shown = f"`{display(realm.partition('?')[0], limit=100)}`"
    parts = web_url(realm)
    if not parts:
        raise RegistryError(f"`{endpoint.host}` names a token server that is not a web address: {shown}")
    if origin(realm) == origin(endpoint.url):
        return
    host = parts.hostname or ""
    beside = parts.scheme == endpoint.scheme and _same_machine(host, endpoint)
    if beside:
        return
    if parts.scheme != "https":
        raise RegistryError(f"`{endpoint.host}` names a token server that is not https: {shown}")
    if is_private(host):
        raise RegistryError(f"`{endpoint.host}` names a token server on a private address: {shown}")


def _same_machine(host: str, endpoint: Endpoint) -> bool:
    """Whether the realm's host and the registry are the same private address, or both this machine's loopback."""
    registry = origin(endpoint.url)[1]
    if is_loopback(registry) and is_loopback(host):
        return True
    address = address_of(registry)
    return address is not None and address == address_of(host) and is_private(host)
