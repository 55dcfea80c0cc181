"""Files and directories of an image as a tar stream, as `extract` would write them to disk."""

from collections.abc import Iterator

from layerscope.blobs.store import BlobStore
from layerscope.cache.layer_cache import LayerCache
from layerscope.content.extraction import contents
from layerscope.content.plan import Attributes, Plan
from layerscope.layers.tar.writing import DIRECTORY, END, HARDLINK, REGULAR, SYMLINK, Header, padding
from layerscope.loading import Cancellation
from layerscope.oci import Image

_PERMISSIONS = 0o777


def tar_chunks(
    plan: Plan, store: BlobStore, image: Image, cancellation: Cancellation, memory: LayerCache | None = None
) -> Iterator[bytes]:
    """The tar of a plan: directories, files, hardlinks, symlinks; all owned by root.

    Modes lose their set-user-ID, set-group-ID and sticky bits. Without its end, the tar is not whole: raises what
    `extraction.contents` raises.
    """
    for path, attributes in cancellation.watch(plan.directories):
        yield _header(path, attributes, DIRECTORY)
    times: dict[bytes, Attributes] = {}
    for layer, files in plan.files.items():
        for (path, attributes, file), parts in contents(files, store, image.layers[layer], cancellation, memory):
            times[path] = attributes
            yield _header(path, attributes, REGULAR, size=file.size)
            yield from parts
            yield padding(file.size)
    for path, existing in cancellation.watch(plan.hardlinks):
        yield _header(path, times[existing], HARDLINK, link=existing)
    for path, attributes, link in cancellation.watch(plan.symlinks):
        yield _header(path, attributes, SYMLINK, link=link)
    yield END


def _header(path: bytes, attributes: Attributes, kind: bytes, *, size: int = 0, link: bytes = b"") -> bytes:
    return Header(path, size, kind, attributes.mode & _PERMISSIONS, attributes.mtime or 0, link).encode()
