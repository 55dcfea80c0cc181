"""The line at the bottom: the most important keys, and the progress of reading."""

from collections.abc import Sequence

from layerscope.tui.lines.bars import progress_bar
from layerscope.tui.lines.key_hints import key_hints
from layerscope.tui.lines.sizes import count_text
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.state.session import Session

BAR_WIDTH = 10


def footer_line(session: Session, hints: Sequence[tuple[str, str, str]], width: int) -> Line:
    """The keys to the left, the progress of reading to the right."""
    return key_hints(hints, loading_progress(session), width)


def loading_progress(session: Session) -> Line:
    """The layers that are read and the bytes that have arrived; empty once everything is read."""
    if session.stopped:
        return (Span("reading stopped, ", "warning"), Span("r", "key"), Span(" continues", "label"))
    if session.is_complete and session.unread:
        failed = count_text(len(session.unread), "layer")
        return (Span(f"{failed} failed, ", "bad"), Span("r", "key"), Span(" retries", "label"))
    return () if session.is_complete or session.problem else _current_work(session)


def _current_work(session: Session) -> Line:
    if waiting := session.news.countdown.words:
        return (Span(safe(waiting), "warning"),)
    image = session.image
    if image is None:
        return (Span("opening the image", "label"),)
    read = len(session.contents)
    if read == len(image.layers):
        return (Span("merging layers", "label"),)
    received = sum(session.received_size(layer.number) for layer in image.layers)
    bar = progress_bar(received, image.compressed_size, BAR_WIDTH)
    return Span(f"reading {read} of {len(image.layers)} ", "label"), *bar
