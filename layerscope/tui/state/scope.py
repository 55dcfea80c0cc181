"""Which two file systems are compared."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING = -1


@dataclass(frozen=True, slots=True)
class Scope:
    """From the snapshot after layer `before` (-1: an empty file system) to the snapshot after layer `after`.

    `whole` shows the file system after the upper layer, not only what changed.
    """

    before: int
    after: int
    whole: bool = False

    @classmethod
    def of(cls, layer: int, mark: int | None, *, whole: bool) -> Scope:
        """The scope of a selected layer, of the range from it to a marked one, or of all up to it.

        Everything up to a layer is compared with the lowest layer, which need not be the whole base image.
        """
        if whole:
            return cls(NOTHING if layer == 0 else 0, layer, whole=True)
        low, high = (layer, layer) if mark is None else sorted((layer, mark))
        return cls(low - 1, high)

    @property
    def layers(self) -> range:
        """The layers whose changes are shown."""
        return range(self.before + 1, self.after + 1)

    @property
    def title(self) -> str:
        """What is compared, in words."""
        if self.whole and self.after == 0:
            return "all up to layer 0"
        if self.whole:
            return f"all up to layer {self.after}, changes after layer 0"
        if len(self.layers) == 1:
            return f"what layer {self.after} changed"
        return f"what layers {self.layers.start} to {self.after} changed"

    @property
    def short_title(self) -> str:
        """A shorter title."""
        if self.whole:
            return f"up to {self.after}" + (", after 0" if self.after else "")
        return f"layer {self.after}" if len(self.layers) == 1 else f"layers {self.layers.start} to {self.after}"
