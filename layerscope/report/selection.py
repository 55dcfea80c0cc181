"""Select the files to list, and find one path in the file system after a layer; if it is missing, say why.

A listing has the present files, the entries of one layer, or the deleted files.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.snapshot import Snapshot
from layerscope.filesystem.stack import Stack
from layerscope.insight.analysis import Analysis
from layerscope.layers.layer_index import EntryType
from layerscope.report.files import deleted_rows, layer_entry_rows, nodes_below, snapshot_rows
from layerscope.report.row import Row
from layerscope.report.rows import gap_of


def check_layer(analysis: Analysis, layer: int) -> None:
    """Raise `UsageError` if the image has no such layer."""
    count = len(analysis.contents)
    if layer >= count:
        hint = (
            f"its layers are 0 to {count - 1}"
            if count > 1
            else f"its only layer is {count - 1}"
            if count
            else "it has no layers"
        )
        raise UsageError(f"the image has no layer {layer}", hint=hint)


def chosen_layer(analysis: Analysis, layer: int | None) -> int:
    """The layer, by default the last one; raises `UsageError` if the image has no such layer."""
    if layer is None:
        return analysis.stack.last
    check_layer(analysis, layer)
    return layer


def snapshot_with(analysis: Analysis, path: bytes, layer: int, *, follow: bool = True) -> Snapshot:
    """The file system after `layer`, which has something at `path`; symlinks are followed inside the image.

    Without `follow`, a symlink at the end of the path is not followed. Raises `NotFound`.
    """
    snapshot = analysis.stack.snapshot(layer)
    node = snapshot.lookup(path, follow=follow)
    if node is not None and snapshot.versions[node] >= 0:
        return snapshot
    shown = display(path, limit=200)
    if follow and snapshot.lookup(path, follow=False) not in (None, ROOT):
        raise NotFound(f"`{shown}` is a broken symlink")
    where = "in the image" if layer == analysis.stack.last else f"in the image after layer {layer}"
    raise NotFound(f"`{shown}` is not {where}", hint=absence_hint(analysis, path, layer, "use `--after {before}`"))


def absence_hint(analysis: Analysis, path: bytes, layer: int, tip: str) -> str | None:
    """A hint at the layer that deleted a path or adds it later, or at layers that could not be read.

    `tip` names the option that shows a deleted path; `{before}` in it is replaced by the layer before the deletion.
    """
    gap = gap_of(analysis)
    return _absence_reason(analysis.stack, path, layer, tip) or (
        f"it may be in a layer that was not read: {gap}" if gap else None
    )


def _absence_reason(stack: Stack, path: bytes, layer: int, tip: str) -> str | None:
    node = stack.nodes.find(posixpath.normpath(b"/" + path))
    if node is None:
        return None
    versions = stack.versions
    lives = [(int(versions.born[one]), int(versions.died[one])) for one in versions.of_node(node)]
    if ends := [died for born, died in lives if born < died <= layer]:
        return f"layer {ends[-1]} deleted it: {tip.format(before=ends[-1] - 1)}"
    begins = [born for born, _ in lives if born > layer]
    return f"layer {begins[0]} adds it" if begins else None


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows to list; if they are all in one directory, their names are enough."""

    rows: Iterator[Row]
    in_one_directory: bool = False


def select_present(
    analysis: Analysis, path: bytes, after: int | None = None, *, recursive: bool, follow: bool
) -> Selection:
    """What is at `path` after a layer, by default the last one; symlinks are followed.

    Raises `NotFound`, and `UsageError` if the image has no such layer.
    """
    stack, layer = analysis.stack, chosen_layer(analysis, after)
    snapshot = stack.snapshot(layer)
    node = snapshot.lookup(path, follow=follow)
    if node is None:
        tip = "use `--deleted`" if after is None else "use `--after {before}`"
        where = "in the image" if after is None else f"in the image after layer {layer}"
        raise NotFound(f"`{_shown(path)}` is not {where}", hint=absence_hint(analysis, path, layer, tip))
    version = int(snapshot.versions[node])
    if version >= 0 and stack.entries.columns.types[stack.versions.inodes[version]] != EntryType.DIRECTORY:
        return Selection(snapshot_rows(snapshot, np.array([node])))
    below = nodes_below(stack.nodes, node, recursive=recursive)
    return Selection(snapshot_rows(snapshot, below), in_one_directory=not recursive)


def select_deleted(stack: Stack, path: bytes, layer: int | None) -> Selection:
    """What was deleted at and below `path`, by `layer` or by any layer; raises `NotFound` if no layer has it."""
    node = stack.nodes.find(cleaned(path))
    if node is None:
        raise NotFound(f"no layer has `{_shown(path)}`")
    return Selection(deleted_rows(stack, np.arange(node, int(stack.nodes.ends[node])), layer))


def select_of_layer(analysis: Analysis, path: bytes, layer: int) -> Selection:
    """The entries of a layer at and below `path`, in the order of its tar; raises `NotFound` if there are none."""
    content = analysis.contents[layer]
    assert content is not None
    wanted = cleaned(path)
    paths = enumerate(content.index.paths)
    chosen = [number for number, found in paths if not wanted or found == wanted or found.startswith(wanted + b"/")]
    if wanted and not chosen:
        raise NotFound(f"layer {layer} has no entry `{_shown(path)}`")
    return Selection(layer_entry_rows(analysis.stack, layer, content.index, chosen))


def cleaned(path: bytes) -> bytes:
    """The full path without slashes at both ends, as in layers."""
    return posixpath.normpath(b"/" + path).strip(b"/")


def _shown(path: bytes) -> str:
    return display(path, limit=200)
