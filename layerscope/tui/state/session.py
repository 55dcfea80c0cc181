"""What is known of the image so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore
from layerscope.errors import DamagedLayer, LayerscopeError
from layerscope.oci import Image, Layer, Platform
from layerscope.registry.http.events import Listener
from layerscope.tui.state.rate import Rate
from layerscope.tui.state.registry_news import RegistryNews

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.content.kept_blobs import KeptBlobs
    from layerscope.filesystem.stack import Stack
    from layerscope.insight.accounting import Accounting
    from layerscope.insight.changes import ChangeCounts
    from layerscope.layers.layer_content import LayerContent
    from layerscope.layers.layer_index import LayerIndex


@dataclass(slots=True)
class ReadLayer:
    """What is kept of a layer once it is read: `size` is its payload. `index` is dropped when all are merged.

    `status_word` is the status. `failure` says what is wrong if the layer is not whole, `damage` why it is damaged.
    """

    status: BlobStatus
    problem: str
    warnings: tuple[str, ...]
    size: int
    entry_count: int
    index: LayerIndex | None
    is_sound: bool
    status_word: str
    failure: str
    damage: str

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
            index=index,
            is_sound=content.is_sound,
            status_word=content.status_word,
            failure=content.failure,
            damage=damage,
        )


@dataclass
class Session:
    """Grows while the image loads: first the image's documents, then layer by layer, then the merged stack.

    The accounting is taken once every layer was read, because the last layer decides the fate of a byte; layers that
    failed are not in it. `platform` is the requested one. `open_image` opens the `store`, which stays open and keeps
    blobs: layers and files can be read again. The listener gets what the registry reports. `memory` returns the cache
    of layers, if there is one. `saving` says how much is saved to disk, if anything is.
    """

    name: str
    open_image: Callable[[Listener], BlobStore]
    platform: Platform | None = None
    memory: Callable[[], LayerCache | None] = lambda: None
    store: KeptBlobs | None = None
    image: Image | None = None
    received: dict[int, int] = field(default_factory=dict)
    contents: dict[int, ReadLayer] = field(default_factory=dict)
    stack: Stack | None = None
    accounting: Accounting | None = None
    change_counts: tuple[ChangeCounts, ...] = ()
    merged_count: int = 0
    stopped: bool = False
    problem: LayerscopeError | None = None
    saving: str = ""
    rate: Rate = field(default_factory=Rate)
    news: RegistryNews = field(default_factory=RegistryNews)

    def take(
        self,
        stack: Stack,
        merged_count: int,
        accounting: Accounting | None,
        change_counts: tuple[ChangeCounts, ...],
    ) -> None:
        """Take a new stack, its accounting and its counts."""
        self.stack, self.merged_count = stack, merged_count
        self.accounting, self.change_counts = accounting, change_counts

    @property
    def problems(self) -> list[LayerscopeError]:
        """Why the image cannot be opened, or which of its layers are damaged."""
        if self.problem:
            return [self.problem]
        damaged = ((number, read.damage) for number, read in sorted(self.contents.items()) if read.damage)
        return [DamagedLayer(f"layer {number} {damage}") for number, damage in damaged]

    def indexes(self) -> list[LayerIndex | None]:
        """The indexes of the layers that are read, for merging; the session drops them if no layer is missing."""
        contents = list(map(self.contents.get, range(self.layer_count)))
        indexes = [content.index if content else None for content in contents]
        if not self.unread:
            for content in self.contents.values():
                content.index = None
        return indexes

    @property
    def layer_count(self) -> int:
        """How many layers the image has; 0 if unknown."""
        return len(self.image.layers) if self.image else 0

    @property
    def is_complete(self) -> bool:
        """Whether every layer is read and merged."""
        return self.image is not None and self.merged_count == self.layer_count

    @property
    def is_reading(self) -> bool:
        """Whether layers are still being read."""
        return self.image is not None and len(self.contents) < len(self.image.layers) and not self.stopped

    @property
    def unread(self) -> list[Layer]:
        """The layers that failed, or that were not read when reading was stopped."""
        layers = self.image.layers if self.image else ()
        return [layer for layer in layers if not self.is_good(layer.number)]

    def is_good(self, layer: int) -> bool:
        """Whether a layer is read and its bytes are sound."""
        content = self.contents.get(layer)
        return content is not None and content.is_sound

    @property
    def whole_accounting(self) -> Accounting | None:
        """The accounting, if no layer is missing in it."""
        return None if self.unread else self.accounting

    def forget_unread(self) -> list[Layer]:
        """Forget the unread layers, which are to be read again, and the accounting; returns those layers."""
        unread = self.unread
        for layer in unread:
            self.contents.pop(layer.number, None)
            self.received.pop(layer.number, None)
        self.merged_count = len(self.contents)
        self.accounting, self.change_counts = None, ()
        return unread

    @property
    def all_received_size(self) -> int:
        """Bytes of all blobs that have arrived."""
        return sum(self.received_size(layer.number) for layer in self.image.layers) if self.image else 0

    def received_size(self, layer: int) -> int:
        """Bytes of a layer's blob that have arrived."""
        if self.image and layer in self.contents:
            return self.image.layers[layer].descriptor.size
        return self.received.get(layer, 0)
