"""Wasted paths, most bytes first."""

from functools import partial

from layerscope.insight.marks import Extent, Mark
from layerscope.insight.waste import Waste, wasted_paths
from layerscope.report.table import UNKNOWN, UNKNOWN_PULL, cut_start
from layerscope.report.waste import fate_text
from layerscope.tui.lines.fields import SIZE_WIDTH, count_text, field, fields, heading, natural_size
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.layer_details import instruction_block
from layerscope.tui.lines.listings.listing import Listing, ListingRow, incomplete_titles, pull_text, whose
from layerscope.tui.lines.spans import Line, Span, fit, safe
from layerscope.tui.state.session import Session

FATE_WIDTH = 13
_LAYER_WIDTH, _KILLER_WIDTH = 5, 3
WIDE_ENOUGH_FOR_PULL, WIDE_ENOUGH_FOR_FATE = 66, 54
"""Cells of the pane; in a narrower one the path needs the room, and only the details show these columns."""
SHORTEST_NAME = 16
"""Cells of a path that a count of files does not take."""


def waste(session: Session) -> Listing:
    """All dead files, folded to directories that died whole."""
    assert session.accounting is not None
    rows = [_row(session, found) for found in wasted_paths(session.accounting) if found.size]
    if incomplete := Gap.of(session, session.all_layers).incomplete:
        return Listing(
            "waste",
            incomplete_titles(whose("Waste", session), incomplete),
            _heading,
            rows,
            "no waste was found in the parts that were read",
        )
    size = session.accounting.image.wasted_size
    name = whose("Waste", session)
    title = f"{name}: {natural_size(size)} that no container sees" if size else name
    return Listing("waste", (title,), _heading, rows, "nothing is wasted")


def _heading(width: int) -> Line:
    pull = f"  {'pull':>{SIZE_WIDTH}}" if width >= WIDE_ENOUGH_FOR_PULL else ""
    fate = f"  {'fate':<{FATE_WIDTH}}" if width >= WIDE_ENOUGH_FOR_FATE else ""
    text = f" {'size':>{SIZE_WIDTH}}{pull}  {'layer':>{_LAYER_WIDTH}}  {'by':>{_KILLER_WIDTH}}{fate}  path"
    return (Span(fit(text, width), "heading"),)


def _row(session: Session, found: Waste) -> ListingRow:
    assert session.stack is not None
    nodes = session.stack.nodes
    path = nodes.path(found.node)
    folded = found.file_count > 1 and int(nodes.ends[found.node]) > found.node + 1
    name = f"/{safe(path)}{'/' if folded else ''}"
    pull = pull_text(session, found.layer, found.compressed_size)
    return ListingRow(
        partial(_line, found, name, pull),
        lambda width: _details(session, found, name, width),
        path,
        found.layer,
        found.size,
        found.compressed_size,
        Mark(path, found.layer, found.layer, Extent.DEAD),
    )


def _line(found: Waste, name: str, pull: str, width: int) -> Line:
    count = f"  ({count_text(found.file_count, 'file')})" if found.file_count > 1 else ""
    spans = [Span(f" {natural_size(found.size):>{SIZE_WIDTH}}", "size")]
    if width >= WIDE_ENOUGH_FOR_PULL:
        spans.append(Span(f"  {pull:>{SIZE_WIDTH}}", "attribute"))
    spans.append(Span(f"  {found.layer:>{_LAYER_WIDTH}}  {found.killer:>{_KILLER_WIDTH}}", "number"))
    if width >= WIDE_ENOUGH_FOR_FATE:
        spans.append(Span(f"  {fate_name(found):<{FATE_WIDTH}}", "bad"))
    space = width - sum(len(span.text) for span in spans) - 2
    if len(count) > space - SHORTEST_NAME:
        count = ""
    return *spans, Span(f"  {cut_start(name, max(space - len(count), 0))}", "value"), Span(count, "note")


def _details(session: Session, found: Waste, name: str, width: int) -> list[Line]:
    pull = pull_text(session, found.layer, found.compressed_size)
    lines = field("path", name, width, "path")
    lines += fields(
        (
            ("size", f"{natural_size(found.size)} in {count_text(found.file_count, 'file')}"),
            ("pull", UNKNOWN_PULL if pull == UNKNOWN else f"about {pull}"),
            ("fate", fate_text(found.fate.name.lower(), metadata_only=found.metadata_only)),
        ),
        width,
    )
    for title, layer in (("Shipped by", found.layer), ("Ended by", found.killer)):
        lines += [*heading(f"{title} layer {layer}"), *_instruction(session, layer, width)]
    return lines


def _instruction(session: Session, layer: int, width: int) -> list[Line]:
    command = session.image.layers[layer].command if session.image and layer >= 0 else ""
    return instruction_block(command, width)


def fate_name(found: Waste) -> str:
    """The fate as the column shows it."""
    return "metadata only" if found.metadata_only else found.fate.name.lower()
