"""The difference of two images as rows of the JSON contract: `schema/diff-v1.json`."""

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.nodes import Nodes
from layerscope.insight.analysis import Analysis
from layerscope.insight.config_diff import history_changes
from layerscope.insight.file_changes import ChangedPath, Equality, FileChanges
from layerscope.insight.image_diff import ImageDiff
from layerscope.oci import Image, Layer
from layerscope.report.package_changes import package_change_rows
from layerscope.report.row import Row
from layerscope.report.rows import document_fields, gap_of, image_row, path_fields

SCHEMA_VERSION = 1
REASON_WORDS = {
    Reason.TYPE: "type",
    Reason.CONTENT: "content",
    Reason.CONTENT_UNKNOWN: "content-unknown",
    Reason.LINK: "link",
    Reason.HARDLINK: "hardlink",
    Reason.MODE: "mode",
    Reason.OWNER: "owner",
    Reason.XATTR: "xattr",
    Reason.DEVICE: "device",
    Reason.MTIME: "mtime",
}


def diff_row(diff: ImageDiff) -> Row:
    """The whole difference as one object."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "equality": str(diff.equality),
        "incomplete": incomplete(diff) or None,
        "a": _side(diff.before),
        "b": _side(diff.after),
        "config": [{"field": change.field, "a": change.before, "b": change.after} for change in diff.config],
        "history": history_rows(diff),
        "layers": _layers(diff),
        "firstDifference": first_difference_row(diff),
        "packages": package_change_rows(diff.packages),
        "files": file_rows(diff.files),
        "sizeDelta": diff.size_delta,
        "compressedSizeDelta": diff.compressed_size_delta,
        "wastedDelta": diff.wasted_delta,
    }


def same_image_row(before: Image, after: Image) -> Row:
    """As `diff_row`, for one image under two names, of which no layer was read: sizes of files are left out."""
    shared = [_shared(one, other) for one, other in zip(before.layers, after.layers, strict=True)]
    return {
        "schemaVersion": SCHEMA_VERSION,
        "equality": str(Equality.EQUAL),
        "incomplete": None,
        "a": document_fields(before) | {"layer": _layer_of(before)},
        "b": document_fields(after) | {"layer": _layer_of(after)},
        "config": [],
        "history": [],
        "layers": {"shared": shared, "removed": [], "added": [], "pullSize": 0, "pullKnown": True},
        "firstDifference": None,
        "packages": [],
        "files": [],
        "sizeDelta": 0,
        "compressedSizeDelta": 0,
        "wastedDelta": 0,
    }


def incomplete(diff: ImageDiff, names: tuple[str, str] = ("A", "B")) -> str:
    """Which layers of which image were not read whole; empty if all were. `names` are the names of the images."""
    gaps = dict(zip(names, (gap_of(diff.before), gap_of(diff.after)), strict=True))
    return "; ".join(f"{name}: {gap}" for name, gap in gaps.items() if gap)


def history_rows(diff: ImageDiff) -> list[Row]:
    """The steps that only one history has."""
    return [
        {
            "change": "added" if change.is_added else "removed",
            "command": change.step.entry.created_by,
            "layer": change.step.layer,
        }
        for change in history_changes(diff.before.image, diff.after.image)
    ]


def first_difference_row(diff: ImageDiff) -> Row | None:
    """The lowest layer that differs, with counts of its paths; None if there is none."""
    found = diff.first_difference
    if found is None:
        return None
    return {
        "layer": found.layer,
        "commandA": found.old_command,
        "commandB": found.new_command,
        "sameInstruction": found.has_same_instruction,
        "complete": found.is_known,
        "timeOnlyCount": found.time_only_count,
        "contentCount": found.content_count,
        "attributeCount": found.attribute_count,
        "unknownCount": found.unknown_count,
        "addedCount": found.added_count,
        "removedCount": found.removed_count,
        "paths": [path_fields(path)["path"] for path in found.paths],
    }


def file_rows(files: FileChanges) -> list[Row]:
    """Each path that differs, in the order of the tree; a moved file is there twice, and each row names the other."""
    new_paths = {old: new for new, old in files.moves.items()}
    return [_file_row(files.tree, row, new_paths.get(row.node)) for row in files.each()]


def reason_words(reasons: Reason) -> list[str]:
    """The reasons as words, the most important one first."""
    return [word for reason, word in REASON_WORDS.items() if reason in reasons]


def _file_row(tree: Nodes, row: ChangedPath, moved_to: int | None) -> Row:
    path = tree.path
    moves = {"movedFrom": row.moved_from, "movedTo": moved_to}
    return {
        **path_fields(path(row.node)),
        "change": row.change.name.lower(),
        "reasons": reason_words(row.reasons),
        "sizeA": None if row.change is Change.ADDED else row.old_size,
        "sizeB": None if row.change is Change.REMOVED else row.new_size,
        **{name: path_fields(path(node))["path"] for name, node in moves.items() if node is not None},
    }


def _side(analysis: Analysis) -> Row:
    return image_row(analysis) | {"layer": _layer_of(analysis.image)}


def _layer_of(image: Image) -> int | None:
    """The layer after which the image is compared; None if it has all its layers."""
    return None if len(image.layers) == len(image.manifest.layers) else len(image.layers) - 1


def _layers(diff: ImageDiff) -> Row:
    sets = diff.layers
    return {
        "shared": [_shared(pair.before, pair.after) for pair in sets.shared],
        "removed": [_layer(layer, diff.before) for layer in sets.removed],
        "added": [_layer(layer, diff.after) for layer in sets.added],
        "pullSize": sets.pull_size,
        "pullKnown": sets.is_pull_known,
    }


def _shared(before: Layer, after: Layer) -> Row:
    return _document(after) | {"indexA": before.number, "indexB": after.number}


def _layer(layer: Layer, analysis: Analysis) -> Row:
    return {"index": layer.number, **_document(layer), "size": analysis.accounting.layers[layer.number].size}


def _document(layer: Layer) -> Row:
    return {
        "digest": str(layer.descriptor.digest),
        "diffId": str(layer.diff_id) if layer.diff_id else None,
        "compressedSize": layer.descriptor.size,
        "pullKnown": layer.is_pull_known,
        "command": layer.command,
    }
