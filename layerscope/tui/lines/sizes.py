"""Numbers as people read them, and those that the reports have too."""

from layerscope.report.sizes import natural_size, percent

SIZE_WIDTH = 7
"""Cells that `natural_size` needs at most."""


def count_text(count: int, noun: str) -> str:
    """`1 layer`, `7 layers`, `313,402 entries`."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}{'es' if noun.endswith('ch') else 's'}"


__all__ = ["SIZE_WIDTH", "count_text", "natural_size", "percent"]
