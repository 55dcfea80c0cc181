"""Are the bytes what they should be: `verify`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from layerscope.cli import talk
from layerscope.cli.failures import CHECK_FAILED
from layerscope.cli.options import image_command, json_option
from layerscope.cli.output import terminal_width, write_lines, write_rows
from layerscope.errors import VerificationError
from layerscope.oci.image import DamagedConfig

if TYPE_CHECKING:
    from layerscope.cli.opening import ImageRequest


@click.command
@image_command
@json_option
def verify(request: ImageRequest, *, as_json: bool) -> None:
    """Check size, digest and diff_id of every part of an image; exit code 1 where one is not what it should be."""
    request.check()
    from layerscope.cli.verification import announced_digest, failed_row, verdict_rows, with_damaged_config
    from layerscope.cli.work import interruptible
    from layerscope.report.registry import verdict_lines

    warnings: tuple[str, ...] = ()
    try:
        facts = replace(request, uses_cache=False).load()
        announced = interruptible(lambda _cancellation: announced_digest(request))
        rows, warnings = verdict_rows(facts, announced), facts.image.warnings
    except DamagedConfig as damaged:
        rows = with_damaged_config(verdict_rows(request.load_layers(damaged.image), None), damaged)
    except VerificationError as error:
        rows = [failed_row(error)]
    if as_json:
        write_rows(rows)
    else:
        write_lines(verdict_lines(rows, terminal_width()))
    for warning in warnings:
        talk.warning(warning)
    if any(row["status"] != "verified" for row in rows):
        click.get_current_context().exit(CHECK_FAILED)
