"""Are the bytes what they should be: `verify`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from layerscope.cli.console import talk
from layerscope.cli.console.failures import CHECK_FAILED
from layerscope.cli.console.output import terminal_width, write_lines, write_rows
from layerscope.cli.options import image_command, json_option

if TYPE_CHECKING:
    from layerscope.cli.opening import ImageRequest
    from layerscope.content.inventory import Inventory


@click.command
@image_command
@json_option
def verify(request: ImageRequest, *, as_json: bool) -> None:
    """Check size, digest and diff_id of every part of an image; exit code 1 where one is not what it should be.

    Of an index these are all its images, attestations and artifacts, or, with --platform, the image for that platform.
    Everything is read anew.
    """
    request.check()
    from layerscope.cli.verification import verdict_row
    from layerscope.report.registry import verdict_lines

    inventory = _verify(request)
    rows = list(map(verdict_row, inventory.parts))
    if as_json:
        write_rows(rows)
    else:
        write_lines(verdict_lines(rows, terminal_width()))
    for warning in inventory.warnings:
        talk.warning(warning)
    if any(row["status"] != "verified" for row in rows):
        click.get_current_context().exit(CHECK_FAILED)


def _verify(request: ImageRequest) -> Inventory:
    """All parts with their status, progress on standard error."""
    with closing(request.open()) as store:
        from layerscope.cli.console.progress import LoadState, Progress
        from layerscope.cli.console.work import interruptible
        from layerscope.content.verification import verify_image

        with Progress(LoadState()) as progress:
            return interruptible(
                lambda cancellation: verify_image(store, request.platform, progress.note, cancellation),
                store.close,
                progress.draw,
            )
