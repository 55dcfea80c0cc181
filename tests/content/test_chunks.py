"""A file of a layer that its table lists is read by its own chunks, which are compared with their digests."""

import random
from types import SimpleNamespace

import pytest

from layerscope.blobs.store import Span
from layerscope.content.files import open_file
from layerscope.content.plan import Plan
from layerscope.content.tar_stream import tar_chunks
from layerscope.errors import DamagedLayer, VerificationError
from layerscope.filesystem.stack import Stack
from layerscope.loading import Cancellation, load
from support.chunked import estargz, zstd_chunked
from support.memory_source import MemorySource
from support.tars import directory, file, hardlink, tar

NOISE = random.Random(4).randbytes(1_500_000)
ENTRIES = [
    *(file(f"small/{number}", b"file %d" % number) for number in range(50)),
    file("big", NOISE),
    file("text", b"text " * 50_000),
    hardlink("same", "text"),
    directory("empty/"),
]
BOTH = pytest.mark.parametrize("convert", [estargz, zstd_chunked])


def listed(chunked, below=()):
    """An image with this layer, which is only listed."""
    source = MemorySource(chunked.image(below))
    loaded = load(source, uses_tables=True)
    source.spans.clear()
    return SimpleNamespace(source=source, image=loaded.image, stack=Stack.of([one.index for one in loaded.contents]))


def read(image, path):
    with open_file(image.source, image.image, image.stack.final, path) as chunks:
        return b"".join(chunks)


@BOTH
@pytest.mark.parametrize(("path", "content"), [(b"big", NOISE), (b"same", b"text " * 50_000), (b"small/7", b"file 7")])
def test_a_file_is_read_by_its_chunks(convert, path, content):
    image = listed(convert(ENTRIES, chunk_size=100_000), below=[tar(file("a", b"1"))])
    assert read(image, path) == content


@BOTH
def test_nothing_else_is_fetched(convert):
    chunked = convert(ENTRIES)
    image = listed(chunked)
    assert read(image, b"small/7") == b"file 7"
    (span,) = image.source.spans
    assert isinstance(span, Span)
    assert span.size < 1000


@BOTH
def test_all_files_come_in_a_few_requests(convert):
    image = listed(convert(ENTRIES, chunk_size=100_000))
    plan = Plan.of(image.stack.final, b"/")
    found = b"".join(tar_chunks(plan, image.source, image.image, Cancellation()))
    assert NOISE in found
    assert b"file 49" in found
    assert len(image.source.spans) == 1


def chunk_of(table, name):
    return next(item for item in table["entries"] if item["name"] == name)


@BOTH
@pytest.mark.parametrize(
    "lie",
    [{"chunkDigest": f"sha256:{'1' * 64}"}, {"digest": f"sha256:{'1' * 64}"}, {"size": 5}, {"size": 250_001}],
)
def test_wrong_bytes_are_an_error(convert, lie):
    image = listed(convert(ENTRIES, edit=lambda table: chunk_of(table, "text").update(lie), chunk_size=1 << 20))
    with pytest.raises((VerificationError, DamagedLayer)):
        read(image, b"text")


def test_a_chunk_that_leads_elsewhere_is_an_error():
    def move(table):
        chunk_of(table, "text")["offset"] += 1

    image = listed(estargz(ENTRIES, edit=move))
    with pytest.raises((VerificationError, DamagedLayer)):
        read(image, b"text")
