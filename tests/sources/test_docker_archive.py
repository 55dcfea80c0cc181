import gzip
import json
import os

import pytest
from backports import zstd

from layerscope.blobs.resolve import resolve
from layerscope.errors import InvalidDocument, NotFound, SourceError, VerificationError
from layerscope.oci import Digest, Platform, media_types
from layerscope.sources.archive_file import ArchiveFile
from support.images import build_image, build_index, descriptor, digest_of
from support.local_images import (
    Link,
    blob_files,
    blob_path,
    classic_files,
    combined_files,
    layout_files,
    named,
    read_blob,
    tar_bytes,
    write_archive,
)

ONE = build_image([[("a.txt", b"a" * 5000)], [("b.txt", b"b")]])
TWO = build_image([[("other.txt", b"other\n")]])
ARM = build_image([[("arm.txt", b"arm\n")]], platform="linux/arm64")


@pytest.fixture
def archive(tmp_path):
    """Writes files into a tar; returns the text that opens it as a docker-archive."""
    return lambda files: f"docker-archive:{write_archive(tmp_path / 'image.tar', files)}"


def docker_25_files(*images, tags=("app:latest",)):
    """The format of Docker 25 and later: a layout with uncompressed layers, and a `manifest.json`."""
    entries = [
        {
            "Config": blob_path(digest_of(image.config_bytes)),
            "RepoTags": list(tags),
            "Layers": [blob_path(digest_of(layer)) for layer in image.layers],
        }
        for image in images
    ]
    names = [named(image, tags[0]) for image in images]
    return layout_files(names, *images) | {"manifest.json": json.dumps(entries).encode()}


def plain_image(**more):
    return build_image(
        [[("a.txt", b"a" * 5000)], [("b.txt", b"b")]], compress=bytes, layer_media_type=media_types.OCI_LAYER, **more
    )


def test_plain_layers_have_their_diff_id_for_a_digest_and_their_own_size(archive, opened):
    image = opened.resolve(archive(classic_files(ONE)))
    assert [(str(item.digest), item.size, item.media_type) for item in image.manifest.layers] == [
        (digest_of(tar), len(tar), media_types.DOCKER_LAYER) for tar in ONE.tars
    ]
    assert [layer.diff_id for layer in image.layers] == [item.digest for item in image.manifest.layers]


def test_the_manifest_is_made_up_of_schema_2_and_has_no_descriptor(archive, opened):
    image = opened.resolve(archive(classic_files(ONE)))
    document = json.loads(image.manifest_bytes)
    assert (document["schemaVersion"], document["mediaType"]) == (2, media_types.DOCKER_MANIFEST)
    assert document["config"]["digest"] == digest_of(ONE.config_bytes)
    assert (image.descriptor, image.config_bytes) == (None, ONE.config_bytes)


def test_layers_and_config_are_read_by_their_digests(archive, opened):
    text = archive(classic_files(ONE))
    assert opened.blobs(text) == ONE.tars
    source = opened(text)
    assert read_blob(source, resolve(source, None).manifest.config) == ONE.config_bytes


@pytest.mark.parametrize(
    ("compress", "media_type"),
    [(gzip.compress, media_types.DOCKER_LAYER_GZIP), (zstd.compress, media_types.OCI_LAYER_ZSTD)],
)
def test_a_compressed_layer_has_the_digest_of_its_own_bytes(archive, opened, compress, media_type):
    blobs = [compress(tar) for tar in ONE.tars]
    names = [f"sha256:{Digest.of(blob).encoded}.tar.gz" for blob in blobs]
    entry = {"Config": f"sha256:{Digest.of(ONE.config_bytes).encoded}", "RepoTags": ["kaniko:1"], "Layers": names}
    files = {entry["Config"]: ONE.config_bytes, **dict(zip(names, blobs, strict=True))}
    image = opened.resolve(archive(files | {"manifest.json": json.dumps([entry]).encode()}))
    assert [(str(item.digest), item.media_type) for item in image.manifest.layers] == [
        (digest_of(blob), media_type) for blob in blobs
    ]
    assert [str(layer.diff_id) for layer in image.layers] == [digest_of(tar) for tar in ONE.tars]


def test_a_compressed_layer_is_hashed_once_however_often_it_is_named(archive, opened, monkeypatch):
    read_sizes, real_read = [], ArchiveFile.read
    monkeypatch.setattr(ArchiveFile, "read", lambda *place: read_sizes.append(place[2]) or real_read(*place))
    layer = gzip.compress(os.urandom(2_000_000))
    entry = {"Config": "config.json", "RepoTags": ["app:1"], "Layers": ["layer.tar.gz"] * 50}
    config = json.dumps({"rootfs": {"type": "layers", "diff_ids": [digest_of(b"tar")] * 50}}).encode()
    files = {"config.json": config, "layer.tar.gz": layer, "manifest.json": json.dumps([entry]).encode()}

    assert len(opened.resolve(archive(files)).layers) == 50
    assert sum(read_sizes) < 50 * len(layer) / 4


