"""The hosts for the name of an image, and whether plain HTTP is allowed.

Every host is used over https, with two exceptions: a server on loopback (`localhost`, 127.0.0.0/8, ::1) that does not
speak TLS, and a host that the user named with `--plain-http` or as insecure. A certificate that is not trusted never
leads to plain HTTP.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.oci import DOCKER_HUB
from layerscope.registry.hosts.probe import Protocol, probe
from layerscope.registry.hosts.rules import RegistryRule, mapped_name, mirrors_of, rule_for
from layerscope.registry.hosts.trust import HostOptions, Trust
from layerscope.registry.http.addresses import is_loopback
from layerscope.registry.http.tls import TlsSettings

DOCKER_HUB_HOST = "registry-1.docker.io"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to reach a registry: `host` is `host[:port]`; `domain` is the name that its logins have."""

    domain: str
    scheme: str
    host: str
    repository: str = ""
    """The name of the repository on that host."""
    mirrored: str = ""
    """The domain that this host mirrors; empty for the registry itself."""

    @property
    def url(self) -> str:
        """The URL without a path."""
        return f"{self.scheme}://{self.host}"


class Hosts:
    """The endpoints of images; asks a host only once which protocol it speaks. May be used by several threads."""

    def __init__(self, options: HostOptions | None = None, probe: Callable[[str], Protocol] = probe) -> None:
        self.options = options or HostOptions()
        self._trust = Trust(self.options)
        self._probe = probe
        self._speaking_plain: dict[str, bool] = {}
        self._lock = threading.Lock()

    def endpoint(self, domain: str, repository: str = "") -> Endpoint:
        """The registry itself, after a rule that moves it; raises `UsageError` if it is blocked."""
        rule = self._rule(domain, repository)
        return self._locate(domain, repository, rule)

    def reading_endpoints(self, domain: str, repository: str, *, by_digest: bool) -> list[Endpoint]:
        """The hosts to read an image from: mirrors first, the registry last; raises `UsageError` if it is blocked."""
        rule = self._rule(domain, repository)
        mirrors = mirrors_of(_name(domain, repository), rule, by_digest=by_digest) if rule else []
        parts = (mirror.partition("/") for mirror in mirrors)
        found = [self._endpoint(host, path, mirrored=domain) for host, _, path in parts]
        return [*found, self._locate(domain, repository, rule)]

    def tls(self, host: str) -> TlsSettings:
        """The TLS settings of `host[:port]`."""
        return self._trust.tls(host)

    def _rule(self, domain: str, repository: str) -> RegistryRule | None:
        rule = rule_for(_name(domain, repository), self.options.rules)
        if not rule:
            return None
        shown = display(rule.prefix, limit=200)
        if rule.blocked:
            raise UsageError(f"`{domain}` is blocked by the rule for `{shown}` in `registries.conf`")
        locations = [*(mirror.location for mirror in rule.mirrors), rule.location or rule.prefix]
        _log.info(
            "the rule for `%s` leads to %s", shown, ", ".join(display(location, limit=200) for location in locations)
        )
        return rule

    def _locate(self, domain: str, repository: str, rule: RegistryRule | None) -> Endpoint:
        host, _, path = (mapped_name(_name(domain, repository), rule) if rule else domain).partition("/")
        return self._endpoint(host, path if rule and repository else repository)

    def _endpoint(self, domain: str, repository: str, mirrored: str = "") -> Endpoint:
        host = DOCKER_HUB_HOST if domain == DOCKER_HUB else domain
        return Endpoint(domain, "http" if self._speaks_plain(host) else "https", host, repository, mirrored)

    def _speaks_plain(self, host: str) -> bool:
        if self._trust.is_plain(host):
            return True
        if not is_loopback(host) and not self._trust.is_insecure(host):
            return False
        with self._lock:
            if host not in self._speaking_plain:
                found = self._probe(host)
                if found is Protocol.UNKNOWN:
                    return False
                _log.info("`%s` speaks %s", host, found.value)
                self._speaking_plain[host] = found is Protocol.PLAIN
            return self._speaking_plain[host]


def _name(domain: str, repository: str) -> str:
    return f"{domain}/{repository}" if repository else domain
