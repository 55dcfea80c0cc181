"""Read a file for its preview: its bytes go to a file without a name, whose parts can then be read in any order."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from humanize import metric

from layerscope.content.preview.model import HEAD_SIZE, Facts, Members, Preview, Source
from layerscope.content.preview.recognition import is_plain, preview_of
from layerscope.content.preview.tar_archive import read_tar_member
from layerscope.content.preview.zip_archive import MAGICS as ZIP, read_zip_member
from layerscope.errors import DamagedLayer, LayerscopeError, SourceError
from layerscope.layers.codecs import Codec, codec_of, decode

MAX_SIZE = 1 << 26
"""Bytes of a file that are read to its end; of a larger file, the beginning is shown."""
MAX_ZIP_SIZE = 1 << 28
"""The same for zip files, whose list is at the end."""
MAX_DEPTH = 4
"""Archives in archives, and compressions, that are opened."""


@dataclass(frozen=True, slots=True)
class ReadPreview:
    """A preview, and the names of the archives that lead to the file; `is_checked` says if it was read to its end."""

    preview: Preview
    size: int
    names: tuple[bytes, ...] = ()
    is_checked: bool = True


@dataclass(frozen=True, slots=True)
class PreviewReader:
    """Reads a file of `size` bytes; the way to a member of an archive are the numbers of the members, in `inside`.

    `on_beginning` gets the preview of the beginning of a large file, before the rest is read.
    """

    name: bytes
    size: int
    inside: Sequence[int] = ()
    directory: Path | None = None
    on_beginning: Callable[[ReadPreview], None] = lambda _preview: None

    def read(self, chunks: Iterator[bytes]) -> ReadPreview:
        """The preview; raises what the chunks raise, and `DamagedLayer` if a member cannot be read."""
        with self._copied(chunks) as source:
            return replace(self._entered(source, self.inside, 0), is_checked=source.is_whole)

    @contextmanager
    def _copied(self, chunks: Iterator[bytes]) -> Iterator[Source]:
        """The file. All of its chunks are used if it is not too large: then they are compared with their hash."""
        head = _head(chunks)
        limit = MAX_ZIP_SIZE if head.startswith(ZIP) else MAX_SIZE
        with _stored([head], self.name, self.size, self.directory) as source:
            if self.size > len(head) and not self.inside and is_plain(head) and codec_of(head) is Codec.PLAIN:
                self.on_beginning(ReadPreview(preview_of(source), self.size, is_checked=False))
            if self.size > limit:
                yield source
                return
        with _stored(_joined(head, chunks), self.name, self.size, self.directory) as source:
            yield source

    def _entered(self, source: Source, inside: Sequence[int], depth: int) -> ReadPreview:
        """The preview of the source, or of a member of it."""
        with self._uncompressed(source, depth) as (plain, facts, reached):
            if not inside:
                preview = preview_of(plain)
                return ReadPreview(replace(preview, facts=(*facts, *preview.facts)), source.size, (source.name,))
            if reached >= MAX_DEPTH:
                raise DamagedLayer(f"archives are opened {MAX_DEPTH} deep, no deeper")
            with self._member(plain, inside[0]) as member:
                found = self._entered(member, inside[1:], reached + 1)
                return replace(found, names=(source.name, *found.names))

    @contextmanager
    def _uncompressed(self, source: Source, depth: int) -> Iterator[tuple[Source, Facts, int]]:
        """The source without its compression, or compressions, and what is to say of them."""
        codec = codec_of(source.read(0, 16))
        if codec is Codec.PLAIN or depth >= MAX_DEPTH:
            yield source, (), depth
            return
        problems: list[str] = []
        name = source.name.rpartition(b".")[0] or source.name
        with _stored(_decoded(codec, source, problems), name, None, self.directory) as plain:
            facts = (("compression", str(codec)), *(("incomplete", problem) for problem in problems))
            with self._uncompressed(plain, depth + 1) as (inner, more, inner_depth):
                yield inner, (*facts, *more), inner_depth

    @contextmanager
    def _member(self, source: Source, number: int) -> Iterator[Source]:
        content = preview_of(source).content
        if not isinstance(content, Members) or number >= len(content.members):
            raise DamagedLayer("the archive has no such member")
        member = content.members[number]
        read = read_zip_member if source.head.startswith(ZIP) else read_tar_member
        name = member.name.rstrip(b"/").rpartition(b"/")[2]
        with _stored(read(source, number, MAX_SIZE), name, None, self.directory) as found:
            yield replace(found, size=max(member.size, found.stored_size))


@contextmanager
def _stored(chunks: Iterable[bytes], name: bytes, size: int | None, directory: Path | None) -> Iterator[Source]:
    """A source of these bytes; few of them stay in memory. Without a `size`, it is the number of the bytes."""
    stored_size = 0
    try:
        with tempfile.SpooledTemporaryFile(HEAD_SIZE, dir=str(directory) if directory else None) as file:
            for chunk in chunks:
                file.write(chunk)
                stored_size += len(chunk)
            yield Source(name, file, stored_size if size is None else size, stored_size)
    except OSError as error:
        raise SourceError(f"the file cannot be written to disk: {error.strerror}") from error


def _decoded(codec: Codec, source: Source, problems: list[str]) -> Iterator[bytes]:
    """The uncompressed bytes, at most `MAX_SIZE`; what is wrong is added to the problems."""
    left = MAX_SIZE
    try:
        for part in decode(codec, _pieces(source), []):
            yield part[:left]
            left -= len(part)
            if left <= 0:
                problems.append(f"it unpacks to more than {metric(MAX_SIZE, 'B')}; the rest is not shown")
                return
    except LayerscopeError as error:
        problems.append(error.message)


def _pieces(source: Source) -> Iterator[bytes]:
    position = 0
    while piece := source.read(position, 1 << 16):
        position += len(piece)
        yield piece


def _head(chunks: Iterator[bytes]) -> bytes:
    """The first bytes, at least `HEAD_SIZE` unless the file is smaller."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) >= HEAD_SIZE:
            break
    return bytes(data)


def _joined(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from chunks
