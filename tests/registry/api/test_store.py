"""A repository as a blob store: what it reads, and spans of blobs."""

import dataclasses
import random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from layerscope.blobs.store import Span
from layerscope.errors import NotFound
from layerscope.oci import Descriptor, Digest, media_types
from layerscope.registry.api.store import RegistryStore
from support.fake_registry import Reply, ranged

BLOB = random.Random(2).randbytes(100_000)
LAYER = Descriptor("application/octet-stream", Digest.of(BLOB), len(BLOB))
PATH = f"/v2/app/blobs/{LAYER.digest}"


@pytest.fixture
def store(fake_registry, client):
    return RegistryStore(fake_registry.reference(), client)


def read(store, descriptor, span=None):
    with store.open(descriptor, span) as chunks:
        return b"".join(chunks)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(BLOB) + 10), st.integers(0, len(BLOB) + 10))
def test_a_span_is_asked_for_by_its_range_and_nothing_else_is_sent(fake_registry, store, offset, size):
    fake_registry.on("GET", PATH, ranged(BLOB))
    fake_registry.requests.clear()

    wanted = BLOB[offset : offset + size]
    assert read(store, LAYER, Span(offset, size)) == wanted
    asked = [request.headers.get("range") for request in fake_registry.requests]
    assert asked == ([f"bytes={offset}-{offset + len(wanted) - 1}"] if wanted else [])


def test_the_span_is_cut_from_the_whole_blob_if_the_registry_ignores_ranges(fake_registry, store):
    fake_registry.on("GET", PATH, Reply(body=BLOB))

    assert read(store, LAYER, Span(70_000, 5)) == BLOB[70_000:70_005]


def test_a_span_that_breaks_off_is_resumed_inside_the_span(fake_registry, store):
    def broken(request):
        return dataclasses.replace(ranged(BLOB)(request), cut=10)

    fake_registry.on("GET", PATH, broken, ranged(BLOB))

    assert read(store, LAYER, Span(1000, 100)) == BLOB[1000:1100]
    asked = [request.headers.get("range") for request in fake_registry.requests]
    assert asked == ["bytes=1000-1099", "bytes=1010-1099"]


def test_a_foreign_layer_that_is_not_there_is_named_with_the_option_that_fetches_it(store):
    foreign = Descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", LAYER.digest, LAYER.size)

    with pytest.raises(NotFound) as error:
        read(store, foreign)
    assert "--foreign-layers" in error.value.hint


def test_a_layer_that_is_a_manifest_by_its_type_is_read_as_a_blob(fake_registry, store):
    fake_registry.on("GET", PATH, Reply(body=BLOB))

    assert read(store, dataclasses.replace(LAYER, media_type=media_types.OCI_MANIFEST)) == BLOB


def test_a_manifest_that_is_missing_is_named_as_a_manifest(store):
    with pytest.raises(NotFound, match="has no manifest sha256:"):
        read(store, dataclasses.replace(LAYER, media_type=media_types.OCI_MANIFEST))


def test_the_root_is_fetched_once(fake_registry, store):
    fake_registry.serve_manifest(b"{}", media_types.OCI_MANIFEST)

    assert store.roots(None) == store.roots(None)
    assert len(fake_registry.requests) == 1
