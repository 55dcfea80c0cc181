"""Malicious layers: damage is reported, memory stays bounded, and no list is silently shorter."""

import subprocess
import sys
from pathlib import Path

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.layers.layer_index import EntryFlag, EntryRole
from layerscope.oci import Digest, media_types
from support import extra_cases
from support.bombs import SIZE, numbered_files
from support.reading import names, read
from support.tars import gzip, tar

TESTS = str(Path(__file__).parents[1])
HOSTILE = "cases/hostile"
EXPECTED = extra_cases.document(f"{HOSTILE}/expect.json")
STORED = sorted(set(EXPECTED) - {"many-100k.tar"})
OTHER_BYTES = {"no-checksum-flip.tar.zst": "good.tar"}
MEDIA_TYPES = {".gz": media_types.OCI_LAYER_GZIP, ".zst": media_types.OCI_LAYER_ZSTD, ".tar": media_types.OCI_LAYER}
ALLOWED = {
    "ok": "ok",
    "ok+warn": "warn",
    "err": "err",
    "ok-or-err": "ok warn err",
    "err-or-warn": "err warn",
    "err-or-cap": "err warn",
}


def outcome(content):
    if content.status is not BlobStatus.VERIFIED:
        return "err"
    return "warn" if content.warnings else "ok"


def whole_names(content):
    """The names of the entries that are complete."""
    partial = content.index.flags & EntryFlag.PARTIAL
    return [name for name, cut in zip(names(content), partial.tolist(), strict=True) if not cut]


@pytest.mark.extra_cases
@pytest.mark.parametrize("name", STORED)
def test_a_hostile_layer_has_the_expected_outcome_and_names(name):
    directory, expected = extra_cases.ROOT / HOSTILE, EXPECTED[name]
    blob = (directory / name).read_bytes()
    promised = Digest.of((directory / OTHER_BYTES[name]).read_bytes()) if name in OTHER_BYTES else None
    content = read(blob, MEDIA_TYPES["." + name.rpartition(".")[2]], chunk_size=1 << 16, diff_id=promised)

    allowed = ALLOWED[expected["expect"]]
    assert outcome(content) in (allowed + " warn" if allowed == "ok" else allowed), content.problem
    if expected["names"] is not None:
        assert whole_names(content) == expected["names"]


def test_a_hundred_thousand_entries_are_all_there():
    content = read(gzip(tar(*numbered_files(100_000))))

    assert content.index.count == 100_000
    assert names(content)[99_999] == "dir/file-0099999"
    assert set(content.index.roles.tolist()) == {EntryRole.FILE}


MEASURE = """
import resource, sys
from support.bombs import BOMBS
from support.bombs import SIZE, numbered_files
from support.reading import layer_of
from layerscope.layers.reader import read_layer
chunks, size, digest = BOMBS[sys.argv[1]]()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
content = read_layer(chunks, layer_of(b"", digest=digest, size=size))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(after - before, content.status, content.index.count, content.tar_size)
"""


@pytest.mark.parametrize(
    ("bomb", "status", "count", "tar_size", "limit_mib"),
    [
        ("gzip of zeros", "verified", 1, SIZE, 48),
        ("zstd of zeros", "verified", 1, SIZE, 48),
        ("one file that comes plain", "verified", 1, SIZE, 48),
        ("metadata of 8 GiB", "corrupt", 1, SIZE, 48),
        ("endless metadata", "verified", 0, SIZE, 48),
        ("a sparse file of 100 TB", "verified", 1, 0, 48),
        ("names of 1 MiB", "verified", 250, 240_000_000, 64),
        ("maps of 1 MiB", "verified", 250, 250_000_000, 64),
        ("a million entries", "verified", 1_000_000, 512_000_000, 400),
    ],
)
def test_memory_is_bounded_whatever_a_layer_expands_to(bomb, status, count, tar_size, limit_mib):
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, bomb],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": TESTS},
    )
    grown, found_status, found_count, found_size = run.stdout.split()

    assert (found_status, int(found_count)) == (status, count)
    assert int(found_size) >= tar_size
    assert int(grown) < limit_mib * 1024
