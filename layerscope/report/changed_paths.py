"""The paths that differ between two images as a table for people."""

from dataclasses import dataclass

from layerscope.display import display
from layerscope.filesystem.change import Change
from layerscope.filesystem.nodes import Nodes
from layerscope.insight.changed_paths import folded_paths, single_paths
from layerscope.insight.file_changes import ChangedPath, FileChanges
from layerscope.report.diff import reason_words
from layerscope.report.long_listing import SIGNS
from layerscope.report.table import Column, signed_size, table


@dataclass(frozen=True, slots=True)
class FileList:
    """Which paths to show: each one or folded, at most `limit` of them (None: all)."""

    unfolded: bool = False
    limit: int | None = None

    def choose(self, files: FileChanges) -> tuple[list[ChangedPath], list[str]]:
        """The rows to show, and sentences on the paths that are left out."""
        rows = single_paths(files) if self.unfolded else folded_paths(files)
        shown = rows[: self.limit]
        touched = 0 if self.unfolded else files.count(Change.TOUCHED)
        verb = "differs" if touched == 1 else "differ"
        left_out = {
            f"and {len(rows) - len(shown):,} more; `--all` lists them": len(rows) > len(shown),
            f"{counted(touched, 'path')} {verb} only in time; `--files` lists each path": bool(touched),
        }
        return shown, [sentence for sentence, is_true in left_out.items() if is_true]


def file_lines(found: FileChanges, files: FileList, width: int | None = None) -> list[str]:
    """The paths that differ, biggest growth or shrinkage first, and below them what is left out."""
    rows, left_out = files.choose(found)
    columns = (Column(""), Column("growth", is_figure=True), Column("why"), Column("path"))
    cells = [(row_sign(row), signed_size(row.growth), why_text(row), path_text(found.tree, row)) for row in rows]
    return [*(table(columns, cells, width) if cells else []), *left_out]


def row_sign(row: ChangedPath) -> str:
    """The sign of the change; a move is `>`."""
    return SIGNS[row.change] if row.moved_from is None else ">"


def why_text(row: ChangedPath) -> str:
    """What happened to the path: added, removed or moved, or the reasons why it counts as modified."""
    if row.moved_from is not None:
        return "moved"
    if not row.reasons:
        return row.change.name.lower()
    words = {"mtime": "time", "content-unknown": "content unknown"}
    return ", ".join(words.get(word, word) for word in reason_words(row.reasons))


def path_text(tree: Nodes, row: ChangedPath) -> str:
    """The path; for a directory that stands for several files their number, for a moved file its old path."""
    is_folded = row.file_count != 1
    path = _path(tree, row.node, is_directory=is_folded) + (
        f" ({counted(row.file_count, 'file')})" if is_folded else ""
    )
    return path if row.moved_from is None else f"{path} from {_path(tree, row.moved_from, is_directory=is_folded)}"


def _path(tree: Nodes, node: int, *, is_directory: bool) -> str:
    path = "/" + display(tree.path(node))
    return f"{path}/" if is_directory and node else path


def counted(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
