"""An image and its layers: `inspect`, `history`, `dockerfile`, `layers`, `manifest`, `config`, `export`."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.base_image import base_option, find_base
from layerscope.cli.command import command
from layerscope.cli.console import damage, stdout, talk
from layerscope.cli.console.work import interruptible
from layerscope.cli.image_request import ImageRequest, document_command, image_command, listing_image_command
from layerscope.cli.options import json_option, layer_option
from layerscope.content.output_file import replace_file
from layerscope.errors import NotFound
from layerscope.oci.strict_json import parse_object

if TYPE_CHECKING:
    from layerscope.blobs.provenance import BuildSource
    from layerscope.blobs.store import BlobStore
    from layerscope.oci import Image


@command("inspect IMAGE", "inspect IMAGE --format '{{.digest}}'")
@listing_image_command
@base_option()
@json_option
def inspect(request: ImageRequest, *, base: str | None, as_json: bool) -> None:
    """Show a summary: digest, platform, sizes, waste, and the images of the index.

    The size is the sum of four: `live` bytes are in the final file system. A later layer replaced `overwritten` bytes,
    and removed `deleted` bytes. A later entry of the same layer replaced `shadowed` bytes. `wasted` bytes are all bytes
    that are not live. `efficiency` is the share of live bytes. If the base image is known, the bytes of its layers and
    those of the others, `mine`, are shown too.

    If a layer of a registry has a table of contents (eStargz, zstd:chunked), only the table is fetched.
    The layer is then listed, and not verified; `--whole` reads it.
    """
    analysis = request.load(artifacts=True)
    from layerscope.report.base import base_row, base_texts
    from layerscope.report.index import index_lines, index_row
    from layerscope.report.rows import image_row
    from layerscope.report.text import image_lines

    index = index_row(analysis.image)
    found = find_base(request, analysis.image, base)
    if as_json:
        stdout.write_json(image_row(analysis) | base_row(analysis, found) | ({"index": index} if index else {}))
    else:
        offered = ["", *index_lines(index, stdout.terminal_width())] if index else []
        about = image_lines(analysis, stdout.terminal_width(), base_texts(analysis, found))
        stdout.write_lines([*about, *offered])
    damage.report(analysis)


@command("history IMAGE", "history IMAGE --format '{{.layer}} {{.command}}'")
@listing_image_command
@json_option
def history(request: ImageRequest, *, as_json: bool) -> None:
    """List the build steps, newest first, with the layer that each made."""
    analysis = request.load(artifacts=True)
    from layerscope.report.rows import history_rows, unread_layers
    from layerscope.report.text import history_lines

    lines = partial(history_lines, unread=unread_layers(analysis))
    stdout.write_listing(history_rows(analysis)[::-1], lines, as_json=as_json)
    damage.report(analysis)


@command("dockerfile IMAGE", "dockerfile IMAGE --plain")
@image_command
@click.option("--plain", is_flag=True, help="Print only the instructions, without sizes.")
@click.option(
    "--source",
    "wants_source",
    is_flag=True,
    help="Fetch the provenance of the image, and print the Dockerfile in it. BuildKit adds it with `mode=max`.",
)
def dockerfile(request: ImageRequest, *, plain: bool, wants_source: bool) -> None:
    """Print the build as a Dockerfile, with the sizes of each step beside it.

    The instructions are made from the history. The history has no FROM: it starts with the steps of the base image.
    With `--source --plain`, the exact bytes of the Dockerfile are printed.
    """
    if plain:
        _print_plain(request, wants_source=wants_source)
        return
    with request.loaded() as (store, analysis):
        source = _read_source(store, analysis.image) if wants_source else None
    from layerscope.report.dockerfile import dockerfile_table, source_table
    from layerscope.report.rows import history_rows, unread_layers

    steps, width, unread = history_rows(analysis), stdout.terminal_width(), unread_layers(analysis)
    stdout.write_lines(
        source_table(source, steps, width, unread=unread) if source else dockerfile_table(steps, width, unread=unread)
    )
    damage.report(analysis)


def _print_plain(request: ImageRequest, *, wants_source: bool) -> None:
    """Print the Dockerfile without sizes; no layer is read."""
    with closing(request.open()) as store:
        from layerscope.blobs.resolve import resolve

        image = interruptible(lambda _cancellation: resolve(store, request.platform), store.close)
        if wants_source:
            stdout.show_chunks([_read_source(store, image).data])
            return
    from layerscope.report.dockerfile import dockerfile as plain_lines

    stdout.write_lines(plain_lines([{"command": step.entry.created_by} for step in image.steps]))


def _read_source(store: BlobStore, image: Image) -> BuildSource:
    from layerscope.blobs.provenance import read_source

    return interruptible(lambda _cancellation: read_source(store, image), store.close)


@command("layers IMAGE", "layers IMAGE -o yaml")
@listing_image_command
@json_option
def layers(request: ImageRequest, *, as_json: bool) -> None:
    """List the layers, lowest first: digest, sizes, entries and status.

    A layer in the cache is not read again: its status is from the day it was read. `verify` reads all layers again.
    """
    analysis = request.load(artifacts=True)
    from layerscope.report.rows import layer_rows, unread_layers
    from layerscope.report.text import layer_lines

    stdout.write_listing(layer_rows(analysis), partial(layer_lines, unread=unread_layers(analysis)), as_json=as_json)
    damage.report(analysis)


@command("manifest IMAGE", "manifest IMAGE --index --raw")
@document_command
@click.option("--index", "of_index", is_flag=True, help="Print the image index that the manifest was chosen from.")
@click.option("--raw", is_flag=True, help="Print the exact original bytes, even on a terminal.")
@json_option
def manifest(request: ImageRequest, *, of_index: bool, raw: bool, as_json: bool) -> None:
    """Print the manifest: indented on a terminal, the exact bytes in a pipe."""
    image = request.resolve()
    if not of_index:
        if image.descriptor is None:
            talk.warning("the image has no manifest: this one was generated from its config and layers")
        _write_document(image.manifest_bytes, "the manifest", raw=raw, pretty=as_json)
    elif image.index_bytes:
        _write_document(image.index_bytes, "the image index", raw=raw, pretty=as_json)
    else:
        raise NotFound("there is no image index: the reference leads to one image")


@command("config IMAGE", "config IMAGE --format '{{json .config}}'")
@document_command
@click.option("--raw", is_flag=True, help="Print the exact original bytes, even on a terminal.")
@json_option
def config(request: ImageRequest, *, raw: bool, as_json: bool) -> None:
    """Print the image config: indented on a terminal, the exact bytes in a pipe."""
    _write_document(request.resolve().config_bytes, "the config", raw=raw, pretty=as_json)


def _write_document(data: bytes, what: str, *, raw: bool, pretty: bool) -> None:
    if raw or not (pretty or stdout.is_terminal()):
        stdout.show_chunks([data])
    else:
        stdout.write_json(parse_object(data, what))


FORMATS = ("json", "dive-json", "csv", "markdown", "cyclonedx", "html")


@command("export IMAGE -o report.json", "export IMAGE --format markdown")
@image_command
@click.option("--format", "kind", type=click.Choice(FORMATS), default="json", help="The format of the report.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to this file. An existing file is replaced only when the report is complete.",
)
@layer_option("Report on the image as it was after layer N: without the layers above it.", "--after")
def export(request: ImageRequest, *, kind: str, output: Path | None, after: int | None) -> None:
    """Write a report on the image and its layers for other programs.

    `cyclonedx` is a list of the packages, an SBOM; it needs the extra `sbom`. `html` is a page with pictures of files,
    layers and waste, in one file; it needs the extra `html`.
    """
    analysis = request.load()
    if after is not None:
        from layerscope.report.selection import chosen_layer

        analysis = analysis.after(chosen_layer(analysis, after))
    from layerscope.report.formats import REPORTS

    text = REPORTS[kind](analysis)
    if output is None or str(output) == "-":
        stdout.write_text(text)
    else:
        replace_file(output, text.encode())
    damage.report(analysis)
