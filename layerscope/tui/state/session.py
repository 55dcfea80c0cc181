"""What is known of the image so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerscope.blobs.store import BlobStore
from layerscope.errors import DamagedLayer, LayerscopeError
from layerscope.filesystem.layer_numbers import is_of_base, own_number
from layerscope.insight.layer_diff import is_same_image
from layerscope.oci import Image, Layer, Platform
from layerscope.registry.http.events import Listener
from layerscope.tui.state.attachment import Attachments
from layerscope.tui.state.rate import Rate
from layerscope.tui.state.read_layer import ReadLayer
from layerscope.tui.state.registry_news import RegistryNews

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.content.kept_blobs import KeptBlobs
    from layerscope.filesystem.stack import Stack
    from layerscope.insight.accounting import Accounting
    from layerscope.insight.base import Base
    from layerscope.insight.changes import ChangeCounts
    from layerscope.insight.image_diff import ImageDiff
    from layerscope.insight.what_if import Saved
    from layerscope.layers.layer_content import LayerContent
    from layerscope.layers.layer_index import LayerIndex


@dataclass
class Session:
    """Grows while the image loads: first the image's documents, then layer by layer, then the merged stack.

    The accounting is taken once every layer was read, because the last layer decides the fate of a byte; layers that
    failed are not in it. `platform` is the requested one. `open_image` opens the `store`, which stays open and keeps
    blobs: layers and files can be read again. The listener gets what the registry reports. `memory` returns the cache
    of layers, if there is one. `saving` says how much is saved to disk, if anything is. `saved` is what the marked
    changes save, if that is known.

    `attached` asks what is attached to the image. `options` are the words that a command line needs to connect in the
    same way; they have no password.

    `known_base` looks for the base image, and `found_base` is what it found. If it `uses_tables`, layers are listed by
    their tables of contents, until the user wants them to be read.

    `base` is the image that this one is compared with, if any, and `diff` the comparison once both are read. With
    `last_layer`, the image is looked at as it was after that layer.
    """

    name: str
    open_image: Callable[[Listener], BlobStore]
    platform: Platform | None = None
    memory: Callable[[], LayerCache | None] = lambda: None
    attached: Callable[[Image], Attachments] = lambda _image: Attachments((), is_whole=False)
    options: Sequence[str] = ()
    known_base: Callable[[Image], Base | None] = lambda _image: None
    uses_tables: bool = False
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
    saved: Saved | None = None
    base: Session | None = None
    diff: ImageDiff | None = None
    found_base: Base | None = None
    last_layer: int | None = None
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
    def images(self) -> tuple[Session, ...]:
        """The base, if there is one, and this image."""
        return (self,) if self.base is None else (self.base, self)

    @property
    def is_same_image(self) -> bool:
        """Whether the base is the same image, so that there is nothing to read."""
        known = self.base.image if self.base else None
        return bool(known and self.image and is_same_image(known, self.image))

    def place(self, layer: int) -> tuple[Session, int]:
        """The image of a layer of the stack, and the number of the layer there; at most that of its last layer."""
        image = self.base if self.base and is_of_base(layer) else self
        return image, min(own_number(layer), image.layer_count - 1)

    @property
    def problems(self) -> list[LayerscopeError]:
        """Why the image cannot be opened, or which of its layers are damaged."""
        if self.problem:
            return [self.problem]
        found: list[LayerscopeError] = []
        for name, image in zip(("A: ", "B: ") if self.base else ("",), self.images, strict=True):
            damaged = ((number, read.damage) for number, read in sorted(image.contents.items()) if read.damage)
            found += [DamagedLayer(f"{name}layer {number} {damage}") for number, damage in damaged]
        return found

    def indexes(self) -> list[LayerIndex | None]:
        """The indexes of the layers that are read, for merging; the session drops them if no layer is missing."""
        indexes = [content.index if content else None for content in self.layer_contents]
        if not self.unread and not self.listed:
            for read in self.contents.values():
                read.content = None
        return indexes

    @property
    def layer_contents(self) -> list[LayerContent | None]:
        """What was read of each layer, lowest first; None for a layer that is not read yet."""
        found = map(self.contents.get, range(self.layer_count))
        return [read.content if read else None for read in found]

    @property
    def layer_count(self) -> int:
        """How many layers the image has; 0 if unknown."""
        return len(self.image.layers) if self.image else 0

    @property
    def all_layers(self) -> range:
        """The numbers of its layers."""
        return range(self.layer_count)

    @property
    def is_complete(self) -> bool:
        """Whether every layer is read and merged; if there is a base, with those of the base."""
        if self.base is not None:
            return self.diff is not None or self.is_same_image
        return self.image is not None and self.merged_count == self.layer_count

    @property
    def is_reading(self) -> bool:
        """Whether layers are still being read."""
        return self.image is not None and not (self.is_read or self.stopped)

    @property
    def is_read(self) -> bool:
        """Whether every layer was read, or failed; if there is a base, its layers too."""
        return self.is_same_image or all(
            image.image is not None and len(image.contents) == image.layer_count for image in self.images
        )

    @property
    def unread(self) -> list[Layer]:
        """The layers that failed, or that were not read when reading was stopped."""
        layers = self.image.layers if self.image else ()
        return [layer for layer in layers if not self.is_good(layer.number)]

    @property
    def listed(self) -> list[Layer]:
        """The layers that only their tables of contents list."""
        layers = self.image.layers if self.image else ()
        return [layer for layer in layers if layer.number in self.contents and self.contents[layer.number].is_listed]

    @property
    def fetched(self) -> tuple[int, int]:
        """How many bytes of the listed layers were fetched, and how many they have."""
        listed = self.listed
        fetched_size = sum(self.contents[layer.number].fetched_size for layer in listed)
        return fetched_size, sum(layer.descriptor.size for layer in listed)

    @property
    def highest_unread(self) -> int:
        """The number of the highest unread layer; -1 if there is none. Below it, the fate of bytes is unknown."""
        return max((layer.number for layer in self.unread), default=-1)

    def is_good(self, layer: int) -> bool:
        """Whether a layer is read and its bytes are sound."""
        content = self.contents.get(layer)
        return content is not None and content.is_sound

    def is_whole(self, layer: int) -> bool:
        """Whether all bytes of a layer are read."""
        content = self.contents.get(layer)
        return content is not None and content.is_whole

    @property
    def whole_accounting(self) -> Accounting | None:
        """The accounting, if no layer is missing in it."""
        return None if self.unread else self.accounting

    def forget_unread(self) -> list[Layer]:
        """Forget the unread layers, else the listed ones, which are to be read, and the accounting; returns those."""
        unread = self.unread or self.listed
        for layer in unread:
            self.contents.pop(layer.number, None)
            self.received.pop(layer.number, None)
        self.merged_count = len(self.contents)
        self.accounting, self.change_counts, self.diff = None, (), None
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
