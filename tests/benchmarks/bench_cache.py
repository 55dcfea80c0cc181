"""Opening an image again: layers read and layers from the cache, without and with the table made of them."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from big_image import big_image
from figures import Row, seconds
from layerscope.cache.cached_source import CachedSource
from layerscope.cache.layer_cache import LayerCache
from layerscope.demo.serving import serve_sample_image
from layerscope.filesystem.table import FileTable
from layerscope.loading import LoadedImage, load
from layerscope.sources.open import open_source

FILE_COUNT = 300_000


def measure() -> Iterator[Row]:
    with serve_sample_image() as reference:
        yield from compare("sample image from its registry", reference)
    yield from compare(f"layout of {FILE_COUNT:,} files", f"oci:{big_image(FILE_COUNT)}:latest")


def compare(name: str, text: str) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as directory:
        cache = LayerCache(Path(directory) / "layers")
        cold = seconds(lambda: load_anew(text), repeat=3)
        filling = seconds(lambda: load_with(text, cache), repeat=1)
        warm = seconds(lambda: load_with(text, cache), repeat=5)
        table = seconds(lambda: table_of(load_with(text, cache)), repeat=5)
        size = sum(row.size for row in cache.rows())
    yield Row(f"{name}: read", cold * 1e3, "ms")
    yield Row(f"{name}: read and kept", filling * 1e3, "ms", f"{size / 1e6:.1f} MB on disk")
    yield Row(f"{name}: from the cache", warm * 1e3, "ms", f"{cold / warm:.1f} x faster than reading")
    yield Row(f"{name}: from the cache, and merged", table * 1e3, "ms")


def load_anew(text: str) -> LoadedImage:
    with closing(open_source(text)) as source:
        return load(source)


def load_with(text: str, cache: LayerCache) -> LoadedImage:
    with closing(open_source(text)) as source:
        return load(CachedSource(source, cache))


def table_of(loaded: LoadedImage) -> FileTable:
    return FileTable.merge([content.index for content in loaded.contents])
