"""Manifests, indexes and configs, read whole and judged by size and digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.blobs.blob import Blob
from layerscope.blobs.check import check
from layerscope.blobs.status import BlobStatus
from layerscope.errors import Cancelled, LayerscopeError
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from layerscope.oci.descriptor import Descriptor

    Opener = Callable[[Descriptor], AbstractContextManager[Iterator[bytes]]]


@dataclass(frozen=True, slots=True)
class Document:
    """What a source gave for a descriptor; `data` is worth something only where the status is `VERIFIED`."""

    status: BlobStatus
    problem: str = ""
    data: bytes = b""

    @property
    def is_verified(self) -> bool:
        """Whether the bytes are those of the descriptor."""
        return self.status is BlobStatus.VERIFIED


def read_document(opener: Opener, descriptor: Descriptor, what: str) -> Document:
    """The document, and the verdict on it, in a sentence about `what`; raises `Cancelled` alone."""
    if descriptor.size > MAX_DOCUMENT_SIZE:
        told = f"{what} is said to have {descriptor.size:,} bytes, more than {MAX_DOCUMENT_SIZE:,} are not read"
        return Document(BlobStatus.UNSUPPORTED, told)
    data = bytearray()
    try:
        with opener(descriptor) as chunks:
            blob = Blob(chunks, descriptor)
            for chunk in blob:
                data += chunk
    except Cancelled:
        raise
    except LayerscopeError as error:
        return Document(BlobStatus.of_failure(error, len(data)), error.message)
    return Document(*check(blob, what), bytes(data))
