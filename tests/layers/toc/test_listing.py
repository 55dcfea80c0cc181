"""A table of contents lists what the layer itself has; a hostile one is refused."""

import random

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.errors import Cancelled, LayerscopeError, RegistryError
from layerscope.layers.damage import Damage
from layerscope.layers.layer_index import ContentKind, EntryFlag, EntryRole, EntryType, LayerIndex
from layerscope.layers.reader import read_layer
from layerscope.layers.toc.fetching import MAX_SIZE
from layerscope.layers.toc.listing import list_layer, try_to_list
from layerscope.oci import Descriptor, Digest, Layer
from support.chunked import estargz, zstd_chunked
from support.memory_source import MemorySource
from support.tars import Entry, directory, file, hardlink, symlink

NOISE = random.Random(3).randbytes(1_500_000)
ENTRIES = [
    directory("etc/", mtime=1_700_000_000),
    file("etc/motd", b"hello\n", mode=0o4755, uid=7, gid=70_000, mtime=1_600_000_000),
    file("etc/empty"),
    hardlink("etc/hard", "etc/motd"),
    symlink("etc/link", "../usr/lib"),
    Entry("dev", type=b"3", device=(1, 3)),
    Entry("pipe", type=b"6"),
    file("big", NOISE, xattrs={"user.a": b"\xff\x00"}),
    file("etc/.wh.gone"),
    file("etc/.wh..wh..opq"),
    file("../../climbs", b"cleaned"),
    file("etc/motd", b"again\n"),
]
BOTH = pytest.mark.parametrize("convert", [estargz, zstd_chunked])


def layer_of(chunked, **annotations):
    return Layer(0, Descriptor.parse(chunked.descriptor(**annotations), "the layer"), Digest.of(chunked.tar))


def listed(chunked, **annotations):
    return list_layer(MemorySource(chunked.image()), layer_of(chunked, **annotations))


@BOTH
def test_the_table_lists_the_entries_of_the_layer(convert):
    chunked = convert(ENTRIES)
    index, whole = listed(chunked).index, read_layer([chunked.blob], layer_of(chunked)).index
    rows = [row for row, path in enumerate(whole.paths) if path != b"stargz.index.json"]
    for name, _ in LayerIndex.schema():
        if name not in ("content_kinds", "content_hashes", "data_offsets", "compressed_sizes"):
            assert list(getattr(index, name)) == [getattr(whole, name)[row] for row in rows], name
    assert index.xattrs == {7: {"user.a": b"\xff\x00"}}


@BOTH
def test_a_content_is_identified_by_the_digest_that_the_table_promises(convert):
    index = listed(convert(ENTRIES)).index
    assert index.content_kinds[1] == ContentKind.SHA256
    assert int(index.content_hashes[1]) == int(Digest.of(b"hello\n").encoded[:16], 16)
    assert index.content_kinds[0] == ContentKind.NONE


@BOTH
def test_the_shares_of_the_pull_follow_from_the_chunks_and_add_up_to_the_blob(convert):
    chunked = convert(ENTRIES)
    shares = listed(chunked).index.compressed_sizes
    assert shares.sum() == len(chunked.blob)
    assert shares.min() >= 0
    assert abs(shares[7] - len(NOISE)) < len(NOISE) / 100


@BOTH
def test_only_the_footer_and_the_table_are_fetched(convert):
    chunked = convert(ENTRIES)
    source = MemorySource(chunked.image())
    content = list_layer(source, layer_of(chunked))
    assert all(span.is_required for span in source.spans)
    assert sum(span.size for span in source.spans) == content.blob_size < len(chunked.blob) / 100
    assert (content.status, content.blob_digest, content.diff_id) == (BlobStatus.LISTED, None, None)


def entry(name):
    """A function that finds an entry of the table by its name."""
    return lambda table: next(item for item in table["entries"] if item["name"] == name)


def put(name, **values):
    return lambda table: entry(name)(table).update(values)


def add(*entries):
    return lambda table: table["entries"].extend(entries)


