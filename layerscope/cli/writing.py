"""How the commands that change a registry go about it: look, say, ask, do, and tell what is there afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerscope.cli import talk
from layerscope.cli.asking import confirm
from layerscope.cli.output import write_json, write_lines
from layerscope.cli.progress import Progress, UploadState
from layerscope.cli.work import interruptible
from layerscope.errors import LayerscopeError, NotFound, UsageError
from layerscope.oci.digest import Digest
from layerscope.registry.blob_upload import Destination
from layerscope.registry.deletes import delete_manifest, delete_tag
from layerscope.registry.deletion_cost import cost_of_deleting
from layerscope.registry.manifests import find_manifest
from layerscope.registry.publishing import copy, plan_copy, publish
from layerscope.report.deletion import cost_in_words
from layerscope.report.registry import by_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.cli.write_options import Writing
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.publishing import BlobProgress
    from layerscope.sources.source import ImageSource


@dataclass(frozen=True, slots=True)
class _Write:
    """A manifest that is to be at `destination`, where `current` is; `perform` does it and gives what is there then."""

    destination: Reference
    digest: Digest
    current: Descriptor | None
    perform: Callable[[Callable[[BlobProgress], None]], Descriptor]

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
        _carry_out(_Write(destination, digest, plan.current, lambda note: copy(client, plan, note)), client, writing)


def push_image(source: ImageSource, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Bring an image from this machine to a registry; raises what `resolve` and `publish` raise."""
    if destination.digest:
        raise UsageError(f"`{destination}` is no tag: a digest cannot be chosen")
    with writing.client(destination.domain) as client:
        image = interruptible(lambda _stop: source.resolve(platform), source.close)
        current = interruptible(lambda _stop: find_manifest(client, destination), client.close)
        if image.index:
            talk.warning(f"only the image for {image.platform} is pushed, not its whole index")
        place = Destination(client, destination)

        def perform(note: Callable[[BlobProgress], None]) -> Descriptor:
            return publish(place, image.manifest, image.manifest_bytes, source.open_blob, note)

        _carry_out(_Write(destination, Digest.of(image.manifest_bytes), current, perform), client, writing)


def delete_image(reference: Reference, writing: Writing, *, whole_manifest: bool) -> None:
    """Remove a tag, or the manifest that it is, or that a digest names, with all its tags."""
    with writing.client(reference.domain) as client:
        found = interruptible(lambda _stop: find_manifest(client, reference), client.close)
        if not found:
            raise NotFound(f"there is no `{reference}` to delete")
        if whole_manifest or reference.digest:
            _delete_manifest(reference, found.digest, client, writing)
        else:
            _delete_tag(reference, found.digest, client, writing)


def _carry_out(write: _Write, client: RegistryClient, writing: Writing) -> None:
    if write.is_done or writing.dry_run:
        _tell_write(write, writing, written=False)
        return
    question = f"replace `{write.destination}`, which is {write.replaced}, by {write.digest}"
    if write.replaced and not confirm(question, yes=writing.yes):
        raise LayerscopeError("nothing was written")
    state = UploadState()
    with Progress(state) as progress:
        interruptible(lambda _stop: write.perform(progress.note), client.close, progress.draw)
    _tell_write(write, writing, written=True, blobs=state.counts())


def _tell_write(write: _Write, writing: Writing, *, written: bool, blobs: dict[str, int] | None = None) -> None:
    row = {
        "reference": str(write.destination),
        "digest": str(write.digest),
        "replacedDigest": write.replaced,
        "written": written,
        "blobs": blobs or {},
    }
    was = f", in the place of {write.replaced}" if write.replaced else ""
    if write.is_done:
        text = f"{write.destination} is {write.digest} already"
    elif written:
        counts = "".join(f", {count} {way}" for way, count in sorted((blobs or {}).items()))
        text = f"{write.destination} is {write.digest} now{was}{', blobs: ' + counts[2:] if counts else ''}"
    else:
        text = f"{write.destination} would be {write.digest}{was}"
    _tell(row, text, writing)


def _delete_tag(reference: Reference, digest: Digest, client: RegistryClient, writing: Writing) -> None:
    row = {"reference": str(reference), "digest": str(digest), "tags": [reference.tag], "deleted": not writing.dry_run}
    if writing.dry_run:
        _tell(row, f"the tag {reference} would be removed, which is {digest}", writing)
        return
    if not confirm(f"remove the tag `{reference}`, which is {digest}", yes=writing.yes):
        raise LayerscopeError("nothing was deleted")
    left = interruptible(lambda _stop: delete_tag(client, reference), client.close)
    _check_gone(str(reference), left)
    _tell(row, f"{reference} is gone", writing)


def _delete_manifest(reference: Reference, digest: Digest, client: RegistryClient, writing: Writing) -> None:
    cost = interruptible(lambda _stop: cost_of_deleting(client, reference, digest), client.close)
    tags, broken = (sorted(names, key=by_name) for names in (cost.tags, cost.broken))
    name = f"{reference.name}@{digest}"
    row = {
        "reference": name,
        "digest": str(digest),
        "tags": tags,
        "brokenIndexes": broken,
        "deleted": not writing.dry_run,
    }
    costs = cost_in_words(tags, broken, cost.incomplete)
    if writing.dry_run:
        _tell(row, f"{name} would be deleted, and {costs}", writing)
        return
    if not confirm(f"delete `{name}`, and {costs}", yes=writing.yes, word="delete"):
        raise LayerscopeError("nothing was deleted")
    left = interruptible(lambda _stop: delete_manifest(client, reference, digest), client.close)
    _check_gone(name, left)
    _tell(row, f"{name} is gone, and {costs}", writing)


def _check_gone(name: str, left: Descriptor | None) -> None:
    if left:
        raise LayerscopeError(f"the registry took the order, but `{name}` is still there: {left.digest}")


def _tell(row: dict[str, Any], text: str, writing: Writing) -> None:
    if writing.as_json:
        write_json(row)
    else:
        write_lines([text])
