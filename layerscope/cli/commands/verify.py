"""The check of all bytes: `verify`."""

from contextlib import closing
from functools import partial

import click

from layerscope.cli.console import exit_codes, stdout, talk
from layerscope.cli.console.progress import LoadState
from layerscope.cli.console.work import with_progress
from layerscope.cli.image_request import ImageRequest, blob_command
from layerscope.cli.options import json_option
from layerscope.content.inventory import Inventory


@click.command
@blob_command
@json_option
def verify(request: ImageRequest, *, as_json: bool) -> None:
    """Check size, digest and diff_id of each part of an image; exit 1 if a part is wrong or missing.

    If the image is an index, all its images, attestations and artifacts are checked, or with --platform only the image
    for that platform. The layer cache is not used.
    """
    request.check()
    from layerscope.report.part_rows import part_row
    from layerscope.report.parts import part_lines

    inventory = _verify(request)
    rows = list(map(part_row, inventory.parts))
    stdout.write_listing(rows, part_lines, as_json=as_json)
    for warning in inventory.warnings:
        talk.warning(warning)
    if any(row["status"] != "verified" for row in rows):
        click.get_current_context().exit(exit_codes.CHECK_FAILED)


def _verify(request: ImageRequest) -> Inventory:
    """All parts with their status; progress goes to standard error."""
    with closing(request.open()) as store:
        from layerscope.content.verification import verify_image

        return with_progress(LoadState(), partial(verify_image, store, request.platform), store.close)
