"""Write files and directories of an image to disk; even a hostile image changes nothing outside the target."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from layerscope.blobs.store import BlobStore
from layerscope.cache.layer_cache import LayerCache
from layerscope.content.files import open_files
from layerscope.content.plan import Plan, PlannedFile
from layerscope.content.target import TargetDirectory
from layerscope.loading import Cancellation
from layerscope.oci import Image, Layer


def extract(  # noqa: PLR0913 - what, from where, to where, how
    plan: Plan,
    store: BlobStore,
    image: Image,
    directory: Path,
    *,
    overwrite: bool = False,
    on_progress: Callable[[int], None] = lambda _written_size: None,
    cancellation: Cancellation | None = None,
    memory: LayerCache | None = None,
) -> None:
    """Write the plan below `directory`, which is made if needed; each layer's blob is read at most once.

    Modes lose their set-user-ID, set-group-ID and sticky bits; owners and extended attributes are not written. Without
    `overwrite`, `LayerscopeError` is raised before anything is read if a file exists. A later error leaves no
    half-written file: `LayerscopeError` for a full disk, `VerificationError`, `DamagedLayer`, `Cancelled`, and what
    `BlobStore.open` raises. `on_progress` gets the number of bytes written so far. `memory` keeps
    checkpoints of the layers.
    """
    cancellation = cancellation or Cancellation()
    with TargetDirectory(directory, overwrite=overwrite) as target:
        if not overwrite:
            for path in plan.tops:
                target.refuse_existing(path)
        for path, _ in cancellation.watch(plan.directories):
            target.make_directory(path)
        writer = _FileWriter(target, on_progress, cancellation, memory)
        for layer, files in plan.files.items():
            writer.write(files, store, image.layers[layer])
        for path, existing in cancellation.watch(plan.hardlinks):
            target.link(path, existing)
        for path, attributes, link in cancellation.watch(plan.symlinks):
            target.symlink(path, link, attributes.mtime)
        for path, attributes in cancellation.watch(reversed(plan.directories)):
            target.finish_directory(path, attributes.mode, attributes.mtime)


def contents(
    files: list[PlannedFile],
    store: BlobStore,
    layer: Layer,
    cancellation: Cancellation,
    memory: LayerCache | None = None,
) -> Iterator[tuple[PlannedFile, Iterator[bytes]]]:
    """The files of one layer, each with its bytes, which must be used before the next file; empty files come first.

    The blob is read at most once. Raises what `open_files` raises, also while the bytes are used.
    """
    for item in cancellation.watch(files):
        if not item[2].size:
            yield item, iter(())
    filled = [item for item in files if item[2].size]
    if not filled:
        return
    wanted = [file for *_, file in filled]
    with open_files(store, layer, wanted, cancellation.watch, memory) as parts:
        for number, group in groupby(parts, itemgetter(0)):
            yield filled[number], (part for _, part in group)


class _FileWriter:
    def __init__(
        self,
        target: TargetDirectory,
        on_progress: Callable[[int], None],
        cancellation: Cancellation,
        memory: LayerCache | None,
    ) -> None:
        self._target = target
        self._on_progress = on_progress
        self._cancellation = cancellation
        self._memory = memory
        self._written_size = 0

    def write(self, files: list[PlannedFile], store: BlobStore, layer: Layer) -> None:
        """The files of one layer, in the order of its tar."""
        for (path, attributes, _), parts in contents(files, store, layer, self._cancellation, self._memory):
            self._target.write_file(path, self._counted(parts), attributes.mode, attributes.mtime)

    def _counted(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        for part in parts:
            yield part
            self._written_size += len(part)
            self._on_progress(self._written_size)
