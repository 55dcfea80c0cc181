"""Select the files to list: present files, entries of a layer, or deleted files."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layerscope.display import display
from layerscope.errors import NotFound
from layerscope.filesystem.stack import Stack
from layerscope.insight.analysis import Analysis
from layerscope.layers.layer_index import EntryType
from layerscope.report.files import deleted_rows, layer_entry_rows, nodes_below, snapshot_rows
from layerscope.report.path_lookup import absence_hint
from layerscope.report.rows import Row


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows to list; if they are all in one directory, their names are enough."""

    rows: Iterator[Row]
    in_one_directory: bool = False


def select_present(analysis: Analysis, path: bytes, *, recursive: bool, follow: bool) -> Selection:
    """What is at `path` after the last layer; symlinks are followed. Raises `NotFound`."""
    stack, snapshot = analysis.stack, analysis.stack.final
    node = snapshot.lookup(path, follow=follow)
    if node is None:
        hint = absence_hint(analysis, path, stack.last, "`--deleted` lists it")
        raise NotFound(f"`{_shown(path)}` is not in the image", hint=hint)
    version = int(snapshot.versions[node])
    if version >= 0 and stack.entries.columns.types[stack.versions.inodes[version]] != EntryType.DIRECTORY:
        return Selection(snapshot_rows(snapshot, np.array([node])))
    below = nodes_below(stack.nodes, node, recursive=recursive)
    return Selection(snapshot_rows(snapshot, below), in_one_directory=not recursive)


def select_deleted(stack: Stack, path: bytes, layer: int | None) -> Selection:
    """What was deleted at and below `path`, by `layer` or by any layer; raises `NotFound` if no layer has it."""
    node = stack.nodes.find(_cleaned(path))
    if node is None:
        raise NotFound(f"no layer has `{_shown(path)}`")
    return Selection(deleted_rows(stack, np.arange(node, int(stack.nodes.ends[node])), layer))


def select_of_layer(analysis: Analysis, path: bytes, layer: int) -> Selection:
    """The entries of a layer at and below `path`, in the order of its tar; raises `NotFound` if there are none."""
    content = analysis.contents[layer]
    assert content is not None
    wanted = _cleaned(path)
    paths = enumerate(content.index.paths)
    chosen = [number for number, found in paths if not wanted or found == wanted or found.startswith(wanted + b"/")]
    if wanted and not chosen:
        raise NotFound(f"layer {layer} has no entry `{_shown(path)}`")
    return Selection(layer_entry_rows(analysis.stack, layer, content.index, chosen))


def _cleaned(path: bytes) -> bytes:
    """The full path without slashes at both ends, as in layers."""
    return posixpath.normpath(b"/" + path).strip(b"/")


def _shown(path: bytes) -> str:
    return display(path, limit=200)
