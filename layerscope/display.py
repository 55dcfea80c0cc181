"""The one gate between text from outside and the eyes of the user.

File names, commands, labels and registry messages are hostile: escape sequences, bidirectional overrides and newlines
in them must never reach a terminal. Everything that is shown passes `display` first.
"""

from __future__ import annotations

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def display(text: str | bytes, *, limit: int | None = None) -> str:
    r"""Text that is safe on one row of a terminal: every character that is not printable is escaped.

    Control characters (C0, C1), format characters (bidirectional overrides, zero-width joiners), odd spaces, lone
    surrogates and unassigned code points become `\xNN`, `\uNNNN` or `\UNNNNNNNN`; bytes that are not UTF-8 become
    `\xNN`. With `limit`, longer text is cut to that many characters, the last of them an ellipsis.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def display_lines(text: str) -> list[str]:
    """Text of several lines, each of them safe as `display` makes it; tabs become four spaces."""
    return [display(line.replace("\t", "    ")) for line in text.replace("\r\n", "\n").split("\n")]


def is_utf8(name: bytes) -> bool:
    """Whether the bytes are valid UTF-8, so that their text is their whole truth."""
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _escape(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
