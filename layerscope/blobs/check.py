"""Check bytes against their descriptor: first the size, then the digest (image-spec descriptor.md)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from layerscope.blobs.blob import Blob
from layerscope.blobs.status import BlobStatus
from layerscope.display import display
from layerscope.oci import Digest

if TYPE_CHECKING:
    Problem = tuple[BlobStatus, str]
    """A status, and a sentence that says what is wrong."""


def check(blob: Blob, what: str) -> Problem:
    """The status of a blob that was read, and a sentence that begins with `what`, empty if nothing is wrong."""
    return next(chain(wrong_bytes(blob, what), unchecked_bytes(blob, what)), (BlobStatus.VERIFIED, ""))


def wrong_bytes(blob: Blob, what: str) -> Iterator[Problem]:
    """A wrong size or a wrong digest; the size is named first."""
    promised = blob.descriptor
    if blob.is_too_large:
        yield BlobStatus.TOO_LARGE, f"{what} has more than the promised {promised.size:,} bytes"
    elif blob.size < promised.size:
        yield BlobStatus.TRUNCATED, f"{what} has {blob.size:,} bytes, not {promised.size:,}"
    elif promised.digest.verifiable and blob.digest != promised.digest:
        yield BlobStatus.MISMATCH, f"{what} has the digest {blob.digest}, not {promised.digest}"


def unchecked_bytes(blob: Blob, what: str) -> Iterator[Problem]:
    """A digest of an unknown algorithm."""
    problem = unverifiable(blob.descriptor.digest, what)
    if problem:
        yield BlobStatus.UNVERIFIED, problem


def unverifiable(digest: Digest, what: str) -> str:
    """A sentence, beginning with `what`, that the digest cannot be verified; empty if it can be."""
    if digest.verifiable:
        return ""
    return f"{what} cannot be verified: the digest algorithm `{display(digest.algorithm, limit=40)}` is unknown"
