"""What is known of the image so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerscope.errors import LayerscopeError
    from layerscope.filesystem.table import FileTable
    from layerscope.insight.accounting import Accounting
    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.image import Image


@dataclass
class Session:
    """Grows while the image loads: first the image's documents, then layer by layer, then the merged table.

    The accounting is only there once every layer is: the fate of a byte is known at the last layer.
    """

    name: str
    image: Image | None = None
    received: dict[int, int] = field(default_factory=dict)
    contents: dict[int, LayerContent] = field(default_factory=dict)
    table: FileTable | None = None
    accounting: Accounting | None = None
    merged_count: int = 0
    problem: LayerscopeError | None = None

    @property
    def layer_count(self) -> int:
        """How many layers the image has; 0 while that is not known."""
        return len(self.image.layers) if self.image else 0

    @property
    def is_complete(self) -> bool:
        """Whether every layer is read and merged."""
        return self.image is not None and self.merged_count == self.layer_count

    def received_size(self, layer: int) -> int:
        """Bytes of a layer's blob that have arrived."""
        if self.image and layer in self.contents:
            return self.image.layers[layer].descriptor.size
        return self.received.get(layer, 0)
