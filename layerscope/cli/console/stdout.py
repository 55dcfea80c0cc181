"""Standard output: data only, UTF-8 in every locale.

On a terminal, everything in the contents of files that could control it is escaped.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

from layerscope.cli.console import talk
from layerscope.cli.console.style import style
from layerscope.display import display
from layerscope.errors import LayerscopeError

if TYPE_CHECKING:
    from layerscope.report.row import Row

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
    if not is_terminal():
        write_chunks(chunks)
        return
    escaper = Escaper()
    for chunk in chunks:
        write_text(escaper.escape(chunk))
    write_text(escaper.escape(b"", final=True))
    if escaper.has_escaped:
        talk.warning("control characters are escaped on a terminal; a file or a pipe gets the exact bytes")


def prepare_streams() -> None:
    """Write UTF-8 in every locale; invalid text is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def terminal_width() -> int | None:
    """The columns of the terminal; None if lines may be longer: in a file, in a pipe, and with `--no-trunc`."""
    return shutil.get_terminal_size().columns if is_terminal() and not style().is_whole else None


def is_terminal() -> bool:
    """Whether the output goes to a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def write_lines(lines: Iterable[str]) -> int:
    """Print lines that are safe for display, and return their number; raises `LayerscopeError` if that fails.

    On a terminal, text that is longer than the screen goes to the pager of the user.
    """
    if _may_page():
        lines = [part for line in lines for part in line.split("\n")]
        if len(lines) >= shutil.get_terminal_size().lines:
            click.echo_via_pager("\n".join(lines) + "\n")
            return len(lines)
    count = 0
    with _writing():
        for line in lines:
            sys.stdout.write(line + "\n")
            count += 1
        sys.stdout.flush()
    return count


def _may_page() -> bool:
    """Whether the user can read a pager: at a terminal, and without `--no-pager`."""
    reads = sys.stdin is not None and sys.stdin.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return is_terminal() and reads and style().pages


def write_text(text: str) -> None:
    """Print a text as it is; raises `LayerscopeError` if that fails."""
    with _writing():
        sys.stdout.write(text)
        sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """Print exact bytes; raises `LayerscopeError` if that fails."""
    with _writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def write_chunks(chunks: Iterable[bytes]) -> None:
    """Print exact bytes chunk by chunk; raises `LayerscopeError` if that fails."""
    for chunk in chunks:
        write_bytes(chunk)


def write_json(value: object) -> None:
    """Print one document: as indented JSON, or as YAML or by a template if the user wants that."""
    from layerscope.report.formats import to_json

    wanted = style()
    if wanted.template:
        write_lines([_filled(wanted.template, value)])
    else:
        write_lines([_yaml(value) if wanted.kind == "yaml" else to_json(value)])


def write_rows(rows: Iterable[Row]) -> None:
    """Print one JSON array with a row on each line, in ASCII, so that nothing in it can control a terminal.

    If the user wants that, print YAML, or a line for each row by a template.
    """
    wanted = style()
    if wanted.template:
        write_lines(_filled(wanted.template, row) for row in rows)
    elif wanted.kind == "yaml":
        write_lines([_yaml(list(rows))])
    else:
        write_lines(_json_lines(rows))


def _json_lines(rows: Iterable[Row]) -> Iterator[str]:
    before, encode = None, _row_encoder()
    for row in rows:
        yield "[" if before is None else f"{before},"
        before = encode(row)
    yield from ("[]",) if before is None else (before, "]")


def _row_encoder() -> Callable[[Row], str]:
    """What `json.dumps` does, but with one encoder: to make one takes longer than to encode a row."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.dumps
    refuse, to_ascii = json.JSONEncoder().default, json.encoder.encode_basestring_ascii
    encode = make(None, refuse, to_ascii, None, ": ", ", ", False, False, True)
    return lambda row: "".join(encode(row, 0))


def _filled(template: str, value: object) -> str:
    from layerscope.report.template import filled

    return filled(template, value)


def _yaml(value: object) -> str:
    import yaml

    text: str = yaml.safe_dump(value, sort_keys=False)
    return text.removesuffix("\n")


def write_list(lines: Iterable[str]) -> None:
    """Print lines as `write_lines`; if there are none, standard error says so."""
    if not write_lines(lines):
        talk.note("note", "the list is empty")


def write_listing(
    rows: Sequence[Row], lines: Callable[[Sequence[Row], int | None], Iterable[str]], *, as_json: bool
) -> None:
    """Print rows as JSON, or as the lines of `lines(rows, width)`; the width is None if there is no terminal."""
    if as_json:
        write_rows(rows)
        return
    write_list(lines(rows, terminal_width()))


def discard() -> None:
    """Discard what could not be written, so that the interpreter does not try again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def write_error(error: OSError) -> LayerscopeError:
    """The error for a failed write to standard output."""
    return LayerscopeError(f"cannot write to standard output: {error.strerror}")


@contextmanager
def _writing() -> Iterator[None]:
    if sys.stdout is None:
        raise LayerscopeError("standard output is closed")
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        discard()
        raise write_error(error) from error
