"""Read ranges of a layer's uncompressed tar, and fetch as little of the blob as its compression allows.

- An uncompressed layer: the spans of the blob that the ranges are.
- gzip: the blob from the checkpoint before a range, or from the start point before it, if this run has read the layer.
  Else the blob up to the end of the last range is read to make checkpoints, which the layer cache keeps.
- Everything else, and ranges that are short of little: the blob up to the end of the last range.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from humanize import metric

from layerscope.blobs.blob_file import BlobFile
from layerscope.blobs.store import BlobStore, Span
from layerscope.cache.layer_cache import LayerCache
from layerscope.content.kept_blobs import KeptBlobs
from layerscope.layers.checkpoints import SPACING, Checkpoints
from layerscope.layers.codecs import Codec
from layerscope.layers.content import read_spans
from layerscope.layers.seekable_gzip import UnusableCheckpoints
from layerscope.layers.start_points import StartPoints
from layerscope.oci import Layer

if TYPE_CHECKING:
    Watch = Callable[[Iterable[bytes]], Iterable[bytes]]
    Parts = Generator[tuple[int, bytes], None, None]
    Ranges = Sequence[tuple[int, Span]]

MIN_SIZE = 1 << 24
"""If the ranges end earlier in the tar, the blob is read up to their end: that takes less than 0.1 s."""

_log = logging.getLogger(__name__)


@contextmanager
def open_ranges(
    store: BlobStore, layer: Layer, ranges: Sequence[Span], watch: Watch = iter, memory: LayerCache | None = None
) -> Iterator[Iterator[tuple[int, bytes]]]:
    """The bytes of ranges of the tar, in its order: pairs of a range's number and a part, not empty.

    What is fetched passes through `watch`. While iterating, raises `DamagedLayer` if the tar ends too early, and what
    `BlobStore.open` raises. Wrong checkpoints may give wrong bytes: compare them with a hash, and call
    `forget_checkpoints` if they differ.
    """
    reader = _RangeReader(store, layer, watch, memory)
    with closing(reader.read(list(enumerate(ranges)))) as parts:
        try:
            yield parts
        finally:
            reader.log()


def prepare(store: BlobStore, layer: Layer, end: int, memory: LayerCache, watch: Watch = iter) -> None:
    """Make checkpoints up to a position of the tar, unless they are there or would not save much.

    What is read passes through `watch`. Raises what `BlobStore.open` raises.
    """
    _RangeReader(store, layer, watch, memory).checkpoints([(0, Span(end - 1, 1))], makes=True)


def forget_checkpoints(store: BlobStore, layer: Layer, memory: LayerCache | None) -> None:
    """Remove the checkpoints of a layer, if there are any."""
    if memory and (stamp := store.stamp(layer.descriptor)) is not None:
        memory.forget_checkpoints(layer, stamp)


class _RangeReader:
    def __init__(self, store: BlobStore, layer: Layer, watch: Watch, memory: LayerCache | None) -> None:
        self._store = store
        self._layer = layer
        self._watch = watch
        self._memory = memory
        self._start_points = store.start_points.get(layer.descriptor) if isinstance(store, KeptBlobs) else None
        self._fetched_size = 0

    def read(self, ranges: Ranges) -> Parts:
        """The parts of the ranges, by the way that fetches least."""
        if self._layer.diff_id == self._layer.descriptor.digest:
            yield from self._read_plain(ranges)
        elif checkpoints := self.checkpoints(ranges, makes=not self._is_kept and not self._start_points):
            yield from self._read_from(checkpoints, ranges)
        elif self._start_points and _cost(ranges, self._start_points.spacing) < ranges[-1][1].end:
            yield from self._read_from_points(self._start_points, ranges)
        else:
            yield from self._read_prefix(ranges)

    def checkpoints(self, ranges: Ranges, *, makes: bool) -> Checkpoints | None:
        """Checkpoints up to the end of the ranges, kept, or made now with `makes`; None if they save little."""
        is_gzip = self._layer.descriptor.media_type.endswith("gzip")
        if not self._memory or not is_gzip or not _are_small(ranges, 1 / 2):
            return None
        stamp = self._store.stamp(self._layer.descriptor)
        if stamp is None:
            return None
        found = self._memory.checkpoints(self._layer, stamp)
        if found and found.end >= ranges[-1][1].end:
            return found
        if not makes:
            return None
        made = self._make(ranges[-1][1].end) if _are_small(ranges, 1 / 8) else None
        if made:
            self._memory.put_checkpoints(self._layer, made, stamp)
        return made

    def log(self) -> None:
        """Log how much of the blob was fetched."""
        if self._fetched_size:
            fetched, size = (metric(size, "B") for size in (self._fetched_size, self._layer.descriptor.size))
            _log.info("fetched %s of %s of layer %d", fetched, size, self._layer.number)

    def _read_plain(self, ranges: Ranges) -> Parts:
        for run, members in _runs(ranges):
            with self._store.open(self._layer.descriptor, run) as chunks:
                yield from _parts(self._noted(_at_most(chunks, run.size)), members, run.offset, Codec.PLAIN)

    def _read_from_points(self, points: StartPoints, ranges: Ranges) -> Parts:
        descriptor = self._layer.descriptor
        for run, members in _runs(ranges):
            point = points.before(run.offset)
            span = Span(point.in_blob, points.end_after(run.end, descriptor.size) - point.in_blob)
            with self._store.open(descriptor, span) as chunks:
                inflated = point.inflate(self._noted(_at_most(chunks, span.size)))
                yield from _parts(_at_most(inflated, run.end - point.in_tar), members, point.in_tar, Codec.PLAIN)

    def _read_prefix(self, ranges: Ranges) -> Parts:
        descriptor = self._layer.descriptor
        with self._store.open(descriptor) as chunks:
            yield from _parts(self._noted(_at_most(chunks, descriptor.size)), ranges)

    def _read_from(self, checkpoints: Checkpoints, ranges: Ranges) -> Parts:
        """The parts by checkpoints; if these are of no use, the rest of the parts without them."""
        done_size = 0
        try:
            for number, part in self._inflate(checkpoints, ranges):
                done_size += len(part)
                yield number, part
        except UnusableCheckpoints as error:
            _log.info("the checkpoints of layer %d cannot be used: %s", self._layer.number, error)
            forget_checkpoints(self._store, self._layer, self._memory)
            yield from self._read_prefix(list(_after(ranges, done_size)))

    def _inflate(self, checkpoints: Checkpoints, ranges: Ranges) -> Parts:
        with self._opened_blob() as blob:
            for run, members in _runs(ranges):
                blob.announce(checkpoints.source(run.offset, run.end))
                yield from _parts(checkpoints.inflate(blob, run.offset, run.end), members, run.offset, Codec.PLAIN)

    @property
    def _is_kept(self) -> bool:
        """Whether the blob is on disk: then it is read from its start sooner than checkpoints are made."""
        return isinstance(self._store, KeptBlobs) and self._store.has(self._layer.descriptor)

    def _make(self, end: int) -> Checkpoints | None:
        size = self._layer.descriptor.size
        try:
            with self._opened_blob() as blob:
                blob.announce(Span(0, size))
                made = Checkpoints.make(blob, size, end)
        except UnusableCheckpoints as error:
            _log.info("layer %d gets no checkpoints: %s", self._layer.number, error)
            return None
        return made if made.end >= end else None

    @contextmanager
    def _opened_blob(self) -> Iterator[BlobFile]:
        """The blob as a file; if its store fails, the store's error is raised."""
        with closing(BlobFile(self._store, self._layer.descriptor, self._noted)) as blob:
            try:
                yield blob
            except UnusableCheckpoints:
                if blob.failure:
                    raise blob.failure from None
                raise

    def _noted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in self._watch(chunks):
            self._fetched_size += len(chunk)
            yield chunk


