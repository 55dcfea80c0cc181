"""Images in files on this machine, in a directory or inside an archive, as blob stores.

The part after the path of a layout or an archive selects one of several images (containers-transports(5)).
"""

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache

from layerscope.blobs.store import Root, Span, cut
from layerscope.display import display
from layerscope.errors import InvalidReference, NotFound
from layerscope.oci import Descriptor, Digest, Platform, Reference
from layerscope.sources.file_store import FileStore
from layerscope.sources.recognition import STDIN_LOCATIONS

_DIGEST = re.compile(r"(?P<path>.+)@(?P<digest>[a-z0-9+._-]+:[a-zA-Z0-9=_-]+)", re.DOTALL)
_SHOWN_COUNT = 20


@dataclass(frozen=True, slots=True)
class ImageSelector:
    """A `name`, a `digest`, a position counted from 0, or none of them for the only image."""

    name: str | None = None
    digest: Digest | None = None
    position: int | None = None

    def matches(self, names: frozenset[str]) -> bool:
        """Whether one of an image's names is the selected one, literally or with Docker's or podman's defaults."""
        if self.name is None:
            return True
        wanted = {_canonical(self.name), _canonical(f"localhost/{self.name}")}
        return self.name in names or not wanted.isdisjoint(map(_canonical, names))

    def __str__(self) -> str:
        if self.digest:
            return f"@{self.digest}"
        if self.position is not None:
            return f":@{self.position}"
        return f":{display(self.name, limit=200)}" if self.name is not None else ""


def split_selector(text: str) -> tuple[str, ImageSelector]:
    """Path and selector of `PATH`, `PATH:NAME`, `PATH:@POSITION` or `PATH@DIGEST`.

    A path with a colon is taken whole if it exists. Else the path ends at the first colon with an existing path before
    it, or at the first colon. Raises `InvalidReference` if a digest does not follow its grammar.
    """
    if os.path.lexists(text):
        return text, ImageSelector()
    if match := _DIGEST.fullmatch(text):
        return match["path"], ImageSelector(digest=Digest.parse(match["digest"]))
    cuts = [cut.start() for cut in re.finditer(":", text) if cut.start()]
    if not cuts:
        return text, ImageSelector()
    cut = next((cut for cut in cuts if os.path.lexists(text[:cut])), cuts[0])
    return text[:cut], _parse(text[cut + 1 :])


def choice_hint(transport: str, location: str, selectors: Sequence[str]) -> str:
    """The hint that lists the images of a layout or an archive, each as it is typed to open it."""
    from_stdin = location in STDIN_LOCATIONS
    base = "FILE" if from_stdin else f"{transport}:{location}"
    names = [f"`{shlex.quote(base + selector)}`" for selector in selectors[:_SHOWN_COUNT]]
    more = ", ..." if len(selectors) > _SHOWN_COUNT else ""
    use = "save the archive to a file, and use" if from_stdin else "use"
    return f"{use} {'one of ' if len(names) > 1 else ''}{', '.join(names)}{more}"


def _parse(text: str) -> ImageSelector:
    if re.fullmatch(r"@[0-9]{1,9}", text):
        return ImageSelector(position=int(text[1:]))
    return ImageSelector(name=text or None)


def _canonical(name: str) -> str:
    try:
        return str(Reference.parse(name))
    except InvalidReference:
        return name


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
        """A text that changes when the file of a blob does; None for a document that is made here."""
        if descriptor.digest in self._generated:
            return None
        return self._files.stamp(self._file(descriptor))

    def close(self) -> None:
        """Close the directory or archive."""
        self._files.close()

    def _file(self, descriptor: Descriptor) -> str:
        name = self._names.get(descriptor.digest) or blob_name(descriptor)
        if not self._files.has(name):
            self._files.check_complete()
            raise NotFound(f"`{self.name}` has no blob {descriptor.digest.short}")
        return name


def blob_name(descriptor: Descriptor) -> str:
    """The file of a blob in a layout (image-layout.md, "Blobs"); safe, as digests are validated."""
    return f"blobs/{descriptor.digest.algorithm}/{descriptor.digest.encoded}"
