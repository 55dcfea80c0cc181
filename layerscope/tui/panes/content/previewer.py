"""The job that reads a file, or two versions of it, for the content pane."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.tui.jobs import Report
from layerscope.tui.lines.fields import natural_size
from layerscope.tui.panes.content.image_reader import ImageReader
from layerscope.tui.panes.content.sides import side_of
from layerscope.tui.panes.pane import Cancellable, Explorer, Job
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.preview_look import Tab

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.loading import Cancellation
    from layerscope.tui.lines.previews.body import Body
    from layerscope.tui.lines.previews.page import Page
    from layerscope.tui.rows.target import Target
    from layerscope.tui.state.session import Session

PATIENCE = 0.06
"""Seconds until a file is read that the cursor has come upon: it may go on."""
PROGRESS_PERIOD = 0.15
"""Seconds between two reports of the progress."""

Wanted = tuple[object, ...]
"""What identifies a page: the versions of a path, the tab, and the members that were entered."""


@dataclass(frozen=True, eq=False)
class PreviewRequest:
    """What to read, and its source; `is_hurried` if a key asked for it. The pages of the image have no target."""

    wanted: Wanted
    target: Target | None
    tab: Tab
    inside: tuple[int, ...]
    session: Session
    memory: LayerCache | None
    cancellation: Cancellation
    is_hurried: bool


class Previewer(Cancellable, Job[PreviewRequest, "tuple[Wanted, Page | LayerscopeError]"]):
    """Keeps the page that was read last; what is no longer wanted is cancelled."""

    name = "previewer"

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self.page: Page | LayerscopeError | None = None
        self.progress = ""
        self.shown: Wanted = ()
        """What the page is of."""
        self._wanted: Wanted = ()
        self._reported = 0.0
        self._images = ImageReader()

    def want(self, target: Target | None, *, is_hurried: bool) -> None:
        """Read the tab of a target, or of the image, unless that is done, or at work."""
        session, look = self.explorer.browser.session, self.explorer.browser.state.preview
        wanted: Wanted = (target.identity if target else id(session.image), look.tab, look.inside)
        if wanted == self._wanted or not (session.store and session.image and look.tab):
            return
        self.cancel()
        self._wanted = wanted
        if target is None:
            self.page, self.shown, self.progress = (
                None,
                (),
                "",
            )  # it may take long, and the other page is of another kind
        request = PreviewRequest(
            wanted=wanted,
            target=target,
            tab=look.tab,
            inside=look.inside,
            session=session,
            memory=session.memory(),
            cancellation=self.new_cancellation(),
            is_hurried=is_hurried,
        )
        self.ask(request)

    @property
    def is_current(self) -> bool:
        """Whether the page is what is wanted; until it is read, another page stays for a moment."""
        return self.shown == self._wanted

    def body(self, *, as_bytes: bool) -> Body | None:
        """What is shown of the file, as it is or as bytes; None if there is no page."""
        if self.page is None or isinstance(self.page, LayerscopeError):
            return None
        return self.page.as_bytes if as_bytes and self.page.as_bytes else self.page.body

    def forget(self) -> None:
        """Nothing is wanted any more."""
        self.cancel()
        self.page, self.progress, self.shown, self._wanted = None, "", (), ()

    def patience(self, request: PreviewRequest) -> float:
        """A file that the cursor only passes is not read."""
        return 0.0 if request.is_hurried else PATIENCE

    def work(self, request: PreviewRequest) -> tuple[Wanted, Page | LayerscopeError] | None:
        """The page, or the error; None if it was cancelled."""
        start = _fetched_size(request)
        self._reported = time.monotonic()
        try:
            page = self._page(request)
        except Cancelled:
            return None
        except LayerscopeError as error:
            return request.wanted, error
        words = _fetched(request, start)
        status = ", ".join(filter(None, (page.status, words)))
        return request.wanted, replace(page, status=status)

    def take(self, result: tuple[Wanted, Page | LayerscopeError]) -> None:
        """Show the page, unless another one is wanted by now."""
        wanted, page = result
        if wanted == self._wanted:
            self.shown, self.page, self.progress = wanted, page, ""
            self.explorer.changed(Changed.PREVIEW)

    def _page(self, request: PreviewRequest) -> Page:
        from layerscope.layers.layer_index import EntryType  # noqa: PLC0415 - numpy loads after the first frame
        from layerscope.tui.lines.previews.page import history_page, other_page  # noqa: PLC0415 - the same

        target = request.target
        if target is None:
            return self._images.page(request.session, request.tab, request.inside, request.cancellation.check)
        if request.tab is Tab.HISTORY:
            return history_page(target, side_of(request.session, target, target.version).image)
        if request.tab is Tab.DIFF:
            return self._diff(request, target)
        return self._content(request, target) if target.type is EntryType.REGULAR else other_page(target)

    def _content(self, request: PreviewRequest, target: Target) -> Page:
        from layerscope.content.preview.reading import PreviewReader, ReadPreview  # noqa: PLC0415 - rarely used
        from layerscope.tui.lines.previews.page import content_page  # noqa: PLC0415 - the same

        def show_beginning(found: ReadPreview) -> None:
            self._post(Report(partial(self.take, (request.wanted, content_page(found)))))

        store = request.session.store
        assert store
        name = target.path.rpartition(b"/")[2]
        reader = PreviewReader(name, target.size, request.inside, store.directory, show_beginning)
        watch = partial(self._watched, request)
        with side_of(request.session, target, target.version).open_file(request.memory, watch) as chunks:
            return content_page(reader.read(watch(chunks)))

    def _diff(self, request: PreviewRequest, target: Target) -> Page:
        from layerscope.content.path_diff import compare_sides  # noqa: PLC0415 - rarely used
        from layerscope.tui.lines.previews.page import diff_page  # noqa: PLC0415 - the same

        old, new = (side_of(request.session, target, version) for version in (target.old, target.new))
        watch = partial(self._watched, request)
        return diff_page(compare_sides(old, new, watch, memory=request.memory), target)

    def _watched(self, request: PreviewRequest, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks until the request is cancelled; how much was fetched is reported now and then."""
        start = _fetched_size(request)
        for chunk in request.cancellation.watch(chunks):
            if time.monotonic() - self._reported >= PROGRESS_PERIOD:
                self._reported = time.monotonic()
                words = ", ".join(filter(None, ("reading", _fetched(request, start))))
                self._post(Report(partial(self._show, request.wanted, words), ("preview", id(self))))
            yield chunk

    def _show(self, wanted: Wanted, words: str) -> None:
        """Show the progress instead of another page."""
        if wanted == self._wanted and wanted != self.shown:
            self.progress = words
            self.explorer.changed(Changed.PREVIEW)


def _fetched_size(request: PreviewRequest) -> int:
    """The bytes of blobs that this thread has fetched."""
    return sum(image.store.fetched_size for image in request.session.images if image.store)


def _fetched(request: PreviewRequest, start: int) -> str:
    """How many bytes of blobs were fetched since `start`, in words; those of a local image are read."""
    size = _fetched_size(request) - start
    if not size:
        return ""
    if request.target is None:
        return f"{natural_size(size)} read"
    image, layer = request.session.place(request.target.layer)
    is_remote = image.store and image.image and image.store.stamp(image.image.layers[layer].descriptor) == ""
    return f"{natural_size(size)} {'fetched' if is_remote else 'of the layer read'}"
