"""Make `Nodes` from the paths of all layers: directories are numbered in a dictionary, names sorted as columns."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from layerscope.errors import DamagedLayer
from layerscope.filesystem.name_order import PADDING, NameColumn, sort_names
from layerscope.filesystem.nodes import ROOT, Nodes, by_depth
from layerscope.layers.byte_strings import ByteStrings

_SLASH = b"/"
_UNKNOWN = -1
_PIECE = 16_384
"""Paths that are Python objects at the same time."""

MAX_DIRECTORY_SIZE = 256 * 1024 * 1024
"""Maximum bytes of the paths of all directories. A path of 4 kB can have 2,000 directories with paths of 4 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Naming:
    """`files` are the nodes of the columns' paths, `asked` the nodes of the other paths, -1 if no node exists."""

    nodes: Nodes
    files: NDArray[np.int32]
    asked: NDArray[np.int32]


def name_nodes(columns: Sequence[ByteStrings], asked: ByteStrings) -> Naming:
    """Make a node for every path of the columns and every directory above it; find the nodes of the paths `asked`.

    Paths have no leading, trailing or double slash and no NUL; the empty path is the root. Raises `DamagedLayer` if
    the directories are too many or too deep.
    """
    numbers, owners_of_files = _directories(columns)
    directories = ByteStrings.of(numbers)
    paths = _joined([*columns, asked, directories])
    file_count = len(owners_of_files)
    owners = np.concatenate((owners_of_files, _owners(asked, numbers), _owners(directories, numbers)))
    slashes = _Slashes.of(paths)
    groups = _groups(paths, slashes, owners)
    makers = np.concatenate((np.arange(file_count), np.arange(file_count + len(asked), len(paths))))
    made = np.zeros(len(paths), bool)
    made[groups[makers]] = True
    order = np.where(made, np.cumsum(made) - 1, _UNKNOWN)
    samples = np.zeros(int(made.sum()), np.int64)
    samples[order[groups[makers]]] = makers
    of_directory = order[groups[file_count + len(asked) :]]
    depths = slashes.counts + (paths.offsets[1:] > paths.offsets[:-1])
    nodes, positions = _lay_out(paths, samples, of_directory[owners[samples]], depths[samples])
    found = np.where(groups >= 0, order[groups], _UNKNOWN)
    found = np.where(found >= 0, positions[found], _UNKNOWN).astype(np.int32)
    return Naming(nodes, found[:file_count], found[file_count : file_count + len(asked)])


@dataclass(frozen=True, slots=True, eq=False)
class _Slashes:
    """For each path the position of its last slash in the blob, before its start if none, and the number of slashes."""

    last: NDArray[np.int64]
    counts: NDArray[np.int32]

    @classmethod
    def of(cls, paths: ByteStrings) -> _Slashes:
        """Works piece by piece: the positions of all slashes would take as much memory as the paths."""
        blob = np.frombuffer(paths.blob, np.uint8)
        found = cls(np.empty(len(paths), np.int64), np.empty(len(paths), np.int32))
        for first in range(0, len(paths), _PIECE):
            edges = paths.offsets[first : first + _PIECE + 1]
            slashes = np.flatnonzero(blob[edges[0] : edges[-1]] == ord(_SLASH)) + edges[0]
            numbers = np.searchsorted(slashes, edges)
            piece = slice(first, first + _PIECE)
            found.last[piece] = np.concatenate(([-1], slashes))[numbers[1:]]
            found.counts[piece] = np.diff(numbers)
        return found


def _above(paths: ByteStrings) -> Iterator[bytes]:
    """The directory of each path."""
    blob, starts = paths.blob, paths.offsets[:-1]
    ends = np.maximum(_Slashes.of(paths).last, starts)
    for first in range(0, len(paths), _PIECE):
        piece = slice(first, first + _PIECE)
        for start, end in zip(starts[piece].tolist(), ends[piece].tolist(), strict=True):
            yield blob[start:end]


