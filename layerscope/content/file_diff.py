"""What differs between the bytes of two files: lines as a unified diff, or the first byte that differs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import diff_bytes, unified_diff
from itertools import chain, islice
from typing import Any

MAX_SIZE = 4 << 20
"""Bytes of each file that are held in memory; a larger file is compared like a binary one."""
_MOST_PAIRS = 500_000
"""Pairs of equal lines that are aligned; the time to align them grows with their number."""
_MOST_LINES = 200_000
"""Content with more lines is compared like a binary one."""
_CONTEXT = 3
_BINARY_PROBE = 8000
"""Bytes that are searched for a NUL, as git does."""
_HUNK = re.compile(rb"@@ -(\d+)((?:,\d+)?) \+(\d+)((?:,\d+)?) @@\n")


@dataclass(frozen=True, slots=True)
class ContentDiff:
    """How two contents differ; both are None if they are equal.

    `lines` is a unified diff: raw lines, each with its newline, hunks only. `first_difference` is the offset of the
    first byte that differs, if one of the contents is binary or too large for a diff.
    """

    lines: tuple[bytes, ...] | None = None
    first_difference: int | None = None

    @property
    def is_equal(self) -> bool:
        """Whether both contents are the same."""
        return self.lines is None and self.first_difference is None


def diff_contents(old: Iterable[bytes], new: Iterable[bytes]) -> ContentDiff:
    """Compare the bytes of two files, read once and only as far as necessary; raises what the iterables raise."""
    old_chunks, new_chunks = iter(old), iter(new)
    old_head, new_head = _head(old_chunks), _head(new_chunks)
    if max(len(old_head), len(new_head)) <= MAX_SIZE:
        if old_head == new_head:
            return ContentDiff()
        if _is_text(old_head) and _is_text(new_head):
            return ContentDiff(lines=tuple(_unified(_lines(old_head), _lines(new_head))))
    return ContentDiff(first_difference=_first_difference(chain([old_head], old_chunks), chain([new_head], new_chunks)))


def _head(chunks: Iterator[bytes]) -> bytes:
    """The whole content if it has at most `MAX_SIZE` bytes, else more than that."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_SIZE:
            break
    return bytes(data)


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:_BINARY_PROBE] and data.count(b"\n") <= _MOST_LINES


def _lines(data: bytes) -> list[bytes]:
    """The lines, each with its newline. Only a newline ends a line, as in `diff`."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _unified(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    """The hunks. Only the part between the common start and the common end is aligned."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    start, end = max(start - _CONTEXT, 0), max(end - _CONTEXT, 0)
    parts = [list(lines[start : len(lines) - end]) for lines in (old, new)]
    hunks = _aligned(*parts) if _can_align(*parts) else _replaced(*parts)
    for line in hunks:
        if match := _HUNK.fullmatch(line):
            old_line, old_count, new_line, new_count = match.groups()
            numbers = int(old_line) + start, old_count, int(new_line) + start, new_count
            yield b"@@ -%d%s +%d%s @@\n" % numbers
        else:
            yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _common(old: Sequence[Any], new: Sequence[Any]) -> int:
    """How many elements are equal from the start."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(old), len(new)))


def _can_align(old: Sequence[bytes], new: Sequence[bytes]) -> bool:
    counts = Counter(new)
    return sum(counts[line] for line in old) <= _MOST_PAIRS


def _aligned(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    """The hunks of difflib, without the two lines of file names."""
    return islice(diff_bytes(unified_diff, old, new, n=_CONTEXT), 2, None)


def _replaced(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    """One hunk that removes all old lines and adds all new ones."""
    starts = [1 if lines else 0 for lines in (old, new)]
    yield b"@@ -%d,%d +%d,%d @@\n" % (starts[0], len(old), starts[1], len(new))
    for sign, lines in ((b"-", old), (b"+", new)):
        yield from (sign + line for line in lines)


def _first_difference(old: Iterator[bytes], new: Iterator[bytes]) -> int | None:
    """The offset of the first byte that differs, or the size of the shorter content; None if they are equal."""
    position, rest_of_old, rest_of_new = 0, b"", b""
    while True:
        rest_of_old, rest_of_new = rest_of_old or next(old, b""), rest_of_new or next(new, b"")
        size = min(len(rest_of_old), len(rest_of_new))
        if rest_of_old[:size] != rest_of_new[:size]:
            return position + _common(rest_of_old, rest_of_new)
        if not size:
            return None if rest_of_old == rest_of_new else position
        position += size
        rest_of_old, rest_of_new = rest_of_old[size:], rest_of_new[size:]
