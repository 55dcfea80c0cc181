"""References in what people paste: a command of docker, an address of the registry's API, a page of a web site."""

import re
import shlex
from urllib.parse import urlsplit

_PULL = re.compile(r"(?:sudo\s+)?(?:docker|podman|nerdctl|crane|buildah)\s+(?:image\s+)?(?:pull|run)\s+(?P<rest>.+)")
_API = re.compile(r"/v2/(?P<name>.+?)/(?:manifests/(?P<target>[^/]+)|(?:tags|blobs|referrers)(?:/.*)?)")
_PAGES = (
    ("hub.docker.com", re.compile(r"/_/(?P<name>[^/]+)"), "{name}"),
    ("hub.docker.com", re.compile(r"/r/(?P<name>[^/]+/[^/]+)"), "{name}"),
    ("quay.io", re.compile(r"/repository/(?P<name>[^/]+/[^/]+)"), "quay.io/{name}"),
    ("gallery.ecr.aws", re.compile(r"/(?P<name>[^/]+/[^/]+)"), "public.ecr.aws/{name}"),
    ("github.com", re.compile(r"/(?P<owner>[^/]+)/[^/]+/pkgs/container/(?P<name>[^/]+)"), "ghcr.io/{owner}/{name}"),
)
"""Web pages of images: the host, the path, and the reference."""


def reference_in(text: str) -> str | None:
    """The text of the reference that a pasted command or address names; None if there is none."""
    if command := _PULL.fullmatch(text.strip()):
        words = [word for word in _words(command["rest"]) if not word.startswith("-")]
        return words[0] if words else None
    scheme, _, address = text.partition("://")
    if scheme not in ("http", "https") or "@" in address:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return _of_address(parts.netloc, parts.path)


def _of_address(host: str, path: str) -> str | None:
    if api := _API.fullmatch(path):
        target = api["target"] or ""
        return f"{host}/{api['name']}" + (f"{'@' if ':' in target else ':'}{target}" if target else "")
    for site, pattern, form in _PAGES:
        if host == site and (page := pattern.match(path)):
            return form.format(**{key: value.lower() for key, value in page.groupdict().items()})
    return f"{host}{path.rstrip('/')}" if path.strip("/") else None


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
