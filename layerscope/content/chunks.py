"""Read files of a layer by the chunks that its table of contents lists. Each chunk is compared with its digest."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from hashlib import sha256

from layerscope.blobs.store import BlobStore, Span
from layerscope.errors import VerificationError
from layerscope.layers.chunks import Chunk
from layerscope.layers.content import read_spans
from layerscope.oci import Layer

Watch = Callable[[Iterable[bytes]], Iterable[bytes]]
Parts = Generator[tuple[int, bytes], None, None]

MAX_GAP = 1 << 16
"""Bytes between two chunks that cost less than another request."""
HINT = "to read the whole layer without its table of contents, use `--whole`"


def read_chunks(store: BlobStore, layer: Layer, files: Sequence[Sequence[Chunk]], watch: Watch = iter) -> Parts:
    """The bytes of files, each a sequence of chunks: pairs of a file's number and a part, not empty.

    What is fetched passes through `watch`. Raises `VerificationError` at the end of a chunk whose bytes are not the
    promised ones, `DamagedLayer` if they cannot be decompressed, and what `BlobStore.open` raises.
    """
    for run in _runs([(number, chunk) for number, chunks in enumerate(files) for chunk in chunks]):
        start, end = run[0][1].offset, run[-1][1].end
        with store.open(layer.descriptor, Span(start, end - start)) as fetched:
            cursor = _Cursor(iter(watch(fetched)), start)
            for number, chunk in run:
                yield from ((number, part) for part in _checked(cursor.between(chunk.offset, chunk.end), chunk, layer))


def _runs(chunks: Iterable[tuple[int, Chunk]]) -> Iterator[list[tuple[int, Chunk]]]:
    """The chunks that one request fetches: they follow each other in the blob."""
    run: list[tuple[int, Chunk]] = []
    for item in chunks:
        if run and not 0 <= item[1].offset - run[-1][1].end <= MAX_GAP:
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _checked(pieces: Iterator[bytes], chunk: Chunk, layer: Layer) -> Iterator[bytes]:
    hasher = sha256()
    for _, part in read_spans(pieces, [(0, chunk.size)]):
        hasher.update(part)
        yield part
    if hasher.digest() != chunk.digest:
        message = f"bytes of layer {layer.number} are not those that its table of contents promises"
        raise VerificationError(message, hint=HINT)


class _Cursor:
    """The bytes of a blob from `position` on, of which parts are taken in order."""

    def __init__(self, pieces: Iterator[bytes], position: int) -> None:
        self._pieces = pieces
        self._position = position
        self._rest = b""

    def between(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from one position to another one; fewer if the blob ends."""
        while self._position < end:
            self._rest = self._rest or next(self._pieces, b"")
            if not self._rest:
                return
            skipped = min(max(start - self._position, 0), len(self._rest))
            part = self._rest[skipped : end - self._position]
            self._rest = self._rest[skipped + len(part) :]
            self._position += skipped + len(part)
            if part:
                yield part
