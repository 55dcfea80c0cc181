"""Promises of loading an image: order, events, failures and cancellation."""

import random

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.cache.layer_cache import LayerCache
from layerscope.errors import Cancelled, NotFound, TransportError, Unauthorized
from layerscope.filesystem.change import Change
from layerscope.filesystem.stack import Stack
from layerscope.loading import Cancellation, ImageResolved, LayerLoaded, LayerProgress, load, load_beside, load_layers
from layerscope.oci import Descriptor, Digest, Layer
from support.chunked import estargz, zstd_chunked
from support.images import build_image, descriptor, digest_of
from support.memory_source import MemorySource
from support.tars import file, tar


class Store(MemorySource):
    """The errors of `failing` are raised before the first byte of a blob, those of `breaking` in its middle."""

    def __init__(self, built):
        super().__init__(built)
        self.failing, self.breaking = {}, {}

    def _chunks(self, digest):
        if error := self.failing.get(digest):
            raise error
        blob = self.built.blobs[digest]
        yield blob[: len(blob) // 2]
        if error := self.breaking.get(digest):
            raise error
        yield blob[len(blob) // 2 :]


@pytest.fixture
def source():
    return Store(build_image([[("a", b"1")], [("b", b"22")], [("c", b"333")]]))


def test_the_image_is_announced_before_any_layer_is_opened(source):
    opened_when_told = []

    def listen(event):
        if isinstance(event, ImageResolved):
            opened_when_told.append(list(source.opened))

    load(source, on_event=listen)
    assert opened_when_told == [[]]


def test_every_layer_is_read_and_announced_with_its_number(source):
    events = []
    loaded = load(source, on_event=events.append)
    assert [content.status for content in loaded.contents] == [BlobStatus.VERIFIED] * 3
    assert sorted(event.number for event in events if isinstance(event, LayerLoaded)) == [0, 1, 2]
    received = {event.number: event.received_size for event in events if isinstance(event, LayerProgress)}
    assert received == {number: len(blob) for number, blob in enumerate(source.built.layers)}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("it is gone"), "missing"),
        (TransportError("`host` hung up"), "unverified"),
        (Unauthorized("`host` wants a login"), "unverified"),
    ],
)
def test_only_the_absent_layer_is_missing_and_the_others_are_read(source, error, status):
    source.failing = {source.built.manifest["layers"][1]["digest"]: error}
    loaded = load(source)
    assert [content.status for content in loaded.contents] == ["verified", status, "verified"]
    assert (loaded.contents[1].problem, loaded.contents[1].is_sound) == (error.message, False)


def test_a_layer_that_breaks_off_in_its_middle_is_truncated(source):
    source.breaking = {source.built.manifest["layers"][1]["digest"]: TransportError("`host` hung up")}
    content = load(source).contents[1]
    assert (content.status, content.problem, content.is_sound) == ("truncated", "`host` hung up", False)
    assert content.blob_size == len(source.built.layers[1]) // 2


def test_what_came_of_a_layer_before_it_broke_off_is_there():
    layer = build_image([[("a", b"1" * 600), ("b", random.Random(1).randbytes(100_000)), ("c", b"3")]])
    source = Store(layer)
    source.breaking = {layer.manifest["layers"][0]["digest"]: TransportError("`host` hung up")}
    (content,) = load(source).contents
    assert (list(content.index.paths), content.blob_digest) == ([b"a", b"b"], None)


def test_a_layer_that_is_there_twice_is_fetched_once_and_told_twice():
    source = Store(build_image([[("a", b"1")], [("a", b"1")]]))
    events = []
    loaded = load(source, on_event=events.append)
    assert len(source.opened) == 1
    assert loaded.contents[0] is loaded.contents[1]
    assert sorted(event.number for event in events if isinstance(event, LayerLoaded)) == [0, 1]


def test_the_same_blob_with_another_diff_id_has_a_verdict_of_its_own(source):
    blob, tar = source.built.layers[0], source.built.tars[0]
    descriptor = Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", Digest.of(blob), len(blob))
    layers = (Layer(0, descriptor, Digest.of(tar)), Layer(1, descriptor, Digest.of(b"something else")))
    contents = load_layers(source, layers, None, lambda _event: None, Cancellation())
    assert [content.status for content in contents] == [BlobStatus.VERIFIED, BlobStatus.MISMATCH]


def test_a_load_that_was_cancelled_ends_at_once(source):
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        load(source, cancellation=cancellation)
    assert source.opened == []


def test_an_unforeseen_error_in_one_layer_stops_the_others(source):
    source.failing = {source.built.manifest["layers"][0]["digest"]: RuntimeError("a fault")}
    cancellation = Cancellation()
    with pytest.raises(RuntimeError, match="a fault"):
        load(source, cancellation=cancellation)
    with pytest.raises(Cancelled):
        cancellation.check()


def test_a_blob_that_is_no_changeset_is_always_read(tmp_path):
    store = Store(build_image([[("a", b"1")]], manifest={"config": descriptor(b"{}", "application/x")}))
    store.built.blobs[digest_of(b"{}")] = b"{}"
    cache = LayerCache(tmp_path / "cache")
    assert [content.status for content in load(store, None, cache).contents] == [BlobStatus.VERIFIED]
    assert not cache.path.exists()


