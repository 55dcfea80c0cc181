"""Digests: which are safe in a URL and in a path, and which can be verified."""

import hashlib

import pytest
from hypothesis import given, strategies as st

from layerscope.errors import InvalidReference
from layerscope.oci import Digest

EMPTY = hashlib.sha256(b"").hexdigest()


@given(st.binary(), st.sampled_from(["sha256", "sha512"]))
def test_content_matches_its_own_digest_and_the_text_comes_back(data, algorithm):
    digest = Digest.of(data, algorithm)
    assert digest.matches(data)
    assert not digest.matches(data + b"!")
    assert Digest.parse(str(digest)) == digest
    assert digest.encoded == hashlib.new(algorithm, data).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha256",
        "sha256:",
        f"sha256:{EMPTY[:-1]}",
        f"sha256:{EMPTY}0",
        f"sha256:{EMPTY.upper()}",
        f"SHA256:{EMPTY}",
        f"sha256:{EMPTY}\n",
        f" sha256:{EMPTY}",
        f"sha512:{EMPTY}",
        f"sha256:{'g' * 64}",
        f"sha256:{'٣' * 64}",
        "sha256:../../../../etc/passwd",
        f"sha256:{EMPTY}/..",
        "../x:abc",
        "a..b:abc",
        "blake3:a%2fb",
        "blake3:a b",
        f"blake3:{'a' * 300}",
        None,
        12,
        ["sha256", EMPTY],
    ],
)
def test_an_invalid_digest_is_refused_in_a_short_printable_line(text):
    with pytest.raises(InvalidReference, match="is not a digest") as caught:
        Digest.parse(text)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


@given(st.text("ab0:/.\\%?#@+_=-\n", max_size=30))
def test_no_digest_climbs_out_of_a_path_or_breaks_a_url(text):
    try:
        digest = Digest.parse(text)
    except InvalidReference:
        return
    assert not set("/\\%?#@\n") & set(str(digest))
    assert ".." not in str(digest)


@pytest.mark.parametrize("text", [f"sha1:{'a' * 40}", "blake3:abc", "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g="])
def test_a_digest_of_an_unregistered_algorithm_is_taken_but_never_verified(text):
    digest = Digest.parse(text)
    assert str(digest) == text
    assert not digest.verifiable
    assert not digest.matches(b"")


def test_hashing_in_pieces_results_in_the_same_digest():
    digest = Digest.of(b"hello world")
    hasher = digest.hasher()
    hasher.update(b"hello ")
    hasher.update(b"world")
    assert hasher.hexdigest() == digest.encoded


def test_the_short_form_has_twelve_digits():
    assert Digest.of(b"").short == "sha256:e3b0c44298fc"
