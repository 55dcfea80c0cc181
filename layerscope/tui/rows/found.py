"""What a query found in a table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.query import Query, all_hold
from layerscope.tui.state.query_text import QueryText

Mask = NDArray[np.bool_]
LayerCounts = tuple[tuple[int, int], ...]
"""Layers, lowest first, and how many versions each of them wrote."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The versions that match; every mask has one element per version of the table.

    `hits` are all that match. `matches` are those that the tree goes to: if the query has only patterns, a directory
    that matches stands for all below it. `by_word` has the versions for which each word holds.
    """

    text: QueryText
    query: Query
    table: FileTable
    hits: Mask
    matches: Mask
    by_word: tuple[Mask, ...]

    @classmethod
    def of(cls, text: QueryText, table: FileTable) -> "Found":
        """Look for the text; raises `QueryError`."""
        query = Query.parse(text.query)
        by_word = tuple(term.holds(table) for term in query.terms)
        hits = all_hold(table, by_word)
        matches = hits & _by_themselves(query, table) if query.has_only_patterns else hits
        return cls(text, query, table, hits, matches, by_word)

    def elsewhere(self, shown: NDArray[np.int32], *, in_base: bool) -> LayerCounts:
        """How many matches of each layer are not among the shown versions; -1 among them is no version.

        Of two images, only the layers of one count: of the base, or of the other one.
        """
        missing = self.matches & ((self.table.stack.versions.born < 0) == in_base)
        missing[shown[shown >= 0]] = False
        layers, counts = np.unique(self.table.stack.versions.born[missing], return_counts=True)
        return tuple(zip(layers.tolist(), counts.tolist(), strict=True))

    def words_without_hit(self, versions: NDArray[np.int32]) -> list[str]:
        """The words that hold for none of these versions; all words if each holds for some."""
        words = [term.word for term in self.query.terms]
        lacking = [word for word, holds in zip(words, self.by_word, strict=True) if not holds[versions].any()]
        return lacking or words


def _by_themselves(query: Query, table: FileTable) -> Mask:
    """The versions of which one of the patterns matches the name, not only a directory above."""
    nodes = np.zeros(table.stack.nodes.count, bool)
    for pattern in query.patterns:
        nodes |= table.matching_itself(pattern)
    return table.of_nodes(nodes)
