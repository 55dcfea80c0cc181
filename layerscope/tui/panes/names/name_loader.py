"""The worker that lists the names of a registry or repository: it posts them page by page."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.oci.collection import Registry
from layerscope.tui.messages import NamesArrived, NamesFailed, NamesListed, WorkerCrashed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.message import Message

    from layerscope.oci.collection import Repository
    from layerscope.registry.api.paging import Listing
    from layerscope.registry.client import RegistryClient
    from layerscope.tui.panes.names.shared_client import SharedClient

NAMES_AT_ONCE = 1000
"""Some registries put any number of names on a page; more of them than this hold up the screen."""


class NameLoader:
    """Lists in a thread, a daemon, as a registry that never answers must not keep the program from ending.

    It ends when the client is closed or interrupted; then nothing more is posted.
    """

    def __init__(self, client: SharedClient, place: Registry | Repository, post: Callable[[Message], object]) -> None:
        self._client = client
        self._place = place
        self._post = post

    def load(self) -> None:
        """List everything, from the first page."""
        threading.Thread(target=self._run, name="names", daemon=True).start()

    def _run(self) -> None:
        try:
            for page in _pages(self._client.get(), self._place):
                for part in _parts(page):
                    self._post(NamesArrived(part))
            self._post(NamesListed())
        except Cancelled:
            return
        except LayerscopeError as error:
            self._post(NamesFailed(error))
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence leaves a screen that waits for ever
            self._post(WorkerCrashed(error))


def _pages(client: RegistryClient, place: Registry | Repository) -> Iterator[Listing]:
    from layerscope.registry.api.listing import repository_pages, tag_pages  # noqa: PLC0415 - httpx loads in the worker

    if isinstance(place, Registry):
        return repository_pages(client, place.domain)
    return tag_pages(client, place.reference)


def _parts(page: Listing) -> Iterator[Listing]:
    from layerscope.registry.api.paging import Listing  # noqa: PLC0415 - loaded by `_pages`

    for start in range(0, len(page.items) or 1, NAMES_AT_ONCE):
        dropped_count = 0 if start else page.dropped_count
        yield Listing(page.items[start : start + NAMES_AT_ONCE], dropped_count, page.incomplete)
