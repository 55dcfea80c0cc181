"""The job that reads tags: several at a time, the most wanted first."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError, TooManyRequests
from layerscope.tui.jobs import Report, crash
from layerscope.tui.lines.spans import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerscope.oci import Platform, Reference
    from layerscope.tui.panes.names.lists import Lists
    from layerscope.tui.panes.names.shared_client import SharedClient
    from layerscope.tui.state.name_list import Tag

TAGS_AT_ONCE = 4


class TagReader:
    """Reads what tags of a repository refer to, each once, and puts it into the list.

    After the registry refuses for its rate limit, nothing is read until more tags are wanted.
    """

    def __init__(self, lists: Lists, client: SharedClient, repository: Reference, platform: Platform | None) -> None:
        self._lists, self._client, self._repository, self._platform = lists, client, repository, platform
        self._wanted: list[str] = []
        self._taken: set[str] = set()
        self._stopped = False
        self._news = threading.Condition()
        self._threads: list[threading.Thread] = []

    def want(self, tags: Sequence[str]) -> None:
        """Read these tags next, in this order, instead of those wanted before."""
        with self._news:
            self._wanted = [tag for tag in reversed(tags) if tag not in self._taken]
            self._news.notify_all()
        if self._wanted and not self._threads:
            self._threads = [threading.Thread(target=self._run, name="tags", daemon=True) for _ in range(TAGS_AT_ONCE)]
            for thread in self._threads:
                thread.start()

    def forget(self, tags: Sequence[str]) -> None:
        """Allow these tags to be read once more."""
        with self._news:
            self._taken.difference_update(tags)

    def stop(self) -> None:
        """End; closing the client ends the waits for answers."""
        with self._news:
            self._stopped = True
            self._news.notify_all()

    def _run(self) -> None:
        while (tag := self._next()) is not None:
            try:
                found = self._read(tag)
                if isinstance(found, TooManyRequests):
                    self.want(())
                self._lists.post_message(Report(partial(self._take, tag, found)))
            except Cancelled:
                self.forget([tag])
            except Exception as error:  # noqa: BLE001 - a thread that dies in silence leaves a screen that waits
                self._lists.post_message(crash(error))

    def _next(self) -> str | None:
        with self._news:
            self._news.wait_for(lambda: self._stopped or self._wanted)
            if self._stopped:
                return None
            tag = self._wanted.pop()
            self._taken.add(tag)
            return tag

    def _read(self, tag: str) -> Tag:
        from layerscope.registry.api.tag_summary import read_tag  # noqa: PLC0415 - httpx loads in the worker

        try:
            return read_tag(self._client.get(), self._repository.with_tag(tag), self._platform)
        except Cancelled:
            raise
        except LayerscopeError as error:
            return error

    def _take(self, tag: str, found: Tag) -> None:
        """Show what a tag refers to; stop reading if the registry refuses for its rate limit."""
        browser = self._lists.browser
        browser.names.learn(tag, found)
        if browser.is_ordered_by_tags:
            browser.changed()
        self._lists.draw_soon()
        if isinstance(found, TooManyRequests) and not browser.names.stopped:
            self._lists.cancel()
            self._lists.app.notify(safe(found.message), severity="warning", markup=False)
