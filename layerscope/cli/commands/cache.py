"""The cache of layers: `cache path`, `cache list`, `cache prune`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from layerscope.cli.console import stdout
from layerscope.cli.options import json_option, to_size
from layerscope.display import display
from layerscope.errors import LayerscopeError, UsageError

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import CachedRow, LayerCache


@click.group(no_args_is_help=False)
def cache() -> None:
    """List or prune the cache of layers, which saves fetching a layer twice.

    It has the list of files of each layer, without their contents. Only verified layers are in it.
    """


@cache.command("path")
def print_path() -> None:
    """Print the directory of the cache. LAYERSCOPE_CACHE_DIR sets another one."""
    stdout.write_lines([display(bytes(_cache().path))])


@cache.command("list")
@json_option
def list_layers(*, as_json: bool) -> None:
    """List the layers, most recently used first."""
    with _opened_cache() as layers:
        rows = layers.rows()
    if as_json:
        stdout.write_rows(
            {"digest": row.digest, "entryCount": row.entry_count, "size": row.size, "used": _time(row)} for row in rows
        )
    else:
        stdout.write_lines(_lines(rows))


@cache.command("prune")
@click.option(
    "--keep",
    default="0",
    callback=to_size,
    metavar="SIZE",
    help="Keep the most recently used layers, up to this total size.",
)
def prune(*, keep: int) -> None:
    """Remove all layers, or the least recently used ones."""
    from layerscope.report.table import natural_size

    with _opened_cache() as layers:
        count, size = layers.prune(keep)
    stdout.write_lines([f"removed {count} {'file' if count == 1 else 'files'}, {natural_size(size)}"])


def _cache() -> LayerCache:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.cache.location import VARIABLE, layers_directory

    directory = layers_directory()
    if directory is None:
        raise UsageError("no home directory for the cache", hint=f"set `{VARIABLE}` to a directory")
    return LayerCache(directory)


@contextmanager
def _opened_cache() -> Iterator[LayerCache]:
    layers = _cache()
    try:
        yield layers
    except OSError as error:
        raise LayerscopeError(f"cannot use the cache in `{display(bytes(layers.path))}`: {error.strerror}") from error


def _lines(rows: list[CachedRow]) -> list[str]:
    from layerscope.report.table import Column, natural_size, table

    columns = (Column("entries", is_figure=True), Column("size", is_figure=True), Column("last used"), Column("digest"))
    cells = [(f"{row.entry_count:,}", natural_size(row.size), _time(row), row.digest) for row in rows]
    return table(columns, cells, stdout.terminal_width())


def _time(row: CachedRow) -> str:
    return datetime.fromtimestamp(row.used, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
