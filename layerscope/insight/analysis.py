"""Everything that is known of one image: its documents, the content of its layers, and the fate of every byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from layerscope.filesystem.stack import Stack
from layerscope.insight.accounting import Accounting
from layerscope.insight.changes import ChangeCounts, change_counts
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.oci import Digest, Image


@dataclass(frozen=True, eq=False)
class Analysis:
    """An image, what was read of its layers (lowest first), and the table and accounting made from that.

    `contents` has None for a layer that is not read yet; such a layer counts as empty. `merged` is the stack if the
    layers were merged with those of other images. If `last_layer` is set, only the layers up to that one are part of
    the analysis.
    """

    image: Image
    contents: tuple[LayerContent | None, ...]
    merged: Stack | None = None
    last_layer: int | None = None

    @classmethod
    def of(cls, image: Image, contents: Sequence[LayerContent | None]) -> Analysis:
        """Join an image with what was read of its layers."""
        return cls(image, tuple(contents))

    def after(self, layer: int) -> Analysis:
        """The analysis of the image as it was after a layer: without the layers above it, and without their steps."""
        steps = self.image.history
        made = [number for number, step in enumerate(steps) if step.layer is not None and step.layer > layer]
        image = replace(self.image, layers=self.image.layers[: layer + 1], history=steps[: made[0] if made else None])
        return Analysis(image, self.contents[: layer + 1], last_layer=layer)

    @cached_property
    def stack(self) -> Stack:
        """The merged layers."""
        return self.merged or Stack.of([content.index if content else None for content in self.contents])

    @cached_property
    def accounting(self) -> Accounting:
        """The fate of every byte."""
        return Accounting.of(self.stack)

    @cached_property
    def change_counts(self) -> tuple[ChangeCounts, ...]:
        """What each layer added, modified and removed."""
        return change_counts(self.stack)

    @property
    def is_whole(self) -> bool:
        """Whether every layer was read to its end, and no check of its bytes failed."""
        return all(content is not None and content.is_sound and not content.is_listed for content in self.contents)

    @property
    def entry_count(self) -> int:
        """The number of tar entries of all layers."""
        return sum(content.index.count for content in self.contents if content)

    def command(self, layer: int) -> str:
        """The raw command that made a layer; empty if the history has no entry for the layer."""
        return self.image.layers[layer].command if 0 <= layer < len(self.image.layers) else ""


def merge(images: Sequence[Analysis]) -> tuple[Analysis, ...]:
    """The same images, whose snapshots can be compared; the blobs that they share are there once."""
    known: dict[Digest, LayerIndex] = {}

    def index_of(content: LayerContent | None) -> LayerIndex | None:
        if content is None or content.blob_digest is None or not content.is_sound:
            return content.index if content else None
        return known.setdefault(content.blob_digest, content.index)

    stacks = Stack.merge([[index_of(content) for content in analysis.contents] for analysis in images])
    return tuple(replace(analysis, merged=stack) for analysis, stack in zip(images, stacks, strict=True))
