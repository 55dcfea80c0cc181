"""The job that makes checkpoints for the big layers of the image, so that a file at their end is there at once too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError
from layerscope.oci import Image
from layerscope.tui.panes.pane import Cancellable, Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.content.kept_blobs import KeptBlobs
    from layerscope.filesystem.stack import Stack
    from layerscope.loading import Cancellation


@dataclass(frozen=True, eq=False)
class PrepareRequest:
    """An image that is read whole."""

    store: KeptBlobs
    image: Image
    stack: Stack
    memory: LayerCache
    cancellation: Cancellation


class Preparer(Cancellable, Job[PrepareRequest, None]):
    """Reads only blobs that are kept on disk; nothing is fetched for it."""

    name = "preparer"
    follows = Changed.TABLE

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it follows one change only
        """Begin once everything is read."""
        session = self.explorer.browser.session
        memory = session.memory()
        if not (session.is_complete and session.stack and session.store and session.image and memory):
            return
        self.cancel()
        self.ask(PrepareRequest(session.store, session.image, session.stack, memory, self.new_cancellation()))

    def work(self, request: PrepareRequest) -> None:
        """Make the checkpoints, layer by layer; an error is shown when a file is read."""
        from layerscope.content.ranges import prepare  # noqa: PLC0415 - numpy loads late

        for layer in request.image.layers:
            end = _end(request.stack, layer.number)
            if end and request.store.has(layer.descriptor):
                try:
                    prepare(request.store, layer, end, request.memory, request.cancellation.watch)
                except LayerscopeError:
                    return


def _end(stack: Stack, layer: int) -> int:
    """The position after the last file in the tar of a layer."""
    rows = slice(stack.row_ranges[layer].start, stack.row_ranges[layer].stop)
    ends = stack.entries.columns.data_offsets[rows] + stack.entries.columns.sizes[rows]
    return int(ends.max()) if len(ends) else 0
