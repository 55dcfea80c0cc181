"""Write images to an OCI image layout in a directory (OCI image-spec image-layout.md).

The index is written last: until then, the directory is a layout without an index, in which no tool finds an image.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from layerscope.blobs.blob import Blob
from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.copying import BlobOutcome, OnProgress, copy_blobs
from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore
from layerscope.blobs.verified import Document, check, open_verified, unverifiable
from layerscope.content.target import TargetDirectory
from layerscope.display import display
from layerscope.errors import InvalidDocument, LayerscopeError, NotFound, SourceError, VerificationError
from layerscope.oci import Descriptor, Digest, as_list, as_object, media_types, text
from layerscope.oci.strict_json import parse_object
from layerscope.sources.directory_store import DirectoryStore
from layerscope.sources.file_store import read_document
from layerscope.sources.local_store import blob_name
from layerscope.sources.oci_layout import INDEX_FILE, LAYOUT_FILE, LAYOUT_VERSION, check_layout

REF_NAME = "org.opencontainers.image.ref.name"
LAYOUT = json.dumps({"imageLayoutVersion": LAYOUT_VERSION}).encode()
"""The content of `oci-layout`."""
_MODE = 0o644
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class LayoutDirectory:
    """The layout in a directory, which is made if needed; `tag` names the image in its index; with None it has no name.

    An image is added to an existing layout; the other images of the layout stay.
    """

    takes_index = True

    def __init__(self, path: Path, tag: str | None) -> None:
        self._path = path
        self._tag = tag
        self._shown = display(os.fsencode(path), limit=200)

    @property
    def name(self) -> str:
        """`oci:DIR:TAG`."""
        return f"oci:{self._shown}" + (f":{display(self._tag, limit=200)}" if self._tag else "")

    @property
    def names_in_index(self) -> bool:
        """Whether the image has a tag."""
        return bool(self._tag)

    def current(self) -> Digest | None:
        """The digest of the tag; raises `LayerscopeError` if the directory has other things than a layout."""
        files = DirectoryStore(os.fspath(self._path))
        if not files.has(LAYOUT_FILE):
            self._check_empty()
            return None
        check_layout(files)
        entry = next((entry for entry in _entries(self._index(files)) if _is_named(entry, self._tag)), {})
        return Digest.parse(text(entry, "digest")) if entry else None

    def write(self, store: BlobStore, contents: CopySet, on_progress: OnProgress) -> None:
        """Write the blobs, then the documents, children first, then the index."""
        directories = self._make_directories(contents)
        copy_blobs(contents.blobs, lambda *how: self._copy(store, *how), on_progress)
        with self._opened() as target:
            for document in contents.documents:
                target.write_file(blob_name(document.descriptor).encode(), [document.data], _MODE, None)
            for directory in directories:
                _sync(directory)
            with _locked(self._path):
                files = DirectoryStore(os.fspath(self._path))
                index = with_entry(self._index(files), contents.root, self._tag)
                target.write_file(INDEX_FILE.encode(), [index], _MODE, None)

    def _check_empty(self) -> None:
        try:
            is_empty = not self._path.exists() or not any(self._path.iterdir())
        except OSError as error:
            raise SourceError(f"cannot write to `{self._shown}`: {error.strerror}") from error
        if not is_empty:
            raise SourceError(f"`{self._shown}` exists, and is not an OCI layout", hint="name a new directory")

    def _index(self, files: DirectoryStore) -> dict[str, Any]:
        """The index of the layout; empty if the layout is new, or was not finished."""
        try:
            return parse_object(read_document(files, INDEX_FILE), f"`{INDEX_FILE}` in `{self._shown}`")
        except NotFound:
            return {}

    def _make_directories(self, contents: CopySet) -> set[Path]:
        """Make a layout without an index, and return the directories of the blobs."""
        wanted = (*contents.blobs, *(document.descriptor for document in contents.documents))
        directories = {self._path / Path(blob_name(blob)).parent for blob in wanted}
        with self._opened() as target:
            try:
                if not (self._path / LAYOUT_FILE).exists():
                    target.write_file(LAYOUT_FILE.encode(), [LAYOUT], _MODE, None)
                for directory in directories:
                    directory.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise LayerscopeError(f"cannot write to `{self._shown}`: {error.strerror}") from error
        return directories

    def _copy(
        self, store: BlobStore, blob: Descriptor, on_sent: Callable[[int], None], check_failed: Callable[[], None]
    ) -> BlobOutcome:
        if problem := unverifiable(blob.digest, f"the blob {blob.digest.short}"):
            raise VerificationError(problem)
        if self._has(blob):
            return BlobOutcome.PRESENT
        with open_verified(store, blob) as chunks, self._opened() as target:
            counted = watched(chunks, on_sent, check_failed)
            target.write_file(blob_name(blob).encode(), counted, _MODE, None)
        return BlobOutcome.WRITTEN

    def _has(self, blob: Descriptor) -> bool:
        """Whether the layout has the blob, with the right bytes."""
        try:
            with DirectoryStore(os.fspath(self._path)).open(blob_name(blob)) as chunks:
                found = Blob(chunks, blob)
                found.drain()
        except (NotFound, SourceError):
            return False
        return check(found, "")[0] is BlobStatus.VERIFIED

    def _opened(self) -> TargetDirectory:
        return TargetDirectory(self._path, overwrite=True, durable=True)


def watched(
    chunks: Iterable[bytes], on_sent: Callable[[int], None], check_failed: Callable[[], None]
) -> Iterator[bytes]:
    """The same chunks; their number of bytes is reported, and `check_failed` may raise."""
    size = 0
    for chunk in chunks:
        check_failed()
        yield chunk
        size += len(chunk)
        on_sent(size)


def with_entry(index: dict[str, Any], root: Document, tag: str | None) -> bytes:
    """The `index.json` with an image: its tag is taken from another image, if that has it. Raises `InvalidDocument`."""
    if index and not isinstance(index.get("manifests"), list | None):
        raise InvalidDocument(f"`{INDEX_FILE}` has no `manifests`")
    entry: dict[str, Any] = {
        "mediaType": root.descriptor.media_type,
        "digest": str(root.descriptor.digest),
        "size": len(root.data),
    }
    if tag:
        entry["annotations"] = {REF_NAME: tag}
    kept = [other for other in _entries(index) if not (_is_named(other, tag) if tag else other == entry)]
    first = {"schemaVersion": 2, "mediaType": media_types.OCI_INDEX}
    return json.dumps({**first, **index, "manifests": [*kept, entry]}, indent=2).encode()


def _entries(index: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in as_list(index.get("manifests")) if isinstance(entry, dict)]


def _is_named(entry: dict[str, Any], tag: str | None) -> bool:
    return bool(tag) and text(as_object(entry.get("annotations")), REF_NAME) == tag


def _sync(directory: Path) -> None:
    """Put the names in a directory on the disk."""
    file = os.open(directory, _DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """No other layerscope changes the index meanwhile."""
    file = os.open(directory, _DIRECTORY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
