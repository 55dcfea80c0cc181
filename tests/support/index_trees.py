"""Random trees of image indexes, where they can be reached, and a plain model of what is in them."""

import json
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from layerscope.errors import NoMatchingPlatform
from layerscope.oci import REFERS_TO, media_types, parse_manifest
from support.fake_registry import Reply, ranged
from support.images import build_image, build_index, descriptor, digest_of, json_bytes
from support.local_images import blob_path, layout_files, write_archive, write_directory

MAX_DEPTH = 8
PLATFORMS = ("linux/amd64", "linux/arm64", "linux/s390x")
IMAGES = [
    build_image([[("name", name.encode())]], platform=platform) for platform in PLATFORMS for name in ("one", "two")
]
ATTESTATION = build_image(
    [b"{}"], compress=bytes, layer_media_type="application/vnd.in-toto+json", platform="unknown/unknown"
)


@dataclass
class Tree:
    """`root` is the descriptor of an index, `blobs` is what a store has, by the digest that it is asked for.

    `wrong` has the digests of which the store has other bytes.
    """

    root: dict
    blobs: dict = field(default_factory=dict)
    wrong: set = field(default_factory=set)

    def status(self, entry, depth=0):
        """`verified`, `missing` or `wrong`, as an index is that is nested too deep."""
        digest = entry["digest"]
        if digest not in self.blobs:
            return "missing"
        is_too_deep = depth >= MAX_DEPTH and entry["mediaType"] == media_types.OCI_INDEX
        return "wrong" if digest in self.wrong or is_too_deep else "verified"

    def parts(self, platform=None):
        """The digests and statuses of all parts; with a platform, of one entry of each index only."""
        return set(self._parts(self.root, platform, 0))

    def image(self, platform, *, reads_config=True):
        """The digest of the manifest for a platform, or why there is none: `missing`, `wrong` or `no platform`."""
        entry, depth = self.root, 0
        while (status := self.status(entry, depth)) == "verified":
            if entry["mediaType"] != media_types.OCI_INDEX:
                status = self.status(self._document(entry)["config"]) if reads_config else status
                return entry["digest"] if status == "verified" else status
            try:
                entry, depth = self._chosen(entry, platform), depth + 1
            except NoMatchingPlatform:
                return "no platform"
        return status

    def to_publish(self, platform):
        """The digests of all manifests and indexes, or of the one for a platform; or why it cannot be published."""
        if platform:
            found = self.image(platform, reads_config=False)
            return {found} if ":" in found else found
        found = dict(self._parts(self.root, None, 0, with_blobs=False))
        return next((status for status in found.values() if status != "verified"), found.keys())

    def _document(self, entry):
        return json.loads(self.blobs[entry["digest"]])

    def _parts(self, entry, platform, depth, *, with_blobs=True):
        status = self.status(entry, depth)
        yield entry["digest"], status
        if status != "verified":
            return
        document = self._document(entry)
        if entry["mediaType"] != media_types.OCI_INDEX:
            blobs = (document["config"], *document["layers"]) if with_blobs else ()
            yield from ((part["digest"], self.status(part)) for part in blobs)
            return
        for child in [self._chosen(entry, platform)] if platform else document["manifests"]:
            yield from self._parts(child, platform, depth + 1, with_blobs=with_blobs)

    def _chosen(self, entry, platform):
        """The entry of an index for a platform; for any platform, the best one that the store has, if it has one."""
        index = parse_manifest(self.blobs[entry["digest"]])
        chosen = index.select(platform)
        while not platform and str(chosen.digest) not in self.blobs:
            index = replace(index, manifests=tuple(item for item in index.manifests if item is not chosen))
            if not index.images:
                break
            chosen = index.select(None)
        return next(child for child in self._document(entry)["manifests"] if child["digest"] == str(chosen.digest))

    def files(self):
        """The tree as a layout."""
        return layout_files([self.root]) | {blob_path(digest): blob for digest, blob in self.blobs.items()}

    def skopeo_files(self):
        """The tree as a directory of `skopeo copy --all`."""
        blobs = {
            digest.removeprefix("sha256:") + (".manifest.json" if b'"schemaVersion"' in blob else ""): blob
            for digest, blob in self.blobs.items()
        }
        version = b"Directory Transport Version: 1.1\n"
        return blobs | {"version": version, "manifest.json": self.blobs[self.root["digest"]]}

    def serve(self, registry, repository):
        """Serve the tree as `latest`."""
        for digest, blob in self.blobs.items():
            registry.on("GET", f"/v2/{repository}/blobs/{digest}", ranged(blob))
            media_type = media_types.OCI_INDEX if b'"manifests"' in blob else media_types.OCI_MANIFEST
            reply = Reply(body=blob, headers={"Content-Type": media_type})
            for target in ("latest", digest) if digest == self.root["digest"] else (digest,):
                registry.on("GET", f"/v2/{repository}/manifests/{target}", reply)


