"""Promises of loading an image: order, events, failures and cancellation."""

import random
from contextlib import contextmanager

import pytest

from layerscope.errors import Cancelled, NotFound, TransportError, Unauthorized
from layerscope.layers.layer_content import BlobStatus
from layerscope.loading import Cancellation, ImageResolved, LayerLoaded, LayerProgress, load, load_layers
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from layerscope.oci.manifest import parse_manifest
from support.images import build_image, descriptor, digest_of


class MemorySource:
    """An image whose blobs are in memory; `opened` lists the digests that were opened.

    The errors of `failing` are raised before the first byte of a blob, the errors of `breaking` in its middle.
    """

    name = "memory"

    def __init__(self, built):
        self.built, self.opened, self.failing, self.breaking = built, [], {}, {}

    def resolve(self, _platform):
        manifest = parse_manifest(self.built.manifest_bytes)
        return Image.assemble("memory", None, manifest, self.built.manifest_bytes, self.built.config_bytes)

    @contextmanager
    def open_blob(self, descriptor):
        self.opened.append(str(descriptor.digest))
        if error := self.failing.get(str(descriptor.digest)):
            raise error
        yield self._chunks(str(descriptor.digest))

    def _chunks(self, digest):
        blob = self.built.blobs[digest]
        yield blob[: len(blob) // 2]
        if error := self.breaking.get(digest):
            raise error
        yield blob[len(blob) // 2 :]

    def close(self):
        """Nothing to free."""


@pytest.fixture
def source():
    return MemorySource(build_image([[("a", b"1")], [("b", b"22")], [("c", b"333")]]))


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
    source = MemorySource(layer)
    source.breaking = {layer.manifest["layers"][0]["digest"]: TransportError("`host` hung up")}
    (content,) = load(source).contents
    assert (list(content.index.paths), content.blob_digest) == ([b"a", b"b"], None)


def test_a_layer_that_occurs_twice_is_fetched_once_and_announced_twice():
    source = MemorySource(build_image([[("a", b"1")], [("a", b"1")]]))
    events = []
    loaded = load(source, on_event=events.append)
    assert len(source.opened) == 1
    assert loaded.contents[0] is loaded.contents[1]
    assert sorted(event.number for event in events if isinstance(event, LayerLoaded)) == [0, 1]


def test_the_same_blob_with_another_diff_id_has_a_verdict_of_its_own(source):
    blob, tar = source.built.layers[0], source.built.tars[0]
    descriptor = Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", Digest.of(blob), len(blob))
    layers = (Layer(0, descriptor, Digest.of(tar)), Layer(1, descriptor, Digest.of(b"something else")))
    contents = load_layers(source, layers, lambda _event: None, Cancellation())
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


def test_a_blob_that_is_no_changeset_is_always_read():
    class Memory(MemorySource):
        def recall(self, _layer):
            raise AssertionError

        remember = recall

    source = Memory(build_image([[("a", b"1")]], manifest={"config": descriptor(b"{}", "application/x")}))
    source.built.blobs[digest_of(b"{}")] = b"{}"
    assert [content.status for content in load(source).contents] == [BlobStatus.VERIFIED]