def beside(source, known):
    """The image of `source` loaded beside these contents, and the events."""
    events = []
    image = load(source).image
    source.opened.clear()
    return load_beside(source, image, known, None, events.append, Cancellation()), events


def test_a_layer_of_another_image_is_not_read_again_and_is_announced(source):
    other = Store(build_image([[("a", b"1")], [("x", b"22")], [("c", b"333")]]))
    loaded, events = beside(other, load(source).contents)
    assert other.opened == [other.built.manifest["layers"][1]["digest"]]
    assert sorted(event.number for event in events if isinstance(event, LayerLoaded)) == [0, 1, 2]
    assert [content.status for content in loaded.contents] == [BlobStatus.VERIFIED] * 3


@pytest.mark.parametrize("wrong", ["size", "diff_id"])
def test_a_layer_that_promises_something_else_is_read_again(source, wrong):
    known = load(source).contents
    manifest = source.built.manifest
    if wrong == "size":
        manifest["layers"][0]["size"] += 1
        other = build_image([[("a", b"1")], [("b", b"22")], [("c", b"333")]], manifest={"layers": manifest["layers"]})
    else:
        rootfs = {"type": "layers", "diff_ids": [digest_of(b""), *source.built.config["rootfs"]["diff_ids"][1:]]}
        other = build_image([[("a", b"1")], [("b", b"22")], [("c", b"333")]], rootfs=rootfs)
    loaded, _ = beside(Store(other), known)
    assert [content.status is BlobStatus.VERIFIED for content in loaded.contents] == [False, True, True]


def test_a_damaged_layer_of_another_image_does_not_count_as_known(source):
    source.breaking[source.built.manifest["layers"][0]["digest"]] = TransportError("broken")
    known = load(source).contents
    source.breaking.clear()
    loaded, _ = beside(source, known)
    assert loaded.contents[0].status is BlobStatus.VERIFIED


def test_the_wanted_layer_is_read_next_and_then_the_lowest_that_is_left(monkeypatch):
    monkeypatch.setattr("layerscope.loading.LAYERS_AT_ONCE", 1)
    source = Store(build_image([[(f"f{number}", b"1" * number)] for number in range(1, 6)]))
    image = load(source).image
    source.opened.clear()
    load_beside(source, image, (), None, lambda _event: None, Cancellation(), lambda: 3)
    digests = [layer["digest"] for layer in source.built.manifest["layers"]]
    assert [digests.index(digest) for digest in source.opened] == [3, 0, 1, 2, 4]


NOISE = random.Random(6).randbytes(1_500_000)


def chunked_source(convert=estargz, **more):
    return Store(convert([file("a", b"1"), file("noise", NOISE)], **more).image([tar(file("below", b"0"))]))


@pytest.mark.parametrize("convert", [estargz, zstd_chunked])
def test_a_layer_is_listed_by_its_table_only_if_the_caller_wants_that(convert):
    source = chunked_source(convert)
    assert [content.status for content in load(source).contents] == [BlobStatus.VERIFIED] * 2
    assert [content.status for content in load(source, uses_tables=True).contents] == [
        BlobStatus.VERIFIED,
        BlobStatus.LISTED,
    ]


def test_a_small_layer_and_a_layer_on_this_machine_are_read_whole(monkeypatch):
    small = Store(estargz([file("a", b"1")]).image())
    assert load(small, uses_tables=True).contents[0].status is BlobStatus.VERIFIED
    monkeypatch.setattr(MemorySource, "stamp", lambda *_: "inode 5")
    assert load(chunked_source(), uses_tables=True).contents[1].status is BlobStatus.VERIFIED


def test_a_listed_layer_is_not_cached_and_a_cached_layer_is_not_listed(tmp_path):
    cache, source = LayerCache(tmp_path / "cache"), chunked_source()
    load(source, None, cache, uses_tables=True)
    assert len(cache.rows()) == 1
    load(source, None, cache)
    assert [content.status for content in load(source, None, cache, uses_tables=True).contents] == [
        BlobStatus.VERIFIED
    ] * 2


def test_a_layer_with_a_wrong_table_is_read_whole_with_a_warning(tmp_path):
    cache, source = LayerCache(tmp_path / "cache"), chunked_source(edit=lambda _table: b"{")
    content = load(source, None, cache, uses_tables=True).contents[1]
    assert (content.status, content.index.paths[0]) == (BlobStatus.VERIFIED, b"a")
    assert content.warnings == ("its table of contents is not used: it is not valid JSON",)
    assert load(source, None, cache).contents[1].warnings == ()


def test_a_content_in_a_listed_layer_is_neither_equal_to_one_that_was_read_nor_different():
    source = Store(estargz([file("a", b"1"), file("noise", NOISE)]).image([tar(file("a", b"2"), file("b", b"3"))]))
    stack = Stack.of([content.index for content in load(source, uses_tables=True).contents])
    changes = stack.changes_of(1)
    assert Change(int(changes.changes[stack.final.lookup(b"a")])) is Change.UNKNOWN
