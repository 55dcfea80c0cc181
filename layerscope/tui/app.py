"""`explore`: open an image in the explorer, and stay until the user leaves."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual.app import App

from layerscope.display import display
from layerscope.tui.lines.glyphs import glyphs_for
from layerscope.tui.loader import Loader
from layerscope.tui.merger import Merger
from layerscope.tui.screens.explorer import ExplorerScreen
from layerscope.tui.screens.problem import ProblemScreen
from layerscope.tui.view.browser import Browser
from layerscope.tui.view.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.oci.platform import Platform
    from layerscope.sources.source import ImageSource
    from layerscope.tui.messages import (
        ImageArrived,
        LayerArrived,
        LayerProgressed,
        LoadFailed,
        TableMerged,
        WorkerCrashed,
    )

TROUBLE = 2


def explore(open_image: Callable[[], ImageSource], platform: Platform | None, name: str) -> int:
    """Show the image until the user leaves; the exit code.

    `open_image` is called in a worker, so that the screen is there before the source; `name` is shown until the
    image is known, and need not be safe.
    """
    app = ExplorerApp(open_image, platform, name)
    try:
        code = app.run()
    finally:
        app.stop()
    if app.crash is not None:
        sys.stderr.write(f"error: the explorer failed: {display(type(app.crash).__name__)}\n")
        return TROUBLE
    return code if code is not None else 0


class ExplorerApp(App[int]):
    """Owns the workers and keeps what they bring in the session; the screen draws it."""

    CSS_PATH = "explorer.tcss"
    TITLE = "layerscope"

    def __init__(self, open_image: Callable[[], ImageSource], platform: Platform | None, name: str) -> None:
        super().__init__()
        self.crash: Exception | None = None
        self.session = Session(display(name))
        self.browser = Browser(self.session)
        self.explorer = ExplorerScreen(self.browser, glyphs_for())
        self._new_loader: Callable[[], Loader] = lambda: Loader(open_image, platform, self.post_message)
        self._loader = self._new_loader()
        self._merger = Merger(self.post_message)

    def on_mount(self) -> None:
        """Show the screen, then begin to read."""
        self.push_screen(self.explorer)
        self._merger.start()
        self.call_after_refresh(self._loader.start)

    def stop(self) -> None:
        """End the workers."""
        self._loader.stop()
        self._merger.stop()
        self._loader.wait()

    def on_image_arrived(self, message: ImageArrived) -> None:
        """Layers and history can be shown."""
        self.session.image = message.image
        self.session.name = message.image.reference or self.session.name
        self.browser.image_known()
        self.explorer.show_all()
        if not message.image.layers:
            self._merger.merge([])

    def on_layer_progressed(self, message: LayerProgressed) -> None:
        """Some more of a layer has come."""
        self.session.received[message.number] = message.received_size
        self.explorer.show_progress()

    def on_layer_arrived(self, message: LayerArrived) -> None:
        """A layer is read: it can be merged with those that are there."""
        self.session.contents[message.number] = message.content
        contents = map(self.session.contents.get, range(self.session.layer_count))
        self._merger.merge([content.index if content else None for content in contents])
        self.explorer.show_all()

    def on_table_merged(self, message: TableMerged) -> None:
        """The tree has grown."""
        self.session.table, self.session.accounting = message.table, message.accounting
        self.session.merged_count = message.layer_count
        self.browser.table_changed()
        self.explorer.show_all()

    def on_load_failed(self, message: LoadFailed) -> None:
        """Say why, and ask what to do."""
        self.session.problem = message.error
        self.explorer.show_all()
        self.push_screen(ProblemScreen(message.error), self._after_problem)

    def _after_problem(self, again: bool | None) -> None:  # noqa: FBT001 - a screen's result comes by position
        if again:
            self.on_retry_wanted()
        else:
            self.exit(TROUBLE)

    def on_retry_wanted(self) -> None:
        """Begin again, where reading has failed."""
        if self.session.problem is None:
            return
        self.session.problem = None
        self._loader.stop()
        self._loader = self._new_loader()
        self._loader.start()
        self.explorer.show_all()

    def on_worker_crashed(self, message: WorkerCrashed) -> None:
        """End as for an error of the explorer itself."""
        raise message.error

    def _handle_exception(self, error: Exception) -> None:
        """Leave without Textual's traceback, which prints local variables, and so whatever secret is in one."""
        self.crash = error
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self._close_messages_no_wait()
