"""Finds secrets in text: their places, never their values.

The library detect-secrets knows the forms of keys and tokens. Its import takes 0.3 s, so it is imported only for text
that looks as if it had a secret. Its rule for passwords in assignments is replaced by a rule of our own: the library
needs a second for some lines, and does not know tokens by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin

MASK = "[secret]"
ASSIGNMENT = "Password or Key"
"""The kind of a secret that is known only by the name that it is assigned to."""
MAX_PIECES = 100
"""Suspicious places of a text that are examined."""

_LONGEST_NUMBER = 9
_BEFORE, _AFTER = 60, 260
"""Bytes around a suspicious place: some rules need time that grows with the square of the length."""
_VALUE = rb"(?:\"(?P<quoted>[^\"\n]{6,200})\"|'(?P<single>[^'\n]{6,200})'|(?P<bare>[^\s\"'`,;{}<>()\[\]]{6,200}))"
_ASSIGNED = rb"[\"'\]]{0,2}[ \t]{0,4}(?::=|=>|=|:)[ \t]{0,4}" + _VALUE
_WEAK_NAMES = (b"pass", b"pwd", b"secret")
_STRONG_NAMES = (b"token", b"key", b"auth")
"""Names of much that is no secret: only a value with a digit counts."""
_FORMS = {
    b"private key": b"",
    b"akia": b"[0-9a-z]{16}",
    b"asia": b"[0-9a-z]{16}",
    b"ghp_": rb"\w{20}",
    b"gho_": rb"\w{20}",
    b"ghs_": rb"\w{20}",
    b"glpat-": b"",
    b"xox": b"[abeoprs]-",
    b"k_live_": b"",
    b"sg.": rb"[\w-]{20}",
    b"eyj": rb"[\w-]{8}",
    b"pypi-age": b"",
    b"sk-": b"[a-z0-9]{20}",
    b"://": rb"[^/\s:@]{1,64}:[^/\s:@]{1,128}@",
}
_PATTERNS = {
    **{word: re.compile(word + rb"(?:w(?:or)?d)?(?:[_-]\w{0,20})?" + _ASSIGNED) for word in _WEAK_NAMES},
    **{word: re.compile(word + rb"(?:[_-]\w{0,20})?" + _ASSIGNED) for word in _STRONG_NAMES},
    **{start: re.compile(re.escape(start) + rest) for start, rest in _FORMS.items()},
}
"""A pattern of lower-case text for each word; it is searched only if the text has the word."""
_NO_VALUES = re.compile(rb"[^\n]{0,40}[_-](?:id|ur[il]|file|path|version|name|type|env)$")
_PLACEHOLDER = re.compile(
    rb"true|false|(?:dis|en)abled|required|optional|default|string|undefined|prompt|.*example.*|your.*|change.?me.*"
    rb"|(?:the.?)?(?:passw(?:or)?d|secret|token)s?|(.)\1*|(?:file:|~?/|\./|[%$&*<{@!\\]).*|[a-z]+[.:][a-z_.:()/-]*"
    rb"|[\d.]+[smhd]?|.*[ *].*|.*(?:\$\{|\{\{).*"
)
_UNUSED_RULES = re.compile(r"Entropy|IP|Keyword")
"""Rules of the library that find too much, or take too long."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret: its kind, and the number of its line, from 1."""

    kind: str
    line: int


def find(data: bytes) -> list[Secret]:
    """The secrets of a text, by line."""
    kinds: dict[int, str] = {}
    for start, kind, _ in _secrets(data):
        kinds.setdefault(data.count(b"\n", 0, start) + 1, kind)
    return [Secret(kind, line) for line, kind in sorted(kinds.items())]


def secret_kinds() -> list[str]:
    """The kinds of secrets that can be found, in the order of the alphabet."""
    return sorted({ASSIGNMENT, *(rule.secret_type for rule in _rules())}, key=str.lower)


def encode(secrets: list[Secret]) -> bytes:
    """The secrets as they are kept: a line for each."""
    return "\n".join(f"{secret.line} {secret.kind}" for secret in secrets).encode()


def decode(kept: bytes) -> list[Secret]:
    """What `encode` made; empty if it is something else."""
    pairs = (line.partition(" ") for line in kept.decode("utf-8", "replace").split("\n"))
    return [Secret(kind, int(line)) for line, _, kind in pairs if line.isdecimal() and len(line) < _LONGEST_NUMBER]


def masked(text: str) -> str:
    """The text with a mask in place of each secret."""
    values = {value for _, _, value in _secrets(text.encode("utf-8", "surrogateescape"))}
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def _secrets(data: bytes) -> Iterator[tuple[int, str, str]]:
    """The position, the kind and the value of each secret."""
    for match in _suspicious(data):
        start, value = match.start(), _value(match)
        end = data.find(b"\n", start, start + _AFTER)
        first = data.rfind(b"\n", max(start - _BEFORE, 0), start) + 1 or max(start - _BEFORE, 0)
        piece = data[first : end if end >= 0 else start + _AFTER].decode("utf-8", "surrogateescape")
        found = [(rule.secret_type, secret) for rule in _rules() for secret in rule.analyze_string(piece)]
        if value:
            at = match.start(str(match.lastgroup))
            found.append((ASSIGNMENT, data[at : at + len(value)].decode("utf-8", "surrogateescape")))
        yield from ((start, kind, secret) for kind, secret in found)


def _suspicious(data: bytes) -> Iterator[re.Match[bytes]]:
    """The places of a text that look like secrets, a limited number of them."""
    lowered, left = data.lower(), MAX_PIECES
    for word, pattern in _PATTERNS.items():
        if word not in lowered:
            continue
        for match in pattern.finditer(lowered):
            if left and not _is_harmless(word, match):
                left -= 1
                yield match


def _is_harmless(word: bytes, match: re.Match[bytes]) -> bool:
    """Whether the match is an assignment in a comment, or of a value that is no secret."""
    value = _value(match)
    if not value:
        return False
    text, start = match.string, match.start()
    line = text[max(text.rfind(b"\n", 0, start) + 1, start - _BEFORE) : start].lstrip()
    name = match[0][: match.start(str(match.lastgroup)) - start].rstrip(b"\"' \t]=:>")
    is_plain = word in _STRONG_NAMES and not any(byte in b"0123456789" for byte in value)
    is_comment = line.startswith((b"#", b";", b"// ", b"* "))
    return is_plain or is_comment or bool(_PLACEHOLDER.fullmatch(value) or _NO_VALUES.match(name))


def _value(match: re.Match[bytes]) -> bytes:
    return match[match.lastgroup] if match.lastgroup else b""


@cache
def _rules() -> list[BasePlugin]:
    """The rules of the library."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class  # noqa: PLC0415 - it is slow

    classes: Iterable[type[BasePlugin]] = get_mapping_from_secret_type_to_class().values()
    return [one() for one in classes if not _UNUSED_RULES.search(one.__name__)]
