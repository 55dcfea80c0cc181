"""Random images of nested indexes, and what each way to reach an image must find in them."""

import json
from dataclasses import dataclass, field

from hypothesis import strategies as st

from layerscope.blobs.tree import MAX_INDEX_DEPTH
from layerscope.oci import REFERS_TO, media_types
from support.images import descriptor, json_bytes

PLATFORMS = ("linux/amd64", "linux/arm64", "linux/s390x", "windows/amd64")


@dataclass
class IndexTree:
    """An image of indexes: `root` is its entry, `documents` and `blobs` are bytes by digest.

    `documents` has all manifests and indexes below the root, children before parents; a document that a test deletes
    from it is missing.
    """

    root: dict = field(default_factory=dict)
    documents: dict = field(default_factory=dict)
    blobs: dict = field(default_factory=dict)
    media_types: dict = field(default_factory=dict)

    @property
    def root_bytes(self):
        return self.documents[self.root["digest"]]

    @property
    def depth(self):
        """How many indexes lie on the longest way to a manifest."""
        return self._depth(self.root)

    @property
    def is_too_deep(self):
        return self.depth > MAX_INDEX_DEPTH

    def children(self, digest):
        """The entries that a document lists, if it is an index."""
        return json.loads(self.documents[digest]).get("manifests", [])

    def way_to(self, platform):
        """The digests from the root to the manifest for a platform, or to the index that has no image for it."""
        entry, way = self.root, [self.root["digest"]]
        while _is_index(entry):
            entries = [item for item in self.children(entry["digest"]) if _is_image(item) or _is_index(item)]
            fitting = [item for item in entries if item.get("platform") == _platform(platform)]
            nested = [item for item in entries if _is_index(item)]
            if not fitting and len(nested) != 1:
                break
            entry = (fitting or nested)[0]
            way.append(entry["digest"])
        return way

    def image_for(self, platform):
        """The digest of the manifest for a platform, None if there is no such image."""
        found = self.way_to(platform)[-1]
        return None if self.media_types[found] == media_types.OCI_INDEX else found

    def depth_to(self, platform):
        """How many indexes are read to find the manifest for a platform."""
        return sum(self.media_types[digest] == media_types.OCI_INDEX for digest in self.way_to(platform))

    def attestations(self):
        """The digests of all attestations, at any depth."""
        listed = [item for digest in self.documents for item in self.children(digest)]
        return {item["digest"] for item in listed if "annotations" in item}

    def add(self, data, media_type, *, is_blob=False, **more):
        """Keep these bytes; returns the entry of them."""
        entry = descriptor(data, media_type, **more)
        if is_blob:
            self.blobs[entry["digest"]] = data
        else:
            self.documents.setdefault(entry["digest"], data)
            self.media_types[entry["digest"]] = media_type
        return entry

    def image(self, name, platform):
        system = _platform(platform)
        config = json_bytes({**system, "created": "2024-01-02T03:04:05Z", "name": name, "rootfs": {"diff_ids": []}})
        layer = self.add(f"layer of {name}".encode(), media_types.OCI_LAYER_GZIP, is_blob=True)
        manifest = {
            "schemaVersion": 2,
            "mediaType": media_types.OCI_MANIFEST,
            "config": self.add(config, media_types.OCI_CONFIG, is_blob=True),
            "layers": [layer, layer],
        }
        return self.add(json_bytes(manifest), media_types.OCI_MANIFEST, platform=system)

    def attestation(self, subject):
        entry = self.image(f"about {subject['digest']}", "unknown/unknown")
        kind = {"vnd.docker.reference.type": "attestation-manifest"}
        return entry | {"annotations": {**kind, REFERS_TO: subject["digest"]}}

    def index(self, entries):
        value = {"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": entries}
        return self.add(json_bytes(value), media_types.OCI_INDEX)

    def _depth(self, entry):
        if not _is_index(entry):
            return 0
        return 1 + max((self._depth(item) for item in self.children(entry["digest"])), default=0)


def build(shape):
    """The tree of a shape: a platform is an image, a number a blob, a list an index of shapes.

    The first image that an index lists has an attestation beside it if the list begins with "attested".
    """
    tree = IndexTree()
    tree.root = _entry(tree, shape)
    return tree


def _entry(tree, shape):
    if isinstance(shape, int):
        return tree.add(b"cached layer %d" % shape, media_types.OCI_LAYER_GZIP, is_blob=True)
    if isinstance(shape, str):
        return tree.image(shape, shape)
    entries = [_entry(tree, item) for item in shape if item != "attested"]
    subject = next(filter(_is_image, entries), None)
    if "attested" in shape and subject:
        entries.append(tree.attestation(subject))
    return tree.index(entries)


def nested(depth, shape="linux/amd64"):
    """The tree of a shape below so many indexes."""
    for _ in range(depth):
        shape = [shape]
    return build(shape)


def _indexes(inner):
    entries = st.lists(inner, min_size=1, max_size=4)
    return st.builds(lambda found, attested: (["attested"] if attested else []) + found, entries, st.booleans())


LEAVES = st.sampled_from(PLATFORMS) | st.integers(0, 2)
SHAPES = _indexes(st.recursive(LEAVES, _indexes, max_leaves=8))
TREES = st.builds(lambda shape, depth: nested(depth, shape), SHAPES, st.integers(0, MAX_INDEX_DEPTH))
"""Indexes of images, blobs, attestations and indexes, with repeated entries; some are nested too deep."""


def _is_index(entry):
    return entry["mediaType"] == media_types.OCI_INDEX


def _is_image(entry):
    return entry["mediaType"] == media_types.OCI_MANIFEST and "annotations" not in entry


def _platform(text):
    os, architecture = text.split("/")
    return {"os": os, "architecture": architecture}
