import pytest

from layerscope.blobs.store import Span
from layerscope.content.files import StoredFile, open_file
from layerscope.errors import DamagedLayer, NotFound, SourceError, UsageError, VerificationError
from support.images import build_image
from support.loaded import load_layers
from support.memory_source import MemorySource
from support.tars import Entry, directory, file, gzip, hardlink, symlink, tar, zstd

BIG = bytes(range(256)) * 10_000
LAYERS = [
    [directory("d"), file("d/big", BIG), file("d/empty"), file("d/old", b"first"), file("gone", b"it was here")],
    [file("d/old", b"second"), hardlink("d/link", "d/big"), file(".wh.gone"), file("z", b"z")],
]


def content_of(loaded, path, layer=1, source=None):
    with open_file(source or loaded.source, loaded.image, loaded.stack.snapshot(layer), path) as chunks:
        return b"".join(chunks)


@pytest.mark.parametrize("compress", [bytes, gzip, zstd])
@pytest.mark.parametrize(
    ("path", "layer", "content"),
    [
        (b"d/big", 1, BIG),
        (b"d/link", 1, BIG),
        (b"d/empty", 1, b""),
        (b"d/old", 0, b"first"),
        (b"d/old", 1, b"second"),
        (b"gone", 0, b"it was here"),
    ],
)
def test_a_version_of_a_file_has_its_own_bytes(compress, path, layer, content):
    assert content_of(load_layers(LAYERS, compress=compress), path, layer) == content


class Counting(MemorySource):
    def __init__(self, built):
        super().__init__(built)
        self.read_size = 0

    def _chunks(self, digest):
        for chunk in super()._chunks(digest):
            self.read_size += len(chunk)
            yield chunk


def test_a_blob_is_read_no_further_than_its_file_goes():
    loaded = load_layers([[("first", b"1" * 1000), ("second", BIG)]], compress=bytes)
    source = Counting(loaded.built)
    assert content_of(loaded, b"first", 0, source) == b"1" * 1000
    assert 0 < source.read_size < 100_000


@pytest.mark.parametrize(("compress", "reads_span"), [(bytes, True), (gzip, False)])
def test_of_a_layer_that_is_stored_plain_only_the_file_is_asked_for(compress, reads_span):
    content = gzip(b"a file that is compressed itself")
    loaded = load_layers([[("first", BIG), ("second", content)]], compress=compress)
    store = MemorySource(loaded.built)
    assert content_of(loaded, b"second", 0, store) == content
    offset = loaded.built.tars[0].index(content)
    assert store.spans == [Span(offset, len(content)) if reads_span else None]


def test_no_blob_is_opened_for_an_empty_file():
    loaded = load_layers([[("empty", b""), ("a", b"1")]])
    loaded.source.fail(0)
    assert content_of(loaded, b"empty", 0) == b""


@pytest.mark.parametrize("change", [b"other content", b"FIRST"])
def test_content_that_differs_from_the_index_is_reported(change):
    loaded = load_layers([[("a", b"first"), ("b", b"2" * 9000)]], compress=bytes)
    tampered = build_image([[("a", change[:5]), ("b", b"2" * 9000)]], compress=bytes)
    source = MemorySource(tampered)
    source.built.blobs[str(loaded.image.layers[0].descriptor.digest)] = tampered.layers[0]
    with pytest.raises(VerificationError, match="`/a` has changed since the layer was read"):
        content_of(loaded, b"a", 0, source)


def test_a_blob_that_has_become_shorter_is_damaged():
    loaded = load_layers([[("a", BIG)]], compress=bytes)
    loaded.built.blobs[str(loaded.image.layers[0].descriptor.digest)] = loaded.built.layers[0][:10_000]
    with pytest.raises(DamagedLayer, match="before the end of the file"):
        content_of(loaded, b"a", 0)


def test_a_blob_that_never_ends_is_read_no_further_than_promised():
    loaded = load_layers([[("a", BIG)]])
    digest = str(loaded.image.layers[0].descriptor.digest)
    size = len(loaded.built.blobs[digest])
    loaded.built.blobs[digest] = gzip(b"") * size
    source = Counting(loaded.built)
    with pytest.raises(DamagedLayer):
        content_of(loaded, b"a", 0, source)
    assert source.read_size <= size + 200_000


def test_an_error_of_the_source_passes_through():
    loaded = load_layers(LAYERS)
    loaded.source.fail(0)
    with pytest.raises(SourceError, match="the connection broke"):
        content_of(loaded, b"d/big")


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (b"d", "a directory"),
        (b"p", "a pipe"),
        (b"c", "a device"),
        (b"h", "a broken hardlink"),
        (b"implied", "a directory"),
    ],
)
def test_only_files_have_content(path, what):
    entries = [directory("d"), symlink("s", "d"), Entry("p", type=b"6"), Entry("c", type=b"3")]
    loaded = load_layers([[*entries, hardlink("h", "nothing"), file("implied/x", b"1")]])
    with pytest.raises(UsageError, match=f"`/{path.decode()}` is {what}, not a file"):
        content_of(loaded, path, 0)


def test_the_content_of_a_symlink_is_asked_for_by_version_alone():
    loaded = load_layers([[file("a", b"1"), symlink("s", "a")]])
    assert content_of(loaded, b"s", 0) == b"1"
    version = loaded.stack.final.versions[loaded.stack.nodes.find(b"s")]
    with pytest.raises(UsageError, match="`/s` is a symlink, not a file"):
        StoredFile.of(loaded.stack, version)


def test_a_path_that_is_not_in_the_snapshot_has_no_content():
    loaded = load_layers(LAYERS)
    for path, layer in ((b"gone", 1), (b"z", 0), (b"nothing", 1), (b"", -1)):
        with pytest.raises(NotFound, match=f"is not in the image after layer {layer}"):
            content_of(loaded, path, layer)


def test_a_sparse_file_is_not_given_out_without_its_holes():
    records = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "s", "GNU.sparse.realsize": "4096"}
    loaded = load_layers([tar(Entry("GNUSparseFile.0/s", b"0\n".ljust(512, b"\0"), pax=records))])
    with pytest.raises(UsageError, match="sparse"):
        content_of(loaded, b"s", 0)
