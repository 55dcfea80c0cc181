"""The cache of layers and documents: `cache path`, `cache list`, `cache prune`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from layerscope.cli.command import Command
from layerscope.cli.console import stdout, talk
from layerscope.cli.options import json_option, to_size
from layerscope.display import display
from layerscope.errors import LayerscopeError, UsageError

if TYPE_CHECKING:
    from layerscope.cache.document_cache import DocumentCache, DocumentRow
    from layerscope.cache.layer_cache import CachedRow, LayerCache
    from layerscope.report.row import Row


@click.group(no_args_is_help=False)
def cache() -> None:
    """List or empty the cache. Cached data is not fetched again.

    The cache has the list of files of each layer, without their contents. It also has documents: the manifests and
    configs of images. All data in the cache was verified. After the first read of a file in a big gzip layer, the cache
    also has checkpoints of the layer. With them, the next read can start in the middle of the layer.

    With --offline, an image that was read before opens without the network. A tag then means the image that it had at
    the last read; a warning shows the date of that read. `verify` never uses the cache.
    """


@cache.command("path", cls=Command, examples=("cache path",))
def print_path() -> None:
    """Print the directory of the cached layers. LAYERSCOPE_CACHE_DIR sets another directory."""
    stdout.write_lines([display(bytes(_cache().path))])


@cache.command("list", cls=Command, examples=("cache list",))
@json_option
def list_layers(*, as_json: bool) -> None:
    """List the layers and documents, most recently used first."""
    with _opened_cache() as (layers, documents):
        rows = [*map(_layer_row, layers.rows()), *map(_document_row, documents.rows())]
        rows.sort(key=lambda row: row["used"], reverse=True)
    stdout.write_listing(rows, _lines, as_json=as_json)
    if not rows and not as_json:
        talk.note("note", "the cache is empty")


@cache.command("prune", cls=Command, examples=("cache prune", "cache prune --keep 500MB"))
@click.option(
    "--keep",
    default="0",
    callback=to_size,
    metavar="SIZE",
    help="Keep the most recently used layers, up to this total size, and all documents.",
)
def prune(*, keep: int) -> None:
    """Remove all layers and documents, or the least recently used layers."""
    from layerscope.report.table import natural_size

    with _opened_cache() as (layers, documents):
        count, size = layers.prune(keep)
        removed = f"{count} {'layer' if count == 1 else 'layers'}"
        if not keep:
            document_count, document_size = documents.prune()
            removed += f" and {document_count} {'document' if document_count == 1 else 'documents'}"
            size += document_size
    stdout.write_lines([f"removed {removed} ({natural_size(size)}) from the cache"])


def _cache() -> LayerCache:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.cache.location import VARIABLE, layers_directory

    directory = layers_directory()
    if directory is None:
        raise UsageError("no home directory for the cache", hint=f"set `{VARIABLE}` to a directory")
    return LayerCache(directory)


@contextmanager
def _opened_cache() -> Iterator[tuple[LayerCache, DocumentCache]]:
    from layerscope.cache.document_cache import DocumentCache
    from layerscope.cache.location import documents_directory

    layers, directory = _cache(), documents_directory()
    assert directory
    try:
        yield layers, DocumentCache(directory)
    except OSError as error:
        raise LayerscopeError(f"cannot use the cache in `{display(bytes(layers.path))}`: {error.strerror}") from error


def _layer_row(row: CachedRow) -> Row:
    return {
        "digest": row.digest, "entryCount": row.entry_count, "size": row.size, "used": _time(row.used), "kind": "layer",
    }  # fmt: skip


def _document_row(row: DocumentRow) -> Row:
    return {"digest": row.digest, "entryCount": 0, "size": row.size, "used": _time(row.used), "kind": "document"}


def _lines(rows: Sequence[Row], width: int | None) -> list[str]:
    from layerscope.report.table import NONE, Column, natural_size, table

    columns = (
        Column("kind"),
        Column("entries", is_figure=True),
        Column("size in cache", is_figure=True),
        Column("last used"),
        Column("digest"),
    )
    cells = [
        (
            row["kind"],
            f"{row['entryCount']:,}" if row["kind"] == "layer" else NONE,
            natural_size(row["size"]),
            row["used"],
            row["digest"],
        )
        for row in rows
    ]
    return table(columns, cells, width)


def _time(used: float) -> str:
    return datetime.fromtimestamp(used, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
