"""What widgets and workers tell the screen. Workers know nothing but `post_message`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from layerscope.errors import LayerscopeError
    from layerscope.filesystem.table import FileTable
    from layerscope.insight.accounting import Accounting
    from layerscope.insight.changes import ChangeCounts
    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.image import Image
    from layerscope.registry.api.paging import Listing as NamePage
    from layerscope.registry.api.tag_facts import TagFacts
    from layerscope.registry.http.events import RegistryEvent
    from layerscope.tui.lines.listings.listing import Listing
    from layerscope.tui.state.search import Search
    from layerscope.tui.state.trail import Place
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
    """`layer_count` layers are merged into a table; with all of them come the account and the counts."""

    table: FileTable
    layer_count: int
    accounting: Accounting | None = None
    change_counts: tuple[ChangeCounts, ...] = ()

    def can_replace(self, message: Message) -> bool:
        """Whether this makes an older message of the queue pointless."""
        return isinstance(message, TableMerged)


@dataclass
class SearchDone(Message):
    """Which nodes of a table match; one element a node."""

    table: FileTable
    search: Search
    matches: NDArray[np.bool_]


@dataclass
class PathsFound(Message):
    """The paths that these letters may mean, best first."""

    letters: str
    paths: tuple[bytes, ...]


@dataclass
class LoadFailed(Message):
    """The image cannot be opened."""

    error: LayerscopeError


class LoadStopped(Message):
    """Reading was stopped before its end."""


@dataclass
class NamesArrived(Message):
    """More names of a registry or repository."""

    page: NamePage


class NamesListed(Message):
    """These were all names."""


@dataclass
class NamesFailed(Message):
    """The names cannot be listed, or not all of them."""

    error: LayerscopeError


@dataclass
class TagRead(Message):
    """What stands behind a tag, or why that cannot be had."""

    tag: str
    facts: TagFacts | LayerscopeError


@dataclass
class RegistryTold(Message):
    """The client of a registry has something to say: it waits, or knows of a limit."""

    event: RegistryEvent


@dataclass
class WorkerCrashed(Message):
    """A worker met an error that nobody foresaw."""

    error: Exception


@dataclass
class FindEdited(Message):
    """The text in the find bar is another one."""

    text: str


@dataclass
class FindLeft(Message):
    """The find bar was left; what was found is kept, or given up."""

    kept: bool


@dataclass
class SaveWanted(Message):
    """A path, as it is after a layer, is to be written below a directory on disk."""

    path: bytes
    layer: int
    directory: str


@dataclass
class Saved(Message):
    """It is written, or could not be; `text` says it, and is safe for the screen."""

    text: str
    failed: bool


class SearchWanted(Message):
    """The user looks for something else."""


class ListingWanted(Message):
    """The user looks at a listing that is not made yet."""


@dataclass
class ListingDone(Message):
    """A listing is made, of the image as it was read then."""

    table: FileTable
    listing: Listing


class StopWanted(Message):
    """The user has waited long enough."""


@dataclass
class PlaceWanted(Message):
    """The user wants to go to a registry, a repository or an image."""

    place: Place


class LeaveWanted(Message):
    """The user wants to leave the program."""


class BackWanted(Message):
    """The user wants to go back to the place before, if there is one."""


class ParentWanted(Message):
    """The user wants to go from an image to its repository, or from that to its registry."""


class RetryWanted(Message):
    """The user wants to read again what failed."""


@dataclass
class CursorMoved(Message):
    """The cursor of a pane is on another row, by the user's doing."""

    view: LineView

    def can_replace(self, message: Message) -> bool:
        """Whether this makes an older message of the queue pointless."""
        return isinstance(message, CursorMoved) and message.view is self.view


@dataclass
class RowsScrolled(Message):
    """Other rows of a pane are in sight."""

    view: LineView

    def can_replace(self, message: Message) -> bool:
        """Whether this makes an older message of the queue pointless."""
        return isinstance(message, RowsScrolled) and message.view is self.view


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
