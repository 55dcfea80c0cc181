"""How far each host is trusted: whether it may speak plain HTTP, and how its certificate is checked."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.registry.http.addresses import IPNetwork, address_of, split_port, without_port
from layerscope.registry.http.tls import TlsSettings, certificates_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from layerscope.registry.hosts.rules import RegistryRule

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HostOptions:
    """What the user allows and has; hosts are `host[:port]` as in references, in any case.

    A host that was named on the command line without a port is meant whatever its port.
    """

    plain_http: frozenset[str] = frozenset()
    """Hosts that are spoken to in plain HTTP at once."""
    insecure: frozenset[str] = frozenset()
    """Hosts whose certificate is not checked, and which may speak plain HTTP."""
    insecure_networks: tuple[IPNetwork, ...] = ()
    """Networks whose addresses are insecure hosts, if a reference names the address itself."""
    ca_files: tuple[Path, ...] = ()
    certificate_directories: tuple[Path, ...] = ()
    """Directories with one directory a host (`certs.d`)."""
    rules: tuple[RegistryRule, ...] = field(default=(), repr=False)
    files: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    """The files that name insecure hosts and networks; what is not in it comes from the command line."""


class Trust:
    """Answers by the options, and logs which of them decided. May be used by several threads."""

    def __init__(self, options: HostOptions) -> None:
        self._options = options
        self._files = {name.lower(): file for name, file in options.files.items()}
        self._plain = frozenset(map(str.lower, options.plain_http))
        self._insecure = frozenset(map(str.lower, options.insecure))
        self._tls: dict[str, TlsSettings] = {}
        self._lock = threading.Lock()

    def is_plain(self, host: str) -> bool:
        """Whether `host[:port]` is to be spoken to in plain HTTP at once."""
        found = not self._plain.isdisjoint((host.lower(), without_port(host.lower())))
        if found:
            _log.info("`%s` is spoken to in plain HTTP by `--plain-http`", host)
        return found

    def is_insecure(self, host: str) -> bool:
        """Whether the certificate of `host[:port]` does not matter."""
        rule = self._insecure_by(host.lower())
        if rule:
            _log.info("`%s` is insecure by %s", host, rule)
        return rule is not None

    def tls(self, host: str) -> TlsSettings:
        """How the certificate of `host[:port]` is checked; raises `UsageError` if one of ours lacks its key."""
        with self._lock:
            if host not in self._tls:
                authorities, pair = certificates_of(host, self._options.certificate_directories)
                verify = not self.is_insecure(host)
                self._tls[host] = TlsSettings(verify, (*self._options.ca_files, *authorities), pair)
                _tell(host, self._tls[host])
            return self._tls[host]

    def _insecure_by(self, host: str) -> str | None:
        """The rule by which a host is insecure; None if it is not."""
        if host in self._insecure:
            return self._files.get(host, "`--insecure`")
        name = without_port(host)
        if name in self._insecure and name not in self._files:
            return "`--insecure`"
        address = address_of(split_port(host)[0]) if self._options.insecure_networks else None
        networks = (item for item in self._options.insecure_networks if address is not None and address in item)
        return next((f"{network} in {self._files.get(str(network), 'the options')}" for network in networks), None)


def _tell(host: str, settings: TlsSettings) -> None:
    for file in settings.ca_files:
        _log.info("`%s` is trusted by the authorities in `%s` too", host, display(str(file), limit=200))
    if settings.client_certificate:
        shown = display(str(settings.client_certificate[0]), limit=200)
        _log.info("`%s` is shown the client certificate `%s`", host, shown)
