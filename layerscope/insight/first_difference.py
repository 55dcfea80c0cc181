"""The first layer that differs between two images: from there on, they share nothing by position.

If its instruction is the same in both images, the build is not reproducible there, or its input changed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.stack import Stack
from layerscope.insight.analysis import Analysis
from layerscope.insight.file_changes import FileChanges
from layerscope.insight.layer_diff import is_same_layer, without_sums
from layerscope.layers.layer_index import EntryRole, LayerIndex

MOST_PATHS = 20
"""Paths that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class FirstDifference:
    """The lowest layer that differs, and how the entries of both layers differ.

    `old_command` and `new_command` are raw. Counts are paths. `paths` are, without a leading slash, some of those that
    differ in more than the time: first in content, last only in attributes. `is_known` is false if a layer was
    not read whole.
    """

    layer: int
    old_command: str
    new_command: str
    time_only_count: int
    content_count: int
    attribute_count: int
    unknown_count: int
    added_count: int
    removed_count: int
    paths: tuple[bytes, ...]
    is_known: bool

    @property
    def has_same_instruction(self) -> bool:
        """Whether both layers were made by one instruction, except for the digest of the files that it copied."""
        return bool(self.new_command) and without_sums(self.old_command) == without_sums(self.new_command)


def first_difference(before: Analysis, after: Analysis) -> FirstDifference | None:
    """The lowest layer that is another one in the second image; None if one image has all layers of the other."""
    for old, new in zip(before.image.layers, after.image.layers, strict=False):
        if not is_same_layer(old, new):
            return _compare(before, after, old.number)
    return None


def _compare(before: Analysis, after: Analysis, layer: int) -> FirstDifference:
    contents = before.contents[layer], after.contents[layer]
    old, new = (content.index if content else LayerIndex() for content in contents)
    one, other = Stack.merge([[old], [new]])
    files = FileChanges.of(one.final.compare(other.final))
    old_whiteouts, new_whiteouts = _whiteouts(old), _whiteouts(new)
    in_content, in_attributes = _modified(files)
    return FirstDifference(
        layer=layer,
        old_command=before.command(layer),
        new_command=after.command(layer),
        time_only_count=files.count(Change.TOUCHED),
        content_count=int(in_content.sum()),
        attribute_count=int(in_attributes.sum()),
        unknown_count=files.count(Change.UNKNOWN),
        added_count=files.count(Change.ADDED) + len(new_whiteouts - old_whiteouts),
        removed_count=files.count(Change.REMOVED) + len(old_whiteouts - new_whiteouts),
        paths=tuple([*_first_paths(files), *sorted(old_whiteouts ^ new_whiteouts)][:MOST_PATHS]),
        is_known=all(content is not None and content.is_sound for content in contents),
    )


def _modified(files: FileChanges) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which paths were modified in their content or type, and which only in other attributes."""
    modified = files.changes == Change.MODIFIED
    has_content = (files.reasons & (Reason.CONTENT | Reason.TYPE)) != 0
    return modified & has_content, modified & ~has_content


def _first_paths(files: FileChanges) -> list[bytes]:
    """The paths to name: those that differ in content, then the others, last those that differ in attributes only."""
    rank = np.select(_modified(files), [0, 2], default=1)
    order = np.argsort(rank, kind="stable")
    chosen = order[files.changes[order] != Change.TOUCHED][:MOST_PATHS]
    return [files.tree.path(node) for node in files.nodes[chosen].tolist()]


def _whiteouts(index: LayerIndex) -> set[bytes]:
    """The paths of the whiteouts, as in the tar."""
    rows = np.flatnonzero((index.roles == EntryRole.WHITEOUT) | (index.roles == EntryRole.OPAQUE))
    return {index.paths[row] for row in rows.tolist()}
