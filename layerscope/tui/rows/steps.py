"""The rows of the layers pane: the steps of one history, or of two that are aligned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from layerscope.filesystem.layer_numbers import of_base
from layerscope.insight.config_diff import differing
from layerscope.insight.layer_diff import LayerSets
from layerscope.oci import HistoryEntry, HistoryStep, Image


class Sign(StrEnum):
    """Which of two images has a step; without a base, there is no sign."""

    NONE = ""
    BOTH = "="
    BASE = "-"
    IMAGE = "+"


@dataclass(frozen=True, slots=True)
class Step:
    """A step, and the number in the stack of the layer that it made, or None; else it stands on the layer `below`.

    `in_base` is the number in the stack that a shared layer has in the base. With `is_pair`, the row stands for the
    whole comparison.
    """

    entry: HistoryEntry
    layer: int | None
    below: int
    sign: Sign = Sign.NONE
    in_base: int | None = None
    is_pair: bool = False


def steps_of(image: Image) -> tuple[Step, ...]:
    """The steps of one image."""
    return tuple(_on_layers(image.steps))


def steps_of_pair(base: Image, image: Image) -> tuple[Step, ...]:
    """The comparison, then the steps of both images: those that both have once, the others with a sign.

    A shared layer that has another position in the other image is there twice.
    """
    in_base = {pair.after.number: pair.before.number for pair in LayerSets.of(base, image).shared}
    old = [_in_base(step, in_base.values()) for step in steps_of(base)]
    new = [_in_image(step, in_base) for step in steps_of(image)]
    rows, done = [_comparison(image)], 0
    for removed, added in differing([_key(step) for step in old], [_key(step) for step in new]):
        rows += (replace(step, sign=Sign.BOTH) for step in new[done : added.start])
        rows += old[removed.start : removed.stop] + new[added.start : added.stop]
        done = added.stop
    return *rows, *(replace(step, sign=Sign.BOTH) for step in new[done:])


def _comparison(image: Image) -> Step:
    return Step(HistoryEntry(), None, max(len(image.layers) - 1, 0), is_pair=True)


def _on_layers(steps: Iterable[HistoryStep]) -> Iterator[Step]:
    below = 0
    for step in steps:
        below = below if step.layer is None else step.layer
        yield Step(step.entry, step.layer, below)


def _in_base(step: Step, shared: Iterable[int]) -> Step:
    layer = None if step.layer is None else of_base(step.layer)
    is_shared = step.layer in set(shared)
    return replace(step, layer=layer, below=of_base(step.below), sign=Sign.BOTH if is_shared else Sign.BASE)


def _in_image(step: Step, in_base: dict[int, int]) -> Step:
    if step.layer not in in_base:
        return replace(step, sign=Sign.IMAGE)
    return replace(step, sign=Sign.BOTH, in_base=of_base(in_base[step.layer]))


def _key(step: Step) -> tuple[str, int | None]:
    """Equal for steps that both images have."""
    if step.layer is None:
        return step.entry.created_by, None
    if step.sign is Sign.BOTH:
        return "", step.layer if step.in_base is None else step.in_base
    return step.sign, step.layer
