"""Savings, most bytes first."""

from functools import partial
from itertools import zip_longest

from layerscope.insight.saving import Saving
from layerscope.insight.savings import find_savings
from layerscope.report.table import UNKNOWN
from layerscope.report.waste import advice_of
from layerscope.tui.lines.fields import SIZE_WIDTH, count_text, fields, heading, natural_size, paragraph
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.layer_details import instruction_block
from layerscope.tui.lines.listings.listing import Listing, ListingRow, incomplete_titles, pull_text, whose
from layerscope.tui.lines.spans import Line, Span, fit, safe
from layerscope.tui.state.session import Session

MOST_PATHS = 200
_LAYER_WIDTH = 5


def savings(session: Session) -> Listing:
    """The changes to the build that make the image smaller."""
    assert session.accounting is not None
    found = find_savings(session.accounting)
    rows = [_row(session, saving) for saving in found]
    if incomplete := Gap.of(session, session.all_layers).incomplete:
        return Listing(
            "savings",
            incomplete_titles(whose("Savings", session), incomplete),
            _heading,
            rows,
            "no savings were found in the parts that were read",
        )
    total = sum(saving.size for saving in found)
    name = whose("Savings", session)
    title = f"{name}: {natural_size(total)} in {count_text(len(found), 'change')}" if found else name
    return Listing("savings", (title,), _heading, rows, "no savings were found")


def _heading(width: int) -> Line:
    text = f" {'saves':>{SIZE_WIDTH}}  {'pull':>{SIZE_WIDTH}}  {'layer':>{_LAYER_WIDTH}}  what"
    return (Span(fit(text, width), "heading"),)


def _row(session: Session, saving: Saving) -> ListingRow:
    assert session.stack is not None
    path = session.stack.nodes.path(saving.nodes[0])
    pull = pull_text(session, saving.layer, saving.compressed_size)
    return ListingRow(
        partial(_line, saving, pull),
        lambda width: _details(session, saving, width),
        path,
        saving.layer,
        saving.size,
        saving.compressed_size,
        saving.mark,
    )


def _line(saving: Saving, pull: str, width: int) -> Line:
    spans = (
        Span(f" {natural_size(saving.size):>{SIZE_WIDTH}}", "size"),
        Span(f"  {pull:>{SIZE_WIDTH}}", "attribute"),
        Span(f"  {saving.layer:>{_LAYER_WIDTH}}  ", "number"),
    )
    return *spans, Span(fit(safe(saving.title), max(width - sum(len(span.text) for span in spans), 0)), "value")


def _details(session: Session, saving: Saving, width: int) -> list[Line]:
    assert session.stack is not None
    command = session.image.layers[saving.layer].command if session.image else ""
    lines = paragraph(safe(advice_of(saving, command)), width, "value", indent=0)
    lines.append(())
    pull = pull_text(session, saving.layer, saving.compressed_size)
    share = "pull unknown" if pull == UNKNOWN else f"about {pull} of the pull"
    lines += fields((("saves", f"{natural_size(saving.size)} ({share})"),), width)
    for layer in (saving.layer, saving.killer):
        if layer >= 0 and session.image:
            lines += [*heading(f"Layer {layer}"), *instruction_block(session.image.layers[layer].command, width)]
    lines += heading(count_text(len(saving.nodes), "path"))
    shown = zip_longest(saving.nodes[:MOST_PATHS], saving.originals[:MOST_PATHS])
    for node, original in shown:
        lines += paragraph("/" + safe(session.stack.nodes.path(node)), width, "value")
        if original is not None:
            lines += paragraph("same as /" + safe(session.stack.nodes.path(original)), width, "label", indent=4)
    return lines
