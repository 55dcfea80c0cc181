"""`read_layer`: from a blob to its entries and the verdict on its bytes."""

import pytest

from layerscope.layers.layer_content import BlobStatus
from layerscope.layers.layer_index import EntryFlag
from layerscope.layers.reader import read_layer
from layerscope.oci import media_types
from layerscope.oci.digest import Digest
from support.reading import layer_of, names, read
from support.tars import directory, file, gzip, hardlink, skippable, symlink, tar, zstd

TAR = tar(
    directory("bin/"),
    file("bin/sh", b"#!" * 700, mode=0o755, uid=1, gid=2, mtime=1_700_000_000),
    symlink("bin/bash", "sh"),
    hardlink("bin/dash", "./bin/sh"),
    file("etc/passwd", b"root"),
)
NAMES = ["bin", "bin/sh", "bin/bash", "bin/dash", "etc/passwd"]
BLOBS = {
    "plain": (TAR, media_types.OCI_LAYER),
    "gzip": (gzip(TAR), media_types.OCI_LAYER_GZIP),
    "zstd": (zstd(TAR), media_types.OCI_LAYER_ZSTD),
}
each_codec = pytest.mark.parametrize(("blob", "media_type"), BLOBS.values(), ids=BLOBS)


@each_codec
def test_a_good_layer_is_verified_without_any_warning(blob, media_type):
    content = read(blob, media_type, diff_id=Digest.of(TAR))

    assert (content.status, content.problem, content.warnings) == (BlobStatus.VERIFIED, "", ())
    assert names(content) == NAMES
    assert (content.blob_size, content.tar_size) == (len(blob), len(TAR))
    assert (content.blob_digest, content.diff_id) == (Digest.of(blob), Digest.of(TAR))


@each_codec
@pytest.mark.parametrize("chunk_size", [1, 7, 511, 513])
def test_the_size_of_chunks_makes_no_difference(blob, media_type, chunk_size):
    whole, in_chunks = read(blob, media_type), read(blob, media_type, chunk_size=chunk_size)

    assert names(in_chunks) == names(whole)
    assert in_chunks.index.contents.tolist() == whole.index.contents.tolist()
    assert (in_chunks.status, in_chunks.diff_id) == (whole.status, whole.diff_id)


@each_codec
def test_a_blob_with_another_digest_is_a_mismatch_and_is_listed_all_the_same(blob, media_type):
    content = read(blob, media_type, digest=Digest.of(b"other"))

    assert content.status is BlobStatus.MISMATCH
    assert content.problem == f"the layer has the digest {Digest.of(blob)}, not {Digest.of(b'other')}"
    assert names(content) == NAMES


@each_codec
def test_another_diff_id_is_a_mismatch(blob, media_type):
    content = read(blob, media_type, diff_id=Digest.of(b"other"))

    assert content.status is BlobStatus.MISMATCH
    assert f"{Digest.of(TAR)}, not the diff_id {Digest.of(b'other')}" in content.problem


@each_codec
def test_reading_stops_as_soon_as_the_blob_is_larger_than_promised(blob, media_type):
    def endless():
        yield blob
        yield b"\0"
        raise AssertionError("reading went on")

    content = read_layer(endless(), layer_of(blob, media_type))

    assert content.status is BlobStatus.TOO_LARGE
    assert content.blob_digest is None


@each_codec
def test_a_blob_shorter_than_promised_is_truncated_and_says_so_once(blob, media_type):
    content = read(blob[: len(blob) * 2 // 3], media_type, size=len(blob))

    assert content.status is BlobStatus.TRUNCATED
    assert content.problem == f"the layer has {len(blob) * 2 // 3:,} bytes, not {len(blob):,}"
    assert content.warnings == ()


def test_an_entry_that_is_cut_in_its_data_is_listed_as_partial():
    content = read(TAR[:1600])

    assert content.status is BlobStatus.TRUNCATED
    assert content.problem == "the layer is damaged after 2 entries: it ends inside the data of `bin/sh`"
    assert content.index.flags.tolist() == [0, EntryFlag.PARTIAL]


def test_a_digest_of_an_unknown_algorithm_leaves_the_layer_unverified():
    content = read(TAR, digest=Digest("blake3", "0" * 64))

    assert content.status is BlobStatus.UNVERIFIED
    assert names(content) == NAMES


def test_an_encrypted_layer_is_verified_but_not_read():
    content = read(b"secret", media_types.OCI_LAYER_GZIP + "+encrypted")
    changed = read(b"secret", media_types.OCI_LAYER_GZIP + "+encrypted", digest=Digest.of(b"other"))

    assert (content.status, content.problem) == (BlobStatus.UNSUPPORTED, "the layer is encrypted")
    assert changed.status is BlobStatus.MISMATCH


def test_content_of_another_media_type_is_unsupported():
    content = read(b'{"a": 1}', "application/vnd.in-toto+json")

    assert content.status is BlobStatus.UNSUPPORTED
    assert "`application/vnd.in-toto+json`" in content.problem


def test_a_tar_of_an_unknown_media_type_is_read_with_a_warning():
    content = read(gzip(TAR), "application/vnd.cncf.helm.chart.content.v1.tar+gzip")

    assert content.status is BlobStatus.VERIFIED
    assert names(content) == NAMES
    assert "is not that of a layer" in content.warnings[0]


def test_the_bytes_decide_on_the_compression_and_a_wrong_media_type_is_a_warning():
    content = read(zstd(TAR), media_types.OCI_LAYER_GZIP)

    assert content.status is BlobStatus.VERIFIED
    assert content.warnings == ("the media type says gzip, the content is zstd",)
    assert names(content) == NAMES


def test_a_compressed_blob_that_is_named_by_its_diff_id_is_verified_by_it():
    good = read(gzip(TAR), digest=Digest.of(TAR), diff_id=Digest.of(TAR))
    bad = read(gzip(TAR), digest=Digest.of(b"other"), diff_id=Digest.of(b"other"))

    assert good.status is BlobStatus.VERIFIED
    assert bad.status is BlobStatus.MISMATCH


def test_a_layer_without_bytes_is_an_empty_layer():
    content = read(b"", media_types.OCI_LAYER_GZIP)

    assert (content.status, content.index.count, content.warnings) == (BlobStatus.VERIFIED, 0, ())


def test_what_the_entries_share_of_the_blob_is_at_most_the_blob():
    blob = zstd(TAR) + skippable(b"table of contents")
    content = read(blob, media_types.OCI_LAYER_ZSTD)

    assert 0 < content.index.compressed_sizes.sum() <= len(blob)


def test_in_a_plain_layer_the_share_of_an_entry_is_its_size():
    content = read(TAR)

    assert content.index.compressed_sizes.tolist() == content.index.sizes.tolist()


def test_errors_of_the_source_pass_through():
    def broken():
        yield TAR[:600]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        read_layer(broken(), layer_of(TAR))
