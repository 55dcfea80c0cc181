"""The result of reading one layer blob: its index, and how far its bytes can be trusted."""

from dataclasses import dataclass

from layerscope.blobs.status import BlobStatus
from layerscope.layers.layer_index import LayerIndex
from layerscope.layers.start_points import StartPoints
from layerscope.oci import Digest


@dataclass(frozen=True, slots=True, eq=False)
class LayerContent:
    """The index of all readable entries, the verdict on the bytes, and its reason.

    `problem` is one sentence if the status is not `VERIFIED`. `blob_size` and `tar_size` are the bytes that were
    read, compressed and uncompressed; the digests are of those bytes, None if the blob was not read to its end.
    `start_points` is None if the layer is from the cache. If the layer `is_listed`, only its table of contents was
    read: `blob_size` are the bytes of the table, and nothing else is known of the bytes of the layer.
    """

    index: LayerIndex
    status: BlobStatus
    problem: str = ""
    warnings: tuple[str, ...] = ()
    blob_size: int = 0
    tar_size: int = 0
    blob_digest: Digest | None = None
    diff_id: Digest | None = None
    start_points: StartPoints | None = None

    @property
    def is_sound(self) -> bool:
        """Whether all entries are known, and no check of the bytes that were read failed."""
        is_unknown = self.status is BlobStatus.UNVERIFIED and self._was_read
        return self.status in {BlobStatus.VERIFIED, BlobStatus.LISTED} or is_unknown

    @property
    def is_listed(self) -> bool:
        """Whether only the table of contents was read."""
        return self.status is BlobStatus.LISTED

    @property
    def is_damaged(self) -> bool:
        """Whether the blob is wrong, or could not be read; an unsupported blob may be sound."""
        return not self.is_sound and self.status is not BlobStatus.UNSUPPORTED

    @property
    def status_phrase(self) -> str:
        """The status in a sentence about the layer, from the verb on: `is truncated`."""
        if self.status is BlobStatus.UNVERIFIED and not self._was_read:
            return "is unread"
        if self.status is BlobStatus.MISMATCH:
            return "has a wrong digest"
        return f"is {self.status.value.replace('-', ' ')}"

    @property
    def failure(self) -> str:
        """`status_phrase` if the layer was not read whole, or has a wrong digest; else empty."""
        return "" if self.is_sound else self.status_phrase

    @property
    def status_word(self) -> str:
        """The status in one word for people: `unread` instead of `unverified` if no byte arrived."""
        return self.status.value if self._was_read or self.status is not BlobStatus.UNVERIFIED else "unread"

    @property
    def _was_read(self) -> bool:
        return self.blob_digest is not None
