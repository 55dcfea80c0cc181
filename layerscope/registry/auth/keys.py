"""The keys that login files use for registries, brought to one form: `docker.io`, `host:port`, `host/name/space`."""

from __future__ import annotations

from contextlib import suppress

from layerscope.errors import InvalidReference
from layerscope.oci.reference import DOCKER_HUB, parse_domain

HUB_SERVER = "https://index.docker.io/v1/"
"""What Docker calls its Hub in login files and to credential helpers."""

_VERSIONS = frozenset({"v1", "v2"})


def normalized(key: str) -> str:
    """The key without scheme and API version, the host in lower case, each alias of Docker Hub as `docker.io`."""
    rest = key.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
    host, _, path = rest.partition("/")
    host = host.lower()
    with suppress(InvalidReference):  # what is no domain is never looked for
        host = parse_domain(host)
    return host if not path or path in _VERSIONS else f"{host}/{path}"


def candidates(domain: str, repository: str) -> list[str]:
    """The keys that fit a repository, the most specific first: whole names, never a part of a host's name."""
    parts = [domain.lower(), *(part for part in repository.split("/") if part)]
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]


def server_of(domain: str) -> str:
    """What a credential helper knows the registry as."""
    return HUB_SERVER if domain == DOCKER_HUB else domain
