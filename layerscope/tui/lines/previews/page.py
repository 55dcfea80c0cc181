"""`Page`: all that a tab shows of a file, made in a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from layerscope.content.path_diff import PathDiff
from layerscope.content.preview.highlighting import Parts
from layerscope.content.preview.model import Bytes, Members, Text
from layerscope.content.preview.reading import ReadPreview
from layerscope.content.preview.text import in_pieces
from layerscope.layers.layer_index import EntryType
from layerscope.oci import Digest, Image
from layerscope.report.path_diff import attribute_words, content_words
from layerscope.tui.lines.fields import count_text, fields, natural_size
from layerscope.tui.lines.previews.beside_body import BesideBody
from layerscope.tui.lines.previews.body import Body, Note
from layerscope.tui.lines.previews.bytes_body import BytesBody
from layerscope.tui.lines.previews.items_body import history_body, members_body
from layerscope.tui.lines.previews.text_body import TextBody
from layerscope.tui.lines.spans import Line, safe
from layerscope.tui.rows.path_history import path_history
from layerscope.tui.rows.target import Target

_SIGNS = {"+": "added", "-": "removed", "@": "heading", "\\": "note"}
_NOTHING_BEFORE = "there is no version before it"
_TYPES = {
    EntryType.DIRECTORY: "directory",
    EntryType.SYMLINK: "symlink",
    EntryType.HARDLINK: "broken hardlink",
    EntryType.CHARACTER_DEVICE: "character device",
    EntryType.BLOCK_DEVICE: "block device",
    EntryType.FIFO: "pipe",
}


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """Facts, which are not yet safe, above a body; `as_bytes` is the same file as bytes.

    `names` are the archives that lead to the file, and the file. `status` is for the lower border. `heading` makes the
    heads of columns. `saved` is what a document of the image is when it is saved: a file name, and its bytes.
    `beside` is a diff side by side, `digest` that of an attachment.
    """

    body: Body
    facts: tuple[tuple[str, str], ...] = ()
    names: tuple[bytes, ...] = ()
    status: str = ""
    as_bytes: Body | None = None
    heading: Callable[[int], Line] | None = None
    saved: tuple[str, bytes] | None = None
    beside: Body | None = None
    digest: Digest | None = None

    def head(self, width: int) -> list[Line]:
        """The lines above the body: the facts, or the heads of columns."""
        facts = fields(self.facts, max(width - 1, 1))
        return [*facts, ()] if facts else [self.heading(width)] if self.heading else []

    @property
    def source(self) -> tuple[str, Sequence[str]] | None:
        """The name of the file and its lines, for colours; None if it is no text with numbered lines."""
        if not isinstance(self.body, TextBody) or not len(self.body.numbers) or not self.names:
            return None
        return safe(self.names[-1]), self.body.pieces

    def with_parts(self, parts: Parts) -> Page:
        """The same text with colours."""
        if not isinstance(self.body, TextBody):
            return self
        named = [[(length, f"code-{style}" if style else "") for length, style in row] for row in parts]
        return replace(self, body=replace(self.body, parts=named))


def content_page(found: ReadPreview) -> Page:
    """The content of a file, or of a member of an archive."""
    preview = found.preview
    content = preview.content
    facts = preview.facts
    body: Body
    match content:
        case Text():
            body = TextBody.of([safe(piece) for piece in content.pieces], content.numbers, note=_cut(content.cut))
        case Bytes():
            body = BytesBody(content.data, _cut(content.cut))
        case Members():
            facts = (*facts, ("holds", count_text(len(content.members), "member")))
            body = members_body(content)
    if not preview.data:
        body = Note.of("the file is empty")
    checked = "" if found.is_checked else ", only the beginning was read, which is not checked"
    status = f"{preview.kind}, {natural_size(found.size)}{checked}"
    return Page(body, facts, found.names, status, BytesBody(preview.data))


def _cut(why: str) -> str:
    return f"the rest is not shown: {why}; o opens the whole file" if why else ""


def other_page(target: Target) -> Page:
    """What is to say of a path that is no regular file."""
    kind = _TYPES.get(target.type, "special file")
    if target.type is EntryType.DIRECTORY:
        return Page(Note.of("a directory has no content; the tree shows what is in it"), status=kind)
    if target.type is not EntryType.SYMLINK:
        return Page(Note.of(f"a {kind} has no content"), status=kind)
    facts = (("target", safe(target.link)), ("leads to", _destination(target)))
    return Page(Note.of("enter goes to what the symlink leads to"), facts, status=kind)


def _destination(target: Target) -> str:
    found = target.leads_to()
    if found is None:
        return f"nothing in the image after {target.layer_name(target.version)}"
    kind = _TYPES.get(found.type, f"file of {natural_size(found.size)}")
    return f"/{safe(found.path)}, a {kind}"


def diff_page(diff: PathDiff, target: Target) -> Page:
    """What differs: attributes in words, and the lines of the content."""
    words = [*attribute_words(diff), *content_words(diff)]
    facts = tuple((label, value) for label, _, value in (line.partition(": ") for line in words) if value)
    status = f"from {target.layer_name(target.old)} to {target.layer_name(target.new)}"
    if target.old is None:
        status = f"new in {target.layer_name(target.new)}; {_NOTHING_BEFORE}"
    lines = diff.content.lines if diff.content else None
    if lines is None:
        return Page(Note.of(_without_lines(diff, target, has_facts=bool(facts))), facts, status=status)
    body = diff_body(lines)
    return Page(body.unified, facts, status=status, beside=body)


def _without_lines(diff: PathDiff, target: Target, *, has_facts: bool) -> str:
    """What to say if no lines differ."""
    if target.old is None:
        return f"the path was added: {_NOTHING_BEFORE} to compare with"
    if target.new is None:
        return "the path was removed, and has no lines"
    if diff.content and diff.content.first_difference is not None:
        return "the contents differ, and are not text"
    return "the content is the same" if has_facts else "nothing differs"


def diff_body(lines: Sequence[bytes]) -> BesideBody:
    """The lines of a unified diff, side by side; `unified` has them as they are."""
    decoded = (line.decode("utf-8", "surrogateescape").removesuffix("\n") for line in lines)
    text = in_pieces(part for line in decoded for part in line.split("\n"))
    styles: list[str] = []
    for piece, number in zip(text.pieces, text.numbers, strict=True):
        styles.append(_SIGNS.get(piece[:1], "") if number else styles[-1])
    pieces = [safe(piece) for piece in text.pieces]
    parts = [[(len(piece), style)] for piece, style in zip(pieces, styles, strict=True)]
    return BesideBody.of(TextBody.of(pieces, parts=parts), text.numbers)


def history_page(target: Target, image: Image) -> Page:
    """Every version of the path."""
    steps = path_history(target, image)
    return Page(history_body(steps), status=count_text(sum(step.size is not None for step in steps), "version"))
