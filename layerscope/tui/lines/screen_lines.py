"""The line on top, with the image and its sizes, and the line at the bottom, with keys and progress."""

from collections.abc import Sequence

from layerscope.insight.layer_diff import LayerSets
from layerscope.report.table import signed_size
from layerscope.tui.keymap import key_of
from layerscope.tui.lines.bars import progress_bar
from layerscope.tui.lines.fields import count_text, natural_size, percent
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.glyphs import ARROW
from layerscope.tui.lines.spans import Line, Span, line_width, safe, shorten
from layerscope.tui.state.session import Session


def key_hints(entries: Sequence[tuple[str, str, str]], progress: Line, width: int) -> Line:
    """As many keys as fit beside the progress, with their words and actions; the last two always."""
    space = width - line_width(progress) - 1
    hints = [_hint(*entry) for entry in entries]
    while len(hints) > 2 and sum(map(line_width, hints)) > space:
        del hints[-3]
    keys = tuple(span for hint in hints for span in hint)
    return *keys, Span(" " * max(space - line_width(keys), 0)), *progress


def _hint(key: str, word: str, action: str) -> Line:
    click = f"@screen.run('{action}')"
    return Span(" "), Span(key, f"key {click}"), Span(f" {word}", f"label {click}"), Span(" ")


def header_line(session: Session, width: int, marked: int = 0, shares: tuple[int, int] | None = None) -> Line:
    """Name, platform and sizes to the left, the fate of the bytes to the right; what does not fit is left out.

    If a layer is missing, the line says so instead of the fate. If something is marked, it says what that saves.
    `shares` are the bytes of the base image, and mine.
    """
    if session.base:
        figures, fate = _pair_figures(session), _verdict(session)
        name = f"{safe(session.base.name)} {ARROW} {safe(session.name)}"
    else:
        figures, name = _figures(session), safe(session.name)
        fate = _what_if(session, marked) if marked else _fate(session)
        if shares:
            figures.append(Span(f"base {natural_size(shares[0])} | mine {natural_size(shares[1])}", "label"))
    line: list[Span] = [Span(" " + shorten(name, max(width - 2, 1)), "title")]
    for fact in figures:
        if line_width((*line, fact, *fate)) + 4 <= width:
            line += [Span("  "), fact]
    space = width - line_width((*line, *fate)) - 1
    return (*line, Span(" " * space), *fate) if space > 0 else tuple(line)


def _figures(session: Session) -> list[Span]:
    image = session.image
    if image is None:
        return []
    pull = f"{natural_size(image.compressed_size)} pull" if image.is_pull_known else ""
    kind = f"artifact {safe(image.artifact_type)}" if image.artifact_type else str(image.platform)
    figures = [kind, count_text(len(image.layers), "layer"), pull]
    if image.artifact_type:
        return [Span(fact, "label") for fact in figures]
    if accounting := session.whole_accounting:
        figures.append(f"{natural_size(accounting.image.size)} size")
    return [Span(fact, "label") for fact in figures if fact]


def _pair_figures(session: Session) -> list[Span]:
    """What it costs to pull the second image, and how much it grew."""
    old, new = (image.image for image in session.images)
    if old is None or new is None or session.is_same_image:
        return []
    layers = LayerSets.of(old, new)
    figures = [f"{natural_size(layers.pull_size)} to pull"] if layers.is_pull_known else []
    if session.diff and session.diff.is_whole:
        figures.append(f"{signed_size(session.diff.size_delta)} live")
    return [Span(figure, "label") for figure in figures]


def _verdict(session: Session) -> tuple[Span, ...]:
    """Whether two images are equal, or which layers are missing."""
    if session.is_same_image:
        return (Span("the same image", "good"),)
    if incomplete := Gap.of(session).incomplete:
        return (Span(f"incomplete: {incomplete}", "bad"),)
    return (Span(session.diff.equality, "label"),) if session.diff else ()


def _what_if(session: Session, marked: int) -> tuple[Span, ...]:
    """What the marked changes save; of an image that is not whole, in what was read."""
    saved = session.saved
    if saved is None:
        return (Span(f"{marked} marked", "warning"), Span("" if session.accounting else ", reading", "label"))
    pull = f", {natural_size(saved.compressed_size)} pull" if session.image and session.image.is_pull_known else ""
    words = f"{marked} marked: saves {natural_size(saved.size)}{pull}"
    return (Span(words, "warning"), Span(" of what was read" if session.unread else "", "bad"))


def _fate(session: Session) -> tuple[Span, ...]:
    if incomplete := Gap.of(session).incomplete:
        return (Span(f"incomplete: {incomplete}", "bad"),)
    if session.whole_accounting is None or (session.image and session.image.artifact_type):
        return ()
    fates = session.whole_accounting.image
    live = Span(f"{percent(fates.efficiency)} live", "good")
    if not fates.wasted_size:
        return (live,)
    return live, Span("  "), Span(f"{natural_size(fates.wasted_size)} wasted", "bad")


BAR_WIDTH = 10


def footer_line(session: Session, hints: Sequence[tuple[str, str, str]], width: int) -> Line:
    """The keys to the left, the progress of reading to the right."""
    return key_hints(hints, loading_progress(session), width)


def loading_progress(session: Session) -> Line:
    """The layers that are read and the bytes that have arrived; empty once everything is read."""
    if session.saving:
        return Span(session.saving + ", ", "progress"), Span("esc", "key"), Span(" cancels", "label")
    if session.stopped:
        return (Span("reading stopped, ", "warning"), Span(key_of("retry", "r"), "key"), Span(" continues", "label"))
    unread = sum(len(image.unread) for image in session.images)
    if session.is_complete and unread and not session.is_same_image:
        failed = count_text(unread, "layer")
        return (Span(f"{failed} failed, ", "bad"), Span(key_of("retry", "r"), "key"), Span(" retries", "label"))
    if session.is_complete and session.listed:
        fetched, whole = map(natural_size, session.fetched)
        words = f"fetched {fetched} of {whole}, "
        return (Span(words, "label"), Span(key_of("retry", "r"), "key"), Span(" reads all", "label"))
    return () if session.is_complete or session.problem else _current_work(session)


def _current_work(session: Session) -> Line:
    if waiting := session.news.countdown.words:
        return (Span(safe(waiting), "warning"),)
    images = [image.image for image in session.images if image.image]
    if len(images) < len(session.images):
        return (Span(f"opening the {'images' if session.base else 'image'}", "label"),)
    read, count = sum(len(image.contents) for image in session.images), sum(len(image.layers) for image in images)
    if read == count:
        return (Span("merging layers", "label"),)
    received = sum(image.all_received_size for image in session.images)
    size = sum(image.compressed_size for image in images)
    bar = progress_bar(received, size, BAR_WIDTH)
    left = session.rate.time_left(size - received)
    speed = f" {natural_size(int(session.rate.value))}/s, {left}" if left else ""
    return Span(f"reading {read} of {count} ", "label"), *bar, Span(speed, "label")
