"""Image references: `[domain/]path[:tag][@digest]` (the grammar of distribution/reference, with Docker's defaults)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from layerscope.display import display
from layerscope.errors import InvalidReference
from layerscope.oci.digest import Digest
from layerscope.oci.pasted import reference_in

DOCKER_HUB = "docker.io"
DEFAULT_TAG = "latest"
MAX_REPOSITORY_LENGTH = 255
MAX_PORT = 65535
MAX_LENGTH = 1024
"""Characters of a whole reference; valid references are much shorter."""

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[(?P<ipv6>[a-fA-F0-9:]+)\])(?::(?P<port>[0-9]{{1,5}}))?")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_OTHER_DIGEST = re.compile(r"(?P<algorithm>md5|sha1|sha224|sha384|sha3-\d+|blake\w+):[a-f0-9]+")
"""Digests that no registry accepts. Other text after an `@` may be a host, with a password before the `@`."""
_HEX64 = re.compile(r"[a-f0-9]{64}")
_HUB_ALIASES = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of an image: registry `domain`, `repository`, and a tag, a digest or both (the digest decides)."""

    domain: str
    repository: str
    tag: str | None = None
    digest: Digest | None = None

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference in `text`; the defaults are `docker.io`, `library/` and `latest`.

        Raises `InvalidReference`, which names the wrong part, but never repeats a password.
        """
        _check_whole(text)
        name, digest = _split_digest(text)
        name, tag = _split_tag(name, text)
        domain, repository = _split_domain(name)
        _check_repository(repository, text)
        if domain == DOCKER_HUB and "/" not in repository:
            repository = f"library/{repository}"
        if tag is None and digest is None:
            tag = DEFAULT_TAG
        return cls(domain, repository, tag, digest)

    @property
    def target(self) -> str:
        """What to request from the registry: the digest if there is one, else the tag."""
        return str(self.digest) if self.digest else self.tag or DEFAULT_TAG

    @property
    def name(self) -> str:
        """Domain and repository, without tag and digest."""
        return f"{self.domain}/{self.repository}"

    def with_digest(self, digest: Digest) -> Reference:
        """The same repository at this digest; the tag is kept for display."""
        return replace(self, digest=digest)

    def with_tag(self, tag: str) -> Reference:
        """The same repository at this tag; raises `InvalidReference` if it is not a valid tag."""
        return replace(self, tag=parse_tag(tag), digest=None)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}{f'@{self.digest}' if self.digest else ''}"


def parse_tag(text: str) -> str:
    """`text` itself; raises `InvalidReference` if it is not a valid tag."""
    if not _TAG.fullmatch(text):
        raise InvalidReference(
            f"`{display(text, limit=140)}` is not a tag" if text else "there is no tag after the `:`",
            hint="a tag has up to 128 letters, digits, `_`, `.` and `-`; it does not start with `.` or `-`",
        )
    return text


def parse_domain(text: str) -> str:
    """`text`, a registry's host with an optional port, with the aliases of Docker Hub replaced by `docker.io`.

    Raises `InvalidReference` if it is not a valid host.
    """
    if not _is_domain(text):
        raise InvalidReference(
            f"`{display(text, limit=100)}` is not a registry host",
            hint=_host_hint(text),
        )
    return DOCKER_HUB if text in _HUB_ALIASES else text


def _host_hint(text: str) -> str:
    found = _DOMAIN.fullmatch(text)
    if found and int(found["port"] or 0) > MAX_PORT:
        return f"a port is at most {MAX_PORT}"
    host, slash, _ = text.partition("/")
    if slash and _is_domain(host):
        return f"write only the host: `{host}`"
    return "write only host and port, for example `localhost:5000`"


def is_domain_part(first: str) -> bool:
    """Whether the part before a name's first slash is a domain: it cannot be part of a Docker Hub name."""
    return first == "localhost" or first != first.lower() or any(char in first for char in ".:")


def _is_domain(text: str) -> bool:
    found = _DOMAIN.fullmatch(text)
    if not found or int(found["port"] or 0) > MAX_PORT:
        return False
    return found["ipv6"] is None or _is_ipv6(found["ipv6"])


