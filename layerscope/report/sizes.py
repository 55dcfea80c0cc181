"""Sizes and shares for people."""

from humanize import metric


def natural_size(size: int) -> str:
    """Bytes in the units of 1000 that registries and disks are sold in, with three significant digits: `63.2 MB`."""
    return metric(size, "B", precision=3) if size >= 1000 else f"{size} B"


def percent(share: float) -> str:
    """A share from 0 to 1 with one decimal. Only 1 becomes `100.0 %`, and only 0 becomes `0.0 %`."""
    shown = round(share * 100, 1)
    if 0 < share < 1:
        shown = min(max(shown, 0.1), 99.9)
    return f"{shown:.1f} %"
