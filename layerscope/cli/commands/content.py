"""The files of an image, as they are: `cat`, `extract`."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.console import talk
from layerscope.cli.console.damage import tell_damage
from layerscope.cli.options import image_command, layer_option

if TYPE_CHECKING:
    from layerscope.cli.opening import ImageRequest
    from layerscope.loading import Cancellation

_log = logging.getLogger(__name__)
_state_option = layer_option("As it was after layer N, not after the last.")


@click.command
@image_command
@click.argument("path")
@_state_option
def cat(request: ImageRequest, *, path: str, layer: int | None) -> None:
    """Print the bytes of a file of the image; symlinks are followed inside it.

    On a terminal, control characters and what is not UTF-8 are escaped.
    """
    with request.loaded() as (store, facts):
        from layerscope.cli.console.escaping import show_chunks
        from layerscope.cli.console.work import interruptible
        from layerscope.cli.snapshots import chosen_layer, find_version
        from layerscope.content.files import open_file

        version = find_version(facts, os.fsencode(path), chosen_layer(facts, layer))

        def work(cancellation: Cancellation) -> None:
            with open_file(store, facts.image, facts.table, version) as chunks:
                show_chunks(cancellation.watch(chunks))

        with talk.undrawn():
            interruptible(work, store.close)
    tell_damage(facts)


@click.command
@image_command
@click.argument("path")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", required=True, help="Write below it.")
@_state_option
@click.option("--force", is_flag=True, help="Replace files that exist, and add to directories.")
@click.option("--outward-links", is_flag=True, help="Write symlinks that lead out of DIR, too.")
def extract(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest, *, path: str, output: Path, layer: int | None, force: bool, outward_links: bool
) -> None:
    """Write a file, a symlink, or a directory with all that is in it, below DIR, under its own name.

    Of `/` all that is in it is written to DIR itself. Nothing is written through a symlink. Devices, owners and the
    set-user-ID and set-group-ID bits are left out; a file that is not what its layer promised is not kept.
    """
    with request.loaded() as (store, facts):
        from layerscope.cli.console.progress import Progress, WriteState
        from layerscope.cli.console.work import interruptible
        from layerscope.cli.snapshots import chosen_layer, find_version
        from layerscope.content.extraction import extract as extract_files
        from layerscope.content.plan import Plan

        wanted, last = os.fsencode(path), chosen_layer(facts, layer)
        find_version(facts, wanted, last, follow=False)
        plan = Plan.of(facts.table, last, wanted, outward_links=outward_links)
        with Progress(WriteState(plan.size)) as progress:
            interruptible(
                lambda cancellation: extract_files(
                    plan,
                    store,
                    facts.image,
                    output,
                    overwrite=force,
                    on_progress=progress.note,
                    cancellation=cancellation,
                ),
                store.close,
                progress.draw,
            )
    _log.info("wrote %s files, %s bytes", plan.file_count, plan.size)
    for sentence in plan.notices.sentences():
        talk.warning(sentence)
    tell_damage(facts)
