"""Collections of images: a registry, `HOST[:PORT]/`, or a repository, `HOST[:PORT]/NAME/`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from layerscope.display import display
from layerscope.errors import InvalidReference
from layerscope.oci.reference import Reference, is_domain_part, parse_domain

_BARE_HOST = re.compile(r"(?:localhost|\[[^/]+\]|[^/:@]+\.[^/:@]+):[0-9]{1,5}", re.IGNORECASE)
"""A host with a port looks like a name with a tag, but one-word names have no dot, and few tags look like a port."""


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry, named by its domain, `host[:port]`."""

    domain: str

    def __str__(self) -> str:
        return f"{self.domain}/"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, named by the domain of its registry and its name in that registry."""

    domain: str
    name: str

    @classmethod
    def of(cls, reference: Reference) -> Repository:
        """The repository that a reference is in."""
        return cls(reference.domain, reference.repository)

    @property
    def registry(self) -> Registry:
        """The registry of this repository."""
        return Registry(self.domain)

    @property
    def reference(self) -> Reference:
        """The repository as a reference without a tag."""
        return Reference(self.domain, self.name)

    def __str__(self) -> str:
        return f"{self.domain}/{self.name}/"


def parse_collection(text: str) -> Registry | Repository | None:
    """The collection that `text` names, as in `ghcr.io/`, `localhost:5000` or `localhost:5000/app/`.

    None if `text` names an image. Raises `InvalidReference`.
    """
    if is_bare_host(text):
        return Registry(parse_domain(text))
    name = text.removesuffix("/")
    if name == text:
        return None
    if not set("/@") & set(name) and is_domain_part(name):
        return Registry(parse_domain(name))
    reference = Reference.parse(name)
    if has_target(name):
        raise InvalidReference(f"`{display(text, limit=100)}` is an image name with a slash at the end")
    return Repository.of(reference)


def is_bare_host(text: str) -> bool:
    """Whether the text is a registry with its port, and nothing else."""
    return bool(_BARE_HOST.fullmatch(text))


def has_target(name: str) -> bool:
    """Whether the name of an image includes a tag or a digest."""
    return "@" in name or ":" in name.rpartition("/")[2]
