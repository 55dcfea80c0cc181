"""The pages about an image: its config, its platforms, and what is attached to it."""

from collections.abc import Sequence

from layerscope.blobs.artifact import Part
from layerscope.blobs.platforms import PlatformChoice
from layerscope.content.preview.json_text import json_text
from layerscope.content.preview.model import Text
from layerscope.content.preview.text import MAX_LINES, in_pieces
from layerscope.oci import Digest, Image
from layerscope.tui.lines.fields import SIZE_WIDTH, count_text, natural_size
from layerscope.tui.lines.glyphs import CLOSED
from layerscope.tui.lines.previews.body import Body, Note, View
from layerscope.tui.lines.previews.items_body import ItemsBody
from layerscope.tui.lines.previews.margin_body import MarginBody
from layerscope.tui.lines.previews.page import Page
from layerscope.tui.lines.previews.text_body import TextBody
from layerscope.tui.lines.spans import Line, Span, fit, safe
from layerscope.tui.rows.config_rows import config_rows, unset
from layerscope.tui.state.attachment import Attachment, Attachments

_LABEL_WIDTH, _NARROW_LABEL_WIDTH = 14, 10
_WIDTH_FOR_LABELS = 50
_PLATFORM_WIDTH = 20


def config_page(image: Image) -> Page:
    """What the config says, a value on each line; and its JSON."""
    rows = config_rows(image)
    text = in_pieces(value for _, value in rows)
    pieces, row = [safe(piece) for piece in text.pieces], -1
    labels: list[str] = []
    for number in text.numbers:
        row += bool(number)
        is_new = number and (not row or rows[row - 1][0] != rows[row][0])
        labels.append(safe(rows[row][0]) if is_new else "")

    def margin(item: int, view: View) -> Line:
        return (Span(fit(labels[item], _label_width(view) - 1), "label"),)

    missing = unset(image)
    note = f"not set: {', '.join(missing)}" if missing else ""
    body = MarginBody(TextBody.of(pieces, text.numbers, note=note, shows_numbers=False), _label_width, margin)
    raw = _text_body(json_text(image.config_bytes, "the config"))
    return Page(body, status="X switches to JSON and back", as_bytes=raw, saved=("config.json", image.config_bytes))


def _label_width(view: View) -> int:
    return _LABEL_WIDTH if view.width >= _WIDTH_FOR_LABELS else _NARROW_LABEL_WIDTH


def platforms_page(found: Sequence[PlatformChoice], image: Image) -> Page:
    """A row for each platform; the one that is shown has a mark."""
    if not found:
        return Page(Note.of(f"the image is for {safe(str(image.platform))} only: it has no index"))
    own = image.descriptor.digest if image.descriptor else None
    body = ItemsBody(found, lambda item: [_platform(found[item], own)], lambda item: _platform_name(found[item]))
    status = f"enter opens the selected one of {count_text(len(found), 'platform')}"
    return Page(body, status=status, heading=_platform_heading)


def _platform_heading(_width: int) -> Line:
    return (Span(f"  {'pull':>{SIZE_WIDTH}}  {'platform':<{_PLATFORM_WIDTH}}  digest", "heading"),)


def _platform_name(choice: PlatformChoice) -> str:
    return safe(str(choice.platform)) if choice.platform else "unknown"


def _platform(choice: PlatformChoice, own: Digest | None) -> Line:
    is_shown = choice.digest == own
    size = "" if choice.size is None else natural_size(choice.size)
    name = fit(_platform_name(choice), _PLATFORM_WIDTH)
    line = (
        Span(f"{CLOSED if is_shown else ' '} ", "number"),
        Span(f"{size:>{SIZE_WIDTH}}  ", "size"),
        Span(f"{name}  ", "title" if is_shown else "value"),
        Span(str(choice.digest), "label"),
    )
    return (*line, Span(f"  {safe(choice.problem)}", "bad")) if choice.problem else line


def attachments_page(attached: Attachments) -> Page:
    """A row for each."""
    found = attached.found
    limit = "" if attached.is_whole else " in the index; other attachments are in a registry only"
    if not found:
        return Page(Note.of(f"nothing is attached to the image{limit}"))
    body = ItemsBody(found, lambda item: [_attachment(found[item])], lambda item: safe(found[item].kind))
    return Page(body, status=f"{count_text(len(found), 'attachment')}{limit}", heading=_attachment_heading)


def _attachment_heading(_width: int) -> Line:
    return (Span(f"{'size':>{SIZE_WIDTH}}  {'digest':<19}  kind", "heading"),)


def _attachment(found: Attachment) -> Line:
    return (
        Span(f"{natural_size(found.entry.size):>{SIZE_WIDTH}}  ", "size"),
        Span(f"{found.entry.digest.short:<19}  ", "label"),
        Span(safe(found.kind), "value"),
    )


def artifact_page(found: Attachment, parts: Sequence[Part]) -> Page:
    """The manifest and the parts of an artifact, one after the other; JSON is indented."""
    lines: list[str] = []
    cut = ""
    for part in parts:
        shown = in_pieces([f"({part.problem})"]) if part.problem else json_text(part.data, "the part")
        lines += [f"// {part.title}", *_joined(shown), ""]
        cut = cut or shown.cut
    text = in_pieces(lines[:MAX_LINES], cut or ("it has more lines" if len(lines) > MAX_LINES else ""))
    size = natural_size(sum(len(part.data) for part in parts))
    saved = b"\n".join(part.data for part in parts[1:]) if len(parts) > 1 else parts[0].data
    names = (b"", f"{found.kind}.json".encode("utf-8", "surrogatepass"))
    status, document = f"JSON, {size}", ("attachment.json", saved)
    return Page(_text_body(text), names=names, status=status, saved=document, digest=found.entry.digest)


def _joined(text: Text) -> list[str]:
    """The whole lines of a text that is in pieces."""
    lines: list[str] = []
    for piece, number in zip(text.pieces, text.numbers, strict=True):
        if number:
            lines.append(piece)
        else:
            lines[-1] += piece
    return lines


def _text_body(text: Text) -> Body:
    note = f"the rest is not shown: {text.cut}; x saves the whole" if text.cut else ""
    return TextBody.of([safe(piece) for piece in text.pieces], text.numbers, note=note)
