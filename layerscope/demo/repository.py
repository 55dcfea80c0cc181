"""The content of one repository of the loopback registry, in memory."""

import json
from dataclasses import dataclass, field
from typing import Any

from layerscope.oci import Digest


@dataclass(frozen=True, slots=True)
class Repository:
    """The blobs and manifests of a repository by digest, and the digests of its tags."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def add_blob(self, media_type: str, data: bytes) -> dict[str, Any]:
        """Store a blob; returns its descriptor."""
        digest = str(Digest.of(data))
        self.blobs[digest] = data
        return {"mediaType": media_type, "digest": digest, "size": len(data)}

    def add_document(self, media_type: str, document: dict[str, Any]) -> dict[str, Any]:
        """Store a blob of JSON; returns its descriptor."""
        return self.add_blob(media_type, json.dumps(document, separators=(",", ":")).encode())

    def add_manifest(self, document: dict[str, Any]) -> dict[str, Any]:
        """Store a manifest or an index, which has a `mediaType`; returns its descriptor."""
        data = json.dumps(document, indent=2).encode()
        digest = str(Digest.of(data))
        self.manifests[digest] = data
        return {"mediaType": document["mediaType"], "digest": digest, "size": len(data)}
