"""The comparison of two images as a whole: figures, layers, config and Dockerfile."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from layerscope.display import display
from layerscope.insight.config_diff import ConfigChange, config_changes, history_changes
from layerscope.insight.layer_diff import LayerSets
from layerscope.oci import Image
from layerscope.report.instruction import dockerfile_lines
from layerscope.report.table import UNKNOWN, natural_size
from layerscope.tui.lines.fields import count_text, dim_line, field, fields, heading, paragraph
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.spans import Line, Span, fit, safe, shorten
from layerscope.tui.state.scope import NAMES
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.insight.image_diff import ImageDiff

_LONGEST = 2000
"""Characters of a value of the config."""
_LABEL_WIDTH, _CELL_WIDTH = 10, 10


def comparison_lines(session: Session, width: int) -> list[Line]:
    """What two images are, how much they differ, and where; as much of it as is known."""
    base, image = session.base.image if session.base else None, session.image
    if base is None or image is None:
        return dim_line("the manifests are not read yet")
    lines = [*_image(NAMES[0], base, width), *_image(NAMES[1], image, width)]
    if session.is_same_image:
        return [*lines, (), *paragraph(same_image_text(image), width, "good")]
    lines += [*_warnings(base, image, width), *_results(session, width), *_pull(base, image, width)]
    lines += _first_difference(session.diff, width) if session.diff else []
    return [*lines, *_config(config_changes(base, image), width), *_dockerfile(base, image, width)]


def same_image_text(image: Image) -> str:
    """That there is nothing to compare."""
    digest = image.descriptor.digest if image.descriptor else ""
    return f"A and B are the same image, {digest}: nothing differs, and no layer is read"


def _image(name: str, image: Image, width: int) -> list[Line]:
    after = f" after layer {len(image.layers) - 1}" if len(image.layers) < len(image.manifest.layers) else ""
    digest = str(image.descriptor.digest) if image.descriptor else "no digest"
    return [
        *field(name, safe(image.reference) + after, width, "path"),
        *field("", f"{safe(str(image.platform))}, {count_text(len(image.layers), 'layer')}", width),
        *field("", digest, width, "label"),
    ]


def _warnings(base: Image, image: Image, width: int) -> list[Line]:
    """What makes a comparison other than it seems."""
    lines: list[Line] = []
    if base.platform != image.platform and not (base.artifact_type or image.artifact_type):
        text = f"the platforms differ: {base.platform} and {image.platform}"
        lines += [(), *paragraph(safe(text), width, "warning")]
    for name, artifact in zip(NAMES, (base.artifact_type, image.artifact_type), strict=True):
        if artifact:
            text = f"{name} is an artifact of type {artifact}: it has no file system, only its blobs are compared"
            lines += [(), *paragraph(safe(text), width, "warning")]
    return lines


def _results(session: Session, width: int) -> list[Line]:
    """Whether the images are equal, and their figures side by side; if not all is read, what is missing."""
    lines: list[Line] = [()]
    if incomplete := Gap.of(session).progress:
        lines += field("incomplete", incomplete, width, "bad" if Gap.of(session).incomplete else "faint")
    if session.diff is None:
        return lines if incomplete else [*lines, *dim_line("merging layers")]
    from layerscope.report.diff_text import EQUALITY_WORDS, figure_cells  # noqa: PLC0415 - numpy loads late

    lines += [*field("result", EQUALITY_WORDS[session.diff.equality], width), ()]
    lines.append(_figures("", "A", "B", "growth", "heading"))
    return lines + [_figures(*cells) for cells in figure_cells(session.diff)]


def _figures(label: str, before: str, after: str, growth: str, style: str = "value") -> Line:
    cells = "".join(fit(cell, _CELL_WIDTH, right=True) for cell in (before, after, growth))
    return Span(label.strip().ljust(_LABEL_WIDTH), "label"), Span(cells, style)


def _pull(base: Image, image: Image, width: int) -> list[Line]:
    layers = LayerSets.of(base, image)
    counts = f"{len(layers.shared)} shared, {len(layers.removed)} only in A, {len(layers.added)} only in B"
    size = natural_size(layers.pull_size) if layers.is_pull_known else UNKNOWN
    rows = (("layers", counts), ("to pull B", f"{size} if A is there"))
    return [(), *fields(rows, width)]


def _first_difference(diff: ImageDiff, width: int) -> list[Line]:
    """Why the layers are not shared from there on."""
    from layerscope.report.diff_text import first_difference_sentence  # noqa: PLC0415 - numpy loads late

    found = diff.first_difference
    return [(), *paragraph(safe(first_difference_sentence(found)), width, "value", indent=0)] if found else []


def _config(changes: tuple[ConfigChange, ...], width: int) -> list[Line]:
    """Each field that differs, with its old and its new value below it."""
    lines = heading("Config")
    for change in changes:
        lines += paragraph(display(change.field, limit=_LONGEST), width, "label")
        for sign, style, value in (("-", "removed", change.before), ("+", "added", change.after)):
            if value is not None:
                lines += paragraph(f"{sign} {_value(value)}", width, style)
    return lines if changes else [*lines, *dim_line("no field differs")]


def _value(value: Any) -> str:
    return safe(display(json.dumps(value, ensure_ascii=False), limit=_LONGEST))


def _dockerfile(base: Image, image: Image, width: int) -> list[Line]:
    """The instructions that only one history has."""
    lines, changes = heading("Dockerfile"), history_changes(base, image)
    for change in changes:
        sign, style = ("+", "added") if change.is_added else ("-", "removed")
        written = dockerfile_lines(change.step.entry.created_by) or ["# an unknown step: it has no history"]
        lines += [(Span(shorten(f"{sign} {safe(line)}", width), style),) for line in written]
    return lines if changes else [*lines, *dim_line("no instruction differs")]
