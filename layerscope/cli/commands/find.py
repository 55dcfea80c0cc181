"""File versions, in all layers: `find`, `blame`."""

import os
import shlex
from functools import partial

import click

from layerscope.cli.command import command
from layerscope.cli.console import damage, stdout, talk
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.cli.options import Number, json_option, layer_option
from layerscope.display import display


@command("find IMAGE '>10M'", "find IMAGE mode:suid '!layer:0'", "find IMAGE fate:deleted --limit 10")
@image_command
@click.argument("query", nargs=-1, required=True)
@layer_option("Find the files as they were after layer N, by default after the last layer.", "--after")
@click.option("--all", "every", is_flag=True, help="Also find the files that a later layer deleted or overwrote.")
@click.option(
    "--sort",
    "order",
    type=click.Choice(["size", "pull", "path", "layer", "time"]),
    default="size",
    show_default=True,
    help="By size or pull (biggest first), by time (newest first), by layer (lowest first) or by path.",
)
@click.option("--limit", type=Number(min=1), metavar="N", help="Print at most N files.")
@json_option
def find(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest,
    *,
    query: tuple[str, ...],
    after: int | None,
    every: bool,
    order: str,
    limit: int | None,
    as_json: bool,
) -> None:
    """List the files that match QUERY, biggest first.

    A file must match all words of the query; `!` before a word negates it. `layerscope help queries` has all words.

    \b
    openssl, *.so, /lib.*[.]a$/     text, a glob or a regular expression
    '>10M', mode:suid, owner:1000   size, mode, owner
    type:f, ext:so, newer:2025-01-31, pkg:openssl
    layer:3-5, change:added, fate:deleted, wasted, dup
    """  # noqa: D301 - click's mark for text that is not wrapped
    import numpy as np

    from layerscope.filesystem.file_table import FileTable
    from layerscope.filesystem.query import Query, QueryError

    try:
        parsed = Query.parse(" ".join(query))
    except QueryError as error:
        text = f'"{display(error.word, limit=100)}"'
        error.message = error.message.replace(f"`{text}`", f"`{shlex.quote(text)}`")
        error.hint = "`layerscope help queries` lists the words"
        raise
    analysis = request.load()
    from layerscope.report.file_versions import found_lines, found_rows, in_order
    from layerscope.report.rows import gap_of
    from layerscope.report.selection import check_layer, chosen_layer

    for number in parsed.layers:
        check_layer(analysis, number)
    files = FileTable(analysis.stack)
    layer, versions = chosen_layer(analysis, after), analysis.stack.versions
    matches = parsed.matches(files)
    alive = (versions.born <= layer) & (versions.died > layer)
    chosen = matches if every or parsed.asks_for_dead else matches & alive
    found = in_order(files, np.flatnonzero(chosen), order)
    rows = list(found_rows(analysis, files, found[:limit], packages=as_json))
    stdout.write_listing(rows, partial(found_lines, gap=gap_of(analysis)), as_json=as_json)
    if hidden := len(found) - len(rows):
        talk.note("note", f"{hidden:,} more match, but --limit is {limit}")
    if others := int((matches & ~chosen).sum()):
        talk.note("note", _hidden(others, after, is_more=bool(len(found))))
    damage.report(analysis)


def _hidden(count: int, after: int | None, *, is_more: bool) -> str:
    """What --all would list; with `is_more`, it is more than what was found."""
    some, them = ("file matches", "it") if count == 1 else ("files match", "them")
    too = " too" if is_more else ""
    if after is not None:
        return f"{count:,} {some}{too}, but not after layer {after}; `--all` lists {them}"
    return f"{count:,} deleted or overwritten {some}{too}; `--all` lists {them}"


@command("blame IMAGE /etc/passwd")
@image_command
@click.argument("path")
@json_option
def blame(request: ImageRequest, *, path: str, as_json: bool) -> None:
    """List every version of PATH, oldest first: the layer, what it changed, and its instruction."""
    analysis = request.load()
    from layerscope.report.file_versions import blame_lines, blame_rows

    rows = blame_rows(analysis, os.fsencode(path), packages=as_json)
    stdout.write_listing(rows, lambda rows, width: blame_lines(analysis, rows, width), as_json=as_json)
    damage.report(analysis)
