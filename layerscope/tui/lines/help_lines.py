"""The help: the keymap in words."""

from collections.abc import Sequence
from itertools import groupby

from layerscope.filesystem.change import Change
from layerscope.report.long_listing import SIGNS
from layerscope.tui.keymap import Key, Section, key_name
from layerscope.tui.lines.fields import wrap
from layerscope.tui.lines.spans import Line, Span

KEYS_WIDTH = 20
_SIGNS = (
    ("added", SIGNS[Change.ADDED], "added"),
    ("modified", SIGNS[Change.MODIFIED], "modified; dim if only paths below it are modified"),
    ("touched", SIGNS[Change.TOUCHED], "touched: only the time changed"),
    ("modified", SIGNS[Change.UNKNOWN], "written again; it is unknown if the content changed"),
    ("removed", SIGNS[Change.REMOVED], "removed"),
    ("ghost", SIGNS[Change.ABSENT], "a ghost: a deleted file that the image still ships"),
)
_WORDS = (
    ("bin  *.so  /lib.+a$/", "text, a glob or a regular expression; a file must match all words, ! negates a word"),
    (">10M  <1k  pull>1M", "size, share of the pull size"),
    ("type:f  ext:so", "type f, d or l; extension"),
    ("mode:suid  owner:0", "mode suid, sgid, sticky, ww (writable by all) or x; UID, or UID:GID"),
    ("pkg:openssl  pkg:lib*", "the package that has the file"),
    ("layer:7  layer:3-5", "the layer that wrote the file; in a comparison, a layer of B"),
    ("change:modified", "added, modified, removed or touched by the layer that wrote the file"),
    ("fate:deleted", "live, overwritten, deleted or shadowed; v then lists the files of all layers"),
    ("newer:2025-01-31", "modified after this day; also older:"),
    ("dup", "another file has the same content"),
    ("wasted", "shipped, but not live"),
)


def query_lines(width: int) -> list[Line]:
    """The words of a query."""
    lines: list[Line] = [(), (Span("Words of a query, in the find bar", "heading"),)]
    for words, text in _WORDS:
        lines += _row(words, text, width)
    return lines


def help_lines(entries: Sequence[Key], width: int) -> list[Line]:
    """Every key by section; then, if there is a tree, the signs in it, and the words of a query."""
    lines: list[Line] = []
    for section in Section:
        members = [entry for entry in entries if entry.section is section]
        if members:
            lines += [() for _ in lines[:1]]
            lines.append((Span(section, "heading"),))
            for _, family in groupby(members, lambda entry: entry.family or entry.action):
                lines += _entry(tuple(family), width)
    if any(entry.section is Section.TREE for entry in entries):
        lines += [(), (Span("Signs in the tree", "heading"),)]
        lines += [(Span(f"{sign:<{KEYS_WIDTH}}", look), Span(text, "value")) for look, sign, text in _SIGNS]
        lines += query_lines(width)
    return lines


def _entry(members: tuple[Key, ...], width: int) -> list[Line]:
    """One action, or all of a family."""
    return _row(_keys(members), members[0].family or members[0].help, width)


def _row(left: str, text: str, width: int) -> list[Line]:
    first, *rest = wrap(text, max(width - KEYS_WIDTH, 10))
    start = f"{left:<{KEYS_WIDTH}}"
    if start.endswith(" "):
        lines: list[Line] = [(Span(start, "key"), Span(first, "value"))]
    else:
        lines, rest = [(Span(start, "key"),)], [first, *rest]
    return lines + [(Span(" " * KEYS_WIDTH), Span(line, "value")) for line in rest]


def _keys(members: tuple[Key, ...]) -> str:
    """All keys of one action; of a family the first and the last."""
    if len(members) == 1:
        return ", ".join(map(key_name, members[0].keys))
    return f"{key_name(members[0].keys[0])} .. {key_name(members[-1].keys[0])}"
