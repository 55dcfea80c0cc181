"""`Damage`: where and how a layer's bytes stop making sense."""

from __future__ import annotations

from layerscope.blobs.status import BlobStatus
from layerscope.errors import DamagedLayer


class Damage(DamagedLayer):
    """Nothing after this point of the layer can be read; `status` says of which kind the damage is."""

    def __init__(self, message: str, status: BlobStatus = BlobStatus.CORRUPT) -> None:
        super().__init__(message)
        self.status = status

    @classmethod
    def cut(cls, message: str) -> Damage:
        """The bytes end where more must follow."""
        return cls(message, BlobStatus.TRUNCATED)
