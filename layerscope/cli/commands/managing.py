"""Changing what a registry has: `tag`, `copy`, `push`, `delete`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from layerscope.cli.opening import ImageRequest, needed_reference
from layerscope.cli.options import platform_option
from layerscope.cli.write_options import writing_options
from layerscope.display import display
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.cli.write_options import Writing
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference


@click.command
@click.argument("image")
@click.argument("new_reference")
@writing_options
def tag(image: str, new_reference: str, *, writing: Writing) -> None:
    """Give IMAGE another tag (:TAG), or a place in another repository of its registry; the manifest stays as it is."""
    source = needed_reference(image)
    destination = _destination(new_reference, source)
    if destination.domain != source.domain:
        raise UsageError(f"`{destination.domain}` is another registry", hint="`layerscope copy` copies to it")
    from layerscope.cli.writing import copy_image

    copy_image(source, destination, None, writing)


@click.command
@click.argument("source")
@click.argument("destination")
@platform_option
@writing_options
def copy(source: str, destination: str, platform: Platform | None, *, writing: Writing) -> None:
    """Copy an image from one repository or registry to another: all its platforms, or the one that --platform names.

    The login of --username is for the registry of DESTINATION.
    """
    start = needed_reference(source)
    end = _destination(destination, start)
    from layerscope.cli.writing import copy_image

    copy_image(start, end, platform, writing)


@click.command
@click.argument("source")
@click.argument("reference")
@platform_option
@writing_options
def push(source: str, reference: str, platform: Platform | None, *, writing: Writing) -> None:
    """Upload an image from this machine, an OCI layout or a docker-archive, to a registry.

    Of an index all that it lists is uploaded, or the one image that --platform names.
    """
    destination = needed_reference(reference)
    request = ImageRequest(source, platform)
    if request.is_remote():
        raise UsageError(
            f"`{display(source, limit=200)}` is in a registry already",
            hint="`layerscope copy` copies between registries",
        )
    with closing(request.open()) as opened:
        from layerscope.cli.writing import push_image

        push_image(opened, destination, platform, writing)


@click.command
@click.argument("image")
@click.option("--digest", "whole_manifest", is_flag=True, help="Delete the manifest of the tag, with all its tags.")
@writing_options
def delete(image: str, *, whole_manifest: bool, writing: Writing) -> None:
    """Remove the tag of IMAGE; where IMAGE has a digest, or with --digest, the manifest with all its tags."""
    reference = needed_reference(image)
    if not reference.digest and not image.endswith(f":{reference.tag}"):
        raise UsageError(f"`{display(image, limit=200)}` does not say what to delete", hint="add `:TAG` or `@DIGEST`")
    from layerscope.cli.deleting import delete_image

    delete_image(reference, writing, whole_manifest=whole_manifest)


def _destination(text: str, source: Reference) -> Reference:
    """Where an image is to go: `:TAG` stays in the repository; a bare word may be meant as a tag or as a name."""
    if text.startswith(":"):
        return source.with_tag(text[1:])
    if "/" not in text:
        shown = display(text, limit=140)
        raise UsageError(
            f"`{shown}` is not clear", hint=f"`:{shown}` is a tag in the same repository; else write HOST/NAME:TAG"
        )
    return needed_reference(text)
