"""Lists of a registry: `tags`, `catalog`, `referrers`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from layerscope.cli.command import command
from layerscope.cli.completion import complete_image
from layerscope.cli.connection import Connection, connection_options
from layerscope.cli.console import exit_codes, stdout, talk
from layerscope.cli.console.work import interruptible
from layerscope.cli.image_request import ImageRequest, listing_command, required_reference
from layerscope.cli.options import json_option
from layerscope.errors import LayerscopeError, UsageError
from layerscope.oci import Reference, parse_domain

if TYPE_CHECKING:
    from layerscope.registry.api.paging import NamePage
    from layerscope.registry.api.tag_summary import TagSummary


@command("tags REPOSITORY", "tags REPOSITORY --long --sort size")
@click.argument("repository", shell_complete=complete_image)
@connection_options
@click.option("--long", is_flag=True, help="Show digest, pull size, change, creation time and platforms of each tag.")
@click.option("--plot", is_flag=True, help="Draw the pull sizes of the tags as bars, oldest first.")
@click.option(
    "--pull-matrix",
    "matrix",
    is_flag=True,
    help="Show how many bytes a pull of each tag needs if another tag is already pulled.",
)
@click.option(
    "--sort",
    "order",
    type=click.Choice(["name", "size", "created"]),
    default="name",
    help="By name (2 before 10), by pull size (biggest first) or by creation time (newest first).",
)
@click.option("--all", "every", is_flag=True, help="Also list the tags that have only signatures or attestations.")
@json_option
def tags(  # noqa: PLR0913 - as many as the command has options
    repository: str,
    connection: Connection,
    *,
    long: bool,
    plot: bool,
    matrix: bool,
    order: str,
    every: bool,
    as_json: bool,
) -> None:
    """List the tags of REPOSITORY.

    The column `change` is the pull size of a tag minus the pull size of the next older tag; `=` means the
    same size. No layer is fetched.
    """
    if plot and matrix:
        raise UsageError(
            "`--plot` and `--pull-matrix` cannot be combined", hint="leave out `--plot` or `--pull-matrix`"
        )
    hint = "write `HOST/NAME`, for example `localhost:5000/app`"
    reference = required_reference(repository.rstrip("/"), hint)
    view = "plot" if plot else "matrix" if matrix else "long" if long or order != "name" else "names"
    print_tags(reference, connection, view=view, order=order, every=every or as_json, as_json=as_json)


def print_tags(  # noqa: PLR0913 - what the command shows of the tags, and how
    reference: Reference,
    connection: Connection,
    *,
    view: str = "names",
    order: str = "name",
    every: bool = False,
    as_json: bool = False,
) -> None:
    """Print the tags of the repository of `reference`; `view` is `names`, `long`, `plot` or `matrix`.

    Unless `every` is set, tags of referrers are left out, and a note says so.
    """
    from layerscope.registry.api.listing import list_tags
    from layerscope.registry.api.referrers import is_tag_of_referrers
    from layerscope.registry.api.tag_summary import read_tags
    from layerscope.report.registry_lists import by_name

    with connection.client(reference.domain) as client:
        listing = interruptible(lambda _cancellation: list_tags(client, reference), client.close)
        names = [name for name in sorted(listing.items, key=by_name) if every or not is_tag_of_referrers(name)]
        if view == "names":
            stdout.write_listing([{"tag": name} for name in names], lambda _rows, _width: names, as_json=as_json)
        else:
            found = interruptible(lambda stop: list(stop.watch(read_tags(client, reference, names))), client.close)
            _print_summaries(found, view, order, as_json=as_json)
    if hidden := len(listing.items) - len(names):
        talk.note("note", f"tags of signatures and attestations are left out: {hidden}; `--all` lists them")
    _report_gaps(listing)


def _print_summaries(
    found: Sequence[tuple[str, TagSummary | LayerscopeError]], view: str, order: str, *, as_json: bool
) -> None:
    from layerscope.report.registry_lists import tag_lines, tag_rows
    from layerscope.report.tag_sizes import MATRIX_COUNT, matrix_lines, matrix_rows, plot_lines

    known = [summary for _, summary in found if not isinstance(summary, LayerscopeError)]
    if view == "matrix":
        stdout.write_listing(matrix_rows(known), lambda _rows, _width: matrix_lines(known), as_json=as_json)
        if len(known) > MATRIX_COUNT and not as_json:
            talk.note("note", f"only the newest {MATRIX_COUNT} tags are shown; --json has all {len(known)}")
    else:
        lines = (lambda _rows, width: plot_lines(known, width)) if view == "plot" else tag_lines
        stdout.write_listing(tag_rows(found, order), lines, as_json=as_json)
    for tag, problem in found:
        if isinstance(problem, LayerscopeError):
            talk.warning(f"cannot read the tag `{tag}`: {problem.message}")


@command("catalog REGISTRY")
@click.argument("registry", shell_complete=complete_image)
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


@command("referrers IMAGE")
@listing_command
@json_option
def referrers(request: ImageRequest, *, as_json: bool) -> None:
    """List the signatures, SBOMs and attestations of an image in a registry."""
    reference = required_reference(request.text)
    from layerscope.report.registry_lists import referrer_lines, referrer_rows
    from layerscope.sources.attachments import find_attachments

    with request.connection.client(reference.domain) as client:
        found = interruptible(lambda _cancellation: find_attachments(client, reference, request.platform), client.close)
    stdout.write_listing(referrer_rows(found), referrer_lines, as_json=as_json)


def _report_gaps(listing: NamePage) -> None:
    """Warn of invalid names; end the command with exit code 2 if the list is incomplete."""
    if listing.dropped_count:
        talk.warning(f"{listing.dropped_count} invalid names from the registry are left out")
    if listing.incomplete:
        talk.error(f"the list is incomplete: {listing.incomplete}")
        click.get_current_context().exit(exit_codes.TROUBLE)
