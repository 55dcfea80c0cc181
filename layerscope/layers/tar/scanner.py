"""`TarScanner`: uncompressed tar bytes in, `LayerIndex` out, in one pass and in bounded memory.

The loop hops from header to header, and needs only the size of the data after each. Headers are collected and decoded
in batches. The scanner follows Go's archive/tar, which decides what container runtimes unpack.
"""

import xxhash

from layerscope.blobs.status import BlobStatus
from layerscope.display import display
from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import LayerIndex
from layerscope.layers.positions import Positions
from layerscope.layers.tar import fields
from layerscope.layers.tar.batch import Batch
from layerscope.layers.tar.candidates import candidates
from layerscope.layers.tar.data import OpenData, content_of
from layerscope.layers.tar.entries import EntryCollector
from layerscope.layers.tar.headers import Read, body_after, data_after
from layerscope.layers.tar.keeper import Keeper
from layerscope.layers.tar.metadata import GLOBAL_PAX, METADATA_TYPES, Metadata, padded, plain_size
from layerscope.layers.tar.notices import WarningCounts

_BLOCK = 512
_ZEROS = bytes(_BLOCK)
_WAIT = -1
_ESTARGZ_INDEX = b"stargz.index.json\0"
"""The entry that BuildKit writes after the end of an eStargz layer, for lazy readers."""

LOST_METADATA = "of global PAX values after metadata, which therefore belongs to no entry"
GLOBAL_PAX_IGNORED = "of global PAX values, which container runtimes ignore"


