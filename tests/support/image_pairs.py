"""Two images side by side, made from short descriptions of their layers."""

from layerscope.insight.analysis import Analysis
from layerscope.insight.image_diff import ImageDiff
from support.loaded import load_layers


def analysis_of(layers, **config):
    """An image of these layers, read from real tars."""
    loaded = load_layers(list(layers), **config)
    return Analysis.of(loaded.image, loaded.contents)


def diff_of(before, after, **config):
    """The difference of two images; each is a list of layers."""
    return ImageDiff.of(analysis_of(before, **config), analysis_of(after, **config))


def shown(rows, tree):
    """Rows of changed paths as short texts: sign, path, files, growth."""
    signs = {"ADDED": "+", "REMOVED": "-", "MODIFIED": "~", "TOUCHED": "=", "UNKNOWN": "?"}
    return [
        f"{signs[row.change.name] if row.moved_from is None else tree.path(row.moved_from).decode() + ' >'} "
        f"{tree.path(row.node).decode()} {row.file_count} {row.growth:+}"
        for row in rows
    ]
