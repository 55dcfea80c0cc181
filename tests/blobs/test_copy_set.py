"""What an image needs to be complete somewhere else."""

from dataclasses import replace

import pytest

from layerscope.blobs.copy_set import CopySet
from layerscope.errors import NoMatchingPlatform, NotFound
from layerscope.oci import Platform, media_types, parse_manifest
from support.memory_store import MemoryStore

HOST = f"linux/{Platform.of_host().architecture}"


def digests(found):
    return [str(getattr(item, "descriptor", item).digest) for item in found]


def test_the_root_is_the_last_document():
    store = MemoryStore()
    inner = store.index(store.manifest("inner"))
    store.with_roots(root := store.index(store.manifest("outer"), inner))

    found = CopySet.of(store)

    assert str(found.root.descriptor.digest) == root["digest"]
    assert digests(found.documents)[-2:] == [inner["digest"], root["digest"]]


def test_a_blob_that_several_manifests_share_is_listed_once():
    store = MemoryStore()
    layer = store.put(b"layer", media_types.OCI_LAYER)
    store.with_roots(
        store.index(store.manifest("a", layers=[layer, layer]), store.manifest("b", layers=[layer]), layer)
    )

    assert digests(CopySet.of(store).blobs).count(layer["digest"]) == 1


def test_several_roots_without_an_index_are_the_image_for_this_machine():
    store = MemoryStore()
    own = store.manifest("own", HOST)
    store.with_roots(store.manifest("other", "linux/s390x"), own)

    assert digests(CopySet.of(store).documents) == [own["digest"]]


def test_a_foreign_layer_stays_at_its_addresses_and_is_taken_if_it_has_none():
    store = MemoryStore()
    there, here = (store.put(name, media_types.DOCKER_FOREIGN_LAYER_GZIP) for name in (b"there", b"here"))
    store.with_roots(store.manifest(layers=[there | {"urls": ["https://store.example/"]}, here]))

    assert digests(CopySet.of(store).blobs)[1:] == [here["digest"]]


def test_nothing_is_read_after_the_first_document_that_is_missing():
    store = MemoryStore()
    missing, after = store.manifest("missing"), store.manifest("after")
    store.with_roots(store.index(missing, after))
    del store.blobs[missing["digest"]]

    with pytest.raises(NotFound):
        CopySet.of(store)
    assert after["digest"] not in store.opened


def test_no_blob_is_read():
    store = MemoryStore()
    store.with_roots(store.index(store.manifest(layers=[store.put(b"layer", media_types.OCI_LAYER)])))

    found = CopySet.of(store)

    assert not set(digests(found.blobs)) & set(store.opened)


def test_a_manifest_for_another_platform_is_not_the_one_that_is_wanted():
    store = MemoryStore()
    store.with_roots(store.manifest("app", "linux/amd64"))

    with pytest.raises(NoMatchingPlatform, match="is for linux/amd64, not for linux/arm64"):
        CopySet.of(store, Platform("linux", "arm64"))


def test_an_index_with_a_missing_image_is_not_found():
    store = MemoryStore()
    entry = store.manifest()
    data = store.blobs[store.index(entry)["digest"]]
    store.with_roots(entry)
    root = replace(store.root(), index=parse_manifest(data), index_data=data)
    store.roots = lambda _platform: (root,)

    with pytest.raises(NotFound, match="`memory:app` does not have all images of its index"):
        CopySet.of(store)
    assert digests(CopySet.image(store).documents) == [entry["digest"]]
