"""What reading one layer blob gave: its index, and how far its bytes can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerscope.layers.layer_index import LayerIndex
    from layerscope.oci.digest import Digest


class BlobStatus(StrEnum):
    """How far a blob can be trusted; `VERIFIED` only after size, digest and the end of the stream."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    """Its digest is of an algorithm that cannot be checked."""
    MISMATCH = "mismatch"
    """Its size, digest or diff_id is not the promised one."""
    TRUNCATED = "truncated"
    """It ends too early."""
    CORRUPT = "corrupt"
    """Its compression or tar format breaks."""
    UNSUPPORTED = "unsupported"
    """It is encrypted or in a format that is not read; its size and digest are right."""
    TOO_LARGE = "too-large"
    """It is longer than its descriptor says; reading stopped there."""
    MISSING = "missing"
    """The source does not have it, or could not send it."""

    @property
    def phrase(self) -> str:
        """The status as it reads in a sentence: `the layer is PHRASE`."""
        return "not what was promised" if self is BlobStatus.MISMATCH else self.value

    @property
    def is_damage(self) -> bool:
        """Whether the blob is not as it should be; one that cannot be checked, or not be read here, may well be."""
        return self not in (BlobStatus.VERIFIED, BlobStatus.UNVERIFIED, BlobStatus.UNSUPPORTED)


@dataclass(frozen=True, slots=True, eq=False)
class LayerContent:
    """The index of all entries that could be read, the verdict on the bytes, and why.

    `problem` is one sentence where the status is not `VERIFIED`. `blob_size` and `tar_size` are the bytes that were
    seen, compressed and uncompressed; the digests are of those bytes, None where the blob was not read to its end.
    """

    index: LayerIndex
    status: BlobStatus
    problem: str = ""
    warnings: tuple[str, ...] = ()
    blob_size: int = 0
    tar_size: int = 0
    blob_digest: Digest | None = None
    diff_id: Digest | None = None
