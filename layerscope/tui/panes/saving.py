"""Saving files of the image to disk: the question, and the job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from layerscope.blobs.store import BlobStore
from layerscope.display import display
from layerscope.errors import LayerscopeError, UsageError
from layerscope.oci import Image
from layerscope.tui.lines.spans import safe
from layerscope.tui.panes.pane import GRACE, Explorer, Job

if TYPE_CHECKING:
    from layerscope.filesystem.stack import Stack
    from layerscope.loading import Cancellation


@dataclass(frozen=True, slots=True)
class SaveRequest:
    """A path as it was after a layer, and the directory on disk to write it to."""

    store: BlobStore
    image: Image
    stack: Stack
    path: bytes
    layer: int
    directory: str


class Saver(Job[SaveRequest, "str | LayerscopeError"]):
    """Writes a file or directory to disk, and reports what was written."""

    name = "saver"

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._cancellation: Cancellation | None = None

    def work(self, request: SaveRequest) -> str | LayerscopeError:
        """Write the path; nothing is overwritten. Returns what was written, or the error."""
        from layerscope.content.extraction import extract  # noqa: PLC0415 - rarely used
        from layerscope.content.plan import Plan  # noqa: PLC0415 - the same
        from layerscope.loading import Cancellation  # noqa: PLC0415 - the same

        self._cancellation = Cancellation()
        try:
            plan = Plan.of(request.stack.snapshot(request.layer), request.path)
            directory = _expanded(request.directory)
            extract(plan, request.store, request.image, directory, cancellation=self._cancellation)
        except LayerscopeError as error:
            return error
        files = f"{plan.file_count:,} {'file' if plan.file_count == 1 else 'files'}"
        return "\n".join([f"{files} written to {directory}", *plan.notices.sentences()])

    def take(self, result: str | LayerscopeError) -> None:
        """Show what was written, or the error."""
        if isinstance(result, str):
            self.explorer.app.notify(result, markup=False, timeout=8)
        else:
            self.explorer.app.notify(result.message, markup=False, severity="error", timeout=8)

    def cancel(self) -> None:
        """Write nothing more."""
        if self._cancellation:
            self._cancellation.cancel()

    def stop(self, grace: float = GRACE) -> None:
        """Write nothing more, and end."""
        self.cancel()
        super().stop(grace)


def _expanded(text: str) -> Path:
    """The directory, with the home of a user instead of `~`; raises `UsageError` if there is no such user."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UsageError(f"the user of `{display(text, limit=200)}` has no home directory") from error


async def save_path(explorer: Explorer, path: bytes, layer: int) -> None:
    """Ask for a directory, and save a file or directory there, as it was after a layer."""
    from layerscope.tui.panes.ask import AskScreen  # noqa: PLC0415 - rarely used

    def write(directory: str | None) -> None:
        session = explorer.browser.session
        if directory is not None and session.store and session.image and session.stack:
            explorer.app.notify("saving", markup=False, timeout=1)
            request = SaveRequest(session.store, session.image, session.stack, path, layer, directory)
            explorer.part(Saver).ask(request)

    question = f"Write /{safe(path)} as it is after layer {layer}, below this directory:"
    await explorer.app.push_screen(AskScreen("Save", question, "."), write)
