"""Search paths: for a pattern, or for a few letters in their order.

A search is a pass over the joined bytes of all paths. It runs in pieces, so that other threads can run.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.nodes import Nodes


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


PIECE_LENGTH = 20_000
"""Lines searched at a time, while the interpreter's lock is held."""

FEW_LETTERS = 2
"""Texts up to this length match so often that it is faster to compare every letter than to mark every match."""

_NEWLINE, _STAND_IN, _MARK = b"\n", b"\x01", b"\0"
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_TOKEN = re.compile(rb"\\.|\[(\^?)(\]?(?:\\.|[^\]\\])*)\]", re.DOTALL)
_CONFINED = {rb"\s": rb"[^\S\n]", rb"\W": rb"[^\w\n]", rb"\D": rb"[^\d\n]"}
_LEAVES_LINES = re.compile(rb"\\[nxuUN0-9]|\(\?[a-zA-Z]*s|\[(?!\^)[^\]]*\\[sWDx0-9]|\[[^\]]*[\x00-\x09]-", re.DOTALL)
"""Parts of a pattern that may match a newline even in a confined pattern."""
_WHOLE_PATTERN = re.compile(rb"\A\(\?[a-zA-Z]+\)|\\[AZ]")
"""Flags for the whole pattern, and ends of the whole text: a pattern with these cannot be part of another one."""


class Lines:
    r"""Byte strings as one text, one per line; a newline within a string becomes `\x01`."""

    def __init__(self, nodes: Nodes, join: Callable[[Sequence[bytes]], bytes]) -> None:
        self._count = nodes.count
        blob, edges = nodes.paths.blob.replace(_NEWLINE, _STAND_IN), nodes.paths.offsets.tolist()
        self._pieces = [
            join([blob[start:end] for start, end in pairwise(edges[first : first + PIECE_LENGTH + 1])]) + _NEWLINE
            for first in range(0, nodes.count, PIECE_LENGTH)
        ]
        self._lower: list[bytes] = []

    def matching(self, pattern: bytes, *, ignore_case: bool = False) -> NDArray[np.bool_]:
        """For every line whether the regular expression matches in it; raises `re.error`.

        With `ignore_case` the pattern must be in lower case; only the case of ASCII letters is ignored.
        """
        re.compile(pattern)  # first alone: text around it could make an invalid pattern valid
        search = _searcher(pattern)
        pieces = self._lower_pieces() if ignore_case else self._pieces
        return np.concatenate([search(piece) for piece in pieces])[: self._count]

    def _lower_pieces(self) -> list[bytes]:
        self._lower = self._lower or [piece.lower() for piece in self._pieces]
        return self._lower


def path_lines(nodes: Nodes) -> Lines:
    """The whole path of every node, with a leading slash."""
    return Lines(nodes, lambda paths: b"/" + b"\n/".join(paths))


def name_lines(nodes: Nodes) -> Lines:
    """The last part of every node's path."""
    return Lines(nodes, lambda paths: b"\n".join([path[path.rfind(b"/") + 1 :] for path in paths]))


def _searcher(pattern: bytes) -> Callable[[bytes], NDArray[np.bool_]]:
    text = _ESCAPED.sub(rb"\1", pattern)
    if 0 < len(text) <= FEW_LETTERS and re.escape(text) == pattern and _NEWLINE not in text:
        return lambda piece: _search_letters(text, piece)
    confined = _TOKEN.sub(_confine, pattern)
    if _LEAVES_LINES.search(confined) or _WHOLE_PATTERN.search(pattern):
        compiled = re.compile(pattern)
        return lambda piece: _search_apart(compiled, piece)
    if confined.startswith(b"^") and b"|" not in confined:
        anchored = re.compile(b"\n%s[^\n]*" % confined[1:], re.MULTILINE)
        return lambda piece: _search_joined(anchored, _NEWLINE + piece)[1:]
    whole = re.compile(b"(?:%s)[^\n]*" % confined, re.MULTILINE)
    return lambda piece: _search_joined(whole, piece)


def _search_letters(text: bytes, piece: bytes) -> NDArray[np.bool_]:
    """Compare literal letters column by column: one or two letters are in almost every line."""
    letters = np.frombuffer(piece, np.uint8)
    hits = letters == text[0]
    for position in range(1, len(text)):
        hits[:-position] &= letters[position:] == text[position]
        hits[-position:] = False
    newlines = np.flatnonzero(letters == ord(_NEWLINE))
    found = np.zeros(len(newlines), bool)
    found[np.searchsorted(newlines, np.flatnonzero(hits))] = True
    return found


def _confine(token: re.Match[bytes]) -> bytes:
    """The same part of a pattern, changed so that it does not match a newline."""
    if token[1]:
        return rb"[^\n%s]" % token[2]
    return _CONFINED.get(token[0], token[0])


def _search_joined(pattern: re.Pattern[bytes], text: bytes) -> NDArray[np.bool_]:
    """Replace every match by a mark, with the rest of its line or the newline before it; then count lines."""
    mark = _NEWLINE + _MARK if pattern.pattern.startswith(_NEWLINE) else _MARK
    marked = np.frombuffer(pattern.sub(mark, text), np.uint8)
    newlines = np.flatnonzero(marked == ord(_NEWLINE))
    found = np.zeros(len(newlines) + 1, bool)
    found[np.searchsorted(newlines, np.flatnonzero(marked == ord(_MARK)))] = True
    return found[:-1]


def _search_apart(pattern: re.Pattern[bytes], text: bytes) -> NDArray[np.bool_]:
    search = pattern.search
    return np.array([search(line) is not None for line in text[:-1].split(_NEWLINE)], bool)
