"""The cost of reading a layer, compared with inflating it, and with inflating it and computing both digests."""

import hashlib
import random
import sysconfig
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from zlib_ng import zlib_ng

from figures import Row
from layerscope.layers.codecs import codec_of, decode
from layerscope.layers.reader import read_layer
from layerscope.layers.stream import BLOCK_SIZE, blocks
from layerscope.oci import Descriptor, Digest, Layer, media_types
from support.tars import Entry, tar

REPEAT = 3


def measure() -> Iterator[Row]:
    text = stdlib_text()
    for name, count, entries in (
        ("100,000 files of 0 to 8 kB", 100_000, small_files(text, 100_000)),
        ("100,000 empty files", 100_000, (Entry(f"opt/lib/package-{n % 999}/file-{n}.py") for n in range(100_000))),
        ("100,000 files of 0 to 8 kB with PAX headers", 100_000, small_files(text, 100_000, mtime="1700000000.25")),
        ("40 files of 8 MB", 40, (Entry(f"usr/lib/{n}.so", turned(text, n * 77_777)) for n in range(40))),
    ):
        yield from compare(name, count, gzip(tar(*entries)))


def compare(name: str, count: int, blob: bytes) -> Iterator[Row]:
    layer = Layer(0, Descriptor(media_types.OCI_LAYER_GZIP, Digest.of(blob), len(blob)))
    inflating, hashing = shortest(lambda: inflate(blob)), shortest(lambda: inflate_and_hash(blob))
    reading = shortest(lambda: read_layer([blob], layer))
    yield Row(f"{name}: entries", count / reading / 1e3, "k/s")
    yield Row(f"{name}: reading", reading / inflating, "x", "inflate only")
    yield Row("", reading / hashing, "x", "inflate and both digests")


def shortest(function: Callable[[], object]) -> float:
    """The least processor time of several runs; the wall clock would also measure the rest of the machine."""
    return min(spent(function) for _ in range(REPEAT))


def spent(function: Callable[[], object]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def inflate(blob: bytes) -> int:
    return sum(map(len, inflated(blob)))


def inflate_and_hash(blob: bytes) -> None:
    diff_id = hashlib.sha256()
    hashlib.sha256(blob)
    for chunk in inflated(blob):
        diff_id.update(chunk)


def inflated(blob: bytes) -> Iterator[bytes]:
    source = blocks([blob], BLOCK_SIZE)
    first = next(source)
    return decode(codec_of(first), chain([first], source), [])


def small_files(text: bytes, count: int, **pax: str) -> Iterator[Entry]:
    """Files of many sizes in directories; their content compresses like ordinary text."""
    dice = random.Random(7)  # the same files on every machine, no secret
    for number in range(count):
        start, size = dice.randrange(len(text) - 8192), int(8192 * dice.random() ** 2)
        name = f"usr/lib/python3/dist-packages/package_{number % 997}/module_{number}.py"
        yield Entry(name, text[start : start + size], pax=pax)


def stdlib_text() -> bytes:
    """8 MB of Python's own source."""
    sources = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    text = b"".join(source.read_bytes() for source in sources)
    return (text * (8_000_000 // len(text) + 1))[:8_000_000]


def turned(text: bytes, count: int) -> bytes:
    return text[count:] + text[:count]


def gzip(data: bytes) -> bytes:
    packer = zlib_ng.compressobj(level=6, wbits=31)
    return packer.compress(data) + packer.flush()
