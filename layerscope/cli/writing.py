"""`tag`, `copy` and `push`: plan, ask, write, and say what the destination is afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.blobs.resolve import resolve
from layerscope.cli.console import talk
from layerscope.cli.console.asking import confirm
from layerscope.cli.console.progress import Progress, UploadState
from layerscope.cli.console.work import interruptible
from layerscope.errors import LayerscopeError, NotFound
from layerscope.oci.platform import Platform
from layerscope.registry.publish.blob_upload import BlobOutcome, Destination
from layerscope.registry.publish.contents import Contents
from layerscope.registry.publish.publishing import plan_copy, plan_push, publish

if TYPE_CHECKING:
    from layerscope.blobs.store import BlobStore
    from layerscope.cli.write_options import Writing
    from layerscope.oci.reference import Reference
    from layerscope.registry.publish.publishing import Plan


def copy_image(source: Reference, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Bring an image from one place in registries to another; raises what `plan_copy` and `publish` raise."""
    with writing.client(destination.domain) as client:
        plan = interruptible(lambda _stop: plan_copy(client, source, destination, platform), client.close)
        _carry_out(plan, writing)


def push_image(store: BlobStore, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Bring an image from this machine to a registry; raises what `Contents.of` and `publish` raise."""
    with writing.client(destination.domain) as client:
        place = Destination(client, destination)
        contents = interruptible(lambda _stop: _to_push(store, platform), store.close)
        plan = interruptible(lambda _stop: plan_push(store, contents, place), client.close)
        _carry_out(plan, writing)


def _to_push(store: BlobStore, platform: Platform | None) -> Contents:
    """What is pushed of a store: all of it, or the image for a platform.

    Engines keep of an index only what they run. Then only its image is pushed, if it is for this machine. Raises
    `NotFound` if it is not clear which image is meant.
    """
    try:
        return Contents.of(store, platform)
    except NotFound as error:
        if platform:
            raise
        image = resolve(store, None)
        if not image.platform.satisfies(Platform.of_host()):
            hint = f"`--platform {image.platform}` pushes that one image"
            raise NotFound(f"a part of the index is missing: {error.message}", hint=hint) from error
    talk.warning(f"only the image for {image.platform} is pushed: `{store.name}` does not hold all of its index")
    return Contents.image(store)


def _carry_out(plan: Plan, writing: Writing) -> None:
    if writing.dry_run or (plan.is_done and plan.is_tag):
        _tell_write(plan, writing, written=False)
        return
    question = f"replace `{plan.reference}`, which is {plan.replaced}, by {plan.digest}"
    if plan.replaced and not confirm(question, yes=writing.yes):
        raise LayerscopeError("nothing was written")
    state = UploadState()
    with Progress(state) as progress:
        interruptible(lambda _stop: publish(plan, progress.note), plan.destination.client.close, progress.draw)
    blobs = state.counts()
    brought = blobs.keys() - {BlobOutcome.PRESENT.value}
    _tell_write(plan, writing, written=bool(brought) or not plan.is_done, blobs=blobs)


def _tell_write(plan: Plan, writing: Writing, *, written: bool, blobs: dict[str, int] | None = None) -> None:
    row = {
        "reference": str(plan.reference),
        "digest": str(plan.digest),
        "replacedDigest": str(plan.replaced) if plan.replaced else None,
        "written": written,
        "blobs": blobs or {},
    }
    was = f", in the place of {plan.replaced}" if plan.replaced else ""
    if plan.is_done and not written:
        text = f"{plan.reference} is {plan.digest} already"
    elif written:
        counts = "".join(f", {count} {way}" for way, count in sorted((blobs or {}).items()))
        text = f"{plan.reference} is {plan.digest} now{was}{', blobs: ' + counts[2:] if counts else ''}"
    else:
        text = f"{plan.reference} would be {plan.digest}{was}"
    writing.tell(row, text)
