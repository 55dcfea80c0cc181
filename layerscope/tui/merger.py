"""The worker that merges layers into a table, again and again while they arrive."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from layerscope.tui.messages import TableMerged, WorkerCrashed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.message import Message

    from layerscope.layers.layer_index import LayerIndex

REST = 3.0
"""After a merge, a rest of so many times its length: while layers still arrive, most of the time is theirs."""


class Merger:
    """Merges the latest layers it was given, in a thread of its own, and posts the table."""

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._wanted: Sequence[LayerIndex | None] | None = None
        self._stopped = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="merger", daemon=True)

    def start(self) -> None:
        """Begin to wait for layers."""
        self._thread.start()

    def stop(self) -> None:
        """End after the merge that is running."""
        with self._news:
            self._stopped = True
            self._news.notify()

    def merge(self, indexes: Sequence[LayerIndex | None]) -> None:
        """Ask for a table of these layers; an earlier wish that is still waiting is forgotten."""
        with self._news:
            self._wanted = indexes
            self._news.notify()

    def _run(self) -> None:
        while (indexes := self._next()) is not None:
            start = time.monotonic()
            try:
                self._merge(indexes)
            except Exception as error:  # noqa: BLE001 - the screen would wait for ever
                self._post(WorkerCrashed(error))
                return
            self._rest(REST * (time.monotonic() - start))

    def _next(self) -> Sequence[LayerIndex | None] | None:
        with self._news:
            self._news.wait_for(lambda: self._stopped or self._wanted is not None)
            wanted, self._wanted = self._wanted, None
            return None if self._stopped else wanted

    def _rest(self, seconds: float) -> None:
        """Wait, but not when there is nothing more to wait for."""
        with self._news:
            self._news.wait_for(lambda: self._stopped or _is_whole(self._wanted), seconds)

    def _merge(self, indexes: Sequence[LayerIndex | None]) -> None:
        from layerscope.filesystem.table import FileTable  # noqa: PLC0415 - numpy loads after the first frame
        from layerscope.insight.accounting import Accounting  # noqa: PLC0415 - the same

        table = FileTable.merge(indexes)
        known = sum(index is not None for index in indexes)
        accounting = Accounting.of(table) if known == len(indexes) else None
        if accounting:
            _ = accounting.layers  # summed here, not in the first frame that shows it
        if not self._stopped:
            self._post(TableMerged(table, known, accounting))


def _is_whole(indexes: Sequence[LayerIndex | None] | None) -> bool:
    return indexes is not None and None not in indexes
