"""A report in Markdown, to be pasted into a merge request."""

import re
from collections.abc import Iterable, Iterator, Sequence

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.fates import FATE_NAMES
from layerscope.insight.saving import Saving
from layerscope.insight.savings import find_savings
from layerscope.insight.waste import Waste, wasted_paths
from layerscope.report.instruction import instruction
from layerscope.report.rows import gap_of, image_row, layer_rows, warnings
from layerscope.report.table import natural_size, percent, pull_cell
from layerscope.report.waste import advice_of, fate_text

MOST_PATHS = 20
MOST_SAVINGS = 10
_LONGEST_COMMAND = 120
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def markdown_report(analysis: Analysis) -> str:
    """The whole report; ends with a newline."""
    parts = [_image(analysis), _layers(analysis), _savings(analysis), _waste(analysis), _warnings(analysis)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _image(analysis: Analysis) -> str:
    row = image_row(analysis)
    live, wasted = percent(row["efficiency"]), natural_size(row["wastedSize"])
    pulled = f" (about {natural_size(row['wastedCompressedSize'])} of the pull)" if row["pullKnown"] else ""
    heading = ("platform", "layers", "pull", "size", "live", "overwritten", "deleted", "shadowed")
    sizes = ("size", "liveSize", "overwrittenSize", "deletedSize", "shadowedSize")
    about = (escape(row["platform"]), str(len(analysis.image.layers)), pull_cell(row))
    cells = (*about, *(natural_size(row[name]) for name in sizes))
    gap = gap_of(analysis)
    after = "" if analysis.last_layer is None else f" after layer {analysis.last_layer}"
    lines = [
        f"## {escape(row['reference'])}{after}",
        "",
        *([f"**Incomplete: {gap}.** The figures are made from what was read.", ""] if gap else []),
        f"**{live} live, {wasted} of {natural_size(row['size'])} wasted**{pulled}",
        "",
        *markdown_table(heading, [cells]),
    ]
    return "\n".join(lines)


def _layers(analysis: Analysis) -> str:
    rows = [
        (
            str(row["index"]),
            pull_cell(row),
            natural_size(row["size"]),
            natural_size(row["size"] - row["liveSize"]),
            code(instruction(row["command"])),
        )
        for row in layer_rows(analysis)
    ]
    return (
        "\n".join(["### Layers", "", *markdown_table(("#", "pull", "size", "wasted", "instruction"), rows)])
        if rows
        else ""
    )


def _savings(analysis: Analysis) -> str:
    found = find_savings(analysis.accounting)
    if not found:
        return ""
    lines = [_saving_line(analysis, saving) for saving in found[:MOST_SAVINGS]]
    return "\n".join(["### What to change", "", *lines, *_more(len(found) - MOST_SAVINGS)])


def _saving_line(analysis: Analysis, saving: Saving) -> str:
    path = code("/" + display(analysis.stack.nodes.path(saving.nodes[0])))
    if saving.originals:
        path += f", a copy of {code('/' + display(analysis.stack.nodes.path(saving.originals[0])))}"
    more = len(saving.nodes) - 1
    noun = ("copy" if more == 1 else "copies") if saving.originals else ("file" if more == 1 else "files")
    others = f" and {more} more {noun}" if more else ""
    since = f", wasted since layer {saving.killer}" if saving.killer >= 0 else ""
    what = f"**{natural_size(saving.size)}** in layer {saving.layer}{since}: {saving.title}"
    return f"- {what} ({path}{others}). {_prose(advice_of(saving, analysis.command(saving.layer)))}"


def _waste(analysis: Analysis) -> str:
    found = [waste for waste in wasted_paths(analysis.accounting) if waste.size]
    if not found:
        return ""
    rows = [_waste_cells(analysis, waste) for waste in found[:MOST_PATHS]]
    table = markdown_table(("size", "fate", "layer", "ended by", "path", "ended by instruction"), rows)
    return "\n".join(["### Wasted paths", "", *table, *_more(len(found) - MOST_PATHS)])


def _waste_cells(analysis: Analysis, waste: Waste) -> tuple[str, ...]:
    path = code("/" + display(analysis.stack.nodes.path(waste.node)))
    files = f" ({waste.file_count} files)" if waste.file_count > 1 else ""
    fate = fate_text(FATE_NAMES[waste.fate], metadata_only=waste.metadata_only)
    command = code(instruction(analysis.command(waste.killer)))
    return natural_size(waste.size), fate, str(waste.layer), str(waste.killer), path + files, command


def _warnings(analysis: Analysis) -> str:
    found = warnings(analysis)
    return "\n".join(["### Warnings", "", *(f"- {escape(warning)}" for warning in found)]) if found else ""


def _more(count: int) -> list[str]:
    return ["", f"and {count} more"] if count > 0 else []


def markdown_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; the cells are Markdown."""
    yield f"| {' | '.join(heading)} |"
    yield f"|{' --- |' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def escape(text: str) -> str:
    """Text from outside, with every character escaped that Markdown would interpret."""
    return _SPECIAL.sub(r"\\\1", display(text))


def _prose(text: str) -> str:
    """Advice as a sentence; its code spans are kept."""
    return text[:1].upper() + text[1:] + "."


def code(text: str) -> str:
    """A code span for a table cell: its fence is longer than any run of backticks in it, and bars are escaped."""
    shown = display(text, limit=_LONGEST_COMMAND).replace("|", "\\|")
    if not shown:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{shown}{space}{fence}"
