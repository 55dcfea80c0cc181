"""The base of an image: `--base`, else what the image or the cache says, without a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from layerscope.cli.console import talk
from layerscope.cli.image_request import ImageRequest
from layerscope.cli.options import Function, shared_option
from layerscope.display import display
from layerscope.errors import InvalidReference, LayerscopeError, UsageError

if TYPE_CHECKING:
    from layerscope.insight.base import Base
    from layerscope.oci import Image

MOST_NAMES = 200
"""Names in the cache that are compared with the image."""


def base_option(text: str = "The base image.") -> Callable[[Function], Function]:
    """`--base`, with this help."""
    return shared_option(
        "--base", "base", metavar="IMAGE", help=f"{text} By default, the one that the image or the cache names."
    )


def find_base(request: ImageRequest, image: Image, given: str | None) -> Base | None:
    """The base of the image; None if it is not known. Raises `UsageError` if they share no layer."""
    if given is None:
        return known_base(request, image)
    from layerscope.insight.base import Base, shared_layer_count

    other = replace(request, text=given).resolve()
    count = shared_layer_count(image, other)
    shown = display(given, limit=200)
    if not count:
        raise _no_base(image, other, shown)
    if count < len(other.layers):
        talk.note("note", f"`{shown}` has moved on: the image has {count} of its {len(other.layers)} layers")
    return Base(given, count, "option")


def _no_base(image: Image, other: Image, shown: str) -> UsageError:
    """Why the images share no layer: the tag may have moved on since the image was built from it."""
    from layerscope.insight.base import named_base

    _, digest = named_base(image)
    if digest and digest != str(other.descriptor.digest if other.descriptor else ""):
        hint = f"name it by its digest: `--base NAME@{display(digest, limit=100)}`"
        return UsageError(f"`{shown}` is not the base, or has moved on: they share no layer", hint=hint)
    return UsageError(f"`{shown}` is not the base of the image: they share no layer", hint="leave out `--base`")


def required_base(request: ImageRequest, image: Image, given: str | None) -> Base:
    """The base of the image; raises `UsageError` if it is not known."""
    base = find_base(request, image, given)
    if base is None:
        raise UsageError(
            "the base of the image is not known", hint="name it with `--base`, for example `--base debian:12`"
        )
    return base


def known_base(request: ImageRequest, image: Image) -> Base | None:
    """The base that the image names, else the image in the cache that shares most layers; from the cache only."""
    from layerscope.insight.base import longest_base, named_base

    name, digest = named_base(image)
    connection = replace(request.connection, offline=True)
    offline = replace(request, connection=connection, platform=image.platform, is_strict=True)
    if not request.uses_cache:
        return None
    named = longest_base(image, _resolved(offline, _references(name, digest)), "name")
    return named or longest_base(image, _resolved(offline, _names_in_cache()), "cache")


def _references(name: str, digest: str) -> Iterator[str]:
    """The base by digest, then by name, as references in a registry: the image cannot name a file."""
    from layerscope.oci import Reference

    for text in (f"{name.partition('@')[0]}@{digest}" if digest else "", name):
        try:
            yield str(Reference.parse(text))
        except InvalidReference:
            continue


def _names_in_cache() -> list[str]:
    from layerscope.cache.document_cache import DocumentCache
    from layerscope.cache.location import documents_directory

    directory = documents_directory()
    return DocumentCache(directory).names()[:MOST_NAMES] if directory else []


def _resolved(request: ImageRequest, names: Iterator[str] | list[str]) -> Iterator[tuple[str, Image]]:
    """The images of these names that the cache has."""
    from layerscope.blobs.resolve import resolve
    from layerscope.registry.http.events import ignore

    for name in names:
        try:
            with closing(replace(request, text=name).open(ignore)) as store:
                yield name, resolve(store, request.platform)
        except LayerscopeError:
            continue
