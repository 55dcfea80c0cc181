"""Lists and contents of files: `ls`, `cat`, `extract`."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.command import command
from layerscope.cli.console import damage, stdout, talk
from layerscope.cli.console.progress import WriteState
from layerscope.cli.console.work import interruptible, with_progress
from layerscope.cli.image_request import ImageRequest, listing_image_command
from layerscope.cli.options import json_option, layer_option, only_one
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.insight.analysis import Analysis
    from layerscope.loading import Cancellation


@command(
    "ls IMAGE /usr/lib -lh",
    "ls IMAGE -lR --layer 2",
    "ls IMAGE --deleted",
    context_settings={"help_option_names": ["--help"]},
)
@listing_image_command
@click.argument("path", default="/")
@click.option("-l", "--long", is_flag=True, help="Show mode, owner, size and time.")
@click.option("-R", "--recursive", is_flag=True, help="List everything below PATH, with full paths.")
@layer_option("List the entries of layer N at or below PATH. With --deleted, list the files that layer N deleted.")
@layer_option("List the file system as it was after layer N.", "--after")
@click.option("--deleted", is_flag=True, help="List deleted files at or below PATH. Lower layers still ship them.")
@partial(json_option, human="-h")
def ls(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest,
    *,
    path: str,
    long: bool,
    recursive: bool,
    layer: int | None,
    after: int | None,
    deleted: bool,
    as_json: bool,
) -> None:
    """List PATH.

    The list is made from the final file system. With --after, it is made from the file system after a layer. With
    --layer, it is made from the tar of one layer. With --deleted, it shows only deleted files.

    With --layer and --long, a sign before each line says what the layer changed: `+` added, `~` modified, `=` only the
    time, `-` removed. In the mode, `h` is a hardlink and `w` a whiteout.
    """
    only_one(layer=layer, after=after)
    only_one(deleted=deleted, after=after)
    analysis = request.load()
    from layerscope.report.long_listing import base_name, long_lines, relative_path
    from layerscope.report.selection import check_layer, select_deleted, select_of_layer, select_present

    wanted = os.fsencode(path)
    if layer is not None:
        check_layer(analysis, layer)
    if deleted:
        selection = select_deleted(analysis.stack, wanted, layer)
    elif layer is not None:
        selection = select_of_layer(analysis, wanted, layer)
    else:
        selection = select_present(analysis, wanted, after, recursive=recursive, follow=not long)
    if as_json:
        stdout.write_rows(selection.rows)
    else:
        name = base_name if selection.in_one_directory else relative_path
        lines = long_lines(list(selection.rows), name, signs=layer is not None) if long else map(name, selection.rows)
        stdout.write_list(lines)
    damage.report(analysis, after if layer is None else None if deleted else layer)


_log = logging.getLogger(__name__)


_after_option = layer_option("Use the files as they were after layer N, by default the last layer.", "--after")
_layer_option = layer_option("The same as --after. It does not choose the files of layer N alone.")


def _chosen(analysis: Analysis, layer: int | None, after: int | None) -> int:
    """The layer after which the files are used: `--after`, or `--layer`, its older name."""
    from layerscope.report.selection import chosen_layer

    return chosen_layer(analysis, layer if after is None else after)


@command("cat IMAGE /etc/os-release", "cat IMAGE /etc/passwd --after 0")
@listing_image_command
@click.argument("path")
@_after_option
@_layer_option
def cat(request: ImageRequest, *, path: str, layer: int | None, after: int | None) -> None:
    """Print a file of the image. Symlinks are followed inside the image.

    On a terminal, control characters and invalid UTF-8 are escaped.
    """
    only_one(layer=layer, after=after)
    with request.loaded() as (store, analysis):
        from layerscope.content.files import open_file
        from layerscope.report.selection import snapshot_with

        wanted = os.fsencode(path)
        snapshot = snapshot_with(analysis, wanted, _chosen(analysis, layer, after))

        def work(cancellation: Cancellation) -> None:
            memory, watch = request.memory(), cancellation.watch
            with open_file(store, analysis.image, snapshot, wanted, memory=memory, watch=watch) as chunks:
                stdout.show_chunks(watch(chunks))

        with talk.without_progress():
            interruptible(work, store.close)
    damage.report(analysis)


@command("extract IMAGE /etc -o DIR", "extract IMAGE / -o - | tar -t")
@listing_image_command
@click.argument("path")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="The directory to write to; `-` writes a tar to standard output.",
)
@_after_option
@_layer_option
@click.option("--force", is_flag=True, help="Replace existing files, and write into existing directories.")
@click.option("--outward-links", is_flag=True, help="Also write symlinks that lead out of DIR.")
def extract(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest,
    *,
    path: str,
    output: Path,
    layer: int | None,
    after: int | None,
    force: bool,
    outward_links: bool,
) -> None:
    """Write a file, a symlink or a whole directory of the image to DIR/NAME. NAME is the last part of PATH.

    The contents of `/` are written to DIR itself. Symlinks in DIR are not followed. Devices, owners and the set-user-ID
    and set-group-ID bits are left out. The bytes of each file are checked. A file with wrong bytes is not kept in DIR.

    With `-o -`, the files are written as a tar to standard output, which must not be a terminal. If an error occurs,
    the tar has no end marker.
    """
    only_one(layer=layer, after=after)
    is_stream = str(output) == "-"
    if is_stream and stdout.is_terminal():
        raise UsageError(
            "a tar is not printed to a terminal", hint="write it to a pipe, or to a directory with `-o DIR`"
        )
    with request.loaded() as (store, analysis):
        from layerscope.content.extraction import extract as extract_files
        from layerscope.content.plan import OUTWARD, Plan
        from layerscope.content.tar_stream import tar_chunks
        from layerscope.report.selection import snapshot_with

        wanted = os.fsencode(path)
        snapshot = snapshot_with(analysis, wanted, _chosen(analysis, layer, after), follow=False)
        plan = Plan.of(snapshot, wanted, outward_links=outward_links)

        def work(note: Callable[[int], None], cancellation: Cancellation) -> None:
            if is_stream:
                stdout.write_chunks(
                    _counted(tar_chunks(plan, store, analysis.image, cancellation, request.memory()), note)
                )
                return
            extract_files(
                plan,
                store,
                analysis.image,
                output,
                overwrite=force,
                on_progress=note,
                cancellation=cancellation,
                memory=request.memory(),
            )

        with_progress(WriteState(plan.size), work, store.close)
    _log.info("wrote %s files, %s bytes", plan.file_count, plan.size)
    for sentence in plan.notices.sentences():
        talk.warning(sentence)
        if OUTWARD in sentence:
            talk.note("hint", "to write them too, use `--outward-links`")
    damage.report(analysis)


def _counted(chunks: Iterable[bytes], note: Callable[[int], None]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        yield chunk
        size += len(chunk)
        note(size)
