"""The explorer: `explore`, `demo`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from layerscope.cli.commands.registry import print_repositories, print_tags
from layerscope.cli.console import damage, exit_codes, keyboard, stdout, talk
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.cli.options import platform_option, verbose_option
from layerscope.cli.settings import settings
from layerscope.oci import Platform

if TYPE_CHECKING:
    from layerscope.tui.state.taste import Taste
    from layerscope.tui.state.trail import Location


@click.command
@image_command
def explore(request: ImageRequest) -> None:
    """Explore an image on the terminal; in a pipe, print an overview."""
    show(request, remembers=True)


@click.command
@partial(platform_option, summary="Open the sample image for this platform, for example linux/arm64.")
@verbose_option
@click.option("--serve-only", is_flag=True, help="Print the reference of the sample image, and serve it until Ctrl+C.")
def demo(platform: Platform | None, *, serve_only: bool) -> None:
    """Explore a sample image from a small registry on this machine."""
    from layerscope.demo.serving import serve_sample_image

    with serve_sample_image() as reference:
        if serve_only:
            _serve(reference)
        else:
            show(ImageRequest(reference, platform))


def show(request: ImageRequest, *, remembers: bool = False) -> None:
    """Run the explorer on a terminal; otherwise print the overview of an image.

    A registry is listed by its repositories, a repository by its tags. On a terminal, an empty name shows what can be
    opened. `remembers` says whether the explorer offers it there the next time.
    """
    from layerscope.oci.collection import Registry
    from layerscope.sources.open import named_collection

    is_interactive = is_on_terminal(request)
    if is_interactive and not request.text:
        from layerscope.tui.state.trail import Start

        _explore(request, Start(), remembers=True)
        return
    collection = named_collection(request.text)
    if is_interactive:
        from layerscope.tui.state.trail import location_of

        _explore(request, location_of(request.text), remembers=remembers)
    elif isinstance(collection, Registry):
        print_repositories(collection.domain, request.connection)
    elif collection:
        print_tags(collection.reference, request.connection)
    else:
        _print_overview(request)


def _explore(request: ImageRequest, location: Location, *, remembers: bool) -> None:
    """Run the explorer. Its last problems are printed after it."""
    from layerscope.settings.recent import recent_names, remember, state_directory
    from layerscope.sources.engines.listing import engines
    from layerscope.tui.app import explore as run_explorer
    from layerscope.tui.opener import Opener

    directory = state_directory()
    stdin = keyboard.put_on_stdin()
    opener = Opener(
        lambda text, listener: replace(request, text=text, stdin=stdin).open(listener),
        request.connection.client,
        request.platform,
        request.memory,
        engines(),
        partial(recent_names, directory) if directory else list,
        partial(remember, directory) if directory and remembers else lambda _name: None,
    )
    outcome = run_explorer(location, opener, _taste())
    for problem in outcome.problems:
        talk.error(problem.message, problem.hint)
    if outcome.signal or outcome.problems:
        click.get_current_context().exit(128 + outcome.signal if outcome.signal else exit_codes.TROUBLE)


def _taste() -> Taste:
    """What the user likes; settings that cannot be followed are printed as warnings."""
    from layerscope.settings.file import keep_theme, settings_file
    from layerscope.tui.screens.tastes import taste_of

    file, given = settings_file(), settings()
    taste = taste_of(given, partial(keep_theme, file) if file else None)
    for problem in taste.problems[len(given.problems) :]:
        talk.warning(problem)
    return taste


def is_on_terminal(request: ImageRequest) -> bool:
    """Whether a user is at a terminal; standard input may still be a password or an image."""
    if sys.stdin is None or sys.stdout is None or os.environ.get("TERM", "dumb") == "dumb":
        return False
    return sys.stdout.isatty() and (sys.stdin.isatty() or (request.uses_stdin and keyboard.is_there()))


def _print_overview(request: ImageRequest) -> None:
    analysis = request.load()
    from layerscope.report.overview import overview_lines

    stdout.write_lines(overview_lines(analysis, stdout.terminal_width()))
    damage.report(analysis)


def _serve(reference: str) -> None:
    """Wait for a signal; Ctrl+C is the normal end."""
    import signal

    stdout.write_lines([reference])
    try:
        signal.pause()
    except KeyboardInterrupt:
        return
