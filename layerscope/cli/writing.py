"""How `tag`, `copy` and `push` go about it: look, say, ask, do, and tell what is there afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from layerscope.blobs.resolve import resolve
from layerscope.cli.console import talk
from layerscope.cli.console.asking import confirm
from layerscope.cli.console.progress import Progress, UploadState
from layerscope.cli.console.work import interruptible
from layerscope.errors import LayerscopeError, NotFound, UsageError
from layerscope.oci.platform import Platform
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.publish.blob_upload import BlobOutcome, Destination
from layerscope.registry.publish.contents import Contents
from layerscope.registry.publish.publishing import copy, plan_copy, publish
from layerscope.sources.stored_documents import index_of, manifest_of, read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.blobs.store import BlobStore
    from layerscope.cli.write_options import Writing
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.digest import Digest
    from layerscope.oci.image import Image
    from layerscope.oci.reference import Reference
    from layerscope.registry.api.manifests import FetchedManifest
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.publish.contents import BlobProgress


@dataclass(frozen=True, slots=True)
class _Write:
    """A manifest that is to be at `destination`, where `current` is; `perform` does it and gives what is there then.

    `is_tag` says that nothing but a tag is written: then it is all there once the tag is. Else what the manifest names
    may be missing though the tag is there, and is brought again.
    """

    destination: Reference
    digest: Digest
    current: Descriptor | None
    perform: Callable[[Callable[[BlobProgress], None]], Descriptor]
    is_tag: bool = False

    @property
    def is_done(self) -> bool:
        return self.current is not None and self.current.digest == self.digest

    @property
    def replaced(self) -> str | None:
        """The digest that loses the tag."""
        return str(self.current.digest) if self.current and not self.is_done else None


def copy_image(source: Reference, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Bring an image from one place in registries to another; raises what `plan_copy` and `copy` raise."""
    with writing.client(destination.domain) as client:
        plan = interruptible(lambda _stop: plan_copy(client, source, destination, platform), client.close)
        digest = plan.fetched.descriptor.digest
        is_tag = source.name == destination.name

        def perform(note: Callable[[BlobProgress], None]) -> Descriptor:
            return copy(client, plan, note)

        _carry_out(_Write(destination, digest, plan.current, perform, is_tag), client, writing)


def push_image(source: BlobStore, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Bring an image from this machine to a registry; raises what `resolve` and `publish` raise."""
    if destination.digest:
        raise UsageError(f"`{destination}` is no tag: a digest cannot be chosen")
    with writing.client(destination.domain) as client:
        image = interruptible(lambda _stop: resolve(source, platform), source.close)
        current = interruptible(lambda _stop: find_manifest(client, destination), client.close)
        root, contents = interruptible(lambda _stop: _to_push(source, image, whole=platform is None), source.close)
        place = Destination(client, destination)

        def perform(note: Callable[[BlobProgress], None]) -> Descriptor:
            return publish(place, root, contents, source.open, note)

        _carry_out(_Write(destination, root.descriptor.digest, current, perform), client, writing)


def _to_push(source: BlobStore, image: Image, *, whole: bool) -> tuple[FetchedManifest, Contents]:
    """An image, or the `whole` index that it was chosen from, and what that contains.

    Engines keep of an index only what they run: then its image is all that can be pushed, if it is for this machine.
    Raises `NotFound` where it is not clear which image is meant.
    """
    fetch = partial(read_manifest, source)
    index = index_of(image) if whole else None
    if index:
        try:
            return index, Contents.gather(index, fetch)
        except NotFound as error:
            if not image.platform.satisfies(Platform.of_host()):
                hint = f"`--platform {image.platform}` pushes that one image"
                raise NotFound(f"a part of the index is not there: {error.message}", hint=hint) from error
        talk.warning(f"only the image for {image.platform} is pushed: `{source.name}` does not hold all of its index")
    manifest = manifest_of(image)
    return manifest, Contents.gather(manifest, fetch)


def _carry_out(write: _Write, client: RegistryClient, writing: Writing) -> None:
    if writing.dry_run or (write.is_done and write.is_tag):
        _tell_write(write, writing, written=False)
        return
    question = f"replace `{write.destination}`, which is {write.replaced}, by {write.digest}"
    if write.replaced and not confirm(question, yes=writing.yes):
        raise LayerscopeError("nothing was written")
    state = UploadState()
    with Progress(state) as progress:
        interruptible(lambda _stop: write.perform(progress.note), client.close, progress.draw)
    blobs = state.counts()
    brought = blobs.keys() - {BlobOutcome.PRESENT.value}
    _tell_write(write, writing, written=bool(brought) or not write.is_done, blobs=blobs)


def _tell_write(write: _Write, writing: Writing, *, written: bool, blobs: dict[str, int] | None = None) -> None:
    row = {
        "reference": str(write.destination),
        "digest": str(write.digest),
        "replacedDigest": write.replaced,
        "written": written,
        "blobs": blobs or {},
    }
    was = f", in the place of {write.replaced}" if write.replaced else ""
    if write.is_done and not written:
        text = f"{write.destination} is {write.digest} already"
    elif written:
        counts = "".join(f", {count} {way}" for way, count in sorted((blobs or {}).items()))
        text = f"{write.destination} is {write.digest} now{was}{', blobs: ' + counts[2:] if counts else ''}"
    else:
        text = f"{write.destination} would be {write.digest}{was}"
    writing.tell(row, text)
