"""Find a path in the file system after a layer; if it is missing, say why."""

import posixpath

from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.snapshot import Snapshot
from layerscope.filesystem.stack import Stack
from layerscope.insight.analysis import Analysis
from layerscope.report.gaps import gap_of


def check_layer(analysis: Analysis, layer: int) -> None:
    """Raise `UsageError` if the image has no such layer."""
    count = len(analysis.contents)
    if layer >= count:
        hint = f"its layers are 0 to {count - 1}" if count else "it has no layers"
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
        raise NotFound(f"`{shown}` is a symlink to nothing in the image")
    where = "in the image" if layer == analysis.stack.last else f"in the image after layer {layer}"
    raise NotFound(f"`{shown}` is not {where}", hint=absence_hint(analysis, path, layer, "`--layer {before}` has it"))


def absence_hint(analysis: Analysis, path: bytes, layer: int, tip: str) -> str | None:
    """A hint at the layer that deleted a path or adds it later, or at layers that could not be read.

    `tip` names the option that shows a deleted path; `{before}` in it is replaced by the layer before the deletion.
    """
    lack = gap_of(analysis)
    return _absence_reason(analysis.stack, path, layer, tip) or (
        f"it may be in a layer that was not read: {lack}" if lack else None
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
