"""Wasted bytes: `waste`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from layerscope.cli.base_image import base_option, required_base
from layerscope.cli.command import command
from layerscope.cli.console import damage, stdout
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.cli.options import json_option, layer_option, to_size
from layerscope.display import display

if TYPE_CHECKING:
    from layerscope.report.row import Row


@command("waste IMAGE", "waste IMAGE --savings")
@image_command
@click.option("--files", is_flag=True, help="Show one row for each file, never one row for a whole directory.")
@click.option(
    "--savings", is_flag=True, help="List what to change in the Dockerfile, and the bytes that each change saves."
)
@layer_option("Show only the wasted bytes that layer N ships.")
@click.option("--mine", is_flag=True, help="Show only the wasted bytes that the layers above the base image ship.")
@base_option("The base image; turns on --mine.")
@click.option(
    "--min-size",
    default="0",
    callback=to_size,
    metavar="SIZE",
    help="Hide rows below this size, for example 20MB.",
)
@json_option
def waste(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest,
    *,
    files: bool,
    savings: bool,
    layer: int | None,
    mine: bool,
    base: str | None,
    min_size: int,
    as_json: bool,
) -> None:
    """List wasted paths, biggest first. Show the layer and the instruction that ended each path.

    JSON has one row for each file, and with --savings one row for each change.
    """
    analysis = request.load()
    from layerscope.insight.savings import find_savings
    from layerscope.insight.waste import wasted_files, wasted_paths
    from layerscope.report.rows import gap_of, waste_rows
    from layerscope.report.selection import check_layer
    from layerscope.report.waste import saving_lines, saving_rows, wasted_lines, wasted_rows

    def is_wanted(row: Row) -> bool:
        is_mine = row["layer"] is None or row["layer"] >= first
        return row["size"] >= min_size and layer in (None, row["layer"]) and is_mine

    if layer is not None:
        check_layer(analysis, layer)
    found_base = required_base(request, analysis.image, base) if mine or base else None
    first = found_base.layer_count if found_base else 0
    if savings:
        rows = [row for row in saving_rows(analysis, find_savings(analysis.accounting)) if is_wanted(row)]
    elif as_json:
        rows = [row for row in waste_rows(analysis) if is_wanted(row)]
    else:
        found = (wasted_files if files else wasted_paths)(analysis.accounting)
        rows = [row for row in wasted_rows(analysis, found) if row["size"] and is_wanted(row)]
    gap = gap_of(analysis)

    name = display(found_base.name, limit=200) if found_base else ""
    above = f"`--{'mine' if mine else 'base'}` (the layers above `{name}`)"
    given = {"`--layer`": layer is not None, above: first, "`--min-size`": min_size}
    options = [name for name, value in given.items() if value]
    filters = " and ".join(options)

    def lines(rows: Sequence[Row], width: int | None) -> list[str]:
        if savings:
            return saving_lines(rows, gap=gap, filters=filters)
        return wasted_lines(rows, width, gap=gap, filters=filters)

    stdout.write_listing(rows, lines, as_json=as_json)
    damage.report(analysis)
