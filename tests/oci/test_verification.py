"""`verify`: size, then digest."""

import pytest

from layerscope.errors import VerificationError
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.verification import verify


def test_the_bytes_of_a_descriptor_pass():
    verify(b"abc", Descriptor("x/y", Digest.of(b"abc", "sha512"), 3), "the blob")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"ab", "the blob has the wrong size: want 3 bytes, got 2"),
        (b"abcde", "the blob has the wrong size: want 3 bytes, got more than 3"),
        (b"xyz", f"the blob has the wrong digest: want {Digest.of(b'abc')}, got {Digest.of(b'xyz')}"),
    ],
)
def test_other_bytes_are_refused_with_what_differs(data, message):
    with pytest.raises(VerificationError) as error:
        verify(data, Descriptor("x/y", Digest.of(b"abc"), 3), "the blob")
    assert error.value.message == message


def test_a_digest_of_an_unknown_algorithm_verifies_nothing():
    with pytest.raises(VerificationError, match="the blob cannot be verified: the algorithm `md5` is unknown"):
        verify(b"abc", Descriptor("x/y", Digest("md5", "0" * 32), 3), "the blob")
