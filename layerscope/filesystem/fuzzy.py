"""Find paths by a few letters."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.nodes import Nodes
from layerscope.filesystem.path_search import name_lines, path_lines


class FuzzyPaths:
    """Ranks paths by how well they match letters: names before paths, words before scattered letters, short ones first.

    Only capital letters are case-sensitive.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._names, self._paths = name_lines(nodes), path_lines(nodes)
        self._lengths = nodes.paths.lengths()

    def best(self, letters: bytes, count: int) -> NDArray[np.int64]:
        """The `count` best matching nodes at most, best first."""
        found = np.zeros(0, np.int64)
        for matches in self._ever_looser(letters.strip()):
            matches[found] = False
            more = np.flatnonzero(matches)
            more = more[np.argsort(self._lengths[more], kind="stable")][: count - len(found)]
            found = np.concatenate((found, more))
            if len(found) >= count:
                break
        return found

    def _ever_looser(self, letters: bytes) -> Iterator[NDArray[np.bool_]]:
        ignore_case = letters == letters.lower()
        literal = re.escape(letters)
        for pattern in (b"^%s$" % literal, b"^%s" % literal, literal) if b"/" not in letters else ():
            yield self._names.matching(pattern, ignore_case=ignore_case)
        yield self._paths.matching(literal, ignore_case=ignore_case)
        apart = b"^" + b"".join(b"(?>[^\n]*?%s)" % re.escape(bytes((letter,))) for letter in letters)
        yield self._paths.matching(apart, ignore_case=ignore_case)
