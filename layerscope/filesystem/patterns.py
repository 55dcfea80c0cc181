"""Patterns for paths: text, a glob or a regular expression, matched with names or with whole paths."""

import re
import warnings
from dataclasses import dataclass
from functools import cached_property

_GLOB_SIGNS = re.compile(r"[*?]|\[.+\]")
_GLOB_PART = re.compile(rb"\*\*/?|\*|\?|\[[!^]?\]?[^\]/]*\]|[^*?\[]+|\[")
_SET_SIGNS = re.compile(rb"[\\\[&~|]|-(?=-)")
"""What means something inside brackets in a regular expression, but not in a glob."""
_CAPITAL = re.compile(r"(?<!\\)[A-Z]")
_OF_PARTS = re.compile(r"(?:(?:[A-Za-z0-9_ ~@%,:=-]|\\[.+dw]|\[(?:[A-Za-z0-9_](?:-[A-Za-z0-9_])?)+\])[*+?]?)+")
"""Letters, escaped signs and plain classes: no range between letters, digits and `_` includes the slash."""


@dataclass(frozen=True)
class PathPattern:
    """Text with `*`, `?` or `[...]` is a glob. Without a slash, it is matched with names, else with whole paths.

    Regular expressions are matched with the whole path, with a leading slash. Capitals make a search case-sensitive.
    """

    text: str
    is_regex: bool = False

    @property
    def kind(self) -> str:
        """`text`, `glob` or `regex`."""
        if self.is_regex:
            return "regex"
        return "glob" if _GLOB_SIGNS.search(self.text) else "text"

    @property
    def in_names(self) -> bool:
        """Whether only names are searched."""
        return not self.is_regex and "/" not in self.text

    @property
    def is_of_parts(self) -> bool:
        """Whether a path matches exactly if one of its names does: nothing in the expression matches a slash."""
        return self.is_regex and _OF_PARTS.fullmatch(self.text) is not None

    @property
    def ignores_case(self) -> bool:
        """Whether upper and lower case are the same."""
        return not _CAPITAL.search(self.text)

    @cached_property
    def pattern(self) -> bytes:
        """The regular expression for it."""
        text = self.text.encode("utf-8", "surrogateescape")
        if self.is_regex:
            return text
        return _glob(text) if self.kind == "glob" else re.escape(text)

    @property
    def problem(self) -> str:
        """What is wrong with the regular expression; empty if it is valid."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", FutureWarning)  # an ambiguous set, as in `[[]`
                re.compile(self.pattern)
        except re.error as error:
            return error.msg
        except (OverflowError, RecursionError, FutureWarning) as error:
            return str(error)
        return ""

    def span_in(self, path: bytes) -> tuple[int, int] | None:
        """Start and end of the match in the last part of a path; None if the match does not reach it."""
        start = path.rfind(b"/") + 1
        text, shift = (path[start:], 0) if self.in_names else (b"/" + path, start + 1)
        found = self._compiled.search(text.lower() if self.ignores_case else text)
        if found is None or found.end() <= shift:
            return None
        return max(found.start() - shift, 0), found.end() - shift

    def finds(self, path: bytes) -> bool:
        """Whether the whole path has the text, or the path or one of its names matches the pattern."""
        whole = path.lower() if self.ignores_case else path
        if self.kind == "text":
            return self.text.encode("utf-8", "surrogateescape") in b"/" + whole
        parts = whole.split(b"/") if self.in_names else [b"/" + whole]
        return any(map(self._compiled.search, parts))

    @cached_property
    def _compiled(self) -> re.Pattern[bytes]:
        return re.compile(self.pattern)


def _glob(text: bytes) -> bytes:
    """A glob as a regular expression: `*` stays within a name, `**` does not, `/` in front means the root."""
    parts = b"".join(map(_glob_part, _GLOB_PART.findall(text)))
    start = b"^" if text.startswith(b"/") or b"/" not in text else b"/"
    return start + parts + b"$"


def _glob_part(part: bytes) -> bytes:
    if part.startswith(b"**"):
        return b"(?:.*/)?" if part.endswith(b"/") else b".*"
    if part in (b"*", b"?"):
        return b"[^/]*" if part == b"*" else b"[^/]"
    if part.startswith(b"[") and len(part) > 1:
        negated = part[1:2] in (b"!", b"^")
        letters = _SET_SIGNS.sub(rb"\\\g<0>", part[1 + negated : -1])
        return b"[%s%s]" % (b"^/" if negated else b"", letters)
    return re.escape(part)
