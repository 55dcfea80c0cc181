"""What widgets and workers tell the screen. Workers know nothing but `post_message`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from layerscope.errors import LayerscopeError
    from layerscope.filesystem.table import FileTable
    from layerscope.insight.accounting import Accounting
    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.image import Image
    from layerscope.tui.widgets.line_view import LineView


@dataclass
class ImageArrived(Message):
    """Manifest and config are there."""

    image: Image


@dataclass
class LayerProgressed(Message):
    """So many bytes of a layer have arrived; only the latest count matters."""

    number: int
    received_size: int

    def can_replace(self, message: Message) -> bool:
        """Whether this makes an older message of the queue pointless."""
        return isinstance(message, LayerProgressed) and message.number == self.number


@dataclass
class LayerArrived(Message):
    """A layer is read, as far as it goes."""

    number: int
    content: LayerContent


@dataclass
class TableMerged(Message):
    """`layer_count` layers are merged into a table; with all of them there is an accounting too."""

    table: FileTable
    layer_count: int
    accounting: Accounting | None

    def can_replace(self, message: Message) -> bool:
        """Whether this makes an older message of the queue pointless."""
        return isinstance(message, TableMerged)


@dataclass
class LoadFailed(Message):
    """The image cannot be opened."""

    error: LayerscopeError


@dataclass
class WorkerCrashed(Message):
    """A worker met an error that nobody foresaw."""

    error: Exception


class RetryWanted(Message):
    """The user wants to read again what failed."""


@dataclass
class CursorMoved(Message):
    """The cursor of a pane is on another row, by the user's doing."""

    view: LineView
    row: int

    def can_replace(self, message: Message) -> bool:
        """Whether this makes an older message of the queue pointless."""
        return isinstance(message, CursorMoved) and message.view is self.view


@dataclass
class RowChosen(Message):
    """A row was clicked twice, or on its marker."""

    view: LineView
    row: int


@dataclass
class SplitterDragged(Message):
    """The border between the panes was dragged to this column of the screen."""

    column: int

    def can_replace(self, message: Message) -> bool:
        """Whether this makes an older message of the queue pointless."""
        return isinstance(message, SplitterDragged)
