"""Packages, and the unowned files, most live bytes first. Their columns add up to the image."""

from functools import partial
from glob import escape

from layerscope.filesystem.layer_numbers import NOTHING
from layerscope.filesystem.ownership import Installed
from layerscope.insight.packages import Costs, PackageCosts, PackageTable
from layerscope.report.table import NONE, UNKNOWN, UNKNOWN_PULL
from layerscope.tui.lines.fields import SIZE_WIDTH, count_text, fields, heading, natural_size, paragraph
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.layer_details import instruction_block
from layerscope.tui.lines.listings.listing import Listing, ListingRow, incomplete_titles, whose
from layerscope.tui.lines.spans import Line, Span, fit, safe
from layerscope.tui.state.listing_look import ListingOrder
from layerscope.tui.state.session import Session

ORDERS = (ListingOrder.SIZE, ListingOrder.PULL, ListingOrder.WASTED, ListingOrder.LAYER, ListingOrder.NAME)
_LAYER_WIDTH, _MANAGER_WIDTH = 5, 7
WIDE_ENOUGH_FOR_PULL, WIDE_ENOUGH_FOR_MANAGER = 50, 60
"""Cells of the pane; in a narrower one the name needs the room, and only the details show these columns."""
_UNOWNED = "unowned files"


def packages(session: Session) -> Listing:
    """All packages of the image, also those that a later layer removed."""
    assert session.accounting is not None
    table = PackageTable(session.accounting)
    rows = [_package_row(session, one) for one in table.rows]
    if session.layer_count:
        rows.append(_unowned_row(session, table))
    rows.sort(key=lambda row: (-row.size, -row.wasted_size, row.name))
    return Listing("packages", _titles(session, table), _heading, rows, "this image has no layers", ORDERS)


def _titles(session: Session, table: PackageTable) -> tuple[str, ...]:
    name = whose("Packages", session)
    if incomplete := Gap.of(session, session.all_layers).incomplete:
        return incomplete_titles(name, incomplete)
    if table.problems:
        return f"{name}, incomplete: some of their files are not read", f"{name}, incomplete"
    owned = natural_size(sum(one.costs.live_size for one in table.rows))
    unowned = natural_size(table.unowned.live_size)
    count = f"{name}: {len(table.rows):,}"
    return f"{count} with {owned}, {unowned} unowned", count


def _heading(width: int) -> Line:
    cells = [f" {'live':>{SIZE_WIDTH}}"]
    if width >= WIDE_ENOUGH_FOR_PULL:
        cells.append(f"{'pull':>{SIZE_WIDTH}}")
    cells += [f"{'wasted':>{SIZE_WIDTH}}", f"{'layer':>{_LAYER_WIDTH}}"]
    if width >= WIDE_ENOUGH_FOR_MANAGER:
        cells.append(f"{'manager':<{_MANAGER_WIDTH}}")
    return (Span(fit("  ".join([*cells, "name"]), width), "heading"),)


def _package_row(session: Session, one: PackageCosts) -> ListingRow:
    package = one.installed.package
    has_files = one.costs.file_count or one.costs.size
    query = f"pkg:{_glob(package.name)}" + ("" if one.costs.file_count else " wasted")
    return ListingRow(
        partial(_line, one.costs, _pull(session, one.costs), one.installed),
        lambda width: _package_details(session, one, width),
        package.origin,
        one.installed.layer,
        one.costs.live_size,
        one.costs.compressed_size,
        wasted_size=one.costs.wasted_size,
        name=package.name.encode("utf-8", "surrogateescape"),
        query=query if has_files else "",
    )


def _unowned_row(session: Session, table: PackageTable) -> ListingRow:
    costs = table.unowned
    return ListingRow(
        partial(_line, costs, _pull(session, costs), None),
        lambda width: _unowned_details(session, table, width),
        b"",
        NOTHING,
        costs.live_size,
        costs.compressed_size,
        wasted_size=costs.wasted_size,
        name=_UNOWNED.encode(),
        query="!pkg:* !type:d",
    )


def _glob(name: str) -> str:
    """The name as one word of a query that means itself."""
    return "".join("?" if char.isspace() else escape(char) for char in name)


def _pull(session: Session, costs: Costs) -> str:
    known = session.image is not None and session.image.is_pull_known
    return natural_size(costs.compressed_size) if known else UNKNOWN


def _line(costs: Costs, pull: str, installed: Installed | None, width: int) -> Line:
    layer = NONE if installed is None else str(installed.layer)
    wasted = natural_size(costs.wasted_size) if costs.wasted_size else NONE
    spans = [Span(f" {natural_size(costs.live_size):>{SIZE_WIDTH}}", "size")]
    if width >= WIDE_ENOUGH_FOR_PULL:
        spans.append(Span(f"  {pull:>{SIZE_WIDTH}}", "attribute"))
    spans += [Span(f"  {wasted:>{SIZE_WIDTH}}", "bad"), Span(f"  {layer:>{_LAYER_WIDTH}}  ", "number")]
    if width >= WIDE_ENOUGH_FOR_MANAGER:
        spans.append(Span(f"{fit(installed.package.manager if installed else '', _MANAGER_WIDTH)}  ", "attribute"))
    killer = installed.killer if installed else None
    removed = "" if killer is None else f"  removed by layer {killer}"
    words = f"{installed.package.name} {installed.package.version}" if installed else _UNOWNED
    space = max(width - sum(len(span.text) for span in spans) - len(removed), 0)
    return *spans, Span(fit(safe(words), space), "value"), Span(removed, "bad")


def _package_details(session: Session, one: PackageCosts, width: int) -> list[Line]:
    package, installed = one.installed.package, one.installed
    container = one.container.package.name if one.container else ""
    lines = fields(
        (
            ("package", safe(package.name)),
            ("version", safe(package.version)),
            ("manager", package.manager),
            ("arch", safe(package.architecture)),
            ("in", f"/{safe(package.home)}" if package.home else ""),
            ("part of", safe(container)),
            *_cost_fields(session, one.costs),
        ),
        width,
    )
    lines += _layer(session, "Brought by", installed.layer, width)
    return lines if installed.killer is None else lines + _layer(session, "Removed by", installed.killer, width)


def _unowned_details(session: Session, table: PackageTable, width: int) -> list[Line]:
    lines = paragraph(
        "The files that no package lists. The pull size includes their directories.", width, "value", indent=0
    )
    lines += [(), *fields(_cost_fields(session, table.unowned), width)]
    for problem in table.problems:
        lines += [(), *paragraph(safe(problem), width, "bad", indent=0)]
    return lines


def _cost_fields(session: Session, costs: Costs) -> tuple[tuple[str, str], ...]:
    pull = _pull(session, costs)
    return (
        ("live", f"{natural_size(costs.live_size)} in {count_text(costs.file_count, 'file')}"),
        ("wasted", natural_size(costs.wasted_size)),
        ("pull", UNKNOWN_PULL if pull == UNKNOWN else f"about {pull}"),
    )


def _layer(session: Session, title: str, layer: int, width: int) -> list[Line]:
    command = session.image.layers[layer].command if session.image else ""
    return [*heading(f"{title} layer {layer}"), *instruction_block(command, width)]
