"""Bytes as rows of hexadecimal numbers, with their ASCII beside them."""

from dataclasses import dataclass

from layerscope.tui.lines.previews.body import View
from layerscope.tui.lines.spans import Line, Span
from layerscope.tui.state.preview_look import TextSearch

_WIDTH_FOR_16 = 76
_MAX_FOUND = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class BytesBody:
    """The rows of a hex dump, as `hexdump -C` prints them; `note` is the last row."""

    data: bytes
    note: str = ""

    def count(self, view: View) -> int:
        """The number of rows."""
        step = _step(view)
        return (len(self.data) + step - 1) // step + bool(self.note)

    def line(self, row: int, view: View) -> Line:
        """Offset, bytes, characters."""
        step = _step(view)
        part = self.data[row * step : (row + 1) * step]
        if not part:
            return (Span(self.note, "note"),)
        groups = "  ".join(part[start : start + 8].hex(" ") for start in range(0, len(part), 8))
        width = 3 * step + step // 8 - 1
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        return Span(f"{row * step:08x}  ", "gutter"), Span(f"{groups:<{width}} "), Span(shown, "code-string")

    def value(self, row: int, view: View) -> str:
        """The row as text."""
        return "".join(span.text for span in self.line(row, view))

    def found(self, search: TextSearch) -> list[int]:
        """The offsets of the text."""
        places: list[int] = []
        wanted = search.text.encode()
        start = self.data.find(wanted)
        while start >= 0 and len(places) < _MAX_FOUND:
            places.append(start)
            start = self.data.find(wanted, start + 1)
        return places

    def row_of(self, item: int, view: View) -> int:
        """The row of an offset."""
        return item // _step(view)


def _step(view: View) -> int:
    """Bytes of a row."""
    return 16 if view.width >= _WIDTH_FOR_16 else 8
