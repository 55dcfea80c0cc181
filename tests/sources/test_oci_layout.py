import errno
import json
import os

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.blobs.status import BlobStatus
from layerscope.errors import (
    InvalidDocument,
    NoMatchingPlatform,
    NotFound,
    SourceError,
    VerificationError,
)
from layerscope.loading import load
from layerscope.oci import Digest, Platform
from layerscope.sources.directory_store import DirectoryStore
from support.images import build_image, build_index, descriptor, digest_of
from support.local_images import (
    Link,
    blob_files,
    blob_path,
    image_files,
    layout_files,
    named,
    read_blob,
    write_archive,
    write_directory,
)

ONE = build_image()
TWO = build_image([[("other.txt", b"other\n")]])
ARM = build_image(platform="linux/arm64")
UNKNOWN = "application/vnd.example.thing+json"


def index_entry(data, **more):
    return descriptor(data, "application/vnd.oci.image.index.v1+json", **more)


def platform_entry(image, architecture):
    return image.descriptor(platform={"os": "linux", "architecture": architecture})


@pytest.fixture(params=["directory", "archive"])
def layout(request, tmp_path):
    """Writes a layout as a directory or into a tar; returns the text that opens it."""

    def write(files):
        if request.param == "directory":
            return f"oci:{write_directory(tmp_path / 'layout', files)}"
        return f"oci-archive:{write_archive(tmp_path / 'layout.tar', files)}"

    return write


def test_the_only_image_is_chosen(layout, opened):
    image = opened.resolve(layout(layout_files([named(ONE, "v1")], ONE)))
    assert (image.manifest_bytes, image.config_bytes) == (ONE.manifest_bytes, ONE.config_bytes)
    assert (str(image.descriptor.digest), image.index) == (ONE.digest, None)


def test_layers_are_read_from_the_layouts_blobs(layout, opened):
    assert opened.blobs(layout(layout_files([ONE.descriptor()], ONE))) == ONE.layers


@pytest.mark.parametrize(("tag", "expected"), [("v1", ONE), ("v2", TWO)])
def test_a_tag_chooses_by_the_reference_name(layout, opened, tag, expected):
    text = layout(layout_files([named(ONE, "v1"), named(TWO, "v2")], ONE, TWO))
    assert opened.resolve(f"{text}:{tag}").manifest_bytes == expected.manifest_bytes


@pytest.mark.parametrize("name", ["docker.io/library/app:latest", "app", "app:latest", "latest"])
def test_a_name_of_containerd_chooses_too_with_dockers_defaults_filled_in(layout, opened, name):
    annotations = {
        "io.containerd.image.name": "docker.io/library/app:latest",
        "org.opencontainers.image.ref.name": "latest",
    }
    entries = [ONE.descriptor(annotations=annotations), named(TWO, "other")]
    assert opened.resolve(f"{layout(layout_files(entries, ONE, TWO))}:{name}").manifest_bytes == ONE.manifest_bytes


def test_a_digest_chooses_even_what_the_index_does_not_list(layout, opened):
    text = layout(layout_files([ONE.descriptor()], ONE, TWO))
    assert opened.resolve(f"{text}@{TWO.digest}").manifest_bytes == TWO.manifest_bytes


def test_a_position_chooses_among_entries_without_names(layout, opened):
    text = layout(layout_files([ONE.descriptor(), TWO.descriptor()], ONE, TWO))
    assert opened.resolve(f"{text}:@1").manifest_bytes == TWO.manifest_bytes
    with pytest.raises(NotFound, match="no image 2: its index has 2, counted from 0"):
        opened.resolve(f"{text}:@2")


def test_with_several_images_none_is_chosen_and_all_are_listed(layout, opened):
    text = layout(layout_files([named(ONE, "v1"), named(TWO, "v2"), ARM.descriptor()], ONE, TWO, ARM))
    with pytest.raises(SourceError, match="has 3 images") as caught:
        opened.resolve(text)
    assert caught.value.hint == f"use one of `{text}:v1`, `{text}:v2`, `{text}@{ARM.digest}`"


def test_a_missing_tag_is_reported_with_the_existing_ones(layout, opened):
    text = layout(layout_files([named(ONE, "v1")], ONE))
    with pytest.raises(NotFound, match="no image `v9`") as caught:
        opened.resolve(f"{text}:v9")
    assert caught.value.hint == f"use `{text}:v1`"


