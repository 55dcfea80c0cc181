import gzip
import os

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.errors import NotFound
from layerscope.sources import file_store
from support.images import build_image
from support.local_images import (
    blob_path,
    classic_files,
    layout_files,
    named,
    tar_bytes,
    write_archive,
    write_directory,
)

IMAGE = build_image([[("a", b"1" * 5000)], [("b", b"2")]])
LAYOUT = layout_files([named(IMAGE, "v1")], IMAGE)


@pytest.fixture
def settled(monkeypatch):
    """All files have been unchanged for long enough."""
    monkeypatch.setattr(file_store, "UNSETTLED_SECONDS", -1e9)


def stamps(opened, text):
    source = opened(text)
    return [source.stamp(layer.descriptor) for layer in resolve(source, None).layers]


def layout(tmp_path):
    return write_directory(tmp_path / "layout", LAYOUT)


def archives(tmp_path):
    yield write_archive(tmp_path / "oci.tar", LAYOUT)
    yield write_archive(tmp_path / "docker.tar", classic_files(IMAGE))


@pytest.mark.usefixtures("settled")
def test_a_stamp_stays_as_long_as_the_file_does(tmp_path, opened):
    for path in (layout(tmp_path), *archives(tmp_path)):
        first = stamps(opened, path)
        assert all(first)
        assert len(set(first)) == 2
        assert stamps(opened, path) == first


def test_a_document_that_no_file_has_is_without_a_stamp(tmp_path, opened):
    store = opened(write_archive(tmp_path / "docker.tar", classic_files(IMAGE)))
    (root,) = store.roots(None)
    with store.open(root.descriptor) as chunks:
        assert b"".join(chunks)
    assert store.stamp(root.descriptor) is None


@pytest.mark.usefixtures("settled")
def test_a_stamp_of_a_layout_changes_with_the_one_blob_that_changes(tmp_path, opened):
    path = layout(tmp_path)
    first = stamps(opened, path)
    blob = path / blob_path(IMAGE.manifest["layers"][1]["digest"])
    before = blob.stat()
    blob.write_bytes(bytes(before.st_size))
    os.utime(blob, ns=(before.st_atime_ns, before.st_mtime_ns))
    second = stamps(opened, path)
    assert (second[0], second[1] != first[1]) == (first[0], True)


@pytest.mark.usefixtures("settled")
def test_a_stamp_of_an_archive_changes_with_the_archive(tmp_path, opened):
    for path in archives(tmp_path):
        first = stamps(opened, path)
        path.write_bytes(path.read_bytes())
        assert not set(stamps(opened, path)) & set(first)


def test_what_has_changed_just_now_has_no_stamp(tmp_path, opened):
    for path in (layout(tmp_path), *archives(tmp_path)):
        assert stamps(opened, path) == [None, None]


@pytest.mark.usefixtures("settled")
def test_what_is_decompressed_to_a_copy_has_no_stamp(tmp_path, opened):
    (tmp_path / "image.tar.gz").write_bytes(gzip.compress(tar_bytes(classic_files(IMAGE))))
    assert stamps(opened, tmp_path / "image.tar.gz") == [None, None]


@pytest.mark.usefixtures("settled")
def test_a_blob_that_is_not_there_has_no_stamp_either(tmp_path, opened):
    path = layout(tmp_path)
    source = opened(path)
    layers = resolve(source, None).layers
    (path / blob_path(str(layers[0].descriptor.digest))).unlink()
    with pytest.raises(NotFound):
        source.stamp(layers[0].descriptor)
