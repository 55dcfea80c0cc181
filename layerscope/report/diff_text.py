"""The difference of two images as text for people."""

import json
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from layerscope.display import display
from layerscope.insight.file_changes import Equality
from layerscope.insight.first_difference import FirstDifference
from layerscope.insight.image_diff import ImageDiff
from layerscope.oci import Image
from layerscope.report.changed_paths import FileList, counted, file_lines
from layerscope.report.diff import history_rows, incomplete
from layerscope.report.instruction import instruction
from layerscope.report.package_changes import package_change_lines
from layerscope.report.row import Row
from layerscope.report.rows import image_row
from layerscope.report.table import NONE, UNKNOWN, Column, cut, digest_cell, natural_size, pull_cell, signed_size, table

_FIGURES = {
    "size": "size",
    "  live": "liveSize",
    "  wasted": "wastedSize",
}
_LONGEST = 100
"""Characters of a value of the config, and of an instruction inside a sentence."""
EQUALITY_WORDS = {
    Equality.EQUAL: "equal: file system and config are the same",
    Equality.DIFFERENT: "different",
    Equality.UNKNOWN: "unknown: not everything could be compared",
}


def diff_lines(diff: ImageDiff, files: FileList, width: int | None = None) -> list[str]:
    """The whole difference: head, config, history, layers, packages, files."""
    gap = incomplete(diff)
    parts = (
        ("Config", config_lines(diff)),
        ("History", step_lines(diff)),
        ("Layers", _layer_lines(diff, width)),
        ("Packages", package_change_lines(diff.packages, width)),
        ("Files", file_lines(diff.files, files, width)),
    )
    lines = [
        *_names(diff, short=bool(width)),
        *([f"incomplete  {gap}; the figures are made from what was read"] if gap else []),
        "",
        *figure_lines(diff),
        "",
        pull_sentence(diff),
        f"result: {EQUALITY_WORDS[diff.equality]}",
    ]
    lines += [line for heading, part in parts if part for line in ("", heading, *part)]
    return [cut(line, width) for line in lines] if width else lines


def same_image_lines(before: Image) -> list[str]:
    """The answer for one image under two names."""
    assert before.descriptor
    return [f"both are {before.descriptor.digest}", f"result: {EQUALITY_WORDS[Equality.EQUAL]}"]


def figure_lines(diff: ImageDiff) -> list[str]:
    """The sizes of both images, and how much they grew."""
    columns = (Column(""), *(Column(name, is_figure=True) for name in ("A", "B", "growth")))
    return table(columns, figure_cells(diff))


def figure_cells(diff: ImageDiff) -> list[tuple[str, str, str, str]]:
    """Label, A, B and growth of each figure."""
    old, new = image_row(diff.before), image_row(diff.after)
    sizes = [
        (label, natural_size(old[name]), natural_size(new[name]), signed_size(new[name] - old[name]))
        for label, name in _FIGURES.items()
    ]
    pull = ("pull", pull_cell(old), pull_cell(new), pull_growth(diff))
    counts = (len(diff.before.image.layers), len(diff.after.image.layers))
    return [
        pull,
        *sizes,
        ("layers", str(counts[0]), str(counts[1]), f"{counts[1] - counts[0]:+}" if counts[0] != counts[1] else "0"),
    ]


def pull_growth(diff: ImageDiff) -> str:
    """How much the pull grew; a question mark if that is unknown."""
    return signed_size(diff.compressed_size_delta) if diff.is_pull_known else UNKNOWN


def pull_sentence(diff: ImageDiff) -> str:
    """What it costs to pull the second image if the first one is there."""
    sets = diff.layers
    counts = f"{len(sets.shared)} shared, {len(sets.removed)} removed, {len(sets.added)} added"
    size = natural_size(sets.pull_size) if sets.is_pull_known else "an unknown size"
    return f"a pull of B needs {size} if A is already pulled (layers: {counts})"


