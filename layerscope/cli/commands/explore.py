"""The explorer, of an image or of the sample image: `explore`, `demo`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from layerscope.cli.commands.registry import print_repositories, print_tags
from layerscope.cli.console import keyboard, talk
from layerscope.cli.console.damage import tell_damage
from layerscope.cli.console.failures import TROUBLE
from layerscope.cli.console.output import terminal_width, write_lines
from layerscope.cli.opening import ImageRequest
from layerscope.cli.options import image_command, platform_option, verbose_option

if TYPE_CHECKING:
    from layerscope.oci.collection import Registry, Repository
    from layerscope.oci.platform import Platform


@click.command
@image_command
def explore(request: ImageRequest) -> None:
    """Explore an image on the terminal; in a pipe, print its facts."""
    show(request)


@click.command
@platform_option
@verbose_option
@click.option(
    "--serve-only", is_flag=True, help="Print the reference of the sample image, and serve until interrupted."
)
def demo(platform: Platform | None, *, serve_only: bool) -> None:
    """Explore a sample image, served by a small registry of its own on this machine."""
    from layerscope.demo.serving import serve_sample_image

    with serve_sample_image() as reference:
        if serve_only:
            _serve(reference)
        else:
            show(ImageRequest(reference, platform))


def show(request: ImageRequest) -> None:
    """The explorer where a person sits at a terminal, the facts as text where not.

    Of a registry its repositories are listed, of a repository its tags.
    """
    from layerscope.oci.collection import Registry
    from layerscope.sources.open import named_collection

    collection = named_collection(request.text)
    if _is_interactive(request):
        _explore(request, collection)
    elif isinstance(collection, Registry):
        print_repositories(collection.domain, request.connection)
    elif collection:
        print_tags(collection.reference, request.connection)
    else:
        _print_facts(request)


def _explore(request: ImageRequest, collection: Registry | Repository | None) -> None:
    """The explorer; a wrong reference is told before it is imported, and what was in sight at the end after it."""
    from layerscope.sources.open import registry_reference

    reference = None if collection else registry_reference(request.text)
    from layerscope.tui.app import explore as run_explorer
    from layerscope.tui.opener import Opener
    from layerscope.tui.state.trail import ImageLocation

    stdin = keyboard.put_on_stdin()
    opener = Opener(
        lambda text, listener: replace(request, text=text, stdin=stdin).open_for_reading(listener),
        request.connection.client,
        request.platform,
    )
    image = ImageLocation.of(reference) if reference else ImageLocation(request.text)
    outcome = run_explorer(collection or image, opener)
    for problem in outcome.problems:
        talk.error(problem.message, problem.hint)
    if outcome.signal or outcome.problems:
        click.get_current_context().exit(128 + outcome.signal if outcome.signal else TROUBLE)


def _is_interactive(request: ImageRequest) -> bool:
    """Whether a person sits there: at a terminal, though standard input may have brought a password or an image."""
    if sys.stdin is None or sys.stdout is None or os.environ.get("TERM", "dumb") == "dumb":
        return False
    return sys.stdout.isatty() and (sys.stdin.isatty() or (request.uses_stdin and keyboard.is_there()))


def _print_facts(request: ImageRequest) -> None:
    facts = request.load()
    from layerscope.report.overview import overview_lines

    write_lines(overview_lines(facts, terminal_width()))
    tell_damage(facts)


def _serve(reference: str) -> None:
    """Wait for a signal; an interrupt is how the user says that it is enough."""
    import signal

    write_lines([reference])
    try:
        signal.pause()
    except KeyboardInterrupt:
        return
