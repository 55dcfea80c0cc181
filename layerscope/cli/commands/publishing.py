"""Write to registries: `tag`, `copy`, `push`, `delete`."""

from __future__ import annotations

import shlex
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.store import BlobStore
from layerscope.cli.command import command
from layerscope.cli.completion import complete_image
from layerscope.cli.console import keyboard, talk
from layerscope.cli.console.work import interruptible
from layerscope.cli.image_request import ImageRequest, required_reference
from layerscope.cli.options import platform_option
from layerscope.cli.writing import Writing, carry_out, writing_options
from layerscope.display import display
from layerscope.errors import LayerscopeError, NotFound, UsageError
from layerscope.oci import Descriptor, Digest, Platform, Reference

if TYPE_CHECKING:
    from layerscope.registry.client import RegistryClient
    from layerscope.targets.target import Target


@command("tag IMAGE :stable")
@click.argument("image", shell_complete=complete_image)
@click.argument("new_reference")
@writing_options
def tag(image: str, new_reference: str, *, writing: Writing) -> None:
    """Give IMAGE another tag (:TAG), or copy it to another repository of its registry. The manifest does not change."""
    source = required_reference(image)
    destination = _destination(new_reference, source)
    if destination.domain != source.domain:
        raise UsageError(
            f"`layerscope tag` cannot write to another registry: `{destination.domain}`",
            hint=f"use `layerscope copy {source} {destination}`",
        )
    _copy_image(source, destination, None, writing)


@command("copy IMAGE REGISTRY/app:copy", "copy IMAGE oci:DIR:TAG")
@click.argument("source", shell_complete=complete_image)
@click.argument("destination", shell_complete=complete_image)
@partial(platform_option, summary="Copy only the image for this platform, for example linux/arm64.")
@writing_options
def copy(source: str, destination: str, platform: Platform | None, *, writing: Writing) -> None:
    """Copy an image to another repository or registry. If it is an index, the images for all platforms are copied.

    DESTINATION can also be oci:DIR[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:REFERENCE]. Then SOURCE can be
    any IMAGE. The other images in DIR are kept. FILE must not exist yet. A docker-archive gets one image, by default
    the one for the platform of this machine.

    --username is for the registry of DESTINATION. If DESTINATION is on this machine, it is for the registry of SOURCE.
    """
    from layerscope.sources.open import registry_reference
    from layerscope.targets.parsing import local_target

    target = local_target(destination, registry_reference(source))
    if target:
        with closing(ImageRequest(source, platform, writing.connection, uses_cache=False).open()) as store:
            _take_home(store, target, platform, writing)
        return
    _check_is_written(destination, source)
    start = required_reference(
        source, hint=f"use `layerscope push {display(source, limit=200)} {display(destination, limit=200)}`"
    )
    end = _destination(destination, start)
    _copy_image(start, end, platform, writing)


@command("push oci:DIR:TAG REGISTRY/app:v2")
@click.argument("source", shell_complete=complete_image)
@click.argument("reference", shell_complete=complete_image)
@partial(platform_option, summary="Upload only the image for this platform, for example linux/arm64.")
@writing_options
def push(source: str, reference: str, platform: Platform | None, *, writing: Writing) -> None:
    """Upload an image from an OCI layout, an archive or an engine on this machine to a registry.

    If the image is an index, all its images are uploaded. With --platform, only one image is uploaded.
    """
    destination = required_reference(
        reference, hint="write `HOST/NAME[:TAG]`; only `layerscope copy` can write to a directory or a file"
    )
    request = ImageRequest(source, platform)
    if request.is_remote():
        from layerscope.sources.open import no_image

        if claim := no_image(source):
            raise UsageError(claim, hint=f"`layerscope inspect ./{display(source, limit=200)}` says why")
        raise UsageError(
            f"`{display(source, limit=200)}` is not an image on this machine",
            hint=f"use `layerscope copy {display(source, limit=200)} {destination}`",
        )
    with closing(request.open()) as opened:
        _push_image(opened, destination, platform, writing)


_SOURCES = ("dir:", "docker-daemon:", "podman:", "containers-storage:", "containerd:")
"""How texts start that name images that can only be read."""


def _check_is_written(text: str, source: str) -> None:
    """Raise `UsageError` for a destination that names an image that can only be read."""
    if not text.startswith(_SOURCES):
        return
    kinds = "copy to `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]` or `docker-archive:FILE[:REFERENCE]`, or to a registry"
    directory = text.removeprefix("dir:")
    command = display(shlex.join(["layerscope", "copy", source, f"oci:{directory}"]), limit=300)
    hint = kinds if directory == text else f"use `{command}`"
    raise UsageError(f"`{display(text, limit=200)}` cannot be written", hint=hint)


def _destination(text: str, source: Reference) -> Reference:
    """The destination of an image; `:TAG` is a tag in the repository of `source`. Raises `UsageError`."""
    if text.startswith(":"):
        return source.with_tag(text[1:])
    if "/" not in text:
        shown = display(text, limit=140)
        if text.endswith((".tar", ".tgz", ".tar.gz")):
            raise UsageError(
                f"`{shown}` is ambiguous: a tag or a file?",
                hint=f"for a file, write `docker-archive:{shown}`; for a tag, write `:{shown}`",
            )
        raise UsageError(
            f"`{shown}` is ambiguous: a tag or a repository?",
            hint=f"for a tag, write `:{shown}`; for a repository, write `{source.domain}/{shown}`",
        )
    return required_reference(
        text, hint="write `HOST/NAME[:TAG]` for a registry, or `oci:DIR[:TAG]` for a directory on this machine"
    )


