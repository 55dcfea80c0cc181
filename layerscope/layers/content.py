"""One entry's bytes out of a layer blob."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from layerscope.layers.chunks import pieces
from layerscope.layers.codecs import codec_of, decode
from layerscope.layers.damage import Damage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE_SIZE = 1 << 16


def open_entry(chunks: Iterable[bytes], data_offset: int, size: int) -> Iterator[bytes]:
    """The `size` bytes that begin at `data_offset` of the uncompressed tar, in chunks of at most 1 MiB.

    Reading stops soon behind them, so that the blob's digest cannot be verified on the way. Of a sparse file these are
    the stored bytes, without the holes. Raises `DamagedLayer` where the blob breaks, or ends, before all bytes came.
    """
    if not size:
        return
    to_skip, left = data_offset, size
    for chunk in _uncompressed(chunks):
        part = chunk[to_skip : to_skip + left]
        to_skip = max(to_skip - len(chunk), 0)
        left -= len(part)
        if part:
            yield part
        if not left:
            return
    if left:
        raise Damage.cut(f"the layer ends {left:,} bytes before the end of the file")


def _uncompressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    source = pieces(chunks, PIECE_SIZE)
    first = next(source, b"")
    return decode(codec_of(first), chain([first], source), [])