def test_one_tag_on_two_images_is_ambiguous_and_their_digests_are_offered(layout, opened):
    text = layout(layout_files([named(ONE, "v1"), named(TWO, "v1")], ONE, TWO))
    with pytest.raises(SourceError, match="2 images named `v1`") as caught:
        opened.resolve(f"{text}:v1")
    assert ONE.digest in caught.value.hint
    assert TWO.digest in caught.value.hint


def test_two_tags_on_one_image_are_one_image(layout, opened):
    text = layout(layout_files([named(ONE, "v1"), named(ONE, "latest")], ONE))
    assert opened.resolve(text).manifest_bytes == ONE.manifest_bytes


@pytest.mark.parametrize(("architecture", "expected"), [("amd64", ONE), ("arm64", ARM)])
def test_the_platform_is_chosen_through_nested_indexes(layout, opened, architecture, expected):
    inner = build_index(platform_entry(ONE, "amd64"), platform_entry(ARM, "arm64"))
    outer = build_index(index_entry(inner))
    files = layout_files([index_entry(outer)], ONE, ARM) | blob_files(inner, outer)
    image = opened.resolve(layout(files), Platform("linux", architecture))
    assert image.manifest_bytes == expected.manifest_bytes
    assert image.index_bytes == outer
    assert [str(entry.digest) for entry in image.index.images] == [digest_of(inner)]


def test_a_platform_that_is_not_offered_is_refused_with_those_that_are(layout, opened):
    index = build_index(platform_entry(ONE, "amd64"))
    with pytest.raises(NoMatchingPlatform) as caught:
        opened.resolve(layout(layout_files([index_entry(index)], ONE) | blob_files(index)), Platform("linux", "s390x"))
    assert "linux/amd64" in caught.value.hint


def test_images_that_differ_in_platform_only_are_chosen_by_platform(layout, opened):
    text = layout(layout_files([platform_entry(ONE, "amd64"), platform_entry(ARM, "arm64")], ONE, ARM))
    assert opened.resolve(text, Platform("linux", "arm64")).manifest_bytes == ARM.manifest_bytes


@pytest.mark.parametrize("stored", [ONE, ARM])
def test_without_a_platform_an_image_with_all_its_blobs_is_chosen(layout, opened, stored):
    index = build_index(platform_entry(ONE, "amd64"), platform_entry(ARM, "arm64"))
    image = opened.resolve(layout(layout_files([index_entry(index)], stored) | blob_files(index)))
    assert image.manifest_bytes == stored.manifest_bytes


def test_an_attestation_is_never_chosen_as_the_image(layout, opened):
    attestation = TWO.descriptor(platform={"os": "unknown", "architecture": "unknown"})
    text = layout(layout_files([attestation, named(ONE, "v1")], ONE, TWO))
    assert opened.resolve(text).manifest_bytes == ONE.manifest_bytes


def test_indexes_nested_without_end_are_refused(layout, opened):
    blobs, data = [], build_index(ONE.descriptor())
    for _ in range(10):
        blobs.append(data)
        data = build_index(index_entry(data))
    with pytest.raises(InvalidDocument, match="deeper than 8 levels"):
        opened.resolve(layout(layout_files([index_entry(data)], ONE) | blob_files(data, *blobs)))


def test_an_entry_of_an_unknown_type_is_skipped_or_named_if_it_is_the_only_one(layout, opened):
    thing = descriptor(b"{}", UNKNOWN)
    text = layout(layout_files([thing, ONE.descriptor()], ONE))
    assert opened.resolve(text).manifest_bytes == ONE.manifest_bytes


def test_a_layout_without_any_image_says_what_it_has_instead(layout, opened):
    with pytest.raises(SourceError, match=f"has no image, only `{UNKNOWN.replace('+', '.')}`"):
        opened.resolve(layout(layout_files([descriptor(b"{}", UNKNOWN)])))


@pytest.mark.parametrize("entries", [[], None])
def test_an_empty_index_has_no_image(layout, opened, entries):
    with pytest.raises(SourceError, match="has no image: its index is empty"):
        opened.resolve(layout(layout_files(entries)))


