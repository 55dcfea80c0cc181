"""How commands run the explorer, and end as it ended."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from layerscope.cli.console import exit_codes, keyboard, talk
from layerscope.cli.settings import settings
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.blobs.store import BlobStore
    from layerscope.cli.image_request import ImageRequest
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.http.events import Listener
    from layerscope.sources.engines.listing import Engine
    from layerscope.tui.state.taste import Taste
    from layerscope.tui.state.trail import Location


def is_interactive(*, uses_stdin: bool) -> bool:
    """Whether a user is at a terminal; standard input may still be a password or an image."""
    if sys.stdin is None or sys.stdout is None or os.environ.get("TERM", "dumb") == "dumb":
        return False
    return sys.stdout.isatty() and (sys.stdin.isatty() or (uses_stdin and keyboard.is_there()))


def run_explorer(location: Location, request: ImageRequest, *, remembers: bool = False) -> None:
    """Show a location, and open images with the options of the request; the last problems are printed at the end.

    `remembers` says whether what is opened is offered the next time that the explorer starts without a name.
    """
    from layerscope.cli.base_image import known_base
    from layerscope.settings.recent import recent_names, remember, state_directory
    from layerscope.tui.app import explore
    from layerscope.tui.opener import Opener

    directory = state_directory()
    opener = Opener(
        partial(_open, replace(request, stdin=keyboard.put_on_stdin())),
        partial(_connect, request),
        request.platform,
        request.memory,
        _engines,
        partial(recent_names, directory) if directory else list,
        partial(remember, directory) if directory and remembers else lambda _name: None,
        request.connection.words,
        partial(known_base, request),
        request.uses_tables,
    )
    outcome = explore(location, opener, _taste())
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


def _open(request: ImageRequest, text: str, listener: Listener) -> BlobStore:
    """Open an image with the options of the request."""
    from layerscope.sources.open import registry_reference

    reference = registry_reference(text)
    if reference:
        _check_login(request, reference.domain)
    return replace(request, text=text).open(listener)


def _connect(request: ImageRequest, domain: str, listener: Listener) -> RegistryClient:
    """A client for a registry, with the options of the request."""
    _check_login(request, domain)
    return request.connection.client(domain, listener)


def _engines() -> tuple[Engine, ...]:
    """The engines of this machine; only the start screen needs what is loaded for them."""
    from layerscope.sources.engines.listing import engines

    return engines()


def _check_login(request: ImageRequest, domain: str) -> None:
    """The login of the request is for the registry of the request only; raises `UsageError` for another one."""
    from layerscope.sources.open import named_collection, registry_reference

    first = (named_collection(request.text) or registry_reference(request.text)) if request.text else None
    if request.connection.username and (first is None or first.domain != domain):
        raise UsageError("`--username` is for one registry, but this is another one", hint="log in with `docker login`")
