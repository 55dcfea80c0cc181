"""Damage of an image whose data is printed anyway: on standard error, and in the exit code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from layerscope.cli.console import exit_codes, talk

if TYPE_CHECKING:
    from layerscope.insight.analysis import Analysis


def report(analysis: Analysis, highest: int | None = None) -> None:
    """Print the warnings and the damaged layers; if a layer is damaged, end the command with exit code 2.

    Layers above `highest` are ignored, since what was printed does not depend on them.
    """
    if show(analysis, highest):
        click.get_current_context().exit(exit_codes.TROUBLE)


def show(analysis: Analysis, highest: int | None = None, name: str = "") -> bool:
    """As `report`, but return whether a layer is damaged. `name` starts each message, if there are several images."""
    start = f"{name}: " if name else ""
    for warning in analysis.image.warnings:
        talk.warning(f"{start}{warning}")
    damaged = False
    for number, content in enumerate(analysis.contents):
        if content is None or (highest is not None and number > highest):
            continue
        for warning in content.warnings:
            talk.warning(f"{start}layer {number}: {warning}")
        if content.is_damaged:
            damaged = True
            talk.error(f"{start}layer {number} {content.status_phrase}: {content.problem}")
        elif content.problem:
            talk.warning(f"{start}layer {number} {content.status_phrase}: {content.problem}")
    return damaged


def show_all(images: Mapping[str, Analysis]) -> bool:
    """Show the damage of each image, by its name in messages; returns whether any layer is damaged."""
    return True in [show(analysis, name=name) for name, analysis in images.items()]