@pytest.mark.parametrize("version", ["2.0.0", "", None, 1])
def test_another_version_of_the_layout_is_refused(layout, opened, version):
    with pytest.raises(SourceError, match="version"):
        opened.resolve(layout(layout_files([ONE.descriptor()], ONE, version=version)))


def test_without_its_index_a_layout_is_refused(layout, opened):
    files = layout_files([ONE.descriptor()], ONE)
    del files["index.json"]
    with pytest.raises(NotFound, match=r"`index\.json` is not in|has no `index\.json`"):
        opened.resolve(layout(files))


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"null", b'{"schemaVersion": 2, "manifests": 7}'])
def test_a_broken_index_is_an_invalid_document(layout, opened, data):
    with pytest.raises(InvalidDocument, match=r"^`index\.json` in `"):
        opened.resolve(layout(layout_files([], ONE) | {"index.json": data}))


def test_an_index_larger_than_4_mib_is_not_read(layout, opened):
    with pytest.raises(InvalidDocument, match="larger than"):
        opened.resolve(layout(layout_files([]) | {"index.json": b" " * (4 * 1024 * 1024 + 1)}))


@pytest.mark.parametrize("part", ["manifest_bytes", "config_bytes"])
@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda data: data + b" ", "has more than .* bytes"),
        (lambda data: data[:-1], "has .* bytes, not"),
        (lambda data: data[:-1] + b" ", "has the digest .*, not"),
    ],
)
def test_a_changed_manifest_or_config_is_refused(layout, opened, part, damage, expected):
    data = getattr(ONE, part)
    files = layout_files([ONE.descriptor()], ONE) | {blob_path(digest_of(data)): damage(data)}
    with pytest.raises(VerificationError, match=expected):
        opened.resolve(layout(files))


@pytest.mark.parametrize("part", ["manifest_bytes", "config_bytes"])
def test_a_missing_manifest_or_config_is_not_found(layout, opened, part):
    files = layout_files([ONE.descriptor()], ONE)
    del files[blob_path(digest_of(getattr(ONE, part)))]
    with pytest.raises(NotFound, match="has no blob"):
        opened.resolve(layout(files))


def test_a_missing_layer_does_not_hide_the_image(layout, opened):
    files = layout_files([ONE.descriptor()], ONE)
    del files[blob_path(digest_of(ONE.layers[0]))]
    source = opened(layout(files))
    image = resolve(source, None)
    with pytest.raises(NotFound, match="has no blob"):
        read_blob(source, image.layers[0].descriptor)


@pytest.mark.parametrize(
    ("damage", "status"),
    [
        (lambda blob: blob + b"x", BlobStatus.TOO_LARGE),
        (lambda blob: blob[:-1], BlobStatus.TRUNCATED),
        (lambda blob: blob[:4] + b"\x01" + blob[5:], BlobStatus.MISMATCH),
    ],
)
def test_a_changed_layer_is_read_as_what_it_is(layout, opened, damage, status):
    layer = ONE.layers[0]
    files = layout_files([ONE.descriptor()], ONE) | {blob_path(digest_of(layer)): damage(layer)}
    (content,) = load(opened(layout(files))).contents
    assert content.status == status


def test_a_digest_of_an_unknown_algorithm_is_never_verified(layout, opened):
    entry = ONE.descriptor() | {"digest": "blake3:" + "a" * 64}
    with pytest.raises(VerificationError, match="`blake3` is unknown"):
        opened.resolve(layout(layout_files([entry]) | {"blobs/blake3/" + "a" * 64: ONE.manifest_bytes}))


def test_a_digest_that_climbs_is_refused_before_any_path_is_made(layout, opened):
    entry = ONE.descriptor() | {"digest": "sha256:../../../../etc/passwd"}
    with pytest.raises(InvalidDocument, match="no valid `digest`"):
        opened.resolve(layout(layout_files([entry], ONE)))


def test_an_image_without_layers_whose_list_is_null_opens(layout, opened):
    empty = build_image([], manifest={"layers": None})
    assert opened.resolve(layout(layout_files([empty.descriptor()], empty))).layers == ()


