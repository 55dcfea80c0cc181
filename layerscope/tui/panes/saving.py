"""Saving files of the image to disk: the question, and the job."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from layerscope.blobs.store import BlobStore
from layerscope.display import display
from layerscope.errors import Cancelled, LayerscopeError, UsageError
from layerscope.oci import Image
from layerscope.tui.jobs import Report
from layerscope.tui.lines.fields import count_text, natural_size
from layerscope.tui.lines.spans import safe
from layerscope.tui.panes.pane import Cancellable, Explorer, Job
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.scope import image_name
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.content.plan import Plan
    from layerscope.filesystem.stack import Stack

PROGRESS_PERIOD = 0.1
"""Seconds between two reports of the progress."""


@dataclass(frozen=True, slots=True)
class SaveRequest:
    """Paths, each as it was after a layer, and the directory on disk to write them to."""

    store: BlobStore
    image: Image
    stack: Stack
    paths: Sequence[tuple[bytes, int]]
    directory: str
    memory: LayerCache | None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Existing:
    """Something is in the way of a request; `shown` is its path, safe for the screen."""

    request: SaveRequest
    shown: str


class Saver(Cancellable, Job[SaveRequest, "str | Existing | LayerscopeError"]):
    """Writes files and directories to disk, and reports what was written. Escape ends it, and nothing is left."""

    name = "saver"

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._reported = 0.0

    def work(self, request: SaveRequest) -> str | Existing | LayerscopeError:
        """Write the paths. Returns what was written, what is in the way, or the error."""
        from layerscope.content.plan import Plan  # noqa: PLC0415 - rarely used

        self.new_cancellation()
        try:
            plan = Plan.joined([Plan.of(request.stack.snapshot(layer), path) for path, layer in request.paths])
            directory = expanded(request.directory)
            if not request.overwrite and (existing := _existing(plan, directory)):
                return Existing(request, existing)
            self._write(plan, request, directory)
        except LayerscopeError as error:
            return error
        files = count_text(plan.file_count, "file")
        return "\n".join([f"{files} written to {safe(str(directory))}", *plan.notices.sentences()])

    def _write(self, plan: Plan, request: SaveRequest, directory: Path) -> None:
        """Write into a directory aside, and move all into place at the end; only overwriting goes file by file."""
        from layerscope.content.extraction import extract  # noqa: PLC0415 - rarely used
        from layerscope.content.staging import staged  # noqa: PLC0415 - the same

        progress = partial(self._progress, plan.size)
        write = partial(extract, plan, request.store, request.image, on_progress=progress, memory=request.memory)
        if request.overwrite:
            write(directory, overwrite=True, cancellation=self._cancellation)
            return
        with staged(directory, plan.tops) as aside:
            write(aside, cancellation=self._cancellation)

    def _progress(self, size: int, written_size: int) -> None:
        if time.monotonic() - self._reported >= PROGRESS_PERIOD:
            self._reported = time.monotonic()
            words = f"saving {natural_size(written_size)} of {natural_size(size)}"
            self.explorer.post_message(Report(partial(self._show, words), ("saving", id(self))))

    def _show(self, words: str) -> None:
        self.explorer.browser.session.saving = words
        self.explorer.changed(Changed.PROGRESS)

    async def save(self, request: SaveRequest) -> None:
        """Begin to write."""
        self._show("saving")
        self.ask(request)

    def take(self, result: str | Existing | LayerscopeError) -> None:
        """Show what was written, or the error; ask if something is in the way."""
        self._show("")
        notify = partial(self.explorer.app.notify, markup=False)
        if isinstance(result, Existing):
            self._ask_to_overwrite(result)
        elif isinstance(result, Cancelled):
            notify("saving was cancelled", timeout=3)
        elif isinstance(result, LayerscopeError):
            notify(result.message, severity="error", timeout=8)
        else:
            notify(result, timeout=8)

    def _ask_to_overwrite(self, existing: Existing) -> None:
        from layerscope.tui.panes.ask import ConfirmScreen  # noqa: PLC0415 - rarely used

        async def answer(agreed: bool | None) -> None:  # noqa: FBT001 - Textual passes it by position
            if agreed:
                await self.save(replace(existing.request, overwrite=True))

        question = f"`{existing.shown}` exists. Overwrite the files that exist?"
        self.explorer.app.push_screen(ConfirmScreen("Save", question), answer)

    def step_back(self) -> bool:
        """Cancel what is being saved."""
        if not self.explorer.browser.session.saving:
            return False
        self.cancel()
        return True


def expanded(text: str) -> Path:
    """The directory, with the home of a user instead of `~`; raises `UsageError` if there is no such user."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UsageError(f"the user of `{display(text, limit=200)}` has no home directory") from error


def _existing(plan: Plan, directory: Path) -> str:
    """The first path in the way, safe for the screen; empty if there is none."""
    for top in plan.tops:
        path = directory / os.fsdecode(top)
        if path.exists() or path.is_symlink():
            return safe(str(path))
    return ""


async def save_path(explorer: Explorer, path: bytes, layer: int) -> None:
    """Save all marked paths, or this file or directory as it was after a layer; ask for the directory on disk."""
    session, number = explorer.browser.session.place(layer)
    stack, marks = session.stack, explorer.browser.state.changes.tops
    if stack is None:
        return
    if marks:
        from layerscope.insight.what_if import layer_of  # noqa: PLC0415 - numpy loads after the first frame

        paths = [(mark.path, known) for mark in marks if (known := layer_of(stack, mark)) is not None]
        await _ask(explorer, session, paths, f"Write the {count_text(len(paths), 'marked path')}")
    else:
        after = f"layer {number}" + (f" of {image_name(layer)}" if explorer.browser.state.in_pair else "")
        await _ask(explorer, session, [(path, number)], f"Write /{safe(path)} as it is after {after}")


async def _ask(explorer: Explorer, session: Session, paths: Sequence[tuple[bytes, int]], question: str) -> None:
    from layerscope.tui.panes.ask import AskScreen  # noqa: PLC0415 - rarely used

    stack = session.stack
    assert stack is not None

    async def write(directory: str | None) -> None:
        if directory is not None and session.store and session.image:
            request = SaveRequest(session.store, session.image, stack, paths, directory, session.memory())
            await explorer.part(Saver).save(request)

    question = f"{question} ({_amount(stack, paths)}) below this directory:"
    await explorer.app.push_screen(AskScreen("Save", question, "."), write)


def _amount(stack: Stack, paths: Sequence[tuple[bytes, int]]) -> str:
    """How many files these paths have after their layers, and their size, in words."""
    from layerscope.tui.rows.measures import files_below  # noqa: PLC0415 - numpy loads after the first frame

    counts, sizes = zip(*(files_below(stack, path, layer) for path, layer in paths), strict=True)
    return f"{count_text(sum(counts), 'file')}, {natural_size(sum(sizes))}"
