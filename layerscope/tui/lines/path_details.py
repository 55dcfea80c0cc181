"""The facts of one path, and its history through the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.filesystem.versions import Ending
from layerscope.layers.layer_index import EntryType
from layerscope.report.files import TYPE_WORDS
from layerscope.report.modes import mode_letters
from layerscope.tui.lines.fields import field, fields, heading
from layerscope.tui.lines.glyphs import CLOSED
from layerscope.tui.lines.sizes import SIZE_WIDTH, natural_size
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.lines.times import mtime_text
from layerscope.tui.lines.xattrs import xattr_text
from layerscope.tui.rows.path_facts import TYPE_NAMES

if TYPE_CHECKING:
    from layerscope.tui.rows.path_facts import PathFacts, VersionFacts

_DEVICES = (EntryType.CHARACTER_DEVICE, EntryType.BLOCK_DEVICE)
_ENDINGS = {Ending.OVERWRITTEN: "overwritten", Ending.DELETED: "deleted", Ending.SHADOWED: "shadowed"}


def path_details(facts: PathFacts, lack: str, width: int) -> list[Line]:
    """Path, type, sizes, mode, owner, time, links, attributes, versions.

    `lack` says what of the image is not there: more versions, or the end of one, may be in it.
    """
    lines = field("path", "/" + safe(facts.path), width, "path")
    kind = TYPE_NAMES[facts.type]
    lines += field("type", f"{kind}, implied: no layer lists it" if facts.implied else kind, width)
    lines += fields(_sizes(facts, is_whole=not lack), width)
    lines += fields(_attributes(facts), width)
    if facts.partners:
        lines += [line for path in facts.partners for line in field("linked as", "/" + safe(path), width)]
    lines += [line for name, value in facts.xattrs.items() for line in field("xattr", xattr_text(name, value), width)]
    lines += heading("Versions")
    if lack:
        lines += field("incomplete", lack, width, "bad")
    is_directory = facts.type == EntryType.DIRECTORY
    return lines + [_version(version, is_directory=is_directory) for version in facts.versions]


def _sizes(facts: PathFacts, *, is_whole: bool) -> list[tuple[str, str]]:
    """What the size column can measure; what is wasted is only known of an image that is whole."""
    rows = []
    if facts.type == EntryType.DIRECTORY:
        gone = ", all of it gone" if facts.only_gone else ""
        rows.append(("size", f"{natural_size(facts.total_size)} shown below it{gone}"))
        rows.append(("pull", f"about {natural_size(facts.total_pull_size)} for what is shown below it"))
    elif facts.type == EntryType.REGULAR:
        exact = f", {facts.size:,} bytes" if facts.size >= 1000 else ""
        rows.append(("size", natural_size(facts.size) + exact))
        rows.append(("pull", f"about {natural_size(facts.pull_size)} of the layer's blob"))
    if facts.wasted_size and is_whole:
        whose = "all below it" if facts.type == EntryType.DIRECTORY else "it"
        rows.append(("wasted", f"{natural_size(facts.wasted_size)} in dead versions of {whose}"))
    return rows


def _attributes(facts: PathFacts) -> list[tuple[str, str]]:
    rows = [
        ("mode", f"{mode_letters(TYPE_WORDS[EntryType(facts.type)], facts.mode)}  {facts.mode:04o}"),
        ("owner", f"{facts.uid}:{facts.gid}"),
    ]
    if not facts.implied:
        rows.append(("modified", mtime_text(facts.mtime)))
    if facts.link:
        rows.append(("target", safe(facts.link)))
    if facts.type in _DEVICES:
        rows.append(("device", f"{facts.device >> 32}:{facts.device & 0xFFFFFFFF}"))
    if facts.type == EntryType.REGULAR:
        rows.append(("xxh3", f"{facts.content:016x}"))
    return rows


def _version(version: VersionFacts, *, is_directory: bool) -> Line:
    marker = CLOSED if version.is_shown else " "
    size = "" if is_directory else f"{natural_size(version.size):>{SIZE_WIDTH}}  "
    text = f"{marker} layer {version.layer:>3}  {size}"
    if version.ended_by is None:
        return Span(text, "value"), Span("live", "good")
    return Span(text, "value"), Span(f"{_ENDINGS[version.ending]} by layer {version.ended_by}", "bad")
