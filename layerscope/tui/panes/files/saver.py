"""Writing files of the image to disk, beside the screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError
from layerscope.tui.messages import Saved

if TYPE_CHECKING:
    from layerscope.filesystem.table import FileTable
    from layerscope.loading import Cancellation
    from layerscope.oci.image import Image
    from layerscope.sources.source import ImageSource


@dataclass(frozen=True, slots=True)
class SaveWish:
    """A path as it was after a layer, and the directory on disk that it is to be written below."""

    source: ImageSource
    image: Image
    table: FileTable
    path: bytes
    layer: int
    directory: str
    cancellation: Cancellation


def save(wish: SaveWish) -> Saved:
    """Write it; nothing that exists is replaced."""
    from layerscope.content.extraction import extract  # noqa: PLC0415 - rarely used
    from layerscope.content.plan import Plan  # noqa: PLC0415 - the same

    try:
        plan = Plan.of(wish.table, wish.layer, wish.path)
        directory = Path(wish.directory).expanduser()
        extract(plan, wish.source, wish.image, directory, cancellation=wish.cancellation)
    except LayerscopeError as error:
        return Saved(error.message, failed=True)
    notes = [f"{plan.file_count:,} {'file' if plan.file_count == 1 else 'files'} written to {directory}"]
    return Saved("\n".join([*notes, *plan.notices.sentences()]), failed=False)
