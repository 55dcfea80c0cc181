"""Which layers were not read whole, in words: without them, no figure describes the whole image."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layerscope.insight.image_facts import ImageFacts


def gap_of(facts: ImageFacts) -> str:
    """Which layers of an image were not read whole; empty if all of them were."""
    return failures({number: content.flaw for number, content in enumerate(facts.contents) if content})


def unread_layers(facts: ImageFacts) -> frozenset[int]:
    """The layers without a single entry that could be read: their unpacked size is unknown."""
    contents = enumerate(facts.contents)
    return frozenset(number for number, content in contents if content and content.flaw and not content.index.count)


def failures(flaws: Mapping[int, str]) -> str:
    """`layer 0 is missing`, `2 layers are truncated`, `3 layers failed`; empty if all layers are whole.

    `flaws` has a few words for each layer, and empty text for a layer that is whole.
    """
    failed = {number: flaw for number, flaw in flaws.items() if flaw}
    if not failed:
        return ""
    (number, flaw), *others = failed.items()
    if not others:
        return f"layer {number} is {flaw}"
    is_one_kind = all(other == flaw for _, other in others)
    return f"{len(failed)} layers {f'are {flaw}' if is_one_kind else 'failed'}"
