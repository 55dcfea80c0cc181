"""Lists of files: `ls`."""

import os

import click

from layerscope.cli.console import damage, stdout
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.cli.options import json_option, layer_option


@click.command
@image_command
@click.argument("path", default="/")
@click.option("-l", "--long", is_flag=True, help="Show mode, owner, size and time.")
@click.option("-R", "--recursive", is_flag=True, help="List everything below PATH, with full paths.")
@layer_option(
    "List only the entries of this layer's tar at or below PATH; with --deleted, the files that this layer deleted."
)
@click.option("--deleted", is_flag=True, help="List the deleted files at and below PATH; lower layers still ship them.")
@json_option
def ls(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest, *, path: str, long: bool, recursive: bool, layer: int | None, deleted: bool, as_json: bool
) -> None:
    """List PATH.

    By default it is listed in the final file system, with --layer in one layer, with --deleted among the deleted files.
    """
    analysis = request.load()
    from layerscope.report.file_selection import select_deleted, select_of_layer, select_present
    from layerscope.report.long_listing import base_name, long_lines, relative_path
    from layerscope.report.path_lookup import check_layer

    wanted = os.fsencode(path)
    if layer is not None:
        check_layer(analysis, layer)
    if deleted:
        selection = select_deleted(analysis.stack, wanted, layer)
    elif layer is not None:
        selection = select_of_layer(analysis, wanted, layer)
    else:
        selection = select_present(analysis, wanted, recursive=recursive, follow=not long)
    if as_json:
        stdout.write_rows(selection.rows)
    else:
        name = base_name if selection.in_one_directory else relative_path
        lines = long_lines(list(selection.rows), name, signs=layer is not None) if long else map(name, selection.rows)
        stdout.write_lines(lines)
    damage.report(analysis, None if deleted else layer)
