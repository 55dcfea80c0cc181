"""The line on top: the image, its sizes, and the fate of its bytes."""

from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.sizes import count_text, natural_size, percent
from layerscope.tui.lines.spans import Line, Span, line_width, safe, shorten
from layerscope.tui.state.session import Session


def header_line(session: Session, width: int) -> Line:
    """Name, platform and sizes to the left, the fate of the bytes to the right; what does not fit is left out.

    If a layer is missing, the line says so instead of the fate.
    """
    figures = _figures(session)
    fate = _fate(session)
    name = Span(" " + shorten(safe(session.name), max(width - 2, 1)), "title")
    line: list[Span] = [name]
    for fact in figures:
        if line_width((*line, fact, *fate)) + 4 <= width:
            line += [Span("  "), fact]
    space = width - line_width((*line, *fate)) - 1
    return (*line, Span(" " * space), *fate) if space > 0 else tuple(line)


def _figures(session: Session) -> list[Span]:
    image = session.image
    if image is None:
        return []
    kind = f"artifact {safe(image.artifact_type)}" if image.artifact_type else str(image.platform)
    figures = [kind, count_text(len(image.layers), "layer"), f"{natural_size(image.compressed_size)} pull"]
    if image.artifact_type:
        return [Span(fact, "label") for fact in figures]
    if accounting := session.whole_accounting:
        figures.append(f"{natural_size(accounting.image.size)} unpacked")
    return [Span(fact, "label") for fact in figures if fact]


def _fate(session: Session) -> tuple[Span, ...]:
    if lack := Gap.of(session).lack:
        return (Span(f"incomplete: {lack}", "bad"),)
    if session.whole_accounting is None or (session.image and session.image.artifact_type):
        return ()
    fates = session.whole_accounting.image
    live = Span(f"{percent(fates.efficiency)} live", "good")
    if not fates.wasted_size:
        return (live,)
    return live, Span("  "), Span(f"{natural_size(fates.wasted_size)} wasted", "bad")
