"""A span of a blob is the same part of it, wherever the blob is."""

import gzip
import os

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from layerscope.blobs.resolve import resolve
from layerscope.blobs.store import Span
from support.images import build_image, digest_of
from support.local_images import (
    blob_path,
    classic_files,
    layout_files,
    read_blob,
    skopeo_files,
    tar_bytes,
    write_directory,
)

IMAGE = build_image([[("a", os.urandom(1000))], [("b", b"2")]], compress=bytes)
LAYOUT = layout_files([IMAGE.descriptor()], IMAGE)
KINDS = ["registry", "directory", "archive", "compressed archive", "docker-archive", "directory of skopeo"]


@pytest.fixture
def store(request, tmp_path, fake_registry, opened):
    fake_registry.serve(IMAGE)
    write_directory(tmp_path / "layout", LAYOUT)
    (tmp_path / "layout.tar").write_bytes(tar_bytes(LAYOUT))
    (tmp_path / "layout.tar.gz").write_bytes(gzip.compress(tar_bytes(LAYOUT)))
    write_directory(tmp_path / "skopeo", skopeo_files(IMAGE))
    (tmp_path / "saved.tar").write_bytes(tar_bytes(classic_files(IMAGE)))
    texts = (
        fake_registry.reference(),
        f"oci:{tmp_path}/layout",
        f"oci-archive:{tmp_path}/layout.tar",
        f"oci-archive:{tmp_path}/layout.tar.gz",
        f"docker-archive:{tmp_path}/saved.tar",
        f"dir:{tmp_path}/skopeo",
    )
    return opened(dict(zip(KINDS, texts, strict=True))[request.param])


@pytest.mark.parametrize("store", KINDS, indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(offset=st.integers(0, 12_000), size=st.integers(0, 12_000))
def test_a_span_is_that_part_of_the_blob_and_ends_where_the_blob_ends(store, offset, size):
    layer = resolve(store, None).layers[0].descriptor
    assert read_blob(store, layer, Span(offset, size)) == IMAGE.layers[0][offset : offset + size]


@pytest.mark.parametrize("store", KINDS, indirect=True)
def test_documents_have_spans_too(store):
    root = store.roots(None)[0].descriptor
    assert read_blob(store, root, Span(3, 5)) == read_blob(store, root)[3:8]


def test_of_a_file_only_the_span_is_read(tmp_path, opened):
    write_directory(tmp_path, LAYOUT)
    layer = tmp_path / blob_path(digest_of(IMAGE.layers[0]))
    os.truncate(layer, 10**12)
    store = opened(f"oci:{tmp_path}")
    assert read_blob(store, resolve(store, None).layers[0].descriptor, Span(10**12 - 3, 9)) == bytes(3)
