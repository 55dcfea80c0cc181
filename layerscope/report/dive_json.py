"""The JSON format of dive, for tools that read it: the same structure, and the same figures by dive's formulas."""

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.dive import dive_figures
from layerscope.insight.dive_tree import Tree
from layerscope.layers.layer_index import EntryType, LayerIndex
from layerscope.report.row import Row

_SHELL = "/bin/sh -c "
_GO_TYPE_BITS: dict[int, int] = {
    EntryType.DIRECTORY: 1 << 31,
    EntryType.SYMLINK: 1 << 27,
    EntryType.BLOCK_DEVICE: 1 << 26,
    EntryType.FIFO: 1 << 25,
    EntryType.CHARACTER_DEVICE: 1 << 26 | 1 << 21,
}
_GO_MODE_BITS = {0o4000: 1 << 23, 0o2000: 1 << 22, 0o1000: 1 << 20}


def dive_report(analysis: Analysis) -> Row:
    """The image as dive 0.13 reports it."""
    indexes = [content.index if content else LayerIndex() for content in analysis.contents]
    figures = dive_figures(indexes)
    return {
        "layer": [_layer(analysis, number, index) for number, index in enumerate(indexes)],
        "image": {
            "sizeBytes": figures.size,
            "inefficientBytes": figures.wasted_size,
            "efficiencyScore": figures.efficiency,
            "fileReference": [
                {"count": path.count, "sizeBytes": path.size, "file": "/" + _text(path.path)}
                for path in figures.inefficient
            ],
        },
    }


def _layer(analysis: Analysis, number: int, index: LayerIndex) -> Row:
    layer, tree = analysis.image.layers[number], Tree.of(index)
    digest = layer.diff_id or layer.descriptor.digest
    return {
        "index": number,
        "id": digest.encoded,
        "digestId": str(digest),
        "sizeBytes": tree.size,
        "command": layer.command.removeprefix(_SHELL) or "(missing)",
        "fileList": [_file(index, node.row) for node in tree.children_first()],
    }


def _file(index: LayerIndex, row: int) -> Row:
    """One entry; an implied parent has empty fields, as in dive."""
    if row < 0:
        fields: tuple[object, ...] = ("", 0, "", 0, 0, 0, 0, False)
    else:
        type_ = int(index.types[row])
        fields = (
            _text(index.paths[row]),
            type_,
            _text(index.links[row]),
            int(index.sizes[row]),
            _go_mode(type_, int(index.modes[row])),
            int(index.uids[row]),
            int(index.gids[row]),
            type_ == EntryType.DIRECTORY,
        )
    names = ("path", "typeFlag", "linkName", "size", "fileMode", "uid", "gid", "isDir")
    return dict(zip(names, fields, strict=True))


def _go_mode(type_: int, mode: int) -> int:
    """The bits of Go's os.FileMode."""
    bits = _GO_TYPE_BITS.get(type_, 0)
    return (mode & 0o777) | bits | sum(go for unix, go in _GO_MODE_BITS.items() if mode & unix)


def _text(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return display(name)
