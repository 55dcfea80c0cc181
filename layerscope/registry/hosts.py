"""Which address stands behind the name of an image, and whether it may be spoken to in plain HTTP.

The rule: https for every host. Plain HTTP only for this machine's loopback (`localhost`, 127.0.0.0/8, ::1) where the
server does not speak TLS, and for hosts that the user named: with `--plain-http`, or as insecure. A certificate that is
not trusted never leads to plain HTTP.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.oci.reference import DOCKER_HUB
from layerscope.registry.addresses import IPNetwork, address_of, is_loopback, split_port
from layerscope.registry.probe import Protocol, probe
from layerscope.registry.rules import RegistryRule, places_of, rule_for
from layerscope.registry.tls import TlsSettings, certificates_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DOCKER_HUB_HOST = "registry-1.docker.io"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a registry answers: `host` has the port, if one was said; `domain` is what its logins are kept under."""

    domain: str
    scheme: str
    host: str
    repository: str = ""
    """The name of the image's repository there."""
    mirrored: str = ""
    """The domain that it is a mirror of; empty for the registry itself."""

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"{self.scheme}://{self.host}"


@dataclass(frozen=True, slots=True)
class HostOptions:
    """What the user allows and has; hosts are `host[:port]` as in references."""

    plain_http: frozenset[str] = frozenset()
    """Hosts that are spoken to in plain HTTP at once."""
    insecure: frozenset[str] = frozenset()
    """Hosts whose certificate is not checked, and which may speak plain HTTP."""
    insecure_networks: tuple[IPNetwork, ...] = ()
    """Networks whose addresses are insecure hosts, where a reference names the address itself."""
    ca_files: tuple[Path, ...] = ()
    certificate_directories: tuple[Path, ...] = ()
    """Directories with one directory a host (`certs.d`)."""
    rules: tuple[RegistryRule, ...] = field(default=(), repr=False)


class Hosts:
    """The endpoints of images; what a host was found to speak is remembered. May be used by several threads."""

    def __init__(self, options: HostOptions | None = None, probe: Callable[[str], Protocol] = probe) -> None:
        self.options = options or HostOptions()
        self._probe = probe
        self._plain: dict[str, bool] = {}
        self._tls: dict[str, TlsSettings] = {}
        self._lock = threading.Lock()

    def endpoint(self, domain: str, repository: str = "") -> Endpoint:
        """The registry of a domain itself, for whatever is not the reading of an image."""
        return self._endpoint(domain, repository)

    def reading_endpoints(self, domain: str, repository: str, *, by_digest: bool) -> list[Endpoint]:
        """Where to look for an image: mirrors first, the place itself last; raises `UsageError` where it is blocked."""
        name = f"{domain}/{repository}"
        rule = rule_for(name, self.options.rules)
        if not rule:
            return [self._endpoint(domain, repository)]
        shown = display(rule.prefix, limit=200)
        if rule.blocked:
            raise UsageError(f"`{domain}` is blocked by the rule for `{shown}` in `registries.conf`")
        *mirrors, place = (place.partition("/") for place in places_of(name, rule, by_digest=by_digest))
        _log.info("the rule for `%s` leads to %s", shown, ", ".join(display(host) for host, _, _ in (*mirrors, place)))
        found = [self._endpoint(host, path, mirrored=domain) for host, _, path in mirrors]
        return [*found, self._endpoint(place[0], place[2])]

    def tls(self, host: str) -> TlsSettings:
        """How `host[:port]` is trusted."""
        with self._lock:
            if host not in self._tls:
                authorities, pair = certificates_of(host, self.options.certificate_directories)
                verify = not self._is_insecure(host)
                self._tls[host] = TlsSettings(verify, (*self.options.ca_files, *authorities), pair)
            return self._tls[host]

    def _endpoint(self, domain: str, repository: str, mirrored: str = "") -> Endpoint:
        host = DOCKER_HUB_HOST if domain == DOCKER_HUB else domain
        return Endpoint(domain, "http" if self._speaks_plain(host) else "https", host, repository, mirrored)

    def _speaks_plain(self, host: str) -> bool:
        if host in self.options.plain_http:
            return True
        if not is_loopback(host) and not self._is_insecure(host):
            return False
        with self._lock:
            if host not in self._plain:
                found = self._probe(host)
                if found is Protocol.UNKNOWN:
                    return False
                _log.info("`%s` speaks %s", host, found.value)
                self._plain[host] = found is Protocol.PLAIN
            return self._plain[host]

    def _is_insecure(self, host: str) -> bool:
        if host in self.options.insecure:
            return True
        address = address_of(split_port(host)[0]) if self.options.insecure_networks else None
        return address is not None and any(address in network for network in self.options.insecure_networks)
