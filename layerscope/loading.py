"""Load an image with its layers from a store: order, threads, events and cancellation.

`load` runs in the caller's thread until every layer is read or has failed. It reports through `on_event`, which worker
threads call too: a screen posts the event as a message, a command draws a bar.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import TypeVar

from layerscope.blobs.resolve import resolve
from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import BlobStore
from layerscope.cache.layer_cache import LayerCache
from layerscope.errors import Cancelled, LayerscopeError
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.memory import return_large_blocks, return_small_blocks
from layerscope.oci import Descriptor, Digest, Image, Layer, Platform

Item = TypeVar("Item")
LAYERS_AT_ONCE = 3
"""Layers read in parallel: two keep two cores busy, a third hides the latency of the next request."""
NO_LAYER = -1
_BY_DIGEST = ""
"""The stamp of a blob in a registry. From another source, it is read whole in little time."""


@dataclass(frozen=True, slots=True)
class ImageResolved:
    """Manifest and config are read: layers and history can be shown."""

    image: Image


@dataclass(frozen=True, slots=True)
class LayerProgress:
    """The number of bytes of a layer's blob that have arrived."""

    number: int
    received_size: int


@dataclass(frozen=True, slots=True)
class LayerLoaded:
    """A layer is read to its end, or up to an error; see `content.status`."""

    number: int
    content: LayerContent


@dataclass(frozen=True, slots=True)
class BlobsFound:
    """All documents of an image that is verified are read; blobs of these sizes follow, numbered in this order."""

    sizes: tuple[int, ...]


LoadEvent = ImageResolved | LayerProgress | LayerLoaded


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """An image and the content of each of its layers, lowest first."""

    image: Image
    contents: tuple[LayerContent, ...]


