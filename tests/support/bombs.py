"""Layers that are small to send and large to read, generated in chunks so that a test needs little memory.

Each function returns the chunks, the size and the digest of a blob.
"""

import hashlib
import sys
import zlib
from functools import partial

from layerscope.oci import Digest
from support.tars import END, Entry, base256, file, octal, pax_header, tar

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MIB = 1 << 20
SIZE = 256 * MIB
"""Several times the memory that reading may need."""


def zeros(count):
    return (bytes(MIB) for _ in range(count))


def gzipped(*parts):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return compressed(packer.compress, packer.flush, parts)


def zstandard(*parts):
    packer = zstd.ZstdCompressor()
    return compressed(packer.compress, packer.flush, parts)


def compressed(compress, flush, parts):
    blob = b"".join(compress(chunk) for part in parts for chunk in ([part] if isinstance(part, bytes) else part))
    return whole(blob + flush())


def whole(blob):
    return [blob], len(blob), Digest.of(blob)


def one_huge_file():
    """An uncompressed layer; the size in its header is a base-256 number."""
    size = SIZE
    header = Entry("huge", fields={124: base256(size, 12)}).header()

    def chunks():
        yield header
        yield from zeros(SIZE // MIB)

    digest = hashlib.sha256()
    for chunk in chunks():
        digest.update(chunk)
    return chunks(), size + 512, Digest("sha256", digest.hexdigest())


def sparse_file():
    pax = {"GNU.sparse.map": "0,4", "GNU.sparse.size": str(100 * 10**12), "GNU.sparse.name": "big"}
    return whole(tar(file("s", b"data", pax=pax)))


def old_sparse_files(count):
    """Files in GNU's old sparse format, each with the longest map that the reader accepts, and without data."""
    header = Entry("s", type=b"S", magic=b"ustar  \0", fields={482: b"\1"}).header()
    block = bytes(504) + b"\1" + bytes(7)
    return repeated(header + block * (MIB // 512 - 1) + bytes(512), count)


def repeated(block, times):
    many = block * max(1, MIB // len(block))
    return (many for _ in range(times * len(block) // len(many)))


def numbered_files(count):
    """The headers of this number of empty files with different names, a thousand in each chunk."""
    header = file("dir/file-0000000").header()
    start, end = header[:9], header[16:148]
    base = int(header[148:154], 8) - 7 * ord("0")
    for first in range(0, count, 1000):
        numbers = [b"%07d" % number for number in range(first, first + 1000)]
        yield b"".join(start + digits + end + b"%06o\0 " % (base + sum(digits)) + header[156:] for digits in numbers)


BOMBS = {
    "gzip of zeros": partial(gzipped, Entry("z", size=SIZE).header(), zeros(SIZE // MIB), END),
    "zstd of zeros": partial(zstandard, Entry("z", size=SIZE).header(), zeros(SIZE // MIB), END),
    "one file that comes plain": one_huge_file,
    "metadata of 8 GiB": partial(
        gzipped,
        file("a").header(),
        Entry("m", type=b"x", fields={124: octal(8 << 30, 12)}).header(),
        zeros(SIZE // MIB),
    ),
    "endless metadata": partial(gzipped, repeated(pax_header({"path": "p" * 900_000}), 300), END),
    "a sparse file of 100 TB": sparse_file,
    "names of 1 MiB": partial(gzipped, repeated(pax_header({"path": "d/" * 500_000}) + file("n").encode(), 250), END),
    "maps of 1 MiB": partial(gzipped, old_sparse_files(250), END),
    "a million entries": partial(gzipped, numbered_files(1_000_000), END),
}
