"""Promises of a load that remembers layers."""

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.cache.layer_cache import LayerCache
from layerscope.errors import NotFound
from layerscope.loading import LayerLoaded, LayerProgress, load
from layerscope.oci import Digest
from support.images import build_image
from support.memory_source import MemorySource

BUILT = build_image([[("a", b"1" * 9000)], [("b", b"2")], [("a", b"1" * 9000)]])


class Stamped(MemorySource):
    """`mark` is what `stamp` returns, or raises."""

    def __init__(self, built=BUILT, mark=""):
        super().__init__(built)
        self.mark = mark

    def stamp(self, _descriptor):
        if isinstance(self.mark, Exception):
            raise self.mark
        return self.mark


@pytest.fixture
def cache(tmp_path):
    return LayerCache(tmp_path / "cache")


def opened_by(store, cache, events=None):
    loaded = load(store, None, cache, events.append if events is not None else lambda _event: None)
    assert {content.status for content in loaded.contents} == {BlobStatus.VERIFIED}
    assert [list(content.index.paths) for content in loaded.contents] == [[b"a"], [b"b"], [b"a"]]
    return store.opened


def test_a_layer_that_was_read_is_not_asked_for_again(cache):
    assert len(opened_by(Stamped(), cache)) == 2
    events = []
    assert opened_by(Stamped(), cache, events) == []
    assert sorted(event.number for event in events if isinstance(event, LayerLoaded)) == [0, 1, 2]
    assert not [event for event in events if isinstance(event, LayerProgress)]


def test_what_changed_on_disk_is_read_again(cache):
    opened_by(Stamped(mark="before"), cache)
    assert opened_by(Stamped(mark="before"), cache) == []
    assert len(opened_by(Stamped(mark="after"), cache)) == 2


@pytest.mark.parametrize("mark", [None, NotFound("gone")])
def test_what_has_no_stamp_is_always_read_and_never_kept(cache, mark):
    for _ in range(2):
        assert len(opened_by(Stamped(mark=mark), cache)) == 2
    assert not cache.path.exists()


def test_what_changes_while_it_is_read_is_kept_as_what_it_was_before(cache):
    built = build_image()
    layer_digest = Digest.of(built.layers[0])

    class Changing(Stamped):
        def open(self, descriptor, span=None):
            if descriptor.digest == layer_digest:
                self.mark = "after"
            return super().open(descriptor, span)

    (layer,) = load(Changing(built, mark="before"), None, cache).image.layers
    assert (cache.get(layer, "before") is not None, cache.get(layer, "after")) == (True, None)


def test_a_layer_that_fails_is_tried_again_the_next_time(cache):
    store = Stamped()
    store.fail(1)
    contents = load(store, None, cache).contents
    assert [content.status for content in contents] == ["verified", "truncated", "verified"]
    assert opened_by(Stamped(), cache) == [BUILT.manifest["layers"][1]["digest"]]


def test_a_layer_of_another_image_is_known_by_its_digest(cache):
    opened_by(Stamped(), cache)
    other = Stamped(build_image([[("b", b"2")], [("new", b"n")]]))
    load(other, None, cache)
    assert other.opened == [other.built.manifest["layers"][1]["digest"]]
