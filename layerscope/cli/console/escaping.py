"""File contents on a terminal: escape everything that could control the terminal."""

import codecs
import re
from collections.abc import Iterable

from layerscope.cli.console import stdout, talk
from layerscope.display import display

_LINE_TEXT = re.compile(r"[^\n\t]+")


class Escaper:
    """Turns bytes into text that is safe for a terminal, chunk by chunk; newlines and tabs are kept.

    `has_escaped` is true if anything was escaped.
    """

    def __init__(self) -> None:
        self.has_escaped = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def escape(self, data: bytes, *, final: bool = False) -> str:
        """The text of these bytes; a character that is cut off at the end is returned with the next bytes."""
        text = self._decoder.decode(data, final)
        safe = _LINE_TEXT.sub(lambda match: display(match[0]), text)
        self.has_escaped |= safe != text
        return safe


def show_chunks(chunks: Iterable[bytes]) -> None:
    """Print the exact bytes to a file or a pipe; on a terminal, print safe text, and warn if something was escaped."""
    if not stdout.is_terminal():
        stdout.write_chunks(chunks)
        return
    escaper = Escaper()
    for chunk in chunks:
        stdout.write_text(escaper.escape(chunk))
    stdout.write_text(escaper.escape(b"", final=True))
    if escaper.has_escaped:
        talk.warning("control characters are escaped on a terminal; a file or a pipe gets the exact bytes")
