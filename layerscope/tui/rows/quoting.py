"""Text from outside as one word of a shell, safe to paste."""

import re

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def quoted(text: str) -> str:
    """The text as one word of a command line."""
    return text if _PLAIN.fullmatch(text) else _quoted(text.encode("utf-8", "surrogateescape"))


def quoted_path(path: bytes) -> str:
    """An absolute path as one word; unprintable bytes are written in `$'...'`."""
    text = "/" + path.decode("utf-8", "surrogateescape")
    return text if _PLAIN.fullmatch(text) else _quoted(b"/" + path)


def _quoted(text: bytes) -> str:
    try:
        readable = text.decode()
    except UnicodeDecodeError:
        readable = "\n"
    if readable.isprintable():
        return "'" + readable.replace("'", "'\\''") + "'"
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(byte: int) -> str:
    char = chr(byte)
    if char in "\\'":
        return "\\" + char
    return char if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"
