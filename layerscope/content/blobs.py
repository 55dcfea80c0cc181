"""Whole blobs, verified on the way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from layerscope.blobs.blob import Blob
from layerscope.oci.verification import verify_digest, verify_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layerscope.oci.descriptor import Descriptor
    from layerscope.sources.source import ImageSource


@contextmanager
def open_verified(source: ImageSource, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
    """The exact bytes of a blob, in chunks.

    Raises what `ImageSource.open_blob` raises, and at the end of the iteration `VerificationError` where size or digest
    are not those of the descriptor: what came before must not be used then.
    """
    with source.open_blob(descriptor) as chunks:
        yield _verified(Blob(chunks, descriptor))


def _verified(blob: Blob) -> Iterator[bytes]:
    yield from blob
    descriptor = blob.descriptor
    what = f"the blob {descriptor.digest.short}"
    verify_size(blob.size, descriptor, what)
    verify_digest(blob.digest, descriptor, what)
