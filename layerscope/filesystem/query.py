"""The query language for files: words separated by spaces, all of which must hold (`openssl >1M !type:l`).

A plain word is text in the path, with `*` or `?` a glob, `/.../` a regular expression; in double quotes it is literal
text. `NAME:VALUE`, `>SIZE` and `<SIZE` are fields. `!` before a word negates it. `layer:N` means the layer that wrote
the file; beside `change:removed`, the layer that removed it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.patterns import PathPattern
from layerscope.filesystem.query_fields import FIELDS, SIZE_FIELDS, BadValue, Fields, removed_by

Mask = NDArray[np.bool_]

_WORD = re.compile(r'!?"[^"]*"?|(?:\\.|\S)+')
_REMOVED = "change:removed"
_DEAD = (_REMOVED, "wasted", "fate:deleted", "fate:overwritten", "fate:shadowed")
_WORDS = ("dup", "wasted")
"""Fields without a value."""
_FIELD = re.compile(r"([a-z]+):(.*)", re.DOTALL)
_SIZE = re.compile(r"([a-z]*)([<>]=?)(.*)", re.DOTALL)


class QueryError(UsageError):
    """A word of a query is wrong; `word` is that word."""

    def __init__(self, word: str, reason: str) -> None:
        super().__init__(f"the word `{display(word, limit=100)}` of the query is wrong: {reason}")
        self.word = word
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Term:
    """One word: `matches` returns a mask over all versions of a table."""

    word: str
    matches: Callable[[FileTable], Mask]
    is_negated: bool = False
    pattern: PathPattern | None = None

    def holds(self, table: FileTable) -> Mask:
        """For every version of the table whether the word holds, negated or not."""
        return ~self.matches(table) if self.is_negated else self.matches(table)


@dataclass(frozen=True, slots=True)
class Query:
    """A file version matches if all terms do; without terms, every version matches."""

    terms: tuple[Term, ...]

    @classmethod
    def parse(cls, text: str) -> "Query":
        """The query in `text`; raises `QueryError` for the first wrong word."""
        words = _WORD.findall(text)
        fields = {**FIELDS, "layer": removed_by} if _REMOVED in words else FIELDS
        return cls(tuple(_term(word, fields) for word in words))

    @property
    def asks_for_dead(self) -> bool:
        """Whether it asks for files that are no longer there: without them it would find nothing."""
        return any(not term.is_negated and term.word.startswith(_DEAD) for term in self.terms)

    @property
    def asks_for_packages(self) -> bool:
        """Whether it asks which package a file belongs to; a layer that is only listed does not say that."""
        return any(term.word.removeprefix("!").startswith("pkg:") for term in self.terms)

    @property
    def patterns(self) -> tuple[PathPattern, ...]:
        """The patterns that a path must match, for example to highlight them."""
        return tuple(term.pattern for term in self.terms if term.pattern and not term.is_negated)

    @property
    def layers(self) -> tuple[int, ...]:
        """The lowest layer of each word about layers."""
        words = (term.word.lstrip("!").removeprefix("layer:") for term in self.terms if "layer:" in term.word[:7])
        return tuple(int(word.partition("-")[0]) for word in words)

    @property
    def has_only_patterns(self) -> bool:
        """Whether it asks only for paths, so that a directory that matches stands for all below it."""
        return all(term.pattern and not term.is_negated for term in self.terms)

    def matches(self, table: FileTable) -> Mask:
        """For every version of the table whether it matches; the root never does."""
        return all_hold(table, [term.holds(table) for term in self.terms])


def all_hold(table: FileTable, masks: Iterable[Mask]) -> Mask:
    """The versions that are in all of these masks, without the root."""
    found = np.asarray(table.stack.versions.nodes != ROOT)
    for mask in masks:
        found &= mask
    return found


def _term(word: str, fields: Fields) -> Term:
    is_negated = word.startswith("!") and len(word) > 1
    bare = word[1:] if is_negated else word
    try:
        matches = _field(bare, fields)
    except BadValue as error:
        raise QueryError(word, str(error)) from error
    pattern = None if matches else _pattern(word, bare)
    return Term(word, matches or _by_path(pattern), is_negated, pattern)


def _field(word: str, fields: Fields) -> Callable[[FileTable], Mask] | None:
    """The condition of a field; None if the word is not a field."""
    if size := _SIZE.fullmatch(word):
        name, sign, value = size.groups()
        if name not in SIZE_FIELDS:
            raise BadValue(f"`{name}` has no size: use `>10M`, `size<1k` or `pull>1M`")
        return SIZE_FIELDS[name](sign, value)
    if (field := _FIELD.fullmatch(word)) is None:
        return fields[word]("") if word in _WORDS else None
    name, value = field.groups()
    if name not in fields or name in _WORDS:
        raise BadValue(f'there is no field `{name}`; to find the text, write `"{display(word, limit=100)}"`')
    return fields[name](value)


def _pattern(word: str, bare: str) -> PathPattern:
    if bare.startswith('"'):
        pattern = PathPattern(re.escape(bare.strip('"')), is_regex=True)
    elif len(bare) > 2 and bare.startswith("/") and bare.endswith("/"):
        pattern = PathPattern(bare[1:-1], is_regex=True)
    else:
        pattern = PathPattern(bare.replace("\\ ", " "))
    if pattern.problem:
        raise QueryError(word, f"it is not a regular expression: {pattern.problem}")
    return pattern


def _by_path(pattern: PathPattern | None) -> Callable[[FileTable], Mask]:
    assert pattern is not None
    return lambda table: table.of_nodes(table.matching(pattern))