@pytest.mark.parametrize("outside", ["absolute", "relative"])
def test_a_symlink_that_leads_out_of_the_layout_is_refused(tmp_path, opened, outside):
    (tmp_path / "secret").write_bytes(ONE.manifest_bytes)
    files = layout_files([ONE.descriptor()], ONE)
    target = str(tmp_path / "secret") if outside == "absolute" else "../../../secret"
    directory = write_directory(tmp_path / "layout", files | {blob_path(ONE.digest): Link(target)})
    with pytest.raises(SourceError, match="leads out of the directory"):
        opened.resolve(f"oci:{directory}")


def test_a_directory_of_blobs_outside_of_the_layout_is_refused(tmp_path, opened):
    write_directory(tmp_path / "elsewhere", image_files(ONE))
    files = layout_files([ONE.descriptor()]) | {"blobs": Link("../elsewhere/blobs")}
    directory = write_directory(tmp_path / "layout", files)
    with pytest.raises(SourceError, match="leads out of the directory"):
        opened.resolve(f"oci:{directory}")


def test_a_symlink_inside_the_layout_is_followed(tmp_path, opened):
    files = layout_files([ONE.descriptor()], ONE) | {
        "kept": ONE.manifest_bytes,
        blob_path(ONE.digest): Link("../../kept"),
    }
    assert opened.resolve(f"oci:{write_directory(tmp_path / 'layout', files)}").manifest_bytes == ONE.manifest_bytes


def test_a_blob_that_cannot_be_looked_up_is_not_called_missing(tmp_path, monkeypatch):
    def refuse(_path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("layerscope.sources.directory_store.os.lstat", refuse)
    with pytest.raises(SourceError, match=r"^cannot read `blob` in `.*`: Permission denied$"):
        DirectoryStore(str(tmp_path)).has("blob")


@pytest.mark.parametrize("plant", [lambda path: path.symlink_to(path.name), os.mkfifo, lambda path: path.mkdir()])
def test_a_loop_a_fifo_or_a_directory_in_the_place_of_a_blob_is_a_clear_error(tmp_path, opened, plant):
    files = layout_files([ONE.descriptor()], ONE)
    del files[blob_path(ONE.digest)]
    directory = write_directory(tmp_path / "layout", files)
    plant(directory / blob_path(ONE.digest))
    with pytest.raises(SourceError):
        opened.resolve(f"oci:{directory}")


def test_a_layout_that_is_itself_behind_a_symlink_opens(tmp_path, opened):
    write_directory(tmp_path / "real", layout_files([ONE.descriptor()], ONE))
    (tmp_path / "link").symlink_to("real")
    assert opened.resolve(f"oci:{tmp_path / 'link'}").manifest_bytes == ONE.manifest_bytes


def test_closing_ends_a_read_in_flight(layout, opened):
    big = build_image([[("big", os.urandom(600_000))]], compress=bytes)
    source = opened(layout(layout_files([big.descriptor()], big)))
    layer = resolve(source, None).layers[0]
    with source.open(layer.descriptor) as chunks:
        next(chunks)
        source.close()
        with pytest.raises(SourceError, match="was closed"):
            next(chunks)


def test_the_name_has_transport_path_and_selector(tmp_path, opened):
    directory = write_directory(tmp_path / "layout", layout_files([named(ONE, "v1")], ONE))
    assert opened(f"oci:{directory}:v1").name == f"oci:{directory}:v1"
    assert opened.resolve(f"oci:{directory}").reference == f"oci:{directory}"
    digest = Digest.of(b"")
    assert opened(f"oci:{directory}@{digest}").name == f"oci:{directory}@{digest}"


def test_names_from_the_index_are_made_safe_for_display(layout, opened):
    text = layout(layout_files([named(ONE, "v\x1b[31m1"), named(TWO, "w\u202e2")], ONE, TWO))
    with pytest.raises(SourceError) as caught:
        opened.resolve(text)
    assert caught.value.hint == f"use one of `'{text}:v\\x1b[31m1'`, `'{text}:w\\u202e2'`"


def test_a_document_with_duplicate_keys_is_refused(layout, opened):
    twice = json.dumps({"schemaVersion": 2, "manifests": []}).encode().replace(b"}", b', "manifests": []}')
    with pytest.raises(InvalidDocument):
        opened.resolve(layout(layout_files([]) | {"index.json": twice}))