def test_a_manifest_that_comes_last_is_found(archive, opened):
    files = classic_files(ONE)
    assert list(files)[-1] == "manifest.json"
    assert opened.blobs(archive(files)) == ONE.tars


def test_names_with_a_leading_dot_are_the_same_names(archive, opened):
    files = {f"./{name}": data for name, data in classic_files(ONE).items()}
    assert opened.blobs(archive(files)) == ONE.tars


@pytest.mark.parametrize("hard", [False, True])
def test_a_layer_that_links_to_another_member_is_that_member(archive, opened, hard):
    files = classic_files(build_image([ONE.tars[0], ONE.tars[0]]))
    first, second = json.loads(files["manifest.json"])[0]["Layers"]
    linked = files | {second: Link(first if hard else f"../{first}", hard=hard)}
    assert opened.blobs(archive(linked)) == (ONE.tars[0], ONE.tars[0])


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "../..", "../../../../../../etc/passwd"])
def test_a_layer_that_links_out_of_the_archive_is_refused(archive, opened, target):
    files = classic_files(TWO)
    (layer,) = json.loads(files["manifest.json"])[0]["Layers"]
    with pytest.raises(SourceError, match="leads out of the archive"):
        opened.resolve(archive(files | {layer: Link(target)}))


def test_links_in_a_loop_are_refused(archive, opened):
    files = classic_files(TWO)
    (layer,) = json.loads(files["manifest.json"])[0]["Layers"]
    with pytest.raises(SourceError, match="in a loop"):
        opened.resolve(archive(files | {layer: Link("../x"), "x": Link(layer)}))


def test_a_link_to_nothing_is_not_found(archive, opened):
    files = classic_files(TWO)
    (layer,) = json.loads(files["manifest.json"])[0]["Layers"]
    with pytest.raises(NotFound, match=r"`gone`, which `.*` links to, is not in"):
        opened.resolve(archive(files | {layer: Link("../gone")}))


@pytest.mark.parametrize("value", [b"null", b"[]"])
def test_an_empty_manifest_has_no_image(archive, opened, value):
    with pytest.raises(SourceError, match="has no image"):
        opened.resolve(archive({"manifest.json": value}))


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{}",
        b"7",
        b"[7]",
        b"[{}]",
        b'[{"Config": 7}]',
        b'[{"Config": "c", "Layers": [7]}]',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_manifest_of_another_shape_is_an_invalid_document(archive, opened, value):
    with pytest.raises(InvalidDocument):
        opened.resolve(archive({"manifest.json": value}))


def test_a_manifest_larger_than_4_mib_is_not_read(archive, opened):
    with pytest.raises(InvalidDocument, match="larger than 4,194,304 bytes"):
        opened.resolve(archive({"manifest.json": b" " * (4 * 1024 * 1024 + 1)}))


@pytest.mark.parametrize(
    ("tag", "expected"), [("one:1", ONE), ("docker.io/library/one:1", ONE), ("two", TWO), (":@1", TWO)]
)
def test_of_two_images_a_tag_or_a_position_chooses(archive, opened, tag, expected):
    text = archive(combined_files(classic_files(ONE, ["one:1"], "1/{number}.tar"), classic_files(TWO, ["two:latest"])))
    assert opened.resolve(f"{text}:{tag.removeprefix(':')}").config_bytes == expected.config_bytes


def test_of_two_images_the_config_digest_chooses(archive, opened):
    text = archive(combined_files(classic_files(ONE, ["one:1"], "1/{number}.tar"), classic_files(TWO)))
    assert opened.resolve(f"{text}@{digest_of(TWO.config_bytes)}").config_bytes == TWO.config_bytes


def test_with_two_images_none_is_chosen_and_their_tags_are_listed(archive, opened):
    text = archive(combined_files(classic_files(ONE, ["one:1"], "1/{number}.tar"), classic_files(TWO, None)))
    with pytest.raises(SourceError, match="has 2 images") as caught:
        opened.resolve(text)
    assert caught.value.hint == f"use one of `{text}:one:1`, `{text}:@1`"


def test_a_missing_tag_is_reported_with_the_existing_ones(archive, opened):
    text = archive(classic_files(ONE, ["app:1"]))
    with pytest.raises(NotFound, match="no image `other:1`") as caught:
        opened.resolve(f"{text}:other:1")
    assert caught.value.hint == f"use `{text}:app:1`"


def test_a_missing_position_is_not_found(archive, opened):
    with pytest.raises(NotFound, match="no image 1: its only image is 0"):
        opened.resolve(archive(classic_files(ONE)) + ":@1")


def test_an_image_without_tags_opens(archive, opened):
    assert opened.resolve(archive(classic_files(ONE, None))).config_bytes == ONE.config_bytes


@pytest.mark.parametrize(("part", "expected"), [("config", "the config"), ("layer", "the layer")])
def test_a_missing_member_is_named(archive, opened, part, expected):
    files = classic_files(TWO)
    del files[next(name for name in files if name.endswith(".json" if part == "config" else "layer.tar"))]
    with pytest.raises(NotFound, match=f"{expected} `.*` is missing in"):
        opened.resolve(archive(files))


