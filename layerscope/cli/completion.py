"""What shells complete in place of IMAGE: names that were opened, images of engines, tags and repositories.

A shell waits for the answer, so nothing is asked for longer than a moment, and errors are silent.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import click

from layerscope.errors import LayerscopeError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from layerscope.registry.client import RegistryClient

PATIENCE = 2.0
"""Seconds to wait for engines and registries."""
MOST_NAMES = 1000


def complete_image(context: click.Context, _parameter: click.Parameter, text: str) -> list[CompletionItem]:
    """The images whose names start with `text`, and files."""
    from click.shell_completion import CompletionItem

    names = _of_registry(context, text) if _is_in_registry(text) else _known_names()
    found = dict.fromkeys(name for name in names if name.startswith(text) and name.isprintable())
    files = [] if _has_tag(text) else [CompletionItem(text, type="file")]
    return [*files, *map(CompletionItem, islice(found, MOST_NAMES))]


def _has_tag(text: str) -> bool:
    """Whether a colon in `text` cannot be part of a path: then shells would offer files in place of tags."""
    from layerscope.sources.open import OF_PATHS

    transport, colon, _ = text.partition(":")
    return bool(colon) and _is_in_registry(text) and transport not in OF_PATHS


def _is_in_registry(text: str) -> bool:
    """Whether `text` is long enough to ask a registry: it has a host, or the start of a tag."""
    return not text.startswith((".", "/", "~")) and ("/" in text or ":" in text)


def _known_names() -> Iterable[str]:
    """What was opened last, then the images of the engines."""
    from layerscope.settings.recent import recent_names, state_directory
    from layerscope.sources.engines.listing import engines

    directory, closed = state_directory(), threading.Event()
    recent = recent_names(directory) if directory else []
    answers = [_soon(partial(engine.ask, closed)) for engine in engines()]
    found = [name for answer in answers for name in answer()]
    closed.set()
    return [*recent, *found]


def _of_registry(context: click.Context, text: str) -> Iterable[str]:
    """The tags of the repository, or, if there is no colon after it, the repositories of the registry."""
    from layerscope.cli.connection import Connection
    from layerscope.oci import Reference
    from layerscope.registry.api.listing import list_repositories, list_tags

    options = context.params
    connection = Connection(
        options.get("plain_http") or (),
        options.get("insecure") or (),
        tls_verify=options.get("tls_verify") is not False,
    )
    name, colon, _ = text.rpartition(":")
    is_tag = bool(colon) and "/" not in text[len(name) :]

    def ask(client: RegistryClient, reference: Reference) -> Iterator[str]:
        if is_tag:
            return (f"{name}:{tag}" for tag in list_tags(client, reference).items)
        domain = text.partition("/")[0]
        return (f"{domain}/{repository}" for repository in list_repositories(client, reference.domain).items)

    def work() -> list[str]:
        reference = Reference.parse(name if is_tag else f"{text.partition('/')[0]}/x")
        with connection.client(reference.domain, lambda _event: None) as client:
            return list(ask(client, reference))

    return _soon(work)() or _known_names()


def _soon(work: Callable[[], list[str]]) -> Callable[[], list[str]]:
    """Start the work in a thread; the function that is returned waits for the answer, which is empty if it is late."""
    found: list[str] = []

    def run() -> None:
        try:
            found.extend(work())
        except (LayerscopeError, OSError):
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    end = time.monotonic() + PATIENCE

    def answer() -> list[str]:
        thread.join(max(end - time.monotonic(), 0))
        return [] if thread.is_alive() else found

    return answer
