"""The schema of columns: a dataclass field declares the type of a column and its value in an implied row.

A class of columns derives from `Columns`. Code for all columns, such as joining or storing them, iterates over the
fields, so that a new column is one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.byte_strings import ByteStrings

Scalar = TypeVar("Scalar", bound=np.generic)
_IMPLIED = "implied"


def column(dtype: type[Scalar], *, implied: int = 0) -> NDArray[Scalar]:
    """A column of numbers, without rows by default; `implied` is its value in the implied row."""
    metadata = {_IMPLIED: np.array([implied], dtype)}
    return cast("NDArray[Scalar]", field(default_factory=lambda: np.zeros(0, dtype), metadata=metadata))


def strings() -> ByteStrings:
    """A column of byte strings, without rows by default; empty in the implied row."""
    empty: ByteStrings = field(default_factory=lambda: ByteStrings.of(()), metadata={_IMPLIED: _NO_TEXT})
    return empty


_NO_TEXT = ByteStrings.of([b""])


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns of one length, and extended attributes by row: name to value, for the rows that have any.

    Raises `ValueError` if the lengths differ.
    """

    xattrs: Mapping[int, Mapping[str, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len({len(getattr(self, name)) for name, _ in self.schema()}) > 1:
            raise ValueError("the columns differ in length")

    @classmethod
    def schema(cls) -> Iterator[tuple[str, NDArray[Any] | ByteStrings]]:
        """The name of each column, and the column of the implied row, which has its type."""
        return ((item.name, item.metadata[_IMPLIED]) for item in fields(cls) if _IMPLIED in item.metadata)

    @classmethod
    def implied(cls) -> Self:
        """The one row that stands for every implied directory."""
        return cls(**cast("Any", dict(cls.schema())))

    @classmethod
    def join(cls, parts: Sequence[Columns]) -> Self:
        """The rows of all parts, one after the other."""
        whole: dict[str, Any] = {}
        for name, implied in cls.schema():
            columns = [getattr(part, name) for part in parts]
            if isinstance(implied, ByteStrings):
                whole[name] = ByteStrings.join(columns)
            else:
                whole[name] = np.concatenate([implied[:0], *columns])
        return cls(xattrs=_join_xattrs(parts), **whole)

    @property
    def count(self) -> int:
        """The number of rows."""
        return next((len(getattr(self, name)) for name, _ in self.schema()), 0)


def _join_xattrs(parts: Sequence[Columns]) -> dict[int, Mapping[str, bytes]]:
    joined: dict[int, Mapping[str, bytes]] = {}
    start = 0
    for part in parts:
        joined.update((start + row, attributes) for row, attributes in part.xattrs.items())
        start += part.count
    return joined