class Cancellation:
    """A flag that stops a load between two chunks."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask every reader to stop at its next chunk."""
        self._event.set()

    def check(self) -> None:
        """Raise `Cancelled` if `cancel` was called."""
        if self._event.is_set():
            raise Cancelled

    def watch(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items, for example chunks; raises `Cancelled` before the next one if `cancel` was called."""
        for item in items:
            self.check()
            yield item


def load(  # noqa: PLR0913 - from where, what, and how
    store: BlobStore,
    platform: Platform | None = None,
    memory: LayerCache | None = None,
    on_event: Callable[[LoadEvent], None] = lambda _event: None,
    cancellation: Cancellation | None = None,
    *,
    uses_tables: bool = False,
) -> LoadedImage:
    """Resolve the image, then read the layers that `memory` lacks, several at once, lowest first.

    With `uses_tables`, a layer of a registry is only listed, if it has a table of contents. A layer that fails is not
    an error: its `LayerContent` has the status and problem. Raises what `resolve` raises, and `Cancelled`.
    """
    cancellation = cancellation or Cancellation()
    image = resolve(store, platform)
    cancellation.check()
    on_event(ImageResolved(image))
    return LoadedImage(image, load_layers(store, image.layers, memory, on_event, cancellation, uses_tables=uses_tables))


def load_beside(  # noqa: PLR0913, PLR0917 - from where, what, and how
    store: BlobStore,
    image: Image,
    known: Sequence[LayerContent],
    memory: LayerCache | None,
    on_event: Callable[[LoadEvent], None],
    cancellation: Cancellation,
    wanted: Callable[[], int] = lambda: NO_LAYER,
    *,
    uses_tables: bool = False,
) -> LoadedImage:
    """Read the layers of a resolved image, except those that are among `known`, the verified layers of another image.

    `wanted` returns the number of the layer that is read next, unless it is read already; else the lowest one is.
    Raises `Cancelled`.
    """
    on_event(ImageResolved(image))
    verified = {
        (content.blob_digest, content.blob_size, content.diff_id): content for content in known if content.is_sound
    }
    found = {layer: verified.get(_promise(layer)) if layer.is_changeset else None for layer in image.layers}
    for layer, content in found.items():
        if content:
            on_event(LayerLoaded(layer.number, content))
    missing = tuple(layer for layer, content in found.items() if not content)
    contents = load_layers(store, missing, memory, on_event, cancellation, wanted=wanted, uses_tables=uses_tables)
    read = dict(zip(missing, contents, strict=True))
    return LoadedImage(image, tuple(content or read[layer] for layer, content in found.items()))


def _promise(layer: Layer) -> tuple[Digest, int, Digest | None]:
    return layer.descriptor.digest, layer.descriptor.size, layer.diff_id


def load_layers(  # noqa: PLR0913, PLR0917 - from where, what, and how
    store: BlobStore,
    layers: tuple[Layer, ...],
    memory: LayerCache | None,
    on_event: Callable[[LoadEvent], None],
    cancellation: Cancellation,
    keep: Callable[[Layer, LayerContent], LayerContent] = lambda _layer, content: content,
    wanted: Callable[[], int] = lambda: NO_LAYER,
    *,
    uses_tables: bool = False,
) -> tuple[LayerContent, ...]:
    """Read these layers, equal ones once, and report each; raises `Cancelled`. `keep` returns what is kept of each."""
    return_large_blocks()
    waiting = _Waiting(layers, wanted)

    def read_next() -> None:
        equal = waiting.take()
        content = _load_layer(store, equal[0], memory, on_event, cancellation, uses_tables=uses_tables)
        content = keep(equal[0], content)
        for layer in equal[1:]:
            on_event(LayerLoaded(layer.number, content))
        contents.update((layer.number, content) for layer in equal)

    contents: dict[int, LayerContent] = {}
    with ThreadPoolExecutor(LAYERS_AT_ONCE, thread_name_prefix="layer") as pool:
        futures = [pool.submit(read_next) for _ in range(waiting.count)]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            cancellation.cancel()
            raise
    return tuple(contents[layer.number] for layer in layers)


class _Waiting:
    """The layers that are not begun yet, equal ones together: the wanted one is taken first, then the lowest."""

    def __init__(self, layers: Iterable[Layer], wanted: Callable[[], int]) -> None:
        self._groups: dict[object, list[Layer]] = {}
        for layer in sorted(layers, key=lambda layer: layer.number):
            self._groups.setdefault(_identity(layer), []).append(layer)
        self._wanted = wanted
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """How many layers have to be read."""
        return len(self._groups)

    def take(self) -> list[Layer]:
        """The layers to read next: all have the same content."""
        with self._lock:
            wanted = self._wanted()
            has_wanted = (key for key, group in self._groups.items() if any(layer.number == wanted for layer in group))
            return self._groups.pop(next(has_wanted, next(iter(self._groups))))


def _identity(layer: Layer) -> tuple[Descriptor, Digest | None, bool]:
    """What determines content and verdict: one blob may be listed with two sizes or diff_ids."""
    return layer.descriptor, layer.diff_id, layer.is_changeset


def _load_layer(  # noqa: PLR0913 - from where, what, and how
    store: BlobStore,
    layer: Layer,
    memory: LayerCache | None,
    on_event: Callable[[LoadEvent], None],
    cancellation: Cancellation,
    *,
    uses_tables: bool,
) -> LayerContent:
    """Read or list one layer and report it; if the store fails, the content says so. Raises `Cancelled`."""
    cancellation.check()
    stamp = _stamp(store, layer) if memory or uses_tables else None
    content, warning = memory.get(layer, stamp) if memory and stamp is not None else None, ""
    if content is None and uses_tables and stamp == _BY_DIGEST:
        content, warning = _listed(store, layer, cancellation)
    if content is None:
        content = _read(store, layer, on_event, cancellation)
        return_small_blocks()
        if memory and stamp is not None:
            memory.put(layer, content, stamp)
    if warning:
        content = replace(content, warnings=(warning, *content.warnings))
    on_event(LayerLoaded(layer.number, content))
    return content


def _listed(store: BlobStore, layer: Layer, cancellation: Cancellation) -> tuple[LayerContent | None, str]:
    """What the table of contents of a layer lists, or None and why it was not used."""
    from layerscope.layers.toc.listing import is_listable, try_to_list  # noqa: PLC0415 - a cached layer needs no table

    return try_to_list(store, layer, cancellation.watch) if is_listable(layer) else (None, "")


def _stamp(store: BlobStore, layer: Layer) -> str | None:
    """The stamp under which a layer is remembered; None if it must be read, as to check a blob that is no changeset."""
    if not layer.is_changeset:
        return None
    try:
        return store.stamp(layer.descriptor)
    except LayerscopeError:
        return None  # the blob is missing; reading it says what is wrong


def _read(
    store: BlobStore, layer: Layer, on_event: Callable[[LoadEvent], None], cancellation: Cancellation
) -> LayerContent:
    from layerscope.layers.reader import read_layer  # noqa: PLC0415 - a cached layer is not read

    received, broken = 0, None

    def watched(chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks until the store fails: their entries can be shown."""
        nonlocal received, broken
        try:
            for chunk in cancellation.watch(chunks):
                received += len(chunk)
                yield chunk
                on_event(LayerProgress(layer.number, received))
        except Cancelled:
            raise
        except LayerscopeError as error:
            if not received:
                raise
            broken = error

    try:
        with store.open(layer.descriptor) as chunks:
            content = read_layer(watched(chunks), layer)
    except Cancelled:
        raise
    except LayerscopeError as error:
        return LayerContent(LayerIndex(), BlobStatus.of_failure(error, received), error.message)
    if broken is None:
        return content
    status = BlobStatus.of_failure(broken, received)
    return replace(content, status=status, problem=broken.message, blob_digest=None, diff_id=None)
