"""The job that compares the content of a file in two images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.tui.panes.pane import GRACE, Explorer, Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.content.file_diff import ContentDiff
    from layerscope.insight.image_diff import ImageDiff
    from layerscope.loading import Cancellation
    from layerscope.tui.state.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class CompareRequest:
    """A path, and the images whose contents are compared there."""

    diff: ImageDiff
    images: tuple[Session, ...]
    path: bytes


@dataclass(frozen=True, slots=True, eq=False)
class ComparedContent:
    """How the content differs at a path; an error if it cannot be read, None while it is read."""

    request: CompareRequest
    content: ContentDiff | LayerscopeError | None


class ContentComparer(Job[CompareRequest, ComparedContent]):
    """Reads a file of both images, and keeps the result until another file is compared. Escape ends that."""

    name = "content"

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._latest: ComparedContent | None = None
        self._cancellation: Cancellation | None = None

    def of_path(self, path: bytes) -> ComparedContent | None:
        """What is known of the content at a path; None if nobody asked for it."""
        latest = self._latest
        is_now = latest is not None and latest.request.diff is self.explorer.browser.session.diff
        return latest if latest and is_now and latest.request.path == path else None

    def compare(self, path: bytes) -> None:
        """Begin to compare; what was compared before is given up."""
        session = self.explorer.browser.session
        if session.diff is None:
            return
        self.cancel()
        request = CompareRequest(session.diff, session.images, path)
        self._show(ComparedContent(request, None))
        self.ask(request)

    def work(self, request: CompareRequest) -> ComparedContent:
        """Read both files, and compare them."""
        from layerscope.content.path_diff import compare_path  # noqa: PLC0415 - rarely used
        from layerscope.loading import Cancellation  # noqa: PLC0415 - the same

        self._cancellation = cancellation = Cancellation()
        old, new = request.images
        assert old.store
        assert new.store
        stores, memory = (old.store, new.store), new.memory()
        try:
            found = compare_path(request.diff, *stores, request.path, cancellation.watch, memory=memory)
        except LayerscopeError as error:
            return ComparedContent(request, error)
        return ComparedContent(request, found.content)

    def take(self, result: ComparedContent) -> None:
        """Show the result, unless it was given up, or another file is compared by now."""
        if self._latest and self._latest.request is result.request:
            self._show(None if isinstance(result.content, Cancelled) else result)

    def step_back(self) -> bool:
        """Give up what is being read."""
        if self._latest is None or self._latest.content is not None:
            return False
        self.cancel()
        self._show(None)
        return True

    def cancel(self) -> None:
        """Read nothing more."""
        if self._cancellation:
            self._cancellation.cancel()

    def stop(self, grace: float = GRACE) -> None:
        """Read nothing more, and end."""
        self.cancel()
        super().stop(grace)

    def _show(self, latest: ComparedContent | None) -> None:
        self._latest = latest
        self.explorer.changed(Changed.SUBJECT)
