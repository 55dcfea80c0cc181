"""The packages of an image: `packages`."""

from __future__ import annotations

from functools import partial

import click

from layerscope.cli.command import command
from layerscope.cli.console import damage, stdout, talk
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.cli.options import json_option, layer_option, only_one
from layerscope.errors import UsageError

ORDERS = ("live", "size", "wasted", "pull", "files", "layer", "name")
MANAGERS = ("dpkg", "apk", "rpm", "conda", "python", "npm", "gem", "jar", "go")
_ORDERS_OF_FILES = {"live": "size", "size": "size", "pull": "pull", "layer": "layer", "name": "path"}


@command("packages IMAGE --sort wasted", "packages IMAGE --unowned")
@image_command
@click.option(
    "--sort",
    "order",
    type=click.Choice(ORDERS),
    default="live",
    show_default=True,
    help="By live bytes (`size` means the same), wasted bytes, pull or number of files, biggest first; by layer,"
    " lowest first; or by name.",
)
@click.option("--manager", type=click.Choice(MANAGERS), help="List only the packages of this manager.")
@layer_option("List only the packages, or the unowned files, that layer N added.")
@click.option("--unowned", is_flag=True, help="List the files that belong to no package, instead of packages.")
@json_option
def packages(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest, *, order: str, manager: str | None, layer: int | None, unowned: bool, as_json: bool
) -> None:
    """List the packages of an image: live and wasted bytes, share of the pull, and the layer that
    installed each.

    If two packages list a file, it counts for the package of the system. So a Python package in a Debian package has
    no files of its own. Without filters, the last rows are the files of no package, and the sums of the whole image.
    `live` and `wasted` are the bytes of the files by their fate. A package that a later layer removed is listed,
    because the image still ships it.
    """
    only_one(unowned=unowned, manager=manager)
    if unowned and order not in _ORDERS_OF_FILES:
        raise UsageError(f"`--sort {order}` sorts packages, not unowned files", hint="leave out `--sort`")
    analysis = request.load()
    from layerscope.insight.packages import PackageTable
    from layerscope.report.rows import gap_of
    from layerscope.report.selection import check_layer

    if layer is not None:
        check_layer(analysis, layer)
    table, gap = PackageTable(analysis.accounting), gap_of(analysis)
    if unowned:
        from layerscope.report.file_versions import found_lines, unowned_rows

        rows = unowned_rows(analysis, layer, _ORDERS_OF_FILES[order])
        stdout.write_listing(rows, partial(found_lines, gap=gap), as_json=as_json)
    else:
        from layerscope.report.packages import in_order, package_lines, package_rows, unowned_row

        rows = [row for row in in_order(package_rows(analysis, table), order) if manager in (None, row["manager"])]
        rows = [row for row in rows if layer in (None, row["layer"])]
        rest = unowned_row(analysis, table) if manager is None and layer is None else None
        lines = partial(package_lines, rest, gap=gap)
        stdout.write_listing([*rows, rest] if as_json and rest else rows, lines, as_json=as_json)
    for problem in table.problems:
        talk.warning(problem)
    damage.report(analysis)
