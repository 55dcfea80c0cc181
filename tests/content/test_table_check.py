"""`verify` reads the whole layer, and compares its table of contents with it."""

import random

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.content.verification import verify_image
from layerscope.layers.toc import fetching
from layerscope.loading import Cancellation
from support.chunked import estargz, zstd_chunked
from support.memory_source import MemorySource
from support.tars import file, hardlink, symlink, tar

NOISE = random.Random(5).randbytes(200_000)
ENTRIES = [
    file("a", b"first\n", mtime=9, xattrs={"user.x": b"1"}),
    file("b", NOISE),
    symlink("link", "a"),
    hardlink("hard", "a"),
    file("empty"),
]
BOTH = pytest.mark.parametrize("convert", [estargz, zstd_chunked])


def inventory_of(chunked, **annotations):
    image = chunked.image([tar(file("below", b"1"))], **annotations)
    return verify_image(MemorySource(image), None, lambda _event: None, Cancellation())


def verified(chunked, **annotations):
    """The status and the problem of the layer."""
    last = inventory_of(chunked, **annotations).parts[-1]
    return last.status, last.problem


@BOTH
@pytest.mark.parametrize("chunk_size", [1 << 14, 1 << 22])
def test_a_true_table_is_verified(convert, chunk_size):
    assert verified(convert(ENTRIES, chunk_size=chunk_size)) == (BlobStatus.VERIFIED, "")


def find(table, name):
    return next(item for item in table["entries"] if item["name"] == name)


def swap(table):
    """The digests of `a` are those of its bytes, but its chunk is that of another file."""
    one, other = find(table, "a"), find(table, "b")
    one["name"], other["name"] = "b", "a"


LIES = {
    "name": lambda table: find(table, "b").update(name="c"),
    "size": lambda table: find(table, "a").update(size=5),
    "mode": lambda table: find(table, "empty").update(mode=0o4755),
    "owner": lambda table: find(table, "empty").update(uid=1),
    "time": lambda table: find(table, "empty").update(modtime="2020-01-01T00:00:00Z"),
    "type": lambda table: find(table, "empty").update(type="dir"),
    "link": lambda table: find(table, "link").update(linkName="b"),
    "attribute": lambda table: find(table, "a").pop("xattrs"),
    "digest": lambda table: find(table, "a").update(digest=f"sha256:{'0' * 64}"),
    "chunk": lambda table: find(table, "a").update(chunkDigest=f"sha256:{'0' * 64}"),
    "place": lambda table: find(table, "b").update(offset=find(table, "b")["offset"] + 1),
    "one file more": lambda table: table["entries"].append({"type": "reg", "name": "more"}),
    "one file less": lambda table: table["entries"].pop(),
    "files exchanged": swap,
}


@BOTH
@pytest.mark.parametrize("edit", LIES.values(), ids=LIES)
def test_a_table_that_lies_is_a_mismatch(convert, edit):
    status, problem = verified(convert(ENTRIES, edit=edit))
    assert status is not BlobStatus.VERIFIED
    assert problem.startswith("its table of contents ")


def test_a_chunk_with_other_bytes_than_the_file_is_a_mismatch():
    """The digests in the table are right for the chunk, which is elsewhere in the blob."""
    lying = [file("a", b"FIRST\n"), *ENTRIES[1:]]

    def take_other(table):
        find(table, "a").update({name: find(other, "a")[name] for name in ("digest", "chunkDigest")})

    other = {"entries": estargz(lying).entries}
    chunked = estargz(ENTRIES, edit=take_other)
    assert verified(chunked)[0] is BlobStatus.MISMATCH


def test_a_table_that_is_not_the_promised_one_is_a_mismatch():
    chunked = estargz(ENTRIES)
    (name,) = chunked.annotations
    status, problem = verified(chunked, **{name: f"sha256:{'0' * 64}"})
    assert status is BlobStatus.MISMATCH
    assert "does not have the digest" in problem


def test_a_table_of_a_kind_that_is_not_read_is_no_problem():
    chunked = estargz(ENTRIES, edit=lambda table: find(table, "b").update(innerOffset=3))
    assert verified(chunked) == (BlobStatus.VERIFIED, "")


@BOTH
def test_a_warning_names_the_layer_whose_table_is_too_large_to_be_checked(convert, monkeypatch):
    chunked = convert(ENTRIES)
    assert not inventory_of(chunked).warnings
    monkeypatch.setattr(fetching, "MAX_SIZE", 100)
    inventory = inventory_of(chunked)
    (warning,) = inventory.warnings
    digest = inventory.parts[-1].descriptor.digest
    assert warning.startswith(f"layer {digest}: its table of contents was not checked: ")
    assert inventory.parts[-1].status is BlobStatus.VERIFIED
