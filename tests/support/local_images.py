"""OCI layouts and docker-archives for tests: a dictionary of files, written to a directory or a tar."""

import json
from contextlib import ExitStack
from dataclasses import dataclass

from layerscope.blobs.resolve import resolve
from layerscope.sources.open import open_store
from support.images import build_index, digest_of
from support.tars import file, hardlink, symlink, tar

REF_NAME = "org.opencontainers.image.ref.name"


@dataclass(frozen=True)
class Link:
    """A member of an archive, or a file in a directory, that is a symlink; `hard` a hardlink in an archive."""

    target: str
    hard: bool = False


def blob_path(digest):
    return "blobs/" + digest.replace(":", "/")


def blob_files(*blobs):
    return {blob_path(digest_of(blob)): blob for blob in blobs}


def image_files(*images):
    """The manifests, configs and layers of these images, as files of a layout."""
    return blob_files(*(blob for image in images for blob in (image.manifest_bytes, *image.blobs.values())))


def named(image, name, **more):
    """An index entry for the image, with a tag."""
    return image.descriptor(annotations={REF_NAME: name}, **more)


def layout_files(entries, *images, version="1.0.0"):
    """A layout whose `index.json` has these entries, and the blobs of these images."""
    index = {"schemaVersion": 2, "manifests": entries}
    return {
        "oci-layout": json.dumps({"imageLayoutVersion": version}).encode(),
        "index.json": json.dumps(index).encode(),
        **image_files(*images),
    }


def classic_files(image, tags=("app:latest",), layer_name="{number:064x}/layer.tar"):
    """The format of `docker save` before 25: the config, and each uncompressed layer in a directory."""
    layers = {layer_name.format(number=number): tar for number, tar in enumerate(image.tars)}
    config = digest_of(image.config_bytes).removeprefix("sha256:") + ".json"
    entry = {"Config": config, "RepoTags": list(tags) if tags is not None else None, "Layers": list(layers)}
    return {config: image.config_bytes, **layers, "manifest.json": json.dumps([entry]).encode()}


def combined_files(*archives):
    """Several classic images in one archive."""
    entries = [entry for files in archives for entry in json.loads(files["manifest.json"])]
    merged = {name: data for files in archives for name, data in files.items()}
    return {**merged, "manifest.json": json.dumps(entries).encode()}


def skopeo_files(*images):
    """The files of `skopeo copy IMAGE dir:`; of several images, with `--all`."""
    blobs = {_hex(blob): blob for image in images for blob in image.blobs.values()}
    version = {"version": b"Directory Transport Version: 1.1\n"}
    if len(images) == 1:
        return version | blobs | {"manifest.json": images[0].manifest_bytes}
    entries = [
        image.descriptor(platform={"os": "linux", "architecture": image.config["architecture"]}) for image in images
    ]
    manifests = {f"{_hex(image.manifest_bytes)}.manifest.json": image.manifest_bytes for image in images}
    return version | blobs | manifests | {"manifest.json": build_index(*entries)}


def _hex(blob):
    return digest_of(blob).removeprefix("sha256:")


def write_directory(directory, files):
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, Link):
            path.symlink_to(data.target)
        else:
            path.write_bytes(data)
    return directory


def tar_bytes(files):
    return tar(*(member(name, data) for name, data in files.items()))


def member(name, data):
    if not isinstance(data, Link):
        return file(name, data)
    return hardlink(name, data.target) if data.hard else symlink(name, data.target)


def write_archive(path, files):
    path.write_bytes(tar_bytes(files))
    return path


class Opener:
    """Opens stores, and closes them when the test is over."""

    def __init__(self):
        self._stack = ExitStack()

    def __call__(self, text):
        store = open_store(str(text))
        self._stack.callback(store.close)
        return store

    def resolve(self, text, platform=None):
        return resolve(self(text), platform)

    def blobs(self, text, platform=None):
        """The layers of an image, read whole."""
        store = self(text)
        return tuple(read_blob(store, layer.descriptor) for layer in resolve(store, platform).layers)

    def close(self):
        self._stack.close()


def read_blob(store, descriptor, span=None):
    with store.open(descriptor, span) as chunks:
        return b"".join(chunks)
