"""The layers that were not read whole, in words."""

from collections.abc import Mapping


def failures(failures_by_layer: Mapping[int, str]) -> str:
    """`layer 0 is missing`, `2 layers are truncated`, `3 layers failed`; empty if all layers are whole.

    `failures_by_layer` has a `LayerContent.failure` for each layer: empty text for a layer that is whole.
    """
    failed = {number: failure for number, failure in failures_by_layer.items() if failure}
    if not failed:
        return ""
    (number, failure), *others = failed.items()
    if not others:
        return f"layer {number} {failure}"
    verb, _, words = failure.partition(" ")
    is_one_kind = all(other == failure for _, other in others)
    return f"{len(failed)} layers {f'{_PLURALS[verb]} {words}' if is_one_kind else 'failed'}"


def incomplete(gap: str) -> str:
    """What follows a sum if layers were not read whole; empty if all were. `gap` is the answer of `failures`."""
    return f"; incomplete: {gap}" if gap else ""


_PLURALS = {"is": "are", "has": "have"}
