"""Rows of files as text: names, or lines with all attributes, like `ls -l` and `tar -tv`."""

import stat
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from layerscope.display import display
from layerscope.filesystem.change import Change
from layerscope.report.row import Row
from layerscope.report.table import SIZES, Column, aligned, natural_size

SIGNS = {
    Change.ABSENT: "x",
    Change.UNMODIFIED: " ",
    Change.TOUCHED: "=",
    Change.ADDED: "+",
    Change.MODIFIED: "~",
    Change.REMOVED: "-",
    Change.UNKNOWN: "?",
}


_TYPE_LETTERS = {
    "file": "-",
    "directory": "d",
    "symlink": "l",
    "hardlink": "h",
    "character-device": "c",
    "block-device": "b",
    "fifo": "p",
    "whiteout": "w",
    "opaque-whiteout": "w",
}


def mode_letters(type_name: str, mode: int) -> str:
    """The type, as rows name it, and the permission bits, as in `drwxr-xr-x`.

    The letter of a hardlink is `h`, that of a whiteout `w`.
    """
    return _TYPE_LETTERS[type_name] + stat.filemode(mode)[1:]


_SIGNS = {change.name.lower(): sign for change, sign in SIGNS.items()} | {None: " "}
_COLUMNS = (Column(""), Column(""), Column("", is_figure=True), Column(""), Column(""))


def relative_path(row: Row) -> str:
    """The path without its leading slash, as in a tar, safe for display; the root is `.`."""
    return display(row["path"]).lstrip("/") or "."


def base_name(row: Row) -> str:
    """The last part of the path, safe for display."""
    return relative_path(row).rpartition("/")[2]


def long_lines(rows: Sequence[Row], name: Callable[[Row], str], *, signs: bool = False) -> list[str]:
    """Mode, owner, size, time and name of each row, aligned; with `signs`, the sign of its change comes first."""
    cells = [(*_attributes(row), name(row) + _arrow(row)) for row in rows]
    lines = aligned(_COLUMNS, cells)
    if not signs:
        return lines
    return [f"{_SIGNS[row['change']]} {line}" for row, line in zip(rows, lines, strict=True)]


def time_text(seconds: int) -> str:
    """The time in UTC; the number itself if it is outside the calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _attributes(row: Row) -> tuple[str, str, str, str]:
    size = row.get("device") or (natural_size(row["size"]) if SIZES.get() == "human" else str(row["size"]))
    mode = mode_letters(row["type"], int(row["mode"], 8))
    return mode, f"{row['uid']}:{row['gid']}", size, time_text(row["mtime"])


def _arrow(row: Row) -> str:
    if "hardlink" in row:
        return f" link to {display(row['hardlink'])}"
    if row["link"] is None:
        return ""
    return f"{' link to ' if row['type'] == 'hardlink' else ' -> '}{display(row['link'])}"
