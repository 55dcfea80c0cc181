"""Images in files on this machine, in a directory or inside an archive, as blob stores."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache

from layerscope.blobs.store import Root, Span, cut
from layerscope.errors import NotFound
from layerscope.oci import Descriptor, Digest, Platform
from layerscope.sources.file_store import FileStore


@dataclass(frozen=True, slots=True)
class StoredImage:
    """The roots of an image, the names of blob files if not those of a layout, and its generated documents."""

    roots: tuple[Root, ...]
    names: Mapping[Digest, str] = field(default_factory=dict)
    generated: Mapping[Digest, bytes] = field(default_factory=dict)


class LocalStore:
    """A `BlobStore` over files. `find` finds the image in them when the roots are first needed."""

    def __init__(self, name: str, files: FileStore, find: Callable[[Platform | None], StoredImage]) -> None:
        self.name = name
        self._files = files
        self._find = cache(find)
        self._names: dict[Digest, str] = {}
        self._generated: dict[Digest, bytes] = {}

    def roots(self, platform: Platform | None) -> tuple[Root, ...]:
        """The roots of the image; an archive is opened now, and decompressed if needed."""
        found = self._find(platform)
        self._names.update(found.names)
        self._generated.update(found.generated)
        return found.roots

    def open(self, descriptor: Descriptor, span: Span | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a blob of the roots, or of a span of it."""
        if descriptor.digest in self._generated:
            return nullcontext(cut([self._generated[descriptor.digest]], span))
        return self._files.open(self._file(descriptor), span)

    def stamp(self, descriptor: Descriptor) -> str | None:
        """A text that changes when the file of a blob does."""
        return self._files.stamp(self._file(descriptor))

    def close(self) -> None:
        """Close the directory or archive."""
        self._files.close()

    def _file(self, descriptor: Descriptor) -> str:
        name = self._names.get(descriptor.digest) or blob_name(descriptor)
        if not self._files.has(name):
            raise NotFound(f"`{self.name}` does not have {descriptor.digest.short}")
        return name


def blob_name(descriptor: Descriptor) -> str:
    """The file of a blob in a layout (image-layout.md, "Blobs"); safe, as digests are validated."""
    return f"blobs/{descriptor.digest.algorithm}/{descriptor.digest.encoded}"
