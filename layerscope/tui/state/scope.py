"""Which two file systems are compared."""

from __future__ import annotations

from dataclasses import dataclass

from layerscope.filesystem.layer_numbers import END, END_OF_BASE, FIRST_OF_BASE, NOTHING, is_of_base, own_number

NAMES = "A", "B"
"""What the base and the image are called if both are compared."""


@dataclass(frozen=True, slots=True)
class Scope:
    """From the snapshot after layer `before` (-1: an empty file system) to the snapshot after layer `after`.

    `whole` shows the file system after the upper layer, not only what changed. `in_pair` says that there is a base, so
    that a layer is named with its image.
    """

    before: int
    after: int
    whole: bool = False
    in_pair: bool = False

    @classmethod
    def of(cls, layer: int, anchor: int | None, *, whole: bool, in_pair: bool = False) -> Scope:
        """The scope of a selected layer, of the range from it to the anchor, or of all up to it.

        Everything up to a layer is compared with the lowest layer, which need not be the whole base image. If the
        anchor is in the other image, both images are compared as they are after these layers.
        """
        if whole:
            lowest = FIRST_OF_BASE if is_of_base(layer) else 0
            return cls(lowest - 1 if layer == lowest else lowest, layer, whole=True, in_pair=in_pair)
        low, high = (layer, layer) if anchor is None else sorted((layer, anchor))
        is_of_both = is_of_base(low) and not is_of_base(high)
        return cls(low if is_of_both else low - 1, high, in_pair=in_pair)

    @classmethod
    def of_both(cls, *, whole: bool) -> Scope:
        """From the base to the image."""
        return cls(END_OF_BASE, END, whole, in_pair=True)

    @property
    def compares_images(self) -> bool:
        """Whether it leads from the base to the image."""
        return is_of_base(self.before) and not is_of_base(self.after)

    @property
    def is_of_whole_images(self) -> bool:
        """Whether it compares the final file systems of two images."""
        return (self.before, self.after) == (END_OF_BASE, END)

    @property
    def layers(self) -> range:
        """The layers whose changes are shown; if two images are compared, those of the second one."""
        return range(0 if self.compares_images else self.before + 1, self.after + 1)

    def covers(self, layer: int) -> bool:
        """Whether it shows what the layer changed."""
        is_in_base = self.compares_images and is_of_base(layer) and layer <= self.before
        return is_in_base or layer in self.layers

    @property
    def title(self) -> str:
        """What is compared, in words."""
        if self.compares_images:
            return self._title_of_both
        first = layer_name(self.layers[0], in_pair=self.in_pair) if self.layers else ""
        last, after = layer_name(self.after, in_pair=self.in_pair), own_number(self.after)
        if self.whole and after == 0:
            return f"all up to {last}"
        if self.whole:
            return f"all up to {last}, changes after layer 0"
        if len(self.layers) == 1:
            return f"what {first} changed"
        return f"what layers {own_number(self.layers[0])} to {last.removeprefix('layer ')} changed"

    @property
    def short_title(self) -> str:
        """A shorter title."""
        after = own_number(self.after)
        if self.compares_images:
            return self._short_title_of_both
        name = image_name(self.after) if self.in_pair else ""
        if self.whole:
            return f"{name} up to {after}".strip() + (", after 0" if after else "")
        layers = f"layer {after}" if len(self.layers) == 1 else f"layers {own_number(self.layers[0])} to {after}"
        return f"{name} {layers}".strip()

    @property
    def _title_of_both(self) -> str:
        before = "A" if self.before == END_OF_BASE else f"A after layer {own_number(self.before)}"
        after = "B" if self.after == END else f"B after layer {self.after}"
        return f"all of {after}, changes from {before}" if self.whole else f"what changed from {before} to {after}"

    @property
    def _short_title_of_both(self) -> str:
        before = "A" if self.before == END_OF_BASE else f"A {own_number(self.before)}"
        return f"{before} to B" if self.after == END else f"{before} to B {self.after}"


def image_name(layer: int) -> str:
    """The image of a layer."""
    return NAMES[not is_of_base(layer)]


def layer_name(layer: int, *, in_pair: bool) -> str:
    """A layer in words; of two images, with its image."""
    return f"layer {own_number(layer)}" + (f" of {image_name(layer)}" if in_pair else "")


__all__ = ["NAMES", "NOTHING", "Scope", "image_name", "layer_name"]
