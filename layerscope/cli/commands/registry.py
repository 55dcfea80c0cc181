"""Lists of a registry: `tags`, `catalog`, `referrers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.connection import Connection, connection_options
from layerscope.cli.console import exit_codes, stdout, talk
from layerscope.cli.console.work import interruptible
from layerscope.cli.image_request import ImageRequest, document_command, required_reference
from layerscope.cli.options import json_option
from layerscope.oci import Reference, parse_domain

if TYPE_CHECKING:
    from layerscope.registry.api.paging import NamePage


@click.command
@click.argument("repository")
@connection_options
@click.option("--long", is_flag=True, help="Show digest, pull size, creation time and platforms of each tag.")
@click.option(
    "--sort",
    "order",
    type=click.Choice(["name", "size", "created"]),
    default="name",
    help="By name (2 before 10), by pull size (biggest first) or by creation time (newest first).",
)
@json_option
def tags(repository: str, connection: Connection, *, long: bool, order: str, as_json: bool) -> None:
    """List the tags of REPOSITORY."""
    reference = required_reference(repository.rstrip("/"))
    print_tags(reference, connection, long=long or order != "name", order=order, as_json=as_json)


def print_tags(
    reference: Reference, connection: Connection, *, long: bool = False, order: str = "name", as_json: bool = False
) -> None:
    """Print the tags of the repository of `reference`, with `long` also the details of each tag."""
    from layerscope.registry.api.listing import list_tags
    from layerscope.registry.api.tag_summary import read_tags
    from layerscope.report.registry_lists import by_name, tag_lines, tag_rows

    with connection.client(reference.domain) as client:
        listing = interruptible(lambda _cancellation: list_tags(client, reference), client.close)
        names = sorted(listing.items, key=by_name)
        rows: list[dict[str, Any]] = [{"tag": name} for name in names]
        if long:
            found = interruptible(lambda stop: list(stop.watch(read_tags(client, reference, names))), client.close)
            rows = tag_rows(found, order)
    stdout.write_listing(rows, tag_lines if long else lambda _rows, _width: names, as_json=as_json)
    for row in rows:
        if row.get("problem"):
            talk.warning(f"cannot read the tag `{row['tag']}`: {row['problem']}")
    _report_gaps(listing)


@click.command
@click.argument("registry")
@connection_options
@json_option
def catalog(registry: str, connection: Connection, *, as_json: bool) -> None:
    """List the repositories of REGISTRY; many public registries refuse this."""
    print_repositories(parse_domain(registry.rstrip("/")), connection, as_json=as_json)


def print_repositories(domain: str, connection: Connection, *, as_json: bool = False) -> None:
    """Print the names of the repositories of a registry."""
    from layerscope.registry.api.listing import list_repositories
    from layerscope.report.registry_lists import by_name

    with connection.client(domain) as client:
        listing = interruptible(lambda _cancellation: list_repositories(client, domain), client.close)
    names = sorted(listing.items, key=by_name)
    stdout.write_listing([{"repository": name} for name in names], lambda _rows, _width: names, as_json=as_json)
    _report_gaps(listing)


@click.command
@document_command
@json_option
def referrers(request: ImageRequest, *, as_json: bool) -> None:
    """List what is attached to an image in a registry: signatures, SBOMs, attestations."""
    reference = required_reference(request.text)
    from layerscope.report.registry_lists import referrer_lines, referrer_rows
    from layerscope.sources.attachments import find_attachments

    with request.connection.client(reference.domain) as client:
        found = interruptible(lambda _cancellation: find_attachments(client, reference, request.platform), client.close)
    stdout.write_listing(referrer_rows(found), referrer_lines, as_json=as_json)


def _report_gaps(listing: NamePage) -> None:
    """Warn of invalid names; end the command with exit code 2 if the list is incomplete."""
    if listing.dropped_count:
        talk.warning(f"{listing.dropped_count} names from the registry are invalid and left out")
    if listing.incomplete:
        talk.error(f"the list is incomplete: {listing.incomplete}")
        click.get_current_context().exit(exit_codes.TROUBLE)
