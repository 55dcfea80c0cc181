"""Archives and layouts of public test suites."""

import hashlib

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.errors import InvalidDocument, SourceError, VerificationError
from support import extra_cases
from support.local_images import read_blob

TARBALLS = "google+go-containerregistry/pkg/v1/tarball/testdata"
MUTATED = "google+go-containerregistry/pkg/v1/mutate/testdata"
LAYOUTS = "google+go-containerregistry/pkg/v1/layout/testdata"
LIBIMAGE = "containers+common/libimage/testdata"
ARTIFACTS = "containers+common/pkg/manifests/testdata/artifacts"
DIVE = "wagoodman+dive/.data"

IMAGES = {
    f"{TARBALLS}/test_image_1.tar": 1,
    f"{TARBALLS}/test_image_2.tar": 1,
    f"{TARBALLS}/test_load_manifest.tar": 1,
    f"{TARBALLS}/test_bundle.tar:test_image_1": 1,
    f"{TARBALLS}/test_bundle.tar:test_image_2": 1,
    f"{TARBALLS}/test_link.tar:bazel/v1/tarball:test_image_3": 2,
    f"{TARBALLS}/hello-world-v25.tar": 1,
    f"{TARBALLS}/no_manifest.tar": 1,
    f"{MUTATED}/source_image.tar": 1,
    f"{MUTATED}/source_image_with_empty_layer_history.tar": 1,
    f"{MUTATED}/whiteout_image.tar": 3,
    f"{MUTATED}/overwritten_file.tar": 3,
    f"{MUTATED}/whiteout_dir.tar": 4,
    f"{LAYOUTS}/test_index_one_image": 1,
    f"{LIBIMAGE}/docker-unnamed.tar.xz": 1,
    f"{LIBIMAGE}/docker-name-only.tar.xz:pretty-empty": 1,
    f"{LIBIMAGE}/docker-registry-name.tar.xz:example.com/empty:latest": 1,
    f"{LIBIMAGE}/docker-two-names.tar.xz": 1,
    f"{LIBIMAGE}/docker-two-images.tar.xz:example.com/empty/but:different": 1,
    f"{LIBIMAGE}/oci-unnamed.tar.gz": 1,
    f"{LIBIMAGE}/oci-name-only.tar.gz:pretty-empty": 1,
    f"{LIBIMAGE}/oci-registry-name.tar.gz:example.com/empty": 1,
    f"{LIBIMAGE}/oci-non-docker-name.tar.gz:UPPERCASE-IS-INVALID": 1,
    f"{LIBIMAGE}/buildkit-oci.tar": 0,
    f"{LIBIMAGE}/buildkit-docker.tar": 0,
    f"{DIVE}/test-docker-image.tar": 14,
    f"{DIVE}/test-oci-gzip-image.tar": 1,
    f"{DIVE}/test-oci-estargz-image.tar": 1,
    f"{DIVE}/test-oci-zstd-image.tar": 1,
    f"{DIVE}/test-oci-uncompressed-image.tar": 1,
    "aquasecurity+fanal/alpine-310.tar.gz": 1,
    f"{LIBIMAGE}/scratch-dir-5pec!@L": 1,
}
BARE_LAYERS = {
    f"{TARBALLS}/content.tar": 1,
    f"{LIBIMAGE}/exported-container.tar": 1,
    "google+go-containerregistry/pkg/crane/testdata/content.tar.zst": 1,
    f"{DIVE}/test-zstd-image.tar": 1,
}
WITHOUT_ALL_LAYERS = {f"{LAYOUTS}/test_index_media_type": 1, f"{ARTIFACTS}/no-blobs": 1, f"{ARTIFACTS}/blobs-only": 1}
REFUSED = {
    f"{TARBALLS}/null_manifest.tar": (SourceError, "has no image"),
    f"{TARBALLS}/test_bundle.tar": (SourceError, "has 2 images"),
    f"{LIBIMAGE}/docker-two-images.tar.xz": (SourceError, "has 2 images"),
    f"{LAYOUTS}/test_index": (SourceError, "has 3 images"),
    f"{LAYOUTS}/test_gc_index": (SourceError, "has 3 images"),
    f"{LAYOUTS}/test_gc_image_unknown_mediatype": (SourceError, "has no image, only"),
    f"{ARTIFACTS}/config-only": (VerificationError, "the config .* has .* bytes"),
    f"{ARTIFACTS}/index": (InvalidDocument, "config is not a descriptor"),
}

pytestmark = pytest.mark.extra_cases


def path_of(name):
    return f"{extra_cases.ROOT}/corpora/{name}"


def open_image(opened, name):
    return opened.resolve(path_of(name))


@pytest.mark.parametrize(("name", "count"), (IMAGES | BARE_LAYERS).items())
def test_an_image_opens_and_its_layers_have_their_sizes_and_digests(opened, name, count):
    store = opened(path_of(name))
    image = resolve(store, None)
    assert len(image.layers) == count
    for layer in image.layers:
        data = read_blob(store, layer.descriptor)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (layer.descriptor.size, layer.descriptor.digest.encoded)


@pytest.mark.parametrize(("name", "count"), WITHOUT_ALL_LAYERS.items())
def test_an_image_opens_though_layers_are_missing(opened, name, count):
    assert len(open_image(opened, name).layers) == count


@pytest.mark.parametrize(("name", "expected"), REFUSED.items())
def test_an_archive_without_exactly_one_image_is_refused_in_a_sentence(opened, name, expected):
    error, message = expected
    with pytest.raises(error, match=message) as caught:
        open_image(opened, name)
    assert "\n" not in caught.value.message
