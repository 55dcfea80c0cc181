"""A path in the file system as it was after some layer."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.filesystem.lookup import lookup
from layerscope.filesystem.nodes import ROOT
from layerscope.report.gaps import gap_of

if TYPE_CHECKING:
    from layerscope.filesystem.table import FileTable
    from layerscope.insight.image_facts import ImageFacts


def check_layer(facts: ImageFacts, layer: int) -> None:
    """Raises `UsageError` where the image has no layer of that number."""
    count = len(facts.contents)
    if layer >= count:
        there = f"its layers are 0 to {count - 1}" if count else "it has none"
        raise UsageError(f"the image has no layer {layer}", hint=there)


def chosen_layer(facts: ImageFacts, layer: int | None) -> int:
    """The number of that layer, or of the last; raises `UsageError` where there is none of that number."""
    if layer is None:
        return facts.table.last
    check_layer(facts, layer)
    return layer


def find_version(facts: ImageFacts, path: bytes, layer: int, *, follow: bool = True) -> int:
    """What `path` is after `layer`, symlinks followed inside the image; raises `NotFound`.

    With `follow` a symlink in last place is followed too.
    """
    snapshot = facts.table.snapshot(layer)
    node = lookup(facts.table, snapshot, path, follow=follow)
    if node is not None and snapshot[node] >= 0:
        return int(snapshot[node])
    shown = display(path, limit=200)
    if follow and lookup(facts.table, snapshot, path, follow=False) not in (None, ROOT):
        raise NotFound(f"`{shown}` is a symlink that leads nowhere in the image")
    where = "in the image" if layer == facts.table.last else f"in the image after layer {layer}"
    raise NotFound(f"`{shown}` is not {where}", hint=absence_hint(facts, path, layer, "`--layer {before}` has it"))


def absence_hint(facts: ImageFacts, path: bytes, layer: int, tip: str) -> str | None:
    """Which layer took a path away before, or brings it later; or which may hold it, as it could not be read.

    `tip` says where to look for what was taken away; `{before}` in it becomes the layer before that.
    """
    lack = gap_of(facts)
    return _absence_reason(facts.table, path, layer, tip) or (f"it may be there: {lack}" if lack else None)


def _absence_reason(table: FileTable, path: bytes, layer: int, tip: str) -> str | None:
    node = table.nodes.find(posixpath.normpath(b"/" + path))
    if node is None:
        return None
    versions = table.versions
    lives = [(int(versions.born[one]), int(versions.died[one])) for one in versions.of_node(node)]
    if ends := [died for born, died in lives if born < died <= layer]:
        return f"layer {ends[-1]} deleted it: {tip.format(before=ends[-1] - 1)}"
    begins = [born for born, _ in lives if born > layer]
    return f"layer {begins[0]} brings it" if begins else None
