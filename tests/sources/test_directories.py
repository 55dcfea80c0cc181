"""Directories that tools leave behind: of `skopeo copy dir:`, and archives of `docker save` that were unpacked."""

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.errors import InvalidDocument, NotFound, SourceError
from layerscope.loading import load
from layerscope.oci import Platform
from support.images import build_image, digest_of
from support.local_images import Link, classic_files, layout_files, named, skopeo_files, write_directory

ONE = build_image([[("a", b"1" * 5000)], [("b", b"2")]])
ARM = build_image([[("a", b"arm")]], platform="linux/arm64")


@pytest.mark.parametrize("transport", ["dir:", "", "dir://"])
def test_a_directory_of_skopeo_opens_with_its_real_manifest(tmp_path, opened, transport):
    write_directory(tmp_path, skopeo_files(ONE))
    text = f"{transport}{tmp_path}"
    assert (opened.resolve(text).manifest_bytes, opened.blobs(text)) == (ONE.manifest_bytes, ONE.layers)
    assert {content.status for content in load(opened(text)).contents} == {BlobStatus.VERIFIED}


def test_a_directory_of_skopeo_may_have_an_index(tmp_path, opened):
    write_directory(tmp_path, skopeo_files(ONE, ARM))
    for image, platform in ((ONE, "linux/amd64"), (ARM, "linux/arm64")):
        assert opened.resolve(f"dir:{tmp_path}", Platform.parse(platform)).manifest_bytes == image.manifest_bytes


def test_a_directory_of_skopeo_has_its_digest_as_only_name(tmp_path, opened):
    write_directory(tmp_path / "d", skopeo_files(ONE))
    assert opened.resolve(f"{tmp_path}/d@{ONE.digest}").manifest_bytes == ONE.manifest_bytes
    with pytest.raises(NotFound, match="has no image `v1`: its only image has no name"):
        opened.resolve(f"{tmp_path}/d:v1")


def test_a_blob_that_is_not_in_the_directory_is_missing(tmp_path, opened):
    write_directory(tmp_path, skopeo_files(ONE))
    (tmp_path / digest_of(ONE.layers[0]).removeprefix("sha256:")).unlink()
    assert [content.status for content in load(opened(f"dir:{tmp_path}")).contents] == ["missing", "verified"]


@pytest.mark.parametrize("missing", ["version", "manifest.json"])
def test_a_directory_without_the_files_of_skopeo_is_refused_by_name(tmp_path, opened, missing):
    write_directory(tmp_path, {name: data for name, data in skopeo_files(ONE).items() if name != missing})
    with pytest.raises(SourceError, match=r"it needs `version` and `manifest\.json`"):
        opened.resolve(f"dir:{tmp_path}")


@pytest.mark.parametrize(
    "files", [classic_files(ONE), classic_files(ONE) | layout_files([named(ONE, "app:latest")], ONE)]
)
@pytest.mark.parametrize("selector", ["", ":app", ":app:latest", ":@0"])
def test_an_unpacked_archive_of_docker_save_opens(tmp_path, opened, files, selector):
    write_directory(tmp_path / "d", files)
    assert [str(layer.diff_id) for layer in opened.resolve(f"{tmp_path}/d{selector}").layers] == [
        digest_of(tar) for tar in ONE.tars
    ]
    assert {content.status for content in load(opened(f"{tmp_path}/d{selector}")).contents} == {BlobStatus.VERIFIED}


def test_an_unpacked_archive_without_a_manifest_opens_too(tmp_path, opened):
    layer = "a" * 64
    write_directory(tmp_path, {f"{layer}/json": b'{"id": "%s"}' % layer.encode(), f"{layer}/layer.tar": ONE.tars[0]})
    assert opened.blobs(tmp_path) == ONE.tars[:1]


def test_a_link_out_of_an_unpacked_archive_is_refused(tmp_path, opened):
    files = classic_files(ONE)
    name = next(name for name in files if name.endswith("layer.tar"))
    (tmp_path / "secret").write_bytes(ONE.tars[0])
    write_directory(tmp_path / "d", files | {name: Link("../../secret")})
    with pytest.raises(SourceError, match="leads out of the directory"):
        opened.resolve(tmp_path / "d")


@pytest.mark.parametrize("files", [{"manifest.json": b'{"name": "my web app"}'}, {"index.json": b"{}"}, {"a": b""}])
def test_a_directory_of_something_else_is_refused_at_once(tmp_path, opened, files):
    write_directory(tmp_path, files)
    with pytest.raises((SourceError, InvalidDocument)):
        opened(tmp_path)
