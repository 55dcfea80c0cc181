"""Read the bytes of entries from a layer blob."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from layerscope.layers.codecs import Codec, codec_of, decode
from layerscope.layers.damage import Damage
from layerscope.layers.stream import blocks

PIECE_SIZE = 1 << 16


def read_spans(
    chunks: Iterable[bytes], spans: Sequence[tuple[int, int]], codec: Codec | None = None
) -> Iterator[tuple[int, bytes]]:
    """The bytes of several entries, each an offset and a size: pairs of the span's number and a part of its bytes.

    The spans must be in the order of the tar. An empty span has no parts. Reading stops soon after the last span.
    Without a `codec` the first bytes determine it. Raises `DamagedLayer` if the blob is invalid or ends before the last
    of these bytes.
    """
    wanted = [number for number, (_, size) in enumerate(spans) if size]
    source = _uncompressed(chunks, codec) if wanted else iter(())
    position, chunk = 0, b""
    for number in wanted:
        start, size = spans[number]
        end = start + size
        while start < end:
            while start >= position + len(chunk):
                position += len(chunk)
                chunk = next(source, b"")
                if not chunk:
                    raise Damage.cut(f"the layer ends {end - start:,} bytes before the end of the file")
            part = chunk[start - position : end - position]
            start += len(part)
            yield number, part


def _uncompressed(chunks: Iterable[bytes], codec: Codec | None) -> Iterator[bytes]:
    source = blocks(chunks, PIECE_SIZE)
    first = next(source, b"")
    return decode(codec or codec_of(first), chain([first], source), [])
