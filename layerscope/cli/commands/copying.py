"""Bringing images to registries: `tag`, `copy`, `push`."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from layerscope.cli.console import talk
from layerscope.cli.image_request import ImageRequest, required_reference
from layerscope.cli.options import platform_option
from layerscope.cli.writing import Write, Writing, carry_out, writing_options
from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.oci.platform import Platform

if TYPE_CHECKING:
    from layerscope.oci.image import Image
    from layerscope.oci.reference import Reference
    from layerscope.registry.api.manifests import FetchedManifest
    from layerscope.registry.publish.contents import Contents
    from layerscope.sources.source import ImageSource


@click.command
@click.argument("image")
@click.argument("new_reference")
@writing_options
def tag(image: str, new_reference: str, *, writing: Writing) -> None:
    """Give IMAGE another tag (:TAG), or a place in another repository of its registry; the manifest stays as it is."""
    source = required_reference(image)
    destination = _destination(new_reference, source)
    if destination.domain != source.domain:
        raise UsageError(f"`{destination.domain}` is another registry", hint="`layerscope copy` copies to it")
    _copy_image(source, destination, None, writing)


@click.command
@click.argument("source")
@click.argument("destination")
@platform_option
@writing_options
def copy(source: str, destination: str, platform: Platform | None, *, writing: Writing) -> None:
    """Copy an image from one repository or registry to another: all its platforms, or the one that --platform names.

    The login of --username is for the registry of DESTINATION.
    """
    start = required_reference(source)
    end = _destination(destination, start)
    _copy_image(start, end, platform, writing)


@click.command
@click.argument("source")
@click.argument("reference")
@platform_option
@writing_options
def push(source: str, reference: str, platform: Platform | None, *, writing: Writing) -> None:
    """Upload an image from this machine, an OCI layout or a docker-archive, to a registry.

    Of an index all that it lists is uploaded, or the one image that --platform names.
    """
    destination = required_reference(reference)
    request = ImageRequest(source, platform)
    if request.is_remote():
        raise UsageError(
            f"`{display(source, limit=200)}` is in a registry already",
            hint="`layerscope copy` copies between registries",
        )
    with closing(request.open()) as opened:
        _push_image(opened, destination, platform, writing)


def _destination(text: str, source: Reference) -> Reference:
    """Where an image is to go: `:TAG` stays in the repository; a bare word may be meant as a tag or as a name."""
    if text.startswith(":"):
        return source.with_tag(text[1:])
    if "/" not in text:
        shown = display(text, limit=140)
        raise UsageError(
            f"`{shown}` is not clear", hint=f"`:{shown}` is a tag in the same repository; else write HOST/NAME:TAG"
        )
    return required_reference(text)


def _copy_image(source: Reference, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Bring an image from one place in registries to another; raises what `plan_copy` and `copy` raise."""
    from layerscope.cli.console.work import interruptible
    from layerscope.registry.publish import publishing

    with writing.client(destination.domain) as client:
        plan = interruptible(lambda _stop: publishing.plan_copy(client, source, destination, platform), client.close)
        digest = plan.fetched.descriptor.digest
        perform = partial(publishing.copy, client, plan)
        is_tag = source.name == destination.name
        carry_out(Write(destination, digest, plan.current, perform, is_tag), client, writing)


def _push_image(source: ImageSource, destination: Reference, platform: Platform | None, writing: Writing) -> None:
    """Bring an image from this machine to a registry; raises what `resolve` and `publish` raise."""
    if destination.digest:
        raise UsageError(f"`{destination}` is no tag: a digest cannot be chosen")
    from layerscope.cli.console.work import interruptible
    from layerscope.registry.api.manifests import find_manifest
    from layerscope.registry.publish.blob_upload import Destination
    from layerscope.registry.publish.publishing import publish
    from layerscope.sources.source import resolve

    with writing.client(destination.domain) as client:
        image = interruptible(lambda _stop: resolve(source, platform), source.close)
        current = interruptible(lambda _stop: find_manifest(client, destination), client.close)
        root, contents = interruptible(lambda _stop: _to_push(source, image, whole=platform is None), source.close)
        perform = partial(publish, Destination(client, destination), root, contents, source.open_blob)
        carry_out(Write(destination, root.descriptor.digest, current, perform), client, writing)


def _to_push(source: ImageSource, image: Image, *, whole: bool) -> tuple[FetchedManifest, Contents]:
    """An image, or the `whole` index that it was chosen from, and what that contains.

    Engines keep of an index only what they run: then its image is all that can be pushed, if it is for this machine.
    Raises `NotFound` where it is not clear which image is meant.
    """
    from layerscope.registry.publish.contents import Contents
    from layerscope.sources.stored_documents import index_of, manifest_of, read_manifest

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
