"""The registry settings of the container tools on this machine.

`registries.conf` (containers-registries.conf(5)), Docker's `daemon.json`, and the `certs.d` directories of both. A
file that cannot be used is reported and left out.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from layerscope.display import display
from layerscope.errors import InvalidDocument
from layerscope.oci import DOCKER_HUB, as_list, text
from layerscope.oci.strict_json import parse_object
from layerscope.registry.hosts.rules import Mirror, RegistryRule
from layerscope.registry.hosts.trust import HostOptions
from layerscope.registry.http.addresses import IPNetwork
from layerscope.small_file import read_small_file


@dataclass(slots=True)
class _Found:
    rules: dict[str, RegistryRule] = field(default_factory=dict)
    insecure: dict[str, str] = field(default_factory=dict)
    networks: dict[IPNetwork, str] = field(default_factory=dict)
    """Hosts and networks, with the file that names them."""


@dataclass(frozen=True, slots=True)
class ConfigDirectories:
    """The configuration directories of the system and of the user."""

    system: Path = Path("/etc")
    user: Path | None = None
    registries_conf: Path | None = None
    """The only `registries.conf` to read, if it is set (CONTAINERS_REGISTRIES_CONF)."""

    @classmethod
    def of_environment(cls, environ: Mapping[str, str] | None = None) -> ConfigDirectories:
        """The directories that the environment names."""
        environ = os.environ if environ is None else environ
        config_home, home = environ.get("XDG_CONFIG_HOME"), environ.get("HOME")
        user = Path(config_home) if config_home else Path(home) / ".config" if home else None
        only = environ.get("CONTAINERS_REGISTRIES_CONF")
        return cls(user=user, registries_conf=Path(only) if only else None)

    @property
    def directories(self) -> list[Path]:
        """The directories that have the files of Docker and podman, the one of the system first."""
        return [self.system, *([self.user] if self.user else [])]


def read_host_options(config: ConfigDirectories, warn: Callable[[str], None], given: HostOptions) -> HostOptions:
    """The options `given` on the command line, and the ones in the files."""
    found = _Found()
    for path in _docker_files(config):
        _read(path, lambda data, where: _add_daemon(parse_object(data, "it"), found, where), warn)
    for path in _registries_files(config):
        _read(path, lambda data, where: _add_registries(tomllib.loads(data.decode()), found, where), warn)
    certificates = [
        directory / tool / "certs.d" for tool in ("docker", "containers") for directory in config.directories
    ]
    return HostOptions(
        given.plain_http,
        given.insecure | frozenset(found.insecure),
        (*given.insecure_networks, *found.networks),
        given.ca_files,
        (*given.certificate_directories, *certificates),
        (*given.rules, *found.rules.values()),
        {host: file for host, file in found.insecure.items() if host not in given.insecure}
        | {str(network): file for network, file in found.networks.items()},
    )


def _docker_files(config: ConfigDirectories) -> list[Path]:
    return [directory / "docker" / "daemon.json" for directory in config.directories]


def _registries_files(config: ConfigDirectories) -> list[Path]:
    """The files in reading order. The file of the user replaces all files of the system."""
    if config.registries_conf:
        return [config.registries_conf]
    own = config.user / "containers" / "registries.conf" if config.user else None
    alone = own is not None and own.is_file()
    directories = [config.user] if config.user and alone else config.directories
    drop_ins = (sorted((directory / "containers" / "registries.conf.d").glob("*.conf")) for directory in directories)
    return [directories[0] / "containers" / "registries.conf", *chain.from_iterable(drop_ins)]


def _read(path: Path, add: Callable[[bytes, str], None], warn: Callable[[str], None]) -> None:
    where = f"`{display(str(path))}`"
    shown = f"{where} is not used"
    try:
        data = read_small_file(path)
        if data is not None:
            add(data, where)
    except OSError as error:
        warn(f"{shown}: {error.strerror}")
    except (InvalidDocument, ValueError, RecursionError):
        warn(f"{shown}: it is not valid")


def _add_daemon(value: Mapping[str, Any], found: _Found, where: str) -> None:
    """Add `insecure-registries` (hosts and networks) and `registry-mirrors` (URLs for Docker Hub)."""
    for item in _texts(value.get("insecure-registries")):
        try:
            found.networks[ipaddress.ip_network(item)] = where
        except ValueError:
            found.insecure[item] = where
    mirrors = []
    for url in _texts(value.get("registry-mirrors")):
        scheme, _, location = url.rstrip("/").rpartition("://")
        mirrors.append(Mirror(location, insecure=scheme == "http"))
    if mirrors:
        _add_rule(RegistryRule(DOCKER_HUB, DOCKER_HUB, mirrors=tuple(mirrors)), found, where)


def _add_registries(value: Mapping[str, Any], found: _Found, where: str) -> None:
    for entry in _tables(value.get("registry")):
        location = text(entry, "location").rstrip("/")
        prefix = text(entry, "prefix").rstrip("/") or location
        if not prefix:
            continue
        digest_only = entry.get("mirror-by-digest-only") is True
        mirrors = tuple(_mirror(item, digest_only=digest_only) for item in _tables(entry.get("mirror")))
        rule = RegistryRule(prefix, location, entry.get("insecure") is True, entry.get("blocked") is True, mirrors)
        _add_rule(rule, found, where)


def _mirror(entry: Mapping[str, Any], *, digest_only: bool) -> Mirror:
    pulls = text(entry, "pull-from-mirror")
    return Mirror(
        text(entry, "location").rstrip("/"),
        entry.get("insecure") is True,
        by_tag=not digest_only and pulls != "digest-only",
        by_digest=pulls != "tag-only",
    )


def _add_rule(rule: RegistryRule, found: _Found, where: str) -> None:
    found.rules[rule.prefix] = rule
    insecure = [rule.location or rule.prefix] if rule.insecure else []
    insecure += [mirror.location for mirror in rule.mirrors if mirror.insecure]
    found.insecure.update((location.partition("/")[0], where) for location in insecure)


def _texts(value: Any) -> Iterable[str]:
    return (item for item in as_list(value) if isinstance(item, str))


def _tables(value: Any) -> Iterable[Mapping[str, Any]]:
    return (item for item in as_list(value) if isinstance(item, dict))
