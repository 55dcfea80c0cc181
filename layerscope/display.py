"""Make text from outside safe to show.

File names, commands, labels and registry messages are hostile: escape sequences, bidirectional overrides and newlines
in them must never reach a terminal. All text from outside passes `display` before it is shown.
"""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def display(text: str | bytes, *, limit: int | None = None) -> str:
    r"""The text, safe on one line of a terminal: every character that is not printable is escaped.

    Control characters (C0, C1), format characters (bidirectional overrides, zero-width joiners), odd spaces, lone
    surrogates and unassigned code points become `\xNN`, `\uNNNN` or `\UNNNNNNNN`; bytes that are not UTF-8 become
    `\xNN`. With `limit`, longer text is cut to that many characters; the last one is an ellipsis.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def display_lines(text: str) -> list[str]:
    """The lines of the text, each made safe by `display`; tabs become four spaces."""
    return [display(line.replace("\t", "    ")) for line in text.replace("\r\n", "\n").split("\n")]


def is_utf8(name: bytes) -> bool:
    """Whether the bytes are valid UTF-8, so that text can stand for them without loss."""
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
