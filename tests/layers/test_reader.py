"""`read_layer`: the entries of a blob, and the verdict on its bytes."""

import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.layers.layer_index import EntryFlag
from layerscope.layers.reader import read_layer
from layerscope.oci import Digest, media_types
from support.reading import layer_of, names, read
from support.tars import directory, file, gzip, hardlink, skippable, symlink, tar, zstd

TESTS = str(Path(__file__).parents[1])
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
def test_the_size_of_chunks_makes_no_difference(blob, media_type):
    whole = read(blob, media_type)

    for chunk_size in (1, 7, 511, 513):
        in_chunks = read(blob, media_type, chunk_size=chunk_size)
        assert names(in_chunks) == names(whole)
        assert in_chunks.index.content_hashes.tolist() == whole.index.content_hashes.tolist()
        assert (in_chunks.status, in_chunks.diff_id) == (whole.status, whole.diff_id)


@each_codec
def test_a_blob_with_another_digest_is_a_mismatch_and_is_listed_all_the_same(blob, media_type):
    content = read(blob, media_type, digest=Digest.of(b"other"))

    assert content.status is BlobStatus.MISMATCH
    assert content.problem == f"the content of the layer has the digest {Digest.of(blob)}, not {Digest.of(b'other')}"
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
    assert content.problem == "its tar ends after 2 entries, inside the data of `bin/sh`"
    assert content.index.flags.tolist() == [0, EntryFlag.PARTIAL]


def test_a_digest_of_an_unknown_algorithm_leaves_the_layer_unverified():
    content = read(TAR, digest=Digest("blake3", "0" * 64))

    assert content.status is BlobStatus.UNVERIFIED
    assert content.problem == "the layer cannot be verified: the digest algorithm `blake3` is unknown"
    assert names(content) == NAMES


@each_codec
def test_digests_may_be_of_sha512(blob, media_type):
    digest, diff_id = Digest.of(blob, "sha512"), Digest.of(TAR, "sha512")
    content = read(blob, media_type, digest=digest, diff_id=diff_id)

    assert (content.status, content.blob_digest, content.diff_id) == (BlobStatus.VERIFIED, digest, diff_id)


@each_codec
def test_a_diff_id_of_an_unknown_algorithm_is_a_warning(blob, media_type):
    content = read(blob, media_type, diff_id=Digest("blake3", "0" * 64))

    assert content.status is BlobStatus.VERIFIED
    assert content.warnings == ("the algorithm `blake3` of the diff_id is unknown",)
    assert content.diff_id == Digest.of(TAR)


def test_a_layer_that_expands_a_thousandfold_has_a_warning():
    content = read(zstd(tar(file("zeros", bytes(3_000_000)))), media_types.OCI_LAYER_ZSTD)

    assert content.status is BlobStatus.VERIFIED
    assert [re.sub("[0-9,]+", "N", warning) for warning in content.warnings] == [
        "the layer expands to N times its size"
    ]


def test_what_is_wrong_besides_the_verdict_is_a_warning():
    content = read(TAR[:1600], digest=Digest.of(b"other"), diff_id=Digest.of(TAR))

    assert content.status is BlobStatus.MISMATCH
    assert [warning.partition(":")[0] for warning in content.warnings] == [
        "the uncompressed layer has the digest sha256",
        "its tar ends after 2 entries, inside the data of `bin/sh`",
    ]


def test_a_damaged_stream_lists_what_came_before_and_reports_one_cause():
    big = tar(file("a", bytes(range(256)) * 2000), file("b", random.Random(1).randbytes(500_000)), file("c"))
    blob = bytearray(gzip(big))
    blob[-4000:-3000] = bytes(1000)
    content = read(bytes(blob), media_types.OCI_LAYER_GZIP)

    assert content.status is BlobStatus.CORRUPT
    assert content.problem.startswith("the gzip stream cannot be decompressed (")
    assert content.warnings == ()
    assert names(content)[0] == "a"
    assert content.diff_id is None


def test_compressed_shares_follow_what_each_file_costs():
    noise, zeros = random.Random(1).randbytes(2_000_000), bytes(2_000_000)
    blob = gzip(tar(file("noise", noise), file("zeros", zeros)))
    of_noise, of_zeros = read(blob, media_types.OCI_LAYER_GZIP).index.compressed_sizes.tolist()

    assert 1_900_000 < of_noise < len(blob)
    assert of_zeros < 100_000


def test_gzip_is_read_without_zlib_ng():
    script = """
import sys
sys.modules["zlib_ng"] = None
from layerscope.layers import gzip_member
from support.reading import names, read
from support.tars import file, gzip, tar
assert gzip_member.zlib.__name__ == "zlib"
content = read(gzip(tar(file("a", b"1"))) + gzip(b""), "application/vnd.oci.image.layer.v1.tar+gzip")
print(content.status, *names(content))
"""
    run = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env={"PYTHONPATH": TESTS}
    )

    assert run.stdout == "verified a\n"


def test_an_encrypted_layer_is_verified_but_not_read():
    content = read(b"secret", media_types.OCI_LAYER_GZIP + "+encrypted")
    changed = read(b"secret", media_types.OCI_LAYER_GZIP + "+encrypted", digest=Digest.of(b"other"))

    assert (content.status, content.problem) == (BlobStatus.UNSUPPORTED, "the layer is encrypted")
    assert changed.status is BlobStatus.MISMATCH