class TarScanner:
    """Feed it the tar in chunks, then `finish`. An error is kept in `damage`, and all later bytes are ignored."""

    def __init__(self) -> None:
        self.damage: Damage | None = None
        self._entries = EntryCollector()
        self._batch = Batch()
        self._metadata = Metadata()
        self._notices = WarningCounts()
        self._keeper = Keeper(self._notices)
        self._buffer = b""
        """Bytes that begin at a header and are not enough yet."""
        self._origin = 0
        """Bytes of the tar before the buffer."""
        self._data = OpenData()
        self._is_at_end = False
        self._tail = b""

    @property
    def warnings(self) -> list[str]:
        """Sentences about oddities of the tar, limited in number; complete after `finish`."""
        warnings = self._notices.sentences()
        if self._tail and self._tail != _ESTARGZ_INDEX:
            warnings.append("more data follows the end of the tar; it is not read")
        if self._metadata.is_waiting and not self.damage:
            warnings.append("the tar ends with a metadata header that belongs to no entry")
        return warnings

    def index(self, positions: Positions) -> LayerIndex:
        """All entries, after `finish`."""
        return self._entries.index(positions, self._keeper, is_whole=not self.damage)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the tar."""
        if self.damage or self._is_at_end:
            self._pass_by(chunk)
            return
        start = self._continue_data(chunk)
        buffer = self._buffer + chunk if self._buffer else chunk
        try:
            position = self._hop_and_keep(buffer, start)
            if self._batch.is_full and not self._data.is_open:
                self._decode()
        except Damage as damage:
            self._stop(damage)
        else:
            self._keep_rest(buffer, position)

    def finish(self) -> None:
        """End the tar: decode the last batch, and check that the tar ends between two entries."""
        if self.damage:
            return
        try:
            self._decode()
            self._check_end()
        except Damage as damage:
            self._stop(damage)

    def _keep_rest(self, buffer: bytes, position: int) -> None:
        """Keep the rest of the buffer for the next chunk; after the end of the tar, keep nothing."""
        self._buffer = buffer[position:]
        self._data.skip(max(position - len(buffer), 0))
        self._origin += min(position, len(buffer))
        if self._is_at_end:
            self._pass_by(self._buffer)
            self._buffer = b""

    def _continue_data(self, chunk: bytes) -> int:
        """Take the data of the previous entry; returns the position after it."""
        left = self._data.left
        position = self._data.take(chunk)
        if left:
            self._batch.content_hashes[-1] = self._data.content
            self._keeper.take(memoryview(chunk)[:left], is_last=not self._data.is_open)
        return position

    def _hop_and_keep(self, buffer: bytes, position: int) -> int:
        first = len(self._batch.headers)
        try:
            return self._hop(buffer, position)
        finally:
            if len(self._batch.headers) > first:
                self._keep_files(buffer, first)

    def _hop(self, buffer: bytes, position: int) -> int:
        """Hop from header to header, as far as the buffer goes; returns the next position, maybe after its end."""
        batch, metadata, digest = self._batch, self._metadata, xxhash.xxh3_64_intdigest
        add_header, add_offset = batch.headers.append, batch.data_offsets.append
        add_size, add_content = batch.stored_sizes.append, batch.content_hashes.append
        view, length, origin = memoryview(buffer), len(buffer), self._origin
        while (end := position + _BLOCK) <= length and not self._is_at_end:
            header = buffer[position:end]
            size = -1 if metadata.is_waiting else plain_size(header)
            if size < 0:
                after = self._take_special(buffer, position, header)
                if after == _WAIT:
                    break
                position = after
                continue
            add_header(header)
            add_offset(origin + end)
            add_size(size)
            if end + size > length:
                return end + self._open_data(view[end:], size)
            add_content(digest(view[end : end + size]))
            position = end + (size + 511 & -_BLOCK)
        return position

    def _take_special(self, buffer: bytes, position: int, header: bytes) -> int:
        """Take a header that is not plain; returns the position after it, `_WAIT` if the buffer is too short."""
        end = position + _BLOCK
        if header == _ZEROS:
            return self._take_end(buffer, end)
        try:
            if header[fields.TYPE] in METADATA_TYPES:
                return self._take_metadata(buffer, end, header)
            return self._take_entry(buffer, end, header)
        except ValueError as error:
            reason = f"is not valid: {error}" if fields.has_right_checksum(header) else "has a wrong checksum"
            raise Damage(f"the header at byte {self._origin + position:,} {reason}") from error

    def _take_end(self, buffer: bytes, end: int) -> int:
        """Two blocks of zeros end the tar; so does one, if it is the last block."""
        following = buffer[end : end + _BLOCK]
        if len(following) < _BLOCK:
            return _WAIT
        if following != _ZEROS:
            raise Damage(f"there is a lone block of zeros at byte {self._origin + end - _BLOCK:,}")
        self._is_at_end = True
        return end + _BLOCK

    def _take_metadata(self, buffer: bytes, start: int, header: bytes) -> int:
        body = body_after(header, start, _reading(buffer))
        if body is None:
            return _WAIT
        batch = self._batch
        batch.metadata.append((len(batch.headers), self._origin + start - _BLOCK, header))
        batch.metadata_size += len(body)
        if header[fields.TYPE] == GLOBAL_PAX and self._metadata.is_waiting:
            self._notices.add(LOST_METADATA, header[fields.NAME].partition(b"\0")[0])
        if self._metadata.take(header[fields.TYPE], body):
            self._notices.add(GLOBAL_PAX_IGNORED, header[fields.NAME].partition(b"\0")[0])
        return start + padded(len(body))

    def _take_entry(self, buffer: bytes, start: int, header: bytes) -> int:
        stored = data_after(header, start, _reading(buffer), self._metadata)
        if stored is None:
            return _WAIT
        extras, start, size = stored.extras, stored.position, stored.size
        batch = self._batch
        batch.metadata_size += len(extras.sparse_map)
        batch.extras[len(batch.headers)] = extras
        batch.headers.append(header)
        batch.data_offsets.append(self._origin + start)
        batch.stored_sizes.append(size)
        data = memoryview(buffer)[start : start + size]
        if len(data) < size:
            return start + self._open_data(data, size, extras.sparse_map)
        batch.content_hashes.append(content_of(data, extras.sparse_map))
        return start + padded(size)

    def _keep_files(self, buffer: bytes, first: int) -> None:
        """Keep what is needed of the data in the buffer, of the entries of the batch from `first` on."""
        batch, view = self._batch, memoryview(buffer)
        starts = [offset - self._origin for offset in batch.data_offsets[first:]]
        found = candidates(buffer, [start - _BLOCK for start in starts], batch.stored_sizes[first:])
        rows = {first + row for row in found}
        rows |= {row for row, extras in batch.extras.items() if row >= first and extras.path}
        for row in sorted(rows):
            extras, size = batch.extras.get(row), batch.stored_sizes[row]
            if size and not (extras and extras.is_sparse):
                start = starts[row - first]
                name = (extras and extras.path) or fields.name_of(batch.headers[row])
                self._keeper.begin(self._entries.count + row, name, size, view[start : start + size])

    def _open_data(self, data: memoryview, size: int, sparse_map: bytes = b"") -> int:
        """Take the beginning of incomplete data; returns its length."""
        self._data.begin(data, size, sparse_map)
        self._batch.content_hashes.append(0)
        return len(data)

    def _decode(self) -> None:
        batch, self._batch = self._batch, Batch()
        if batch.is_empty:
            return
        index, damage = batch.decode(self._notices)
        self._entries.add(index, batch.stored_sizes)
        if damage:
            raise damage

    def _check_end(self) -> None:
        if self._data.is_open:
            name = display(self._entries.mark_last_partial(), limit=80)
            raise Damage.cut(f"inside the data of `{name}`")
        if self._buffer.strip(b"\0"):
            raise Damage.cut(f"inside the header at byte {self._origin:,}")

    def _stop(self, damage: Damage) -> None:
        """Keep the damage, or an earlier damage among the headers not decoded yet."""
        try:
            self._decode()
        except Damage as earlier:
            damage = earlier
        count = self._entries.count
        after = "1 entry" if count == 1 else f"{count:,} entries"
        is_cut = damage.status is BlobStatus.TRUNCATED
        reason = f"ends after {after}, {damage.message}" if is_cut else f"is damaged after {after}: {damage.message}"
        self.damage = Damage(f"its tar {reason}", damage.status)
        self._buffer = b""

    def _pass_by(self, chunk: bytes) -> None:
        if self._is_at_end and len(self._tail) < len(_ESTARGZ_INDEX):
            more = chunk if self._tail else chunk.lstrip(b"\0")
            self._tail += more[: len(_ESTARGZ_INDEX) - len(self._tail)]


def _reading(buffer: bytes) -> Read:
    return lambda position, size: buffer[position : position + size]
