"""The keys of registries in login files, in one form: `docker.io`, `host:port`, `host/name/space`."""

from contextlib import suppress

from layerscope.errors import InvalidReference
from layerscope.oci import DOCKER_HUB, parse_domain

HUB_SERVER = "https://index.docker.io/v1/"
"""The key of Docker Hub in login files and for credential helpers."""

_VERSIONS = frozenset({"v1", "v2"})


def normalized(key: str) -> str:
    """The key without scheme and API version, with the host in lower case; every alias of Docker Hub is `docker.io`."""
    rest = key.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
    host, _, path = rest.partition("/")
    host = host.lower()
    with suppress(InvalidReference):  # such a key matches no registry
        host = parse_domain(host)
    return host if not path or path in _VERSIONS else f"{host}/{path}"


def candidates(domain: str, repository: str) -> list[str]:
    """The keys that match a repository, the most specific first; each has the whole host."""
    parts = [domain.lower(), *(part for part in repository.split("/") if part)]
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]


def server_of(domain: str) -> str:
    """The name of the registry for a credential helper."""
    return HUB_SERVER if domain == DOCKER_HUB else domain
