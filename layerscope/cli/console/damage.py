"""What is wrong with an image that is shown all the same: said on standard error, and by the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layerscope.cli.console import talk
from layerscope.cli.console.exit_codes import TROUBLE

if TYPE_CHECKING:
    from layerscope.insight.image_facts import ImageFacts


def report_damage(facts: ImageFacts, highest: int | None = None) -> None:
    """Warn of what was noticed, name each damaged layer, and where there is one, end the command with exit code 2.

    Layers above the `highest` that what was printed hangs on are no matter.
    """
    for warning in facts.image.warnings:
        talk.warning(warning)
    damaged = False
    for number, content in enumerate(facts.contents):
        if content is None or (highest is not None and number > highest):
            continue
        for warning in content.warnings:
            talk.warning(f"layer {number}: {warning}")
        if content.is_damaged:
            damaged = True
            talk.error(f"layer {number} is {content.phrase}: {content.problem}")
        elif content.problem:
            talk.warning(f"layer {number} is {content.phrase}: {content.problem}")
    if damaged:
        click.get_current_context().exit(TROUBLE)
