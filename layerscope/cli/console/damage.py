"""Damage of an image whose data is printed anyway: on standard error, and in the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layerscope.cli.console import exit_codes, talk

if TYPE_CHECKING:
    from layerscope.insight.analysis import Analysis


def report(analysis: Analysis, highest: int | None = None) -> None:
    """Print the warnings and the damaged layers; if a layer is damaged, end the command with exit code 2.

    Layers above `highest` are ignored, since what was printed does not depend on them.
    """
    for warning in analysis.image.warnings:
        talk.warning(warning)
    damaged = False
    for number, content in enumerate(analysis.contents):
        if content is None or (highest is not None and number > highest):
            continue
        for warning in content.warnings:
            talk.warning(f"layer {number}: {warning}")
        if content.is_damaged:
            damaged = True
            talk.error(f"layer {number} {content.status_phrase}: {content.problem}")
        elif content.problem:
            talk.warning(f"layer {number} {content.status_phrase}: {content.problem}")
    if damaged:
        click.get_current_context().exit(exit_codes.TROUBLE)
