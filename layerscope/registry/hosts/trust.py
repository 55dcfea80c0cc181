"""Which hosts may use plain HTTP, and how their certificates are checked."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from layerscope.display import display
from layerscope.registry.hosts.rules import RegistryRule
from layerscope.registry.http.addresses import IPNetwork, address_of, split_port, without_port
from layerscope.registry.http.tls import TlsSettings, certificates_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HostOptions:
    """The options of the user; hosts are `host[:port]` as in references, in any case.

    A host without a port on the command line stands for all its ports.
    """

    plain_http: frozenset[str] = frozenset()
    """Hosts that are used over plain HTTP."""
    insecure: frozenset[str] = frozenset()
    """Hosts whose certificate is not checked, and which may speak plain HTTP."""
    insecure_networks: tuple[IPNetwork, ...] = ()
    """Networks whose addresses are insecure hosts, if a reference names the address itself."""
    ca_files: tuple[Path, ...] = ()
    certificate_directories: tuple[Path, ...] = ()
    """Directories with one directory per host (`certs.d`)."""
    rules: tuple[RegistryRule, ...] = field(default=(), repr=False)
    files: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    """The file of each insecure host and network; the others come from the command line."""


class Trust:
    """Applies the options, and logs which one decided. May be used by several threads."""

    def __init__(self, options: HostOptions) -> None:
        self._options = options
        self._files = {name.lower(): file for name, file in options.files.items()}
        self._plain = frozenset(map(str.lower, options.plain_http))
        self._insecure = frozenset(map(str.lower, options.insecure))
        self._tls: dict[str, TlsSettings] = {}
        self._lock = threading.Lock()

    def is_plain(self, host: str) -> bool:
        """Whether `host[:port]` is used over plain HTTP."""
        found = not self._plain.isdisjoint((host.lower(), without_port(host.lower())))
        if found:
            _log.info("`%s` is used over plain HTTP because of `--plain-http`", host)
        return found

    def is_insecure(self, host: str) -> bool:
        """Whether the certificate of `host[:port]` is not checked."""
        rule = self._insecure_by(host.lower())
        if rule:
            _log.info("`%s` is insecure because of %s", host, rule)
        return rule is not None

    def tls(self, host: str) -> TlsSettings:
        """The TLS settings of `host[:port]`; raises `UsageError` if a client certificate has no key."""
        with self._lock:
            if host not in self._tls:
                authorities, pair = certificates_of(host, self._options.certificate_directories)
                verify = not self.is_insecure(host)
                self._tls[host] = TlsSettings(verify, (*self._options.ca_files, *authorities), pair)
                _log_settings(host, self._tls[host])
            return self._tls[host]

    def _insecure_by(self, host: str) -> str | None:
        """The option that makes a host insecure; None if the host is not insecure."""
        if host in self._insecure:
            return self._files.get(host, "`--insecure`")
        name = without_port(host)
        if name in self._insecure and name not in self._files:
            return "`--insecure`"
        address = address_of(split_port(host)[0]) if self._options.insecure_networks else None
        networks = (item for item in self._options.insecure_networks if address is not None and address in item)
        return next((f"{network} in {self._files.get(str(network), 'the options')}" for network in networks), None)


def _log_settings(host: str, settings: TlsSettings) -> None:
    for file in settings.ca_files:
        _log.info("for `%s`, the authorities in `%s` are trusted too", host, display(str(file), limit=200))
    if settings.client_certificate:
        shown = display(str(settings.client_certificate[0]), limit=200)
        _log.info("`%s` gets the client certificate `%s`", host, shown)