def config_lines(diff: ImageDiff) -> list[str]:
    """One line per field: what it was, and what it is now."""
    return [
        f"{display(change.field, limit=_LONGEST)}: {_value(change.before)} -> {_value(change.after)}"
        for change in diff.config
    ]


def step_lines(diff: ImageDiff) -> list[str]:
    """The steps that only one history has, with a sign."""
    return [_step_line(row) for row in history_rows(diff)]


def _step_line(row: Row) -> str:
    layer = NONE if row["layer"] is None else str(row["layer"])
    return f"{'+' if row['change'] == 'added' else '-'} {layer:>3}  {instruction(row['command']) or NONE}"


def _layer_lines(diff: ImageDiff, width: int | None) -> list[str]:
    """The first layer that differs, then the layers that only one image has."""
    first = diff.first_difference
    columns = [Column(""), Column("#", is_figure=True), *(Column(name, is_figure=True) for name in ("pull", "size"))]
    sides = (("-", diff.before, diff.layers.removed), ("+", diff.after, diff.layers.added))
    cells = [
        (
            sign,
            str(layer.number),
            natural_size(layer.descriptor.size) if layer.is_pull_known else UNKNOWN,
            natural_size(analysis.accounting.layers[layer.number].size),
            instruction(layer.command) or NONE,
        )
        for sign, analysis, layers in sides
        for layer in layers
    ]
    sentence = first_difference_sentence(first) if first else ""
    return [
        *(table([*columns, Column("instruction")], cells, width) if cells else []),
        *(wrap(sentence, width, break_on_hyphens=False) if width else filter(None, [sentence])),
    ]


def first_difference_sentence(first: FirstDifference) -> str:
    """Why the layer is not shared: from it on, the images share nothing by position."""
    named = f"`{cut(instruction(first.new_command), _LONGEST)}`" if first.new_command else ""
    start = f"layer {first.layer} is the first layer that differs"
    if not first.has_same_instruction:
        now = f"now {named}" if named else "now no instruction is recorded"
        return f"{start}: its instructions differ, {now}" if first.new_command or first.old_command else start
    start += f", but its instruction {named} is the same" if named else ", and has no recorded instruction"
    return f"{start}: it was not read completely" if not first.is_known else f"{start}: {_counts(first)}"


def _counts(first: FirstDifference) -> str:
    parts = {
        "only in time": first.time_only_count,
        "in content": first.content_count,
        "in attributes": first.attribute_count,
    }
    found = [
        f"{counted(count, 'path')} {'differs' if count == 1 else 'differ'} {how}"
        for how, count in parts.items()
        if count
    ]
    more = {"unknown": first.unknown_count, "added": first.added_count, "removed": first.removed_count}
    found += [f"{count:,} {word}" for word, count in more.items() if count]
    if not found:
        return "the entries are the same, so the order of the entries or their headers differ"
    paths = ", ".join(f"/{display(path, limit=_LONGEST)}" for path in first.paths[:3])
    return ", ".join(found) + (f": {paths}" if paths else "") + (", ..." if len(first.paths) > 3 else "")


def _names(diff: ImageDiff, *, short: bool) -> list[str]:
    sides: Sequence[tuple[str, Image]] = (("A", diff.before.image), ("B", diff.after.image))
    return [f"{name}  {image_name(image, short=short)}" for name, image in sides]


def image_name(image: Image, *, short: bool = False) -> str:
    """Reference, platform and digest, and the layer after which the image is compared."""
    after = f"after layer {len(image.layers) - 1}" if len(image.layers) < len(image.manifest.layers) else ""
    digest = digest_cell(str(image.descriptor.digest), short=short) if image.descriptor else ""
    return "  ".join(filter(None, (display(image.reference), after, str(image.platform), digest)))


def _value(value: Any) -> str:
    return "none" if value is None else display(json.dumps(value, ensure_ascii=False), limit=_LONGEST)
