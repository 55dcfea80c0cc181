"""The difference of two images in Markdown, to be pasted into a merge request."""

from collections.abc import Sequence

from layerscope.insight.image_diff import ImageDiff
from layerscope.report import changed_paths, diff_text, package_changes
from layerscope.report.changed_paths import FileList
from layerscope.report.diff import incomplete
from layerscope.report.markdown import code, escape, markdown_table
from layerscope.report.table import signed_size


def diff_markdown(diff: ImageDiff, files: FileList) -> str:
    """The whole difference; ends with a newline."""
    parts = (_head(diff), _config(diff), _history(diff), _packages(diff), _files(diff, files))
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(diff: ImageDiff) -> str:
    gap = incomplete(diff)
    first = diff.first_difference
    lines = [
        "## What changed in the image",
        "",
        f"- A: {escape(diff_text.image_name(diff.before.image))}",
        f"- B: {escape(diff_text.image_name(diff.after.image))}",
        "",
        *([f"**Incomplete: {gap}.** The figures are made from what was read.", ""] if gap else []),
        *markdown_table(
            ("", "A", "B", "growth"), ((label.strip(), *cells) for label, *cells in diff_text.figure_cells(diff))
        ),
        "",
        f"**{escape(diff_text.pull_sentence(diff))}**; result: {diff_text.EQUALITY_WORDS[diff.equality]}",
        *(["", escape(diff_text.first_difference_sentence(first))] if first else []),
    ]
    return "\n".join(lines)


def _config(diff: ImageDiff) -> str:
    return _section("### Config", [f"- {code(line)}" for line in diff_text.config_lines(diff)])


def _history(diff: ImageDiff) -> str:
    return _section("### History", [f"- {code(line)}" for line in diff_text.step_lines(diff)])


def _packages(diff: ImageDiff) -> str:
    cells = package_changes.package_change_cells(diff.packages)
    rows = [(*start, code(name), code(version)) for *start, name, version in cells]
    hidden = len(diff.packages) - len(cells)
    lines = markdown_table(package_changes.HEADINGS, rows) if cells else ()
    return _section("### Packages", [*lines, *(["", f"and {hidden:,} more"] if hidden else [])])


def _files(diff: ImageDiff, files: FileList) -> str:
    rows, left_out = files.choose(diff.files)
    cells = [
        (
            code(changed_paths.row_sign(row)),
            signed_size(row.growth),
            changed_paths.why_text(row),
            code(changed_paths.path_text(diff.files.tree, row)),
        )
        for row in rows
    ]
    table = markdown_table(("", "growth", "why", "path"), cells) if cells else ()
    return _section("### Files", [*table, *(line for sentence in left_out for line in ("", sentence))])


def _section(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, "", *lines]) if lines else ""
