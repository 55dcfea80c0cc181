from dataclasses import replace

import pytest

from layerscope.content.blobs import open_verified
from layerscope.errors import VerificationError
from layerscope.oci.digest import Digest
from support.images import build_image
from support.memory_source import MemorySource

BUILT = build_image([[("a", bytes(range(256)) * 400)]], compress=bytes)


def read(descriptor, blob=None):
    """The bytes before the end or the error."""
    source = MemorySource(BUILT)
    source._built.blobs[str(descriptor.digest)] = BUILT.layers[0] if blob is None else blob
    received = []
    try:
        with open_verified(source, descriptor) as chunks:
            received.extend(chunks)
    finally:
        del source._built.blobs[str(descriptor.digest)]
    return b"".join(received)


def layer():
    return MemorySource(BUILT).resolve(None).layers[0].descriptor


def test_a_blob_that_matches_its_descriptor_is_streamed_to_its_end():
    assert read(layer()) == BUILT.layers[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda blob: blob[:-1], "wrong size: want"),
        (lambda blob: blob + b"x", "got more than"),
        (lambda blob: blob + bytes(10_000_000), "got more than"),
        (lambda blob: blob[:-1] + b"x", "wrong digest: want sha256:"),
        (lambda _: b"", "got 0"),
    ],
)
def test_any_other_blob_is_an_error_at_its_end(change, message):
    with pytest.raises(VerificationError, match=message):
        read(layer(), change(BUILT.layers[0]))


def test_a_digest_of_an_unknown_algorithm_verifies_nothing():
    with pytest.raises(VerificationError, match="`md5` is unknown"):
        read(replace(layer(), digest=Digest("md5", "0" * 32)))
