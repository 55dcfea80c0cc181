"""Blobs checked against their descriptors: first the size, then the digest (image-spec descriptor.md).

Documents are read whole, other blobs are streamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from layerscope.blobs.blob import Blob
from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore
from layerscope.display import display
from layerscope.errors import Cancelled, InvalidDocument, LayerscopeError, VerificationError
from layerscope.oci import Descriptor, Digest, Index, Manifest, parse_manifest
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE

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
        yield BlobStatus.TOO_LARGE, f"{what} has more than {promised.size:,} bytes, the size in its descriptor"
    elif blob.size < promised.size:
        yield BlobStatus.TRUNCATED, f"{what} has {blob.size:,} bytes, not {promised.size:,}"
    elif promised.digest.verifiable and blob.digest != promised.digest:
        yield BlobStatus.MISMATCH, f"the content of {what} has the digest {blob.digest}, not {promised.digest}"


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What a store sent for a descriptor. `data` are the exact bytes, empty unless the status is `VERIFIED`."""

    descriptor: Descriptor
    status: BlobStatus
    error: LayerscopeError | None = None
    data: bytes = b""

    def checked(self) -> bytes:
        """The bytes; raises `error` if it is set."""
        if self.error:
            raise self.error
        return self.data


@dataclass(frozen=True, slots=True)
class Document:
    """A verified manifest or index: the parsed `value`, its exact bytes `data`, and a `descriptor` that fits them."""

    descriptor: Descriptor
    data: bytes
    value: Manifest | Index

    @classmethod
    def parse(cls, data: bytes, descriptor: Descriptor) -> Document:
        """The document in verified bytes; their own media type takes precedence. Raises `InvalidDocument`."""
        value = parse_manifest(data, descriptor.media_type)
        return cls(replace(descriptor, media_type=value.media_type), data, value)


def read(store: BlobStore, descriptor: Descriptor, what: str) -> Reading:
    """A blob of at most `MAX_DOCUMENT_SIZE` bytes, read whole and checked; `what` names it in the error.

    Raises only `Cancelled`: the reading holds any other error.
    """
    if descriptor.size > MAX_DOCUMENT_SIZE:
        message = f"{what} has {descriptor.size:,} bytes; at most {MAX_DOCUMENT_SIZE:,} are read"
        return Reading(descriptor, BlobStatus.UNSUPPORTED, InvalidDocument(message))
    data = bytearray()
    try:
        with store.open(descriptor) as chunks:
            blob = Blob(chunks, descriptor)
            for chunk in blob:
                data += chunk
    except Cancelled:
        raise
    except LayerscopeError as error:
        return Reading(descriptor, BlobStatus.of_failure(error, len(data)), error)
    status, problem = check(blob, what)
    return Reading(descriptor, status, VerificationError(problem) if problem else None, b"" if problem else bytes(data))


def verify(data: bytes, descriptor: Descriptor, what: str) -> None:
    """Raise `VerificationError`, which begins with `what`, if the bytes do not fit the descriptor."""
    blob = Blob((data,), descriptor)
    blob.drain()
    _raise_problem(blob, what)


@contextmanager
def open_verified(store: BlobStore, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
    """The exact bytes of a blob, in chunks.

    Raises what `BlobStore.open` raises, and `VerificationError` at the end of the iteration if size or digest differ
    from the descriptor; then the chunks must not be used.
    """
    with store.open(descriptor) as chunks:
        yield _verified(Blob(chunks, descriptor))


def _verified(blob: Blob) -> Iterator[bytes]:
    yield from blob
    _raise_problem(blob, f"the blob {blob.descriptor.digest.short}")


def _raise_problem(blob: Blob, what: str) -> None:
    _, problem = check(blob, what)
    if problem:
        raise VerificationError(problem)
