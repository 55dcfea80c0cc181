"""Directories that `skopeo copy IMAGE dir:PATH` writes: `version`, `manifest.json`, and blobs named by hex digest.

The format is defined by containers/image, `directory/directory_transport.go`. A manifest that an index lists is named
`HEX.manifest.json`; digests of other algorithms than sha256 are written `ALGORITHM-HEX`.
"""

import re

from layerscope.blobs.store import Root
from layerscope.errors import InvalidReference, NotFound, SourceError
from layerscope.oci import Descriptor, Digest
from layerscope.sources.docker_manifest import MANIFEST_FILE
from layerscope.sources.file_store import FileStore, read_document
from layerscope.sources.local_store import ImageSelector, StoredImage

VERSION_FILE = "version"
_VERSION = b"Directory Transport Version: 1."
_BLOB = re.compile(r"(?:(?P<algorithm>[a-z0-9]+)-)?(?P<encoded>[a-f0-9]{64,128})(?:\.manifest\.json)?")


def is_skopeo_directory(files: FileStore) -> bool:
    """Whether the files say that they are such a directory; raises `SourceError` or `InvalidDocument`."""
    return files.has(VERSION_FILE) and files.has(MANIFEST_FILE) and _has_version(files)


def find_in_skopeo_directory(files: FileStore, selector: ImageSelector) -> StoredImage:
    """The image of the directory, which has no name; raises `NotFound`, `SourceError` or `InvalidDocument`."""
    if not is_skopeo_directory(files):
        raise SourceError(
            f"`{files.location}` is not a directory of `skopeo copy`: it needs `{VERSION_FILE}` and `{MANIFEST_FILE}`"
        )
    manifest = read_document(files, MANIFEST_FILE)
    root = Descriptor("", Digest.of(manifest), len(manifest))
    if str(selector) not in {"", f"@{root.digest}"}:
        raise NotFound(f"`{files.location}` has no image `{str(selector).lstrip(':')}`: its only image has no name")
    return StoredImage((Root(root),), _blobs(files), {root.digest: manifest})


def _has_version(files: FileStore) -> bool:
    with files.open(VERSION_FILE) as chunks:
        return next(iter(chunks), b"").startswith(_VERSION)


def _blobs(files: FileStore) -> dict[Digest, str]:
    """The files that are named by a digest."""
    found = {}
    for name in files.names():
        if match := _BLOB.fullmatch(name):
            try:
                found[Digest.parse(f"{match['algorithm'] or 'sha256'}:{match['encoded']}")] = name
            except InvalidReference:
                continue
    return found