def test_a_name_that_climbs_out_of_the_archive_is_missing(archive, opened):
    entry = {"Config": "../../etc/passwd", "RepoTags": None, "Layers": []}
    with pytest.raises(NotFound, match="missing"):
        opened.resolve(archive({"manifest.json": json.dumps([entry]).encode()}))


def test_a_config_that_has_not_the_digest_of_its_name_opens_with_a_warning(archive, opened):
    files = classic_files(TWO)
    files[next(name for name in files if name != "manifest.json" and name.endswith(".json"))] += b" "
    (warning,) = opened.resolve(archive(files)).warnings
    assert "changed after it was saved" in warning


def test_layers_without_diff_ids_get_the_digest_of_their_bytes(archive, opened):
    image = opened.resolve(archive(classic_files(build_image(rootfs={}))))
    assert [str(item.digest) for item in image.manifest.layers] == [digest_of(build_image().tars[0])]


def test_an_image_of_docker_25_has_the_real_manifest(archive, opened):
    built = plain_image()
    image = opened.resolve(archive(docker_25_files(built)))
    assert (image.manifest_bytes, str(image.descriptor.digest)) == (built.manifest_bytes, built.digest)
    assert opened.blobs(archive(docker_25_files(built))) == built.tars


def test_an_index_of_docker_25_offers_its_platforms(archive, opened):
    index = build_index(
        ONE.descriptor(platform={"os": "linux", "architecture": "amd64"}),
        ARM.descriptor(platform={"os": "linux", "architecture": "arm64"}),
    )
    entries = [
        descriptor(index, media_types.OCI_INDEX, annotations={"io.containerd.image.name": "docker.io/library/app:1"})
    ]
    files = docker_25_files(ONE) | layout_files(entries, ONE, ARM) | blob_files(index)
    assert opened.resolve(archive(files) + ":app:1", Platform("linux", "arm64")).manifest_bytes == ARM.manifest_bytes


@pytest.mark.parametrize("stored", [(ONE,), (ONE, ARM)])
def test_the_index_is_the_root_only_if_all_its_manifests_are_in_the_archive(archive, opened, stored):
    index = build_index(
        ONE.descriptor(platform={"os": "linux", "architecture": "amd64"}),
        ARM.descriptor(platform={"os": "linux", "architecture": "arm64"}),
    )
    entries = [descriptor(index, media_types.OCI_INDEX)]
    text = archive(docker_25_files(ONE) | layout_files(entries, *stored) | blob_files(index))
    (root,) = opened(text).roots(None)
    assert str(root.descriptor.digest) == (ONE.digest if stored == (ONE,) else digest_of(index))
    assert opened.resolve(text).index_bytes == index


@pytest.mark.parametrize("missing", ["manifest", "index entries"])
def test_without_its_real_manifest_an_image_of_docker_25_still_opens(archive, opened, missing):
    built = plain_image()
    files = docker_25_files(built)
    if missing == "manifest":
        del files[blob_path(built.digest)]
    else:
        files["index.json"] = b'{"schemaVersion": 2, "manifests": null}'
    image = opened.resolve(archive(files))
    assert (image.descriptor, image.config_bytes) == (None, built.config_bytes)
    assert opened.blobs(archive(files)) == built.tars


@pytest.mark.parametrize("part", ["manifest_bytes", "config_bytes"])
def test_a_changed_blob_of_docker_25_is_refused(archive, opened, part):
    built = plain_image()
    data = getattr(built, part)
    with pytest.raises(VerificationError):
        opened.resolve(archive(docker_25_files(built) | {blob_path(digest_of(data)): data[:-1] + b" "}))


def test_a_changed_config_below_blobs_is_refused_without_a_real_manifest_too(archive, opened):
    built = plain_image()
    files = docker_25_files(built) | {blob_path(digest_of(built.config_bytes)): built.config_bytes + b" "}
    del files[blob_path(built.digest)]
    with pytest.raises(VerificationError, match=r"the content of the config .* has the digest .*, not"):
        opened.resolve(archive(files))


def test_a_missing_layer_of_docker_25_is_named(archive, opened):
    built = plain_image()
    files = docker_25_files(built)
    del files[blob_path(digest_of(built.layers[0]))]
    with pytest.raises(NotFound, match=r"the layer `blobs/sha256/.*` is missing in"):
        opened.resolve(archive(files))


def test_a_sparse_member_is_refused(tmp_path, opened):
    files = classic_files(TWO)
    whole = tar_bytes(files)
    header = whole.index(next(name for name in files if name.endswith("layer.tar")).encode())
    block = bytearray(whole[header : header + 512])
    block[156:157] = b"S"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    (tmp_path / "sparse.tar").write_bytes(whole[:header] + block + whole[header + 512 :])
    with pytest.raises(SourceError, match="sparse"):
        opened.resolve(f"docker-archive:{tmp_path / 'sparse.tar'}")


def test_the_name_has_transport_path_and_selector(archive, opened):
    text = archive(classic_files(ONE))
    assert opened(f"{text}:app:latest").name == f"{text}:app:latest"
    assert opened.resolve(text).reference == text