def _copy_image(source: Reference, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Copy an image between repositories; raises the errors of `plan_copy` and `publish`."""
    from layerscope.registry.publish.publishing import plan_copy, publish

    with writing.client(destination.domain, source.domain) as client:
        plan = interruptible(lambda _stop: plan_copy(client, source, destination, platform), client.close)
        carry_out(plan, writing, partial(publish, plan), client.close)


def _push_image(store: BlobStore, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Upload an image of this machine; raises the errors of `CopySet.of` and `publish`."""
    from layerscope.registry.publish.blob_upload import Destination
    from layerscope.registry.publish.publishing import plan_push, publish

    with writing.client(destination.domain) as client:
        place = Destination(client, destination)
        contents = interruptible(lambda _stop: _everything(store, platform), store.close)
        plan = interruptible(lambda _stop: plan_push(store, contents, place), client.close)
        carry_out(plan, writing, partial(publish, plan), client.close)


def _take_home(store: BlobStore, target: Target, platform: Platform | None, writing: Writing) -> None:
    """Copy an image to this machine; raises the errors of `CopySet.of` and `Target.write`."""
    from layerscope.targets.target import Plan

    current = target.current()
    whole = target.takes_index
    contents = interruptible(lambda _stop: (_everything if whole else _one_image)(store, platform), store.close)
    plan = Plan(store, target, contents, current)
    if plan.is_hidden:
        talk.warning("skopeo and podman find an image with a Docker manifest in a layout only if the image has no tag")
    carry_out(plan, writing, plan.write, store.close)


def _one_image(store: BlobStore, platform: Platform | None) -> CopySet:
    """The image for the platform, by default for this machine; an artifact is refused."""
    from layerscope.blobs.resolve import resolve

    image = resolve(store, platform)
    image.check_filesystem()
    if image.index and not platform and not image.platform.satisfies(Platform.of_host()):
        talk.warning(f"`{store.name}` has no image for {Platform.of_host()}: copying the one for {image.platform}")
    return CopySet.image(store, platform)


def _everything(store: BlobStore, platform: Platform | None) -> CopySet:
    """What is copied of a store: all of it, or the image for a platform.

    Engines do not keep every image of an index. If one is missing, only the image for this machine is copied. Raises
    `NotFound` if the image is for another platform.
    """
    from layerscope.blobs.resolve import resolve

    try:
        return CopySet.of(store, platform)
    except NotFound as error:
        if platform:
            raise
        image = resolve(store, None)
        if not image.platform.satisfies(Platform.of_host()):
            hint = f"to copy only that image, use `--platform {image.platform}`"
            raise NotFound(f"a part of the index is missing: {error.message}", hint=hint) from error
    talk.warning(f"copying only the image for {image.platform}: `{store.name}` does not have all images of its index")
    return CopySet.image(store)


@command("delete IMAGE --dry-run")
@click.argument("image", shell_complete=complete_image)
@click.option("--digest", "whole_manifest", is_flag=True, help="Delete the manifest, and all tags that point to it.")
@writing_options
def delete(image: str, *, whole_manifest: bool, writing: Writing) -> None:
    """Delete the tag of IMAGE. With --digest, or if IMAGE has a digest, delete the manifest and all its tags."""
    reference = required_reference(image)
    if not reference.digest and not image.endswith(f":{reference.tag}"):
        raise UsageError(
            f"`{display(image, limit=200)}` names no tag and no digest",
            hint=f"`layerscope tags {reference.name}` lists its tags",
        )
    from layerscope.registry.api.manifests import find_manifest

    with writing.client(reference.domain) as client:
        found = interruptible(lambda _stop: find_manifest(client, reference), client.close)
        if not found:
            raise NotFound(f"`{reference}` does not exist")
        if whole_manifest or reference.digest:
            _delete_manifest(reference, found.digest, client, writing)
        else:
            _delete_tag(reference, found.digest, client, writing)


def _delete_tag(reference: Reference, digest: Digest, client: RegistryClient, writing: Writing) -> None:
    row = {"reference": str(reference), "digest": str(digest), "tags": [reference.tag], "deleted": not writing.dry_run}
    if writing.dry_run:
        writing.print_result(row, f"would delete the tag {reference} ({digest})")
        return
    if not keyboard.confirm(f"delete the tag `{reference}` ({digest})", yes=writing.yes):
        raise LayerscopeError("nothing was deleted")
    from layerscope.registry.api.deletes import delete_tag

    left = interruptible(lambda _stop: delete_tag(client, reference), client.close)
    _check_deleted(str(reference), left)
    writing.print_result(row, f"deleted {reference}")


def _delete_manifest(reference: Reference, digest: Digest, client: RegistryClient, writing: Writing) -> None:
    from layerscope.registry.api.deletes import delete_manifest
    from layerscope.registry.api.deletion_cost import cost_of_deleting
    from layerscope.report.deletion import cost_in_words
    from layerscope.report.registry_lists import by_name

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
        writing.print_result(row, f"would delete {name}, {costs}")
        return
    if not keyboard.confirm(f"delete `{name}`, {costs}", yes=writing.yes, word="delete"):
        raise LayerscopeError("nothing was deleted")
    left = interruptible(lambda _stop: delete_manifest(client, reference, digest), client.close)
    _check_deleted(name, left)
    writing.print_result(row, f"deleted {name}, {costs}")


def _check_deleted(name: str, left: Descriptor | None) -> None:
    if left:
        raise LayerscopeError(f"the registry accepted the delete, but `{name}` still exists: {left.digest}")
