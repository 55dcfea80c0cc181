"""The job that lists the names of a registry or repository, page by page."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError, RegistryError
from layerscope.oci.collection import Registry, Repository
from layerscope.tui.jobs import Report, crash
from layerscope.tui.panes.names.lists import Lists
from layerscope.tui.panes.names.shared_client import SharedClient

if TYPE_CHECKING:
    from layerscope.registry.api.paging import NamePage
    from layerscope.registry.client import RegistryClient

NAMES_AT_ONCE = 1000
"""Names that are reported at once; some registries put any number on a page, and too many delay the screen."""


NO_CATALOG = frozenset({401, 403, 404, 405})
"""The HTTP statuses of registries that do not list their repositories."""


class NameLoader:
    """Lists in a daemon thread: a registry that never answers must not keep the program from ending.

    It ends when the client is closed or interrupted, and then reports nothing more.
    """

    def __init__(self, lists: Lists, client: SharedClient, location: Registry | Repository) -> None:
        self._lists, self._client, self._location = lists, client, location
        self._names = lists.browser.names

    def load(self) -> None:
        """List everything, from the first page."""
        threading.Thread(target=self._run, name="names", daemon=True).start()

    def _run(self) -> None:
        try:
            for page in _pages(self._client.get(), self._location):
                for part in _parts(page):
                    self._report(partial(self._take, part))
            self._report(self._end)
        except Cancelled:
            return
        except LayerscopeError as error:
            self._report(partial(self._fail, error))
        except Exception as error:  # noqa: BLE001 - the screen would wait for a thread that died in silence
            self._lists.post_message(crash(error))

    def _report(self, take: Callable[[], Awaitable[None] | None]) -> None:
        self._lists.post_message(Report(take))

    def _take(self, page: NamePage) -> None:
        self._names.add(page)
        self._lists.browser.changed()
        self._lists.draw_soon()

    def _end(self) -> None:
        self._names.is_complete = True
        self._lists.draw_soon()

    async def _fail(self, error: LayerscopeError) -> None:
        """Show the problem; if a registry does not list its repositories, ask for the name of one."""
        self._names.problem = error
        self._lists.rows_changed()
        offers_none = isinstance(error, RegistryError) and error.status in NO_CATALOG
        if self._names.noun == "repository" and offers_none and not self._names.keys and self._lists.is_current:
            await self._lists.ask_for_name(error)


def _pages(client: RegistryClient, location: Registry | Repository) -> Iterator[NamePage]:
    from layerscope.registry.api.listing import repository_pages, tag_pages  # noqa: PLC0415 - httpx loads in the worker

    if isinstance(location, Registry):
        return repository_pages(client, location.domain)
    return tag_pages(client, location.reference)


def _parts(page: NamePage) -> Iterator[NamePage]:
    from layerscope.registry.api.paging import NamePage  # noqa: PLC0415 - loaded by `_pages`

    for start in range(0, len(page.items) or 1, NAMES_AT_ONCE):
        dropped_count = 0 if start else page.dropped_count
        yield NamePage(page.items[start : start + NAMES_AT_ONCE], dropped_count, page.incomplete)