def _directories(columns: Sequence[ByteStrings]) -> tuple[dict[bytes, int], NDArray[np.int32]]:
    """The numbers of all directories at and above the paths' parents, the root 0; and the directory of each path."""
    numbers = {b"": ROOT}
    number = numbers.setdefault
    directories = chain.from_iterable(map(_above, columns))
    owners = np.fromiter((number(path, len(numbers)) for path in directories), np.int32)
    pending = list(numbers)
    size = sum(map(len, pending))
    while pending:
        above = pending.pop()
        above = above[: max(above.rfind(_SLASH), 0)]
        if above not in numbers:
            number(above, len(numbers))
            pending.append(above)
            size += len(above)
        if size > MAX_DIRECTORY_SIZE:
            raise DamagedLayer("the directories of the image are too many or too deep")
    return numbers, owners


def _owners(paths: ByteStrings, numbers: dict[bytes, int]) -> NDArray[np.int32]:
    """The number of the directory of each path, -1 if it has none."""
    return np.fromiter((numbers.get(path, _UNKNOWN) for path in _above(paths)), np.int32, len(paths))


def _groups(paths: ByteStrings, slashes: _Slashes, owners: NDArray[np.int32]) -> NDArray[np.int64]:
    """Numbers that are equal for equal paths, sorted by directory, then name; the root's is 0, an unknown's -1."""
    starts, ends = paths.offsets[:-1], paths.offsets[1:]
    named = np.flatnonzero((owners != _UNKNOWN) & (ends > starts))
    name_starts = np.maximum(slashes.last + 1, starts)
    order, first = sort_names(NameColumn(paths.blob, name_starts[named], ends[named]), owners[named])
    groups = np.where(ends > starts, _UNKNOWN, ROOT)
    groups[named[order]] = np.cumsum(first)
    return groups


def _lay_out(
    paths: ByteStrings, samples: NDArray[np.int64], parents: NDArray[np.int64], depths: NDArray[np.int32]
) -> tuple[Nodes, NDArray[np.int32]]:
    """The nodes in preorder, siblings in the given order; and the new number of each node.

    `samples` are rows of `paths` that have a node's path; the first node is the root.
    """
    parents[ROOT] = -1
    sizes = np.ones(len(samples), np.int32)
    positions = np.zeros(len(samples), np.int32)
    levels = by_depth(depths)
    for level in reversed(levels[1:]):
        np.add.at(sizes, parents[level], sizes[level])
    for level in levels[1:]:
        before = np.cumsum(sizes[level]) - sizes[level]
        eldest = np.flatnonzero(np.diff(parents[level], prepend=-1))
        run_lengths = np.diff(np.append(eldest, len(level)))
        positions[level] = positions[parents[level]] + 1 + before - np.repeat(before[eldest], run_lengths)
    order = np.argsort(positions)
    above = np.where(order == ROOT, -1, positions[parents[order]]).astype(np.int32)
    ends = np.arange(len(order), dtype=np.int32) + sizes[order]
    return Nodes(_picked(paths, samples[order]), above, depths[order].astype(np.int32), ends), positions


def _joined(columns: Sequence[ByteStrings]) -> ByteStrings:
    """The columns one after the other, with padding at the end."""
    lengths = np.concatenate([np.zeros(1, np.int64), *(column.lengths() for column in columns)])
    return ByteStrings(b"".join([*(column.blob for column in columns), PADDING]), np.cumsum(lengths))


def _picked(paths: ByteStrings, rows: NDArray[np.int64]) -> ByteStrings:
    """The paths of these rows, as a new column."""
    starts, ends, blob = paths.offsets[rows], paths.offsets[rows + 1], paths.blob
    picked = io.BytesIO()
    for first in range(0, len(rows), _PIECE):
        piece = slice(first, first + _PIECE)
        for start, end in zip(starts[piece].tolist(), ends[piece].tolist(), strict=True):
            picked.write(blob[start:end])
    return ByteStrings(picked.getvalue(), np.concatenate((np.zeros(1, np.int64), np.cumsum(ends - starts))))
