"""Deleting tags and manifests: `delete`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layerscope.cli.console import asking
from layerscope.cli.console.work import interruptible
from layerscope.cli.image_request import required_reference
from layerscope.cli.writing import Writing, writing_options
from layerscope.display import display
from layerscope.errors import LayerscopeError, NotFound, UsageError

if TYPE_CHECKING:
    from layerscope.oci import Descriptor, Digest, Reference
    from layerscope.registry.client import RegistryClient


@click.command
@click.argument("image")
@click.option("--digest", "whole_manifest", is_flag=True, help="Delete the manifest of the tag with all its tags.")
@writing_options
def delete(image: str, *, whole_manifest: bool, writing: Writing) -> None:
    """Delete the tag of IMAGE. With --digest, or if IMAGE has a digest, delete the manifest with all its tags."""
    reference = required_reference(image)
    if not reference.digest and not image.endswith(f":{reference.tag}"):
        raise UsageError(f"`{display(image, limit=200)}` has no tag and no digest", hint="add `:TAG` or `@DIGEST`")
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
        writing.print_result(row, f"would delete the tag {reference}, which is {digest}")
        return
    if not asking.confirm(f"delete the tag `{reference}`, which is {digest}", yes=writing.yes):
        raise LayerscopeError("nothing was deleted")
    from layerscope.registry.api.deletes import delete_tag

    left = interruptible(lambda _stop: delete_tag(client, reference), client.close)
    _check_deleted(str(reference), left)
    writing.print_result(row, f"deleted {reference}")


def _delete_manifest(reference: Reference, digest: Digest, client: RegistryClient, writing: Writing) -> None:
    from layerscope.registry.api.deletes import delete_manifest
    from layerscope.registry.api.deletion_cost import cost_of_deleting
    from layerscope.report.deletion import cost_in_words
    from layerscope.report.tags import by_name

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
        writing.print_result(row, f"would delete {name}, and {costs}")
        return
    if not asking.confirm(f"delete `{name}`, and {costs}", yes=writing.yes, word="delete"):
        raise LayerscopeError("nothing was deleted")
    left = interruptible(lambda _stop: delete_manifest(client, reference, digest), client.close)
    _check_deleted(name, left)
    writing.print_result(row, f"deleted {name}, and {costs}")


def _check_deleted(name: str, left: Descriptor | None) -> None:
    if left:
        raise LayerscopeError(f"the registry accepted the delete, but `{name}` still exists: {left.digest}")
