"""Content descriptors (OCI image-spec descriptor.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from layerscope.errors import InvalidDocument, InvalidReference
from layerscope.oci.digest import Digest
from layerscope.oci.platform import Platform

MAX_SIZE = 2**63 - 1
REFERS_TO = "vnd.docker.reference.digest"
"""The annotation in which a BuildKit attestation names the manifest that it describes."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A reference to content: media type, digest, `size` in bytes, and the members that an index adds."""

    media_type: str
    digest: Digest
    size: int
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
    platform: Platform | None = None
    artifact_type: str = ""
    urls: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: Any, what: str) -> Descriptor:
        """The descriptor in parsed JSON; raises `InvalidDocument`, which names `what` and the wrong member."""
        if not isinstance(value, dict):
            raise InvalidDocument(f"{what} is not a descriptor")
        size = value.get("size")
        if type(size) is not int or not 0 <= size <= MAX_SIZE:
            raise InvalidDocument(f"{what} has no valid `size`")
        try:
            digest = Digest.parse(value.get("digest"))
        except InvalidReference as error:
            raise InvalidDocument(f"{what} has no valid `digest`: {error.message}") from error
        return cls(
            media_type=text(value, "mediaType"),
            digest=digest,
            size=size,
            annotations=text_map(value.get("annotations")),
            platform=_platform(value.get("platform")),
            artifact_type=text(value, "artifactType"),
            urls=tuple(url for url in as_list(value.get("urls")) if isinstance(url, str)),
        )

    @property
    def is_attestation(self) -> bool:
        """Whether this index entry is a BuildKit attestation: it describes another entry and cannot be run."""
        unknown = self.platform is not None and self.platform.is_unknown
        return unknown or "vnd.docker.reference.type" in self.annotations


def text(value: Mapping[str, Any], key: str) -> str:
    """The member's text, or empty text if the member is missing or of another type."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def text_map(value: Any) -> dict[str, str]:
    """The members of a JSON object that are text."""
    return {key: item for key, item in as_object(value).items() if isinstance(item, str)}


def as_object(value: Any) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty object."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a JSON array, else an empty list."""
    return value if isinstance(value, list) else []


def _platform(value: Any) -> Platform | None:
    if not isinstance(value, dict):
        return None
    return Platform(text(value, "os"), text(value, "architecture"), text(value, "variant"))
