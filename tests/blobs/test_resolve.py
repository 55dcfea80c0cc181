"""From a store to the image for a platform."""

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.errors import NoMatchingPlatform, NotFound, VerificationError
from layerscope.oci import Index, Platform
from support.memory_store import MemoryStore

ARM, AMD, S390 = "linux/arm64", "linux/amd64", "linux/s390x"


def digest(image):
    return str(image.descriptor.digest)


def test_the_manifest_for_the_platform_is_found_through_nested_indexes():
    store = MemoryStore()
    arm = store.manifest("arm", ARM)
    inner = store.index(store.manifest("amd", AMD), arm)
    store.with_roots(outer := store.index(inner))

    image = resolve(store, Platform("linux", "arm64"))

    assert digest(image) == arm["digest"]
    assert image.index_bytes == store.blobs[outer["digest"]]


def test_several_roots_are_one_image_for_several_platforms():
    store = MemoryStore()
    arm, amd = store.manifest("arm", ARM), store.manifest("amd", AMD)
    store.with_roots(arm, amd)

    image = resolve(store, Platform("linux", "arm64"))

    assert digest(image) == arm["digest"]
    assert isinstance(image.index, Index)
    assert image.index_bytes == b""


def test_a_platform_that_is_not_there_is_named_with_those_that_are():
    store = MemoryStore()
    store.with_roots(store.index(store.manifest("arm", ARM)))

    with pytest.raises(NoMatchingPlatform) as error:
        resolve(store, Platform("linux", "s390x"))
    assert ARM in error.value.hint


def test_without_a_wanted_platform_a_missing_manifest_is_passed_over_with_a_warning():
    store = MemoryStore()
    amd, s390 = store.manifest("amd", AMD), store.manifest("s390", S390)
    arm = store.manifest("arm", ARM)
    store.with_roots(store.index(amd, arm, s390))
    for entry in (amd, arm):
        del store.blobs[entry["digest"]]

    image = resolve(store, None)

    assert digest(image) == s390["digest"]
    assert any("is missing" in warning for warning in image.warnings)


def test_a_wanted_platform_that_the_store_lacks_is_an_error():
    store = MemoryStore()
    arm, amd = store.manifest("arm", ARM), store.manifest("amd", AMD)
    store.with_roots(store.index(arm, amd))
    del store.blobs[arm["digest"]]

    with pytest.raises(NotFound):
        resolve(store, Platform("linux", "arm64"))


def test_a_config_with_other_bytes_is_refused():
    store = MemoryStore()
    entry = store.manifest()
    store.with_roots(entry)
    config = next(name for name in store.blobs if name != entry["digest"])
    store.cut_short.add(config)

    with pytest.raises(VerificationError, match="the config sha256"):
        resolve(store, None)
