"""Rows as text for people: the image, its layers, its history, its waste and the top of its tree.

With `width`, the columns of the terminal, long texts are shortened and the last column is cut. Without it, as for a
pipe, nothing is cut.
"""

from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.oci import Digest, Image
from layerscope.report.failures import failures
from layerscope.report.instruction import instruction
from layerscope.report.row import Row
from layerscope.report.rows import gap_of, image_row
from layerscope.report.table import (
    NONE,
    Column,
    cell_width,
    digest_cell,
    natural_size,
    part_of_pull,
    percent,
    pull_cell,
    table,
    time_cell,
)


def image_lines(
    analysis: Analysis, width: int | None = None, more: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """The image on one screen: its documents, its sizes, the fate of its bytes, and then `more` texts by label."""
    lines = {**_about(analysis.image), **_sizes_of(analysis), **more}
    edge = max(map(cell_width, lines)) + 2
    return [line for label, text in lines.items() for line in _labelled(label, text, edge, width)]


def _labelled(label: str, text: str, edge: int, width: int | None) -> list[str]:
    """A label and its text. A text that does not fit is whole on the next line, because digests are copied."""
    line = f"{label:<{edge}}{text}"
    return [line] if width is None or cell_width(line) <= width else [label, f"  {text}"]


def _about(image: Image) -> dict[str, str]:
    """What the documents say of the image; the type of an artifact is added."""
    kind = {"artifact": display(image.artifact_type)} if image.artifact_type else {}
    others = [str(entry.platform) for entry in image.index.images if entry.platform] if image.index else []
    return {
        "reference": display(image.reference),
        "digest": str(image.descriptor.digest) if image.descriptor else NONE,
        "media type": display(image.manifest.media_type),
        **kind,
        "platform": str(image.platform) or NONE,
        **({"platforms": ", ".join(others)} if others else {}),
        **({"index": str(Digest.of(image.index_bytes))} if image.index_bytes else {}),
        "created": time_cell(image.config.created),
    }


def _sizes_of(analysis: Analysis) -> dict[str, str]:
    image = image_row(analysis)
    overwritten = natural_size(image["overwrittenSize"])
    if image["metadataOnlySize"]:
        overwritten += f" (metadata only: {natural_size(image['metadataOnlySize'])})"
    pulled = f" {part_of_pull(image['wastedCompressedSize'])}" if image["pullKnown"] else ""
    gap = gap_of(analysis)
    return {
        **({"incomplete": f"{gap}; the figures are made from what was read"} if gap else {}),
        "layers": f"{len(analysis.image.layers)} ({_entries(image['entryCount'])})",
        "pull": pull_cell(image, in_words=True),
        **({"fetched": _fetched(image["listed"])} if image["listed"] else {}),
        "size": natural_size(image["size"]),
        "  live": natural_size(image["liveSize"]),
        "  overwritten": overwritten,
        "  deleted": natural_size(image["deletedSize"]),
        "  shadowed": natural_size(image["shadowedSize"]),
        "wasted": natural_size(image["wastedSize"]) + pulled,
        "efficiency": percent(image["efficiency"]),
    }


def _fetched(listed: Row) -> str:
    """How much of the layers was fetched that their tables of contents list."""
    sizes = f"{natural_size(listed['fetchedSize'])} of {natural_size(listed['compressedSize'])}"
    which = failures(dict.fromkeys(listed["layers"], "is listed by a table of contents"))
    return f"{sizes}; {which}, and `--whole` reads everything"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def layer_lines(layers: Sequence[Row], width: int | None = None, *, unread: Container[int] = frozenset()) -> list[str]:
    """One line per layer, lowest first; what is unknown of an `unread` layer is a dash."""
    columns = [
        Column("#", is_figure=True),
        Column("digest", is_optional=True),
        *([] if width else [Column("media type")]),
        Column("pull", is_figure=True),
        Column("size", is_figure=True),
        Column("wasted", is_figure=True, is_optional=True),
        Column("entries", is_figure=True, is_optional=True),
        Column("status"),
        Column("instruction"),
    ]
    cells = [_layer_cells(row, is_read=row["index"] not in unread, short=bool(width)) for row in layers]
    return table(columns, cells, width)


def history_lines(steps: Sequence[Row], width: int | None = None, *, unread: Container[int] = frozenset()) -> list[str]:
    """One line per build step, in the given order.

    A dash stands for the layer of a step that made none, and for the unknown sizes of an `unread` layer.
    """
    columns = (
        Column("layer", is_figure=True),
        Column("created", is_optional=True),
        Column("pull", is_figure=True),
        Column("size", is_figure=True),
        Column("wasted", is_figure=True, is_optional=True),
        Column("instruction"),
    )
    cells = [_step_cells(row, is_read=row["layer"] not in unread) for row in steps]
    return table(columns, cells, width)


def waste_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """One line per dead file version, in the given order."""
    columns = (
        Column("size", is_figure=True),
        Column("pull", is_figure=True),
        Column("fate"),
        Column("layer", is_figure=True),
        Column("ended by", is_figure=True),
        Column("path"),
    )
    cells = [
        (
            natural_size(row["size"]),
            pull_cell(row),
            row["fate"],
            str(row["layer"]),
            str(row["killedBy"]),
            display(row["path"]),
        )
        for row in rows
    ]
    return table(columns, cells, width)


def tree_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """One line per entry of a directory, with the size of all files below it."""
    columns = (Column("size", is_figure=True), Column("mode"), Column("owner"), Column("path"))
    cells = [
        (natural_size(row["totalSize"]), row["letters"], f"{row['uid']}:{row['gid']}", _tree_name(row)) for row in rows
    ]
    return table(columns, cells, width)


def _layer_cells(row: Row, *, is_read: bool, short: bool) -> list[str]:
    return [
        str(row["index"]),
        digest_cell(row["digest"], short=short),
        *([] if short else [display(row["mediaType"])]),
        *_sizes(row, is_read=is_read),
        f"{row['entryCount']:,}" if is_read else NONE,
        row["status"] or NONE,
        instruction(row["command"]) or NONE,
    ]


def _step_cells(row: Row, *, is_read: bool) -> list[str]:
    made_layer = row["layer"] is not None
    return [
        str(row["layer"]) if made_layer else NONE,
        time_cell(row["created"]),
        *(_sizes(row, is_read=is_read) if made_layer else ("", "", "")),
        instruction(row["command"]) or NONE,
    ]


def _sizes(row: Row, *, is_read: bool) -> tuple[str, str, str]:
    if not is_read:
        return pull_cell(row), NONE, NONE
    dead = row["overwrittenSize"] + row["deletedSize"] + row["shadowedSize"]
    return pull_cell(row), natural_size(row["size"]), natural_size(dead) if dead else NONE


def _tree_name(row: Row) -> str:
    return display(row["path"]) + (f" -> {display(row['link'])}" if row["type"] == "symlink" else "")
