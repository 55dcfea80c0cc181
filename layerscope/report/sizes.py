"""Sizes and shares for people."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def natural_size(size: int) -> str:
    """Bytes in powers of 1000, with three significant digits: `63.2 MB`."""
    value, unit = float(size), 0
    while round(value, _decimals(value)) >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.{_decimals(value) if unit else 0}f} {_UNITS[unit]}"


def percent(share: float) -> str:
    """A share from 0 to 1 with one decimal. Only 1 becomes `100.0 %`, and only 0 becomes `0.0 %`."""
    shown = round(share * 100, 1)
    if 0 < share < 1:
        shown = min(max(shown, 0.1), 99.9)
    return f"{shown:.1f} %"


def _decimals(value: float) -> int:
    return 2 if value < 9.995 else 1 if value < 99.95 else 0
