"""Oddities of many entries, counted and reported in one sentence per kind."""

from layerscope.display import display

_NAME_LIMIT = 80


class WarningCounts:
    """Counts oddities, with the first example of each kind; the text of a kind continues `3 entries`."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._examples: dict[str, bytes] = {}

    def add(self, kind: str, example: bytes, count: int = 1) -> None:
        """Note `count` more entries of this kind."""
        self._counts[kind] = self._counts.get(kind, 0) + count
        self._examples.setdefault(kind, example)

    def items(self) -> list[tuple[str, bytes, int]]:
        """Each kind with its first example and its count, as `add` takes them."""
        return [(kind, self._examples[kind], count) for kind, count in self._counts.items()]

    def sentences(self) -> list[str]:
        """A sentence for each kind that was noted."""
        return [
            f"{_entries(count)} {kind} (first: `{display(self._examples[kind], limit=_NAME_LIMIT)}`)"
            for kind, count in self._counts.items()
        ]


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"