HOSTILE = {
    "not JSON": lambda _table: b"{",
    "an array": lambda _table: b"[]",
    "no entries": lambda _table: b'{"version": 1}',
    "another version": lambda _table: b'{"version": 2, "entries": []}',
    "entries twice": lambda _table: b'{"version": 1, "entries": [], "entries": []}',
    "a key twice": lambda _table: b'{"version": 1, "entries": [{"type": "dir", "name": "a", "name": "b"}]}',
    "more behind it": lambda _table: b'{"version": 1, "entries": []} x',
    "deep nesting": lambda _table: b'{"version": 1, "entries": ' + b"[" * 100_000,
    "an entry that is no object": add(1),
    "NaN": lambda _table: b'{"version": 1, "entries": [{"type": "reg", "name": "a", "size": NaN}]}',
    "no name": add({"type": "dir"}),
    "an unknown type": add({"type": "door", "name": "a"}),
    "a type that cannot be a key": add({"type": [], "name": "a"}),
    "a name that is not UTF-8": add({"type": "dir", "name": "a\udc80"}),
    "a name with a sign in place of bytes": add({"type": "dir", "name": "a\ufffd"}),
    "a negative size": put("big", size=-1),
    "a huge size": put("big", size=1 << 62),
    "a size that is too large for 64 bits": put("big", size=1 << 63),
    "a size that is no number": put("big", size="9"),
    "an owner that is no number": put("big", uid=True),
    "an offset behind the layer": put("big", offset=1 << 40),
    "an offset before another chunk": put("big", offset=3),
    "a negative offset": put("etc/motd", offset=-5),
    "chunks that are too small": put("big", chunkSize=5),
    "a chunk that belongs to another file": add({"type": "chunk", "name": "big", "offset": 9, "chunkOffset": 1}),
    "a chunk without a file": lambda table: table["entries"].insert(0, {"type": "chunk", "name": "a", "offset": 1}),
    "a file without a digest": put("etc/motd", digest="", chunkDigest=""),
    "a text that is not a digest": put("etc/motd", digest="sha256:zz", chunkDigest=5),
    "several files in one member": put("big", innerOffset=5),
    "attributes that are not base64": put("big", xattrs={"a": "\u00e9"}),
    "attributes that are no object": put("big", xattrs=[1]),
}


@BOTH
@pytest.mark.parametrize("edit", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_table_is_refused_with_a_warning(convert, edit):
    chunked = convert(ENTRIES, edit=edit)
    content, warning = try_to_list(MemorySource(chunked.image()), layer_of(chunked))
    assert content is None
    assert warning.startswith("its table of contents is not used: ")


def test_hostile_names_are_cleaned_as_those_of_a_tar():
    names = ["/abs", "a/../../b", "nul\0name", "", "x" * 5000, ".wh.", "a/b/c", "a/b/c"]
    links = [{"type": "hardlink", "name": "h1", "linkName": "h2"}, {"type": "hardlink", "name": "h2", "linkName": "h1"}]
    chunked = estargz(ENTRIES, edit=add(*({"type": "reg", "name": name} for name in names), *links))
    content = listed(chunked)
    index, first = content.index, len(ENTRIES)
    assert [index.paths[first], index.paths[first + 1]] == [b"abs", b"b"]
    assert index.flags[first + 1] & EntryFlag.ESCAPING
    assert (index.roles[first + 2 : first + 6] == EntryRole.INVALID).all()
    assert (index.types[-2:] == EntryType.HARDLINK).all()
    assert "4 entries with a name that cannot be applied" in " ".join(content.warnings)


@BOTH
def test_a_table_with_another_digest_than_the_manifest_promises_is_refused(convert):
    chunked = convert(ENTRIES)
    (name,) = [name for name in chunked.annotations if "position" not in name]
    with pytest.raises(Damage, match="does not have the digest"):
        listed(chunked, **{name: f"sha256:{'0' * 64}"})
    _, warning = try_to_list(MemorySource(chunked.image()), layer_of(chunked, **{name: "md5"}))
    assert "`md5` is not a digest" in warning


@pytest.mark.parametrize("position", ["", "1:2:3", f"{10**17}:5:5:1", "5:0:5:1", "0:1000000:5:1", "9:9:9:2"])
def test_a_position_that_cannot_be_is_refused(position):
    chunked = zstd_chunked(ENTRIES)
    (name,) = [name for name in chunked.annotations if "position" in name]
    with pytest.raises(LayerscopeError):
        listed(chunked, **{name: position})


@pytest.mark.parametrize("footer", [0, 1 << 63, 1_499_000, None])
def test_a_footer_that_leads_elsewhere_is_refused(footer):
    chunked = estargz(ENTRIES, footer=footer)
    if footer is None:
        chunked.blob += bytes(51)
    with pytest.raises(Damage):
        listed(chunked)


def test_a_table_that_expands_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("layerscope.layers.toc.fetching.MAX_SIZE", 1 << 20)
    assert MAX_SIZE > 1 << 20
    chunked = zstd_chunked(ENTRIES, edit=lambda _table: b" " * (1 << 24))
    with pytest.raises(Damage, match="has more than 1 MiB"):
        listed(chunked)


def test_a_source_that_cannot_send_a_part_is_no_reason_for_a_warning():
    class Whole(MemorySource):
        def open(self, descriptor, span=None):
            if span and span.is_required:
                raise RegistryError("`localhost` ignores ranges")
            return super().open(descriptor, span)

    chunked = estargz(ENTRIES)
    assert try_to_list(Whole(chunked.image()), layer_of(chunked)) == (None, "")


def test_cancelling_is_not_taken_for_a_wrong_table():
    def cancelled(_chunks):
        raise Cancelled

    chunked = estargz(ENTRIES)
    with pytest.raises(Cancelled):
        try_to_list(MemorySource(chunked.image()), layer_of(chunked), cancelled)


def test_cancelling_ends_the_reading_of_a_long_table_too():
    def cancelled_at_an_entry(items):
        for item in items:
            if isinstance(item, dict):
                raise Cancelled
            yield item

    chunked = estargz(ENTRIES)
    with pytest.raises(Cancelled):
        list_layer(MemorySource(chunked.image()), layer_of(chunked), cancelled_at_an_entry)
