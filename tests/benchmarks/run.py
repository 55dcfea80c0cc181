"""`make bench`: run every `bench_*.py` here but the long ones, or those named, and print their figures as they come.

A benchmark is a module with a function `measure` that returns or yields `Row`s. It may use the tests'
own builders as `support.X`.
"""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from figures import Row

HERE = Path(__file__).parent
LONG = ("peers",)
"""They make images of many gigabytes, and run for an hour: only if they are named."""


def main(wanted: list[str]) -> int:
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"error: no benchmark `{unknown[0]}`\nhint: there are {', '.join(known)}", file=sys.stderr)
        return 2
    sys.path.append(str(HERE.parent))
    for name in wanted or [name for name in known if name not in LONG]:
        print(f"\n{name}", flush=True)
        for row in rows_of(name):
            print(line(row), flush=True)
    return 0


def rows_of(name: str) -> Iterator[Row]:
    yield from (Row(*row) for row in importlib.import_module(f"bench_{name}").measure())


def line(row: Row) -> str:
    digits = 0 if row.figure >= 100 else 1 if row.figure >= 10 else 2
    return f"  {row.name:<52} {row.figure:>12,.{digits}f} {row.unit:<6} {row.note}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
