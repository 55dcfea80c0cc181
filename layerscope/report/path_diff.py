"""What differs at one path between two images, as a row and as text."""

from collections.abc import Iterator

import numpy as np

from layerscope.content.path_diff import PathDiff, Side
from layerscope.display import display
from layerscope.filesystem.change import Reason
from layerscope.report.changed_paths import FileList, file_lines
from layerscope.report.diff import file_rows, reason_words
from layerscope.report.files import snapshot_rows, version_rows
from layerscope.report.long_listing import time_text
from layerscope.report.row import Row
from layerscope.report.rows import path_fields

_FIELDS = ("type", "mode", "link", "device")
_LONGEST = 80
"""Bytes of the value of an extended attribute."""


def path_diff_row(diff: PathDiff, path: bytes) -> Row:
    """The path as one object: `a` and `b` are its rows in `ls`, `files` what differs below a directory."""
    content = diff.content
    lines = content.lines if content else None
    return {
        **path_fields(path.strip(b"/")),
        "change": diff.change.name.lower(),
        "reasons": reason_words(diff.reasons),
        "sizeA": diff.before.size,
        "sizeB": diff.after.size,
        "a": _listed(diff.before),
        "b": _listed(diff.after),
        "diff": None if lines is None else b"".join(lines).decode("utf-8", "surrogateescape"),
        "firstDifference": content.first_difference if content else None,
        "files": file_rows(diff.below) if diff.below else [],
    }


def path_diff_chunks(diff: PathDiff, path: bytes, files: FileList) -> Iterator[bytes]:
    """The changes of the attributes in words, then the content as a unified diff, for a terminal or for `patch`.

    Only the lines of the diff have raw bytes from the image.
    """
    shown = display(path.strip(b"/"))
    words = [f"  {line}" for line in (*attribute_words(diff), *content_words(diff))]
    lines = [*words, *(file_lines(diff.below, files) if diff.below else [])]
    if lines:
        yield "".join(f"{line}\n" for line in (f"/{shown}", *lines)).encode()
    if diff.content and diff.content.lines is not None:
        names = ("/dev/null" if side.version is None else f"{letter}/{shown}" for letter, side in _sides(diff))
        yield "--- {}\n+++ {}\n".format(*names).encode()
        yield from diff.content.lines


def _sides(diff: PathDiff) -> tuple[tuple[str, Side], tuple[str, Side]]:
    return ("a", diff.before), ("b", diff.after)


def attribute_words(diff: PathDiff) -> list[str]:
    """What differs apart from the content, a sentence per attribute, safe for display."""
    if diff.before.version is None or diff.after.version is None:
        return ["added" if diff.before.version is None else "removed"]
    old, new = _attributes(diff.before), _attributes(diff.after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [f"{name}: {old.get(name, 'none')} -> {new.get(name, 'none')}" for name in names]


def _attributes(side: Side) -> dict[str, str]:
    """The attributes by name, each as text that is safe for display."""
    row = next(version_rows(side.stack, np.array([side.version]), [None]))
    shown = {name: display(row[name]) for name in _FIELDS if row.get(name) is not None}
    extended = side.stack.entries.columns.xattrs.get(side.row, {})
    values = {f"xattr {display(name)}": display(repr(value[:_LONGEST])) for name, value in sorted(extended.items())}
    return {**shown, "time": time_text(row["mtime"]), "owner": f"{row['uid']}:{row['gid']}", **values}


def content_words(diff: PathDiff) -> list[str]:
    """What is to say of the content if there is no unified diff of it."""
    if diff.content and diff.content.first_difference is not None:
        if diff.before.version is None or diff.after.version is None:
            return [f"content: {diff.before.size or diff.after.size:,} bytes"]
        sizes = f"{diff.before.size or 0:,} and {diff.after.size or 0:,} bytes"
        return [f"content: {sizes}, the first difference is at offset {diff.content.first_difference:,}"]
    if diff.content is None and diff.reasons & Reason.CONTENT:
        return ["content: differs; sparse files are not shown"]
    return ["content: unknown"] if diff.reasons & Reason.CONTENT_UNKNOWN else []


def _listed(side: Side) -> Row | None:
    """The row of `ls`; None if the path is not there."""
    if side.node is None:
        return None
    return next(snapshot_rows(side.stack.final, np.array([side.node])))
