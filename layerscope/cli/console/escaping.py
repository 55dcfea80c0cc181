"""The content of a file on a terminal: nothing in it may steer the terminal."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from layerscope.cli.console import talk
from layerscope.cli.console.output import is_terminal, write_chunks, write_text
from layerscope.display import display

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE_TEXT = re.compile(r"[^\n\t]+")


class Escaper:
    """Bytes to text that is safe for a terminal, chunk by chunk; lines and tabs stay as they are.

    `has_escaped` tells whether anything else did not.
    """

    def __init__(self) -> None:
        self.has_escaped = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def escape(self, data: bytes, *, final: bool = False) -> str:
        """The text of these bytes; a character that is cut at their end comes with the next ones, if any do."""
        text = self._decoder.decode(data, final)
        safe = _LINE_TEXT.sub(lambda match: display(match[0]), text)
        self.has_escaped |= safe != text
        return safe


def show_chunks(chunks: Iterable[bytes]) -> None:
    """The exact bytes to a file or pipe; to a terminal what is safe there, with a warning where that is less."""
    if not is_terminal():
        write_chunks(chunks)
        return
    escaper = Escaper()
    for chunk in chunks:
        write_text(escaper.escape(chunk))
    write_text(escaper.escape(b"", final=True))
    if escaper.has_escaped:
        talk.warning("control characters are shown escaped; a file or a pipe gets the exact bytes")
