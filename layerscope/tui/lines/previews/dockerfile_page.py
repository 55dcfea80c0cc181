"""The build as a Dockerfile: made from the history, or the source from the provenance."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from layerscope.blobs.provenance import BuildSource
from layerscope.content.preview.model import HEAD_SIZE, Text
from layerscope.content.preview.text import MAX_LINES, in_pieces, text_of
from layerscope.oci import Image
from layerscope.report.dockerfile import step_lines
from layerscope.tui.lines.previews.body import View
from layerscope.tui.lines.previews.margin_body import MarginBody
from layerscope.tui.lines.previews.page import Page
from layerscope.tui.lines.previews.text_body import TextBody
from layerscope.tui.lines.previews.window import Parts
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.lines.step_margin import margin_heading, margin_width, step_margin

_LONGEST = 200_000
"""Characters of an instruction that are shown."""


def dockerfile_page(image: Image) -> Page:
    """The steps of the history."""
    lines = list(islice(_lines(image), MAX_LINES))
    text = in_pieces(line for _, line in lines)
    body = _body(text, [number for number, _ in lines], shows_numbers=False)
    saved = "".join(f"{line}\n" for _, line in lines).encode("utf-8", "replace")
    status = "from the history; X looks for the source" if image.attestations else "from the history"
    return Page(body, status=status, saved=("Dockerfile", saved), heading=_heading)


def source_page(source: BuildSource, image: Image) -> Page:
    """The Dockerfile itself; a line that goes on belongs to the step of the line before."""
    text = text_of(source.data[:HEAD_SIZE], is_cut=len(source.data) > HEAD_SIZE)
    step_of = {step.layer: number for number, step in enumerate(image.steps)}
    steps: list[int] = []
    goes_on = False
    for piece, number in zip(text.pieces, text.numbers, strict=True):
        if number:
            before = steps[-1] if goes_on else -1
            steps.append(step_of.get(source.layers.get(number, -1), before))
        goes_on = piece.rstrip().endswith("\\")
    status = f"{safe(source.name)}, from the provenance"
    body = _body(text, steps, shows_numbers=True)
    return Page(body, names=(b"", b"source"), status=status, saved=("Dockerfile", source.data), heading=_heading)


def _lines(image: Image) -> Iterator[tuple[int, str]]:
    """Each line with the number of its step."""
    for number, step in enumerate(image.steps):
        yield from ((number, line) for line in step_lines({"command": step.entry.created_by[:_LONGEST]}))


def _body(text: Text, steps: Sequence[int], *, shows_numbers: bool) -> MarginBody:
    """The text, whose lines belong to these steps, beside the figures of the steps."""
    pieces = [safe(piece) for piece in text.pieces]
    owners, line = [], -1
    for number in text.numbers:
        line += bool(number)
        owners.append(steps[line])

    def margin(item: int, view: View) -> Line:
        step = owners[item]
        is_first = item == 0 or owners[item - 1] != step
        return step_margin(view.steps[step], view.width) if is_first and 0 <= step < len(view.steps) else ()

    note = f"the rest is not shown: {text.cut}" if text.cut else ""
    body = TextBody.of(pieces, text.numbers, list(_parts(pieces)), note, shows_numbers=shows_numbers)
    return MarginBody(body, lambda view: margin_width(view.width), margin, owners)


def _parts(pieces: Iterable[str]) -> Iterator[Parts]:
    """The word of an instruction stands out; a comment, as that of the build arguments, is dim."""
    goes_on = False
    for piece in pieces:
        word = piece.split(" ", 1)[0]
        if piece.startswith("#"):
            yield [(len(piece), "faint")]
        else:
            yield [(len(word), "code-keyword")] if word.isupper() and not goes_on else []
            goes_on = piece.endswith("\\")


def _heading(width: int) -> Line:
    return (Span(f"{margin_heading(width)}instruction", "heading"),)
