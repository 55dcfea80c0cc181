"""Write images to archives: an OCI layout in a tar, or what `docker load` and `podman load` read.

The sizes of all members are known, so every member has its place in the file, and several are written at once.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.copying import BlobOutcome, OnProgress, copy_blobs
from layerscope.blobs.store import BlobStore
from layerscope.blobs.verified import open_verified, unverifiable
from layerscope.content.output_file import check_absent, new_file
from layerscope.display import display
from layerscope.errors import LayerscopeError, UsageError, VerificationError
from layerscope.layers.tar.writing import END, Header, padding
from layerscope.oci import Descriptor, Manifest
from layerscope.sources.docker_manifest import MANIFEST_FILE
from layerscope.sources.local_store import blob_name
from layerscope.sources.oci_layout import INDEX_FILE, LAYOUT_FILE
from layerscope.targets.layout import LAYOUT, watched, with_entry

_HINT = "remove the file, or name another one"
MAX_SIZE = 1 << 60
"""Bytes of an archive; no disk has more, and sums of larger sizes do not fit into the calls of the system."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive: a blob of the store, or the bytes of a document."""

    name: str
    content: Descriptor | bytes

    @property
    def size(self) -> int:
        """The bytes of the content."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.size


class Format(Protocol):
    """The members of an archive of an image; `name` is its tag in the archive."""

    transport: str
    takes_index: bool

    def __call__(self, contents: CopySet, name: str | None) -> list[Member]:
        """The members, in their order; raises `UsageError`."""


class LayoutMembers:
    """`oci-archive`: an OCI layout."""

    transport, takes_index = "oci-archive", True

    def __call__(self, contents: CopySet, name: str | None) -> list[Member]:
        """The marker, the index, then the blobs of the layout."""
        documents = [Member(blob_name(document.descriptor), document.data) for document in contents.documents]
        blobs = [Member(blob_name(blob), blob) for blob in contents.blobs]
        index = Member(INDEX_FILE, with_entry({}, contents.root, name))
        return [Member(LAYOUT_FILE, LAYOUT), index, *documents, *blobs]


class DockerMembers:
    """`docker-archive`: a config, and its layers compressed or not, as the store has them (image/spec v1.2)."""

    transport, takes_index = "docker-archive", False

    def __call__(self, contents: CopySet, name: str | None) -> list[Member]:
        """The list of images, the config, then each layer once."""
        manifest = contents.root.value
        assert isinstance(manifest, Manifest)
        config = Member(f"{manifest.config.digest.encoded}.json", manifest.config)
        layers = [Member(f"{layer.digest.encoded}.tar", layer) for layer in manifest.layers]
        entry = {
            "Config": config.name,
            "RepoTags": [name] if name else None,
            "Layers": [layer.name for layer in layers],
        }
        once = {member.name: member for member in layers}
        return [Member(MANIFEST_FILE, json.dumps([entry]).encode()), config, *once.values()]


class NewArchive:
    """An archive that does not exist yet; `name` is the tag of the image in it."""

    def __init__(self, members: Format, path: Path, name: str | None) -> None:
        self._members = members
        self._path = path
        self._name = name
        self._shown = display(os.fsencode(path), limit=200)

    @property
    def takes_index(self) -> bool:
        """Whether it can have the images of several platforms."""
        return self._members.takes_index

    @property
    def name(self) -> str:
        """`oci-archive:FILE`."""
        return f"{self._members.transport}:{self._shown}"

    @property
    def names_in_index(self) -> bool:
        """Whether the image has a tag in the layout."""
        return bool(self._name) and self._members.takes_index

    def current(self) -> None:
        """Nothing: raises `LayerscopeError` if the file exists."""
        if os.path.lexists(self._path):
            raise LayerscopeError(f"`{self._shown}` already exists", hint=_HINT)

    def write(self, store: BlobStore, contents: CopySet, on_progress: OnProgress) -> None:
        """Write the archive beside its place, and give it its name when it is whole."""
        members = self._members(contents, self._name)
        try:
            with new_file(self._path, lambda: check_absent(self._path, _HINT)) as file:
                _write(file.fileno(), members, store, on_progress)
        except OSError as error:
            raise LayerscopeError(f"cannot write `{self._shown}`: {error.strerror}") from error


def _write(file: int, members: list[Member], store: BlobStore, on_progress: OnProgress) -> None:
    positions: dict[Descriptor, int] = {}
    position = 0
    for member in members:
        header = Header(member.name.encode(), member.size).encode()
        if position + member.size > MAX_SIZE:
            raise UsageError(f"the image has more than {MAX_SIZE:,} bytes")
        _put(file, header, position)
        position += len(header)
        if isinstance(member.content, bytes):
            _put(file, member.content, position)
        else:
            positions[member.content] = position
        position += member.size + len(padding(member.size))
    os.ftruncate(file, position + len(END))  # the padding and the end are zeros

    def copy(blob: Descriptor, on_sent: Callable[[int], None], check_failed: Callable[[], None]) -> BlobOutcome:
        if problem := unverifiable(blob.digest, f"the blob {blob.digest.short}"):
            raise VerificationError(problem)
        written = positions[blob]
        with open_verified(store, blob) as chunks:
            for chunk in watched(chunks, on_sent, check_failed):
                _put(file, chunk, written)
                written += len(chunk)
        return BlobOutcome.WRITTEN

    copy_blobs(positions, copy, on_progress)


def _put(file: int, data: bytes, position: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(file, view, position)
        position += written
        view = view[written:]
