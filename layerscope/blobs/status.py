"""`BlobStatus`: how far the bytes of a blob can be trusted."""

from __future__ import annotations

from enum import StrEnum

from layerscope.errors import LayerscopeError, NotFound


class BlobStatus(StrEnum):
    """How far a blob can be trusted; `VERIFIED` only after size, digest and the end of the stream."""

    VERIFIED = "verified"
    LISTED = "listed"
    """Its files are those of a table of contents with the promised digest; the layer itself was not read."""
    UNVERIFIED = "unverified"
    """The algorithm of its digest is unknown, or the store failed before the first byte."""
    MISMATCH = "mismatch"
    """Its size, digest or diff_id differs from the promised one."""
    TRUNCATED = "truncated"
    """It ends too early, or the store failed in the middle."""
    CORRUPT = "corrupt"
    """Its compression, its tar or its JSON is invalid."""
    UNSUPPORTED = "unsupported"
    """It is encrypted, too large to be read whole, or in an unknown format; size and digest may be right."""
    TOO_LARGE = "too-large"
    """It is longer than its descriptor says; reading stopped there."""
    MISSING = "missing"
    """The store does not have it."""

    @classmethod
    def of_failure(cls, error: LayerscopeError, received_size: int) -> BlobStatus:
        """The status of a blob for which the store raised `error` after `received_size` bytes."""
        if isinstance(error, NotFound):
            return cls.MISSING
        return cls.TRUNCATED if received_size else cls.UNVERIFIED
