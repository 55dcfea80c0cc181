"""The results of a benchmark: rows of figures. Compare figures of one run only: machines differ and are shared."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """One measured figure in a unit such as `ms`, `MB/s` or `x`; the note says what to compare it with."""

    name: str
    figure: float
    unit: str
    note: str = ""


def seconds(function: Callable[[], object], repeat: int = 5) -> float:
    """The time of the shortest of several runs, which the rest of the machine disturbed least."""
    return min(_once(function) for _ in range(repeat))


def percentile(samples: list[float], percent: float) -> float:
    """The smallest sample that `percent` of all samples do not exceed."""
    return sorted(samples)[max(0, math.ceil(len(samples) * percent / 100) - 1)]


def _once(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start