def places(tree, registry, repository, directory):
    """The same tree wherever an image can be: texts that name it, by the kind of the place."""
    tree.serve(registry, repository)
    layout, archive, of_skopeo = (directory / f"{repository}{suffix}" for suffix in ("", ".tar", ".dir"))
    return {
        "registry": f"{registry.host}/{repository}:latest",
        "directory": f"oci:{write_directory(layout, tree.files())}",
        "archive": f"oci-archive:{write_archive(archive, tree.files())}",
        "directory of skopeo": f"dir:{write_directory(of_skopeo, tree.skopeo_files())}",
    }


@st.composite
def trees(draw):
    """Images, attestations, indexes within indexes (some too deep), entries listed twice, circles, and gaps."""
    tree = Tree({})
    tree.root = _wrapped(draw, tree, _index(draw, tree, draw(st.integers(0, 2))))
    others = sorted(tree.blobs.keys() - {tree.root["digest"]} - tree.wrong)
    for digest in draw(st.sets(st.sampled_from(others), max_size=2)) if others else ():
        if draw(st.booleans()):
            del tree.blobs[digest]
        else:
            tree.blobs[digest] = tree.blobs[digest][:-1] + b"!"
            tree.wrong.add(digest)
    return tree


def _index(draw, tree, height):
    entries = [_entry(draw, tree, height) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        entries.append(draw(st.sampled_from(entries)))
    if draw(st.booleans()):
        entries.append(_image(tree, ATTESTATION) | {"annotations": {REFERS_TO: entries[0]["digest"]}})
    return _stored(tree, entries)


def _entry(draw, tree, height):
    kind = draw(st.sampled_from(["image", "image", "index", "circle"])) if height else "image"
    if kind == "image":
        return _image(tree, draw(st.sampled_from(IMAGES)))
    return _circle(tree) if kind == "circle" else _wrapped(draw, tree, _index(draw, tree, height - 1))


def _wrapped(draw, tree, entry):
    """The entry below a chain of indexes."""
    for _ in range(draw(st.sampled_from([0, 0, 1, MAX_DEPTH - 2, MAX_DEPTH - 1, MAX_DEPTH]))):
        entry = _stored(tree, [entry])
    return entry


def _image(tree, image):
    tree.blobs |= {image.digest: image.manifest_bytes, **image.blobs}
    return image.descriptor(platform={"os": image.config["os"], "architecture": image.config["architecture"]})


def _stored(tree, entries):
    """The entry for an index, which is no other index, at whatever depth that may be."""
    data = json_bytes(
        {
            "schemaVersion": 2,
            "mediaType": media_types.OCI_INDEX,
            "manifests": entries,
            "annotations": {"number": str(len(tree.blobs))},
        }
    )
    tree.blobs[digest_of(data)] = data
    return descriptor(data, media_types.OCI_INDEX)


def _circle(tree):
    """The entry for an index that lists itself. No digest fits such bytes, but a store may have them under any."""
    entry = {"mediaType": media_types.OCI_INDEX, "digest": digest_of(b"circle"), "size": 100}
    entry["size"] = len(build_index(entry))
    tree.blobs[entry["digest"]] = build_index(entry)
    tree.wrong.add(entry["digest"])
    return entry