def _is_ipv6(text: str) -> bool:
    import ipaddress  # noqa: PLC0415 - few references have one, and every start would pay for it

    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _check_whole(text: str) -> None:
    shown = display(text, limit=100)
    if not text:
        raise InvalidReference("the image reference is empty")
    if len(text) > MAX_LENGTH:
        raise InvalidReference(f"the image reference has {len(text)} characters, more than {MAX_LENGTH}")
    if "://" in text:
        raise InvalidReference("an image reference cannot have `://` in it", hint=_without_scheme(text))
    if " " in text and (name := reference_in(text)):
        raise InvalidReference(
            f"`{shown}` is a command, not an image reference", hint=f"write `{display(name, limit=100)}`"
        )
    if _HEX64.fullmatch(text):
        raise InvalidReference(f"`{shown}` is an image ID: a registry finds images only by name")
    if re.fullmatch(r"sha(256|512):.*", text):
        raise InvalidReference(f"`{shown}` is a digest without a name", hint="add the repository: `REPOSITORY@DIGEST`")


def _without_scheme(text: str) -> str:
    """What to write instead. A host with an `@` before it is not shown: that may be a password."""
    name = reference_in(text)
    if name is None:
        return "leave out the text up to `://`"
    host = display(name.partition("/")[0], limit=100)
    is_plain = text.startswith("http://") and f"//{host}/" in text
    return f"write `{display(name, limit=100)}`" + (f"; for plain HTTP, add `--plain-http {host}`" if is_plain else "")


def _split_digest(text: str) -> tuple[str, Digest | None]:
    """The name and the digest after the `@`; errors do not show them, as they may be a password and a host."""
    name, at, digest = text.partition("@")
    if not at:
        return name, None
    if not digest.startswith(("sha256:", "sha512:")):
        algorithm = _OTHER_DIGEST.fullmatch(digest)
        if algorithm:
            raise InvalidReference(
                f"the digest algorithm `{algorithm['algorithm']}` is not supported",
                hint="use a digest of sha256 or sha512",
            )
        if "/" in digest:
            raise InvalidReference(
                "a user name or a password before an `@` is not part of an image reference",
                hint="log in with `docker login HOST`",
            )
        raise InvalidReference(
            "the text after the `@` is not a digest of sha256 or sha512",
            hint="a digest is `sha256:` and 64 hex digits; a user name or a password cannot be in a reference",
        )
    return name, Digest.parse(digest)


def _split_tag(name: str, text: str) -> tuple[str, str | None]:
    slash, colon = name.rfind("/"), name.rfind(":")
    if colon <= slash:
        return name, None
    if slash < 0 and _is_domain(name) and (name.startswith("[") or name.partition(":")[0].lower() == "localhost"):
        raise without_repository(text)
    return name[:colon], parse_tag(name[colon + 1 :])


def _split_domain(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if slash and is_domain_part(first):
        return parse_domain(first), rest
    return DOCKER_HUB, name


def _check_repository(repository: str, text: str) -> None:
    shown = display(text, limit=100)
    for component in repository.split("/"):
        if not component:
            raise InvalidReference(f"the image name `{shown}` has an empty part")
        if component != component.lower() and _COMPONENT.fullmatch(component.lower()):
            raise InvalidReference(
                f"the image name `{shown}` has upper-case letters: `{display(component, limit=100)}`",
                hint=f"write `{display(text.replace(repository, repository.lower(), 1), limit=200)}`",
            )
        if not _COMPONENT.fullmatch(component):
            wrong = f"`{display(component, limit=100)}` is not valid in the image name `{shown}`"
            raise InvalidReference(
                wrong if component != text else f"`{shown}` is not a valid image name",
                hint="use lower-case letters and digits, joined by a single `.` or `_`, by `__`, or by `-`",
            )
    if len(repository) > MAX_REPOSITORY_LENGTH:
        raise InvalidReference(f"the name has {len(repository)} characters, more than {MAX_REPOSITORY_LENGTH}")


def without_repository(registry: str) -> InvalidReference:
    """The error for a registry in place of an image."""
    shown = display(registry, limit=100)
    return InvalidReference(
        f"`{shown}` is a registry, but the repository is missing",
        hint=f"`layerscope catalog {shown}` lists its repositories",
    )