def test_content_of_another_media_type_is_unsupported():
    content = read(b'{"a": 1}', "application/vnd.in-toto+json")

    assert content.status is BlobStatus.UNSUPPORTED
    assert "`application/vnd.in-toto+json`" in content.problem


@pytest.mark.parametrize("blob", [b"\0asm", gzip(TAR), b""])
def test_a_blob_that_is_no_changeset_is_judged_by_size_and_digest_alone(blob):
    def judged(blob, **promised):
        layer = layer_of(blob, "application/vnd.cncf.helm.chart.content.v1.tar+gzip", **promised)
        return read_layer([blob], replace(layer, is_changeset=False))

    content = judged(blob)
    assert (content.status, content.problem, content.warnings) == (BlobStatus.VERIFIED, "", ())
    assert (content.index.count, content.diff_id, content.blob_digest) == (0, None, Digest.of(blob))
    assert judged(blob, digest=Digest.of(b"other")).status is BlobStatus.MISMATCH
    assert judged(blob, size=len(blob) + 1).status is BlobStatus.TRUNCATED
    assert judged(blob, digest=Digest("blake3", "a" * 64)).status is BlobStatus.UNVERIFIED


def test_a_tar_of_an_unknown_media_type_is_read_with_a_warning():
    content = read(gzip(TAR), "application/vnd.cncf.helm.chart.content.v1.tar+gzip")

    assert content.status is BlobStatus.VERIFIED
    assert names(content) == NAMES
    assert "is not the media type of a layer" in content.warnings[0]


def test_the_bytes_decide_on_the_compression_and_a_wrong_media_type_is_a_warning():
    content = read(zstd(TAR), media_types.OCI_LAYER_GZIP)

    assert content.status is BlobStatus.VERIFIED
    assert content.warnings == ("the media type says gzip, but the content is zstd",)
    assert names(content) == NAMES


def test_a_compressed_blob_that_is_named_by_its_diff_id_is_a_mismatch():
    content = read(gzip(TAR), digest=Digest.of(TAR), diff_id=Digest.of(TAR))

    assert content.status is BlobStatus.MISMATCH
    assert str(Digest.of(gzip(TAR))) in content.problem


def test_a_layer_without_bytes_is_an_empty_layer():
    content = read(b"", media_types.OCI_LAYER_GZIP)

    assert (content.status, content.index.count, content.warnings) == (BlobStatus.VERIFIED, 0, ())


def compressible(randomness, size):
    return bytes(randomness.choices(b"abcdefgh", k=size))


def many_small():
    randomness = random.Random(3)
    for number in range(12_000):
        yield directory(f"node_modules/p{number % 97}")
        yield file(f"node_modules/p{number % 97}/{number}.js", compressible(randomness, number % 40))
    yield from (symlink(f"bin/{number}", "a", pax={"linkpath": "x" * 120}) for number in range(50))
    yield from (file(f"node_modules/.wh.{number}") for number in range(500))


def few_large():
    randomness = random.Random(4)
    return (file(f"lib/{number}.so", compressible(randomness, 50_000 + number)) for number in range(40))


@pytest.mark.parametrize("entries", [many_small, few_large])
@pytest.mark.parametrize("pack", [bytes, gzip, zstd, lambda data: zstd(data) + skippable(b"table of contents" * 1000)])
def test_the_shares_of_all_entries_add_up_to_the_blob(entries, pack):
    blob = pack(tar(*entries()))
    shares = read(blob).index.compressed_sizes

    assert shares.sum() == len(blob)
    assert shares.min() >= 0


def test_in_a_plain_layer_the_share_of_an_entry_is_its_blocks_and_its_part_of_the_end():
    index = read(tar(file("a", b"1" * 600), file("b"), file("c", pax={"path": "n" * 300}))).index
    blocks = [512 + 1024, 512, 512 + 512 + 512]

    assert index.compressed_sizes.sum() == len(
        tar(file("a", b"1" * 600), file("b"), file("c", pax={"path": "n" * 300}))
    )
    spread = index.compressed_sizes.sum() / sum(blocks)
    assert all(abs(share - size * spread) <= 1 for share, size in zip(index.compressed_sizes, blocks, strict=True))


def test_of_a_damaged_layer_the_entries_have_no_more_than_what_carried_them():
    whole = tar(*few_large())
    content = read(whole[:600_000] + b"garbage" * 100_000)

    assert content.status is not BlobStatus.VERIFIED
    assert 590_000 < content.index.compressed_sizes.sum() < 700_000


def test_errors_of_the_source_pass_through():
    def broken():
        yield TAR[:600]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        read_layer(broken(), layer_of(TAR))


def test_the_estimated_pull_sizes_do_not_depend_on_how_the_bytes_arrive():
    randomness = random.Random(1)
    blob = gzip(tar(*(file(f"file{number}", randomness.randbytes(9000)) for number in range(60))))
    whole, drops = (read(blob, media_types.OCI_LAYER_GZIP, chunk_size=size).index for size in (None, 777))
    assert whole.compressed_sizes.tolist() == drops.compressed_sizes.tolist()
