"""What is kept of a layer once it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.blobs.status import BlobStatus

if TYPE_CHECKING:
    from layerscope.layers.layer_content import LayerContent


@dataclass(slots=True)
class ReadLayer:
    """What is kept of a layer once it is read: `size` is its payload. `content` is dropped when all are merged.

    `is_whole` says whether all its bytes were read. `status_word` is the status. `failure` says what is wrong if the
    layer is not sound, `damage` why it is damaged. `fetched_size` are the bytes of the table of a listed layer.
    """

    status: BlobStatus
    problem: str
    warnings: tuple[str, ...]
    size: int
    entry_count: int
    content: LayerContent | None
    is_sound: bool
    is_whole: bool
    status_word: str
    failure: str
    damage: str
    fetched_size: int = 0

    @property
    def is_listed(self) -> bool:
        """Whether only its table of contents was read."""
        return self.status is BlobStatus.LISTED

    @classmethod
    def of(cls, content: LayerContent) -> ReadLayer:
        """The layer as it was read."""
        index = content.index
        damage = f"{content.status_phrase}: {content.problem}" if content.is_damaged else ""
        return cls(
            status=content.status,
            problem=content.problem,
            warnings=content.warnings,
            size=index.payload_size,
            entry_count=index.count,
            content=content,
            is_sound=content.is_sound,
            is_whole=content.is_sound or content.status is BlobStatus.MISMATCH,
            status_word=content.status_word,
            failure=content.failure,
            damage=damage,
            fetched_size=content.blob_size if content.is_listed else 0,
        )
