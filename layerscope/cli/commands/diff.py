"""The difference of two images: `diff`."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from layerscope.cli.command import command
from layerscope.cli.console import damage, exit_codes, stdout, talk
from layerscope.cli.console.work import interruptible
from layerscope.cli.exploring import is_interactive, run_explorer
from layerscope.cli.image_pair import ImagePair, OpenImage, close_all, load_pair, pair_command
from layerscope.cli.options import Number, json_option
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.cli.image_request import ImageRequest
    from layerscope.content.path_diff import PathDiff
    from layerscope.insight.file_changes import Equality
    from layerscope.insight.image_diff import ImageDiff
    from layerscope.loading import Cancellation
    from layerscope.report.changed_paths import FileList
    from layerscope.tui.state.trail import ImageLocation

SHOWN_COUNT = 50
"""Paths that the list of files has by default."""


@command("diff IMAGE IMAGE2", "diff IMAGE IMAGE2 /etc/passwd", "diff IMAGE IMAGE --layer-a 1")
@pair_command
@click.argument("path", required=False)
@click.option("--files", "unfolded", is_flag=True, help="Show each path, never a whole directory.")
@click.option("--limit", type=Number(min=1), metavar="N", help=f"List at most N paths; by default {SHOWN_COUNT}.")
@click.option("--all", "unlimited", is_flag=True, help="List all paths. JSON always has all paths.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="The format of the comparison.",
)
@click.option("--tui", "in_explorer", is_flag=True, help="Open the comparison in the explorer.")
@partial(json_option, template=False)
def diff(  # noqa: PLR0913 - as many as the command has options
    pair: ImagePair,
    *,
    path: str | None,
    unfolded: bool,
    limit: int | None,
    unlimited: bool,
    kind: str,
    in_explorer: bool,
    as_json: bool,
) -> None:
    """Show what changed from image A to image B, and how many bytes a pull of B needs if A is already pulled.

    The paths that grew or shrank most come first. A directory that was added or removed as a whole is one line. With
    PATH, only that path is compared: the content of a file is shown as a unified diff, and a symlink is not followed.

    The exit code is 0 if file system and config are equal, and 1 if they differ. It is 2 if an error occurs, or if
    something could not be compared. Images can be equal although their times, their history or their layers differ.
    """
    kind = "json" if as_json else kind
    if path is not None and kind == "markdown":
        raise UsageError("`--format markdown` compares whole images, not a path")
    if in_explorer:
        _explore(pair, path, kind)
        return
    with pair.opened() as (a, b):
        from layerscope.insight.layer_diff import is_same_image
        from layerscope.report.changed_paths import FileList

        if path is None and is_same_image(a.image, b.image):
            _write_same(a, b, kind)
            return
        found = load_pair(a, b)
        listed = FileList(unfolded, None if unlimited else limit or SHOWN_COUNT)
        equality = _write(found, kind, listed) if path is None else _write_path(found, (a, b), path, kind, listed)
    _finish(found, equality)


def _explore(pair: ImagePair, path: str | None, kind: str) -> None:
    """Open the comparison in the explorer; what it shows does not change the exit code."""
    if path is not None or kind != "text":
        raise UsageError("`--tui` shows whole images, and has no format")
    pair.check()
    if not is_interactive(uses_stdin=pair.a.uses_stdin or pair.b.uses_stdin):
        raise UsageError("`--tui` needs a terminal", hint="leave out `--tui`")
    from layerscope.tui.state.trail import PairLocation

    sides = ((pair.a, pair.layer_a), (pair.b, pair.layer_b))
    before, after = (_location(request, layer) for request, layer in sides)
    run_explorer(PairLocation(before, after), replace(pair.b, platform=None))


def _location(request: ImageRequest, layer: int | None) -> ImageLocation:
    from layerscope.sources.open import registry_reference
    from layerscope.tui.state.trail import ImageLocation

    return ImageLocation(request.text, registry_reference(request.text), request.platform, layer)


def _write_same(a: OpenImage, b: OpenImage, kind: str) -> None:
    """The answer for one image under two names; no layer is read."""
    from layerscope.report.diff import same_image_row
    from layerscope.report.diff_text import same_image_lines

    if kind == "json":
        stdout.write_json(same_image_row(a.image, b.image))
    else:
        stdout.write_lines(same_image_lines(a.image))


def _write(found: ImageDiff, kind: str, files: FileList) -> Equality:
    from layerscope.report.diff import diff_row
    from layerscope.report.diff_markdown import diff_markdown
    from layerscope.report.diff_text import diff_lines

    if kind == "json":
        stdout.write_json(diff_row(found))
    elif kind == "markdown":
        stdout.write_text(diff_markdown(found, files))
    else:
        stdout.write_lines(diff_lines(found, files, stdout.terminal_width()))
    return found.equality


def _write_path(
    found: ImageDiff, opened: tuple[OpenImage, OpenImage], path: str, kind: str, files: FileList
) -> Equality:
    """Compare one path; raises `NotFound` if neither image has it."""
    from layerscope.content.path_diff import compare_path
    from layerscope.report.path_diff import path_diff_chunks, path_diff_row

    wanted, stores, memory = os.fsencode(path), [image.store for image in opened], opened[0].memory

    def work(cancellation: Cancellation) -> PathDiff:
        return compare_path(found, stores[0], stores[1], wanted, cancellation.watch, memory=memory)

    compared = interruptible(work, partial(close_all, stores))
    if kind == "json":
        stdout.write_json(path_diff_row(compared, wanted))
    else:
        stdout.show_chunks(path_diff_chunks(compared, wanted, files))
    return compared.equality


def _finish(found: ImageDiff, equality: Equality) -> None:
    """Report damage, and end with the exit code of the comparison."""
    from layerscope.report.diff import incomplete

    is_damaged = damage.show_all({"A": found.before, "B": found.after})
    context = click.get_current_context()
    if is_damaged or incomplete(found):
        talk.error("the comparison is incomplete: not all layers could be read")
        context.exit(exit_codes.TROUBLE)
    if equality == "unknown":
        talk.error("the comparison is incomplete: not all contents could be compared")
        context.exit(exit_codes.TROUBLE)
    if equality == "different":
        context.exit(exit_codes.CHECK_FAILED)
