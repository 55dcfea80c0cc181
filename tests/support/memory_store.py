"""A blob store in memory, of whatever blobs a test puts into it."""

import hashlib
import json
from contextlib import contextmanager

from layerscope.blobs.store import Root, cut
from layerscope.errors import NotFound
from layerscope.oci import Descriptor, media_types


class MemoryStore:
    """Blobs by digest; `opened` lists the digests that were read, `cut_short` those that lose their last byte."""

    name = "memory:app"

    def __init__(self):
        self.blobs = {}
        self.opened = []
        self.cut_short = set()
        self.root_descriptors = []

    def put(self, value, media_type, **more):
        """Keep bytes, or a value as JSON; returns what an index lists for them."""
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return {"mediaType": media_type, "digest": digest, "size": len(data), **more}

    def manifest(self, name="app", platform=None, layers=()):
        """A manifest whose config has that name in it."""
        os, architecture = platform.split("/") if platform else ("linux", "amd64")
        config = self.put({"os": os, "architecture": architecture, "name": name}, media_types.OCI_CONFIG)
        listed = {"platform": {"os": os, "architecture": architecture}} if platform else {}
        value = {"schemaVersion": 2, "config": config, "layers": list(layers)}
        return self.put(value, media_types.OCI_MANIFEST, **listed)

    def index(self, *entries, **more):
        return self.put({"schemaVersion": 2, "manifests": list(entries)}, media_types.OCI_INDEX, **more)

    def holding(self, image):
        """This store with an image of `support.images`."""
        self.blobs |= {**image.blobs, image.digest: image.manifest_bytes}
        return self.with_roots(image.descriptor())

    def with_roots(self, *entries):
        """This store, whose image is these entries."""
        self.root_descriptors = [Descriptor.parse(entry, "the root") for entry in entries]
        return self

    def root(self):
        return Root(self.root_descriptors[0])

    def roots(self, _platform):
        return tuple(Root(descriptor) for descriptor in self.root_descriptors)

    @contextmanager
    def open(self, descriptor, span=None):
        digest = str(descriptor.digest)
        self.opened.append(digest)
        if digest not in self.blobs:
            raise NotFound(f"`{self.name}` does not have {descriptor.digest.short}")
        data = self.blobs[digest]
        data = data[:-1] if digest in self.cut_short else data
        yield cut((data[start : start + 7] for start in range(0, len(data), 7)), span)

    def stamp(self, _descriptor):
        return ""

    def close(self):
        pass
