"""`Damage`: the error for bytes that are not a layer."""

from __future__ import annotations

from layerscope.blobs.status import BlobStatus
from layerscope.errors import DamagedLayer


class Damage(DamagedLayer):
    """Nothing after this point can be read; `status` is the kind of damage."""

    def __init__(self, message: str, status: BlobStatus = BlobStatus.CORRUPT) -> None:
        super().__init__(message)
        self.status = status

    @classmethod
    def cut(cls, message: str) -> Damage:
        """The bytes end too early."""
        return cls(message, BlobStatus.TRUNCATED)
