"""Which layers were not read whole, in words: without them, no figure describes the whole image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerscope.insight.analysis import Analysis


def gap_of(analysis: Analysis) -> str:
    """Which layers of an image were not read whole; empty if all of them were."""
    return failures({number: content.failure for number, content in enumerate(analysis.contents) if content})


def unread_layers(analysis: Analysis) -> frozenset[int]:
    """The layers without a single entry that could be read: their unpacked size is unknown."""
    contents = enumerate(analysis.contents)
    return frozenset(number for number, content in contents if content and content.failure and not content.index.count)


def failures(failures_by_layer: Mapping[int, str]) -> str:
    """`layer 0 is missing`, `2 layers are truncated`, `3 layers failed`; empty if all layers are whole.

    `failures_by_layer` has a few words for each layer, and empty text for a layer that is whole.
    """
    failed = {number: failure for number, failure in failures_by_layer.items() if failure}
    if not failed:
        return ""
    (number, failure), *others = failed.items()
    if not others:
        return f"layer {number} is {failure}"
    is_one_kind = all(other == failure for _, other in others)
    return f"{len(failed)} layers {f'are {failure}' if is_one_kind else 'failed'}"