def _are_small(ranges: Ranges, share: float) -> bool:
    """Whether the ranges, with what is inflated before each, are less than a share of the tar up to their end."""
    end = ranges[-1][1].end if ranges else 0
    return end >= MIN_SIZE and _cost(ranges, SPACING) < end * share


def _cost(ranges: Ranges, spacing: int) -> int:
    """The bytes of the tar that are inflated for the ranges, if inflating can begin at positions `spacing` apart."""
    return sum(run.size + spacing for run, _ in _runs(ranges))


def _runs(ranges: Ranges) -> Iterator[tuple[Span, Ranges]]:
    """The ranges that are close to each other, and the span of the tar that has them."""
    run: list[tuple[int, Span]] = []
    for number, span in ranges:
        if run and span.offset - run[-1][1].end > SPACING:
            yield _span_of(run), run
            run = []
        run.append((number, span))
    if run:
        yield _span_of(run), run


def _span_of(ranges: Ranges) -> Span:
    start = ranges[0][1].offset
    return Span(start, ranges[-1][1].end - start)


def _after(ranges: Ranges, done_size: int) -> Iterator[tuple[int, Span]]:
    """What is left of the ranges once `done_size` bytes of them are read."""
    for number, span in ranges:
        skipped = min(done_size, span.size)
        done_size -= skipped
        if skipped < span.size:
            yield number, Span(span.offset + skipped, span.size - skipped)


def _parts(chunks: Iterable[bytes], ranges: Ranges, offset: int = 0, codec: Codec | None = None) -> Parts:
    """The parts of the ranges from chunks that begin at `offset`."""
    spans = [(span.offset - offset, span.size) for _, span in ranges]
    for index, part in read_spans(chunks, spans, codec):
        yield ranges[index][0], part


def _at_most(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The first `size` bytes, even if a server sends more; nothing after them is asked for."""
    for chunk in chunks:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return
