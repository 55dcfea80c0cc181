"""Promises of loading an image: order, events, failures and cancellation."""

from contextlib import contextmanager

import pytest

from layerscope.errors import Cancelled, TransportError
from layerscope.layers.layer_content import BlobStatus
from layerscope.loading import Cancellation, ImageResolved, LayerLoaded, LayerProgress, load, load_layers
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from layerscope.oci.manifest import parse_manifest
from support.images import build_image


class MemorySource:
    """An image whose blobs lie in memory; `opened` lists the digests that were asked for."""

    name = "memory"

    def __init__(self, built):
        self.built, self.opened, self.failing = built, [], {}

    def resolve(self, _platform):
        manifest = parse_manifest(self.built.manifest_bytes)
        return Image.assemble("memory", None, manifest, self.built.manifest_bytes, self.built.config_bytes)

    @contextmanager
    def open_blob(self, descriptor):
        self.opened.append(str(descriptor.digest))
        if error := self.failing.get(str(descriptor.digest)):
            raise error
        yield iter([self.built.blobs[str(descriptor.digest)]])

    def close(self):
        """Nothing to free."""


@pytest.fixture
def source():
    return MemorySource(build_image([[("a", b"1")], [("b", b"22")], [("c", b"333")]]))


def test_the_image_is_told_before_any_layer_is_opened(source):
    opened_when_told = []

    def listen(event):
        if isinstance(event, ImageResolved):
            opened_when_told.append(list(source.opened))

    load(source, on_event=listen)
    assert opened_when_told == [[]]


def test_every_layer_is_read_and_told_with_its_number(source):
    events = []
    loaded = load(source, on_event=events.append)
    assert [content.status for content in loaded.contents] == [BlobStatus.VERIFIED] * 3
    assert sorted(event.number for event in events if isinstance(event, LayerLoaded)) == [0, 1, 2]
    received = {event.number: event.received_size for event in events if isinstance(event, LayerProgress)}
    assert received == {number: len(blob) for number, blob in enumerate(source.built.layers)}


def test_a_layer_that_cannot_be_had_is_missing_and_the_others_are_there(source):
    source.failing = {source.built.manifest["layers"][1]["digest"]: TransportError("`host` hung up")}
    loaded = load(source)
    assert [content.status for content in loaded.contents] == ["verified", "missing", "verified"]
    assert loaded.contents[1].problem == "`host` hung up"


def test_a_layer_that_is_there_twice_is_fetched_once_and_told_twice():
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
