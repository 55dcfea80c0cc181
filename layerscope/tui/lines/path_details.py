"""One path, and its history through the layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from layerscope.filesystem.change import Change
from layerscope.filesystem.layer_numbers import own_number
from layerscope.report.table import UNKNOWN_PULL
from layerscope.tui.lines.fields import SIZE_WIDTH, count_text, field, fields, heading, mtime_text, natural_size
from layerscope.tui.lines.gap import MORE, MORE_OR_LESS
from layerscope.tui.lines.glyphs import ARROW, CLOSED
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.lines.xattrs import xattr_text
from layerscope.tui.state.scope import NAMES, image_name, layer_name

if TYPE_CHECKING:
    from layerscope.tui.rows.path_details import PathDetails, VersionRow
    from layerscope.tui.rows.path_pair import PathPair

_SIGNS = {MORE: "it may be more", MORE_OR_LESS: "it may be more or less"}


def path_lines(
    details: PathDetails, incomplete: str, width: int, *, size_sign: str = "", pull_known: bool = True
) -> list[Line]:
    """Path, type, sizes, mode, owner, time, links, attributes, versions.

    `incomplete` says which layers are missing: they may have more versions, or end one. `size_sign` is what follows the
    sizes of directories because of that. Without `pull_known`, the shares of the pull are unknown.
    """
    lines = field("path", "/" + safe(details.path), width, "path")
    sizes = _sizes(details, is_whole=not incomplete, pull_known=pull_known)
    if details.is_directory and size_sign:
        sizes.append(("signs", f"{size_sign} after a size: {_SIGNS[size_sign]}, because {incomplete}"))
    kind, *others = attributes(details)
    lines += _safe_fields((kind, *sizes, *others, _content(details), *_more(details)), width)
    return [*lines, *_version_lines(details, incomplete, width)]


def pair_lines(pair: PathPair, incomplete: str, width: int, *, pull_known: bool = True) -> list[Line]:
    """How a path differs between two images, and the attributes in both.

    Attributes that differ have an arrow.
    """
    details = pair.shown
    lines = field("path", "/" + safe(details.path), width, "path")
    lines += field("change", _change_text(pair), width, _LOOKS.get(pair.change, "value"))
    if pair.below_count:
        touched = f", {pair.touched_count:,} of them only in time" if pair.touched_count else ""
        lines += field("", f"{count_text(pair.below_count, 'path')} below it differ{touched}", width)
    for path in pair.same:
        lines += field("same as", f"/{safe(path)}, which only {'A' if pair.before is None else 'B'} has", width)
    both = [_entry(side) if side else {} for side in (pair.before, pair.after)]
    for label in dict.fromkeys([*both[0], *both[1]]):
        lines += _compared(label, *(side.get(label, "") for side in both), width=width, is_in_both=all(both))
    words = {"size": "added", "removed": "removed"} if details.is_directory else {"size": ""}
    sizes = _sizes(details, is_whole=not incomplete, pull_known=pull_known)
    lines += fields(((words.get(label, label), value) for label, value in sizes if words.get(label, label)), width)
    return [*lines, *_version_lines(details, incomplete, width)]


def _safe_fields(rows: Iterable[tuple[str, str]], width: int) -> list[Line]:
    """Labelled values that are safe already; those without a value are left out."""
    return [line for label, value in rows if value for line in field(label, value, width)]


def _entry(details: PathDetails) -> dict[str, str]:
    """What an image says of the path, by label; several values of one label are one text."""
    size = [("size", f"{details.size:,} bytes")] if details.content is not None else []
    kind, *others = attributes(details)
    entry: dict[str, str] = {}
    for label, value in (kind, *size, *others, *_more(details)):
        if value:
            entry[label] = f"{entry[label]}, {value}" if label in entry else value
    return entry


def _compared(label: str, before: str, after: str, *, width: int, is_in_both: bool) -> list[Line]:
    if before == after or not is_in_both:
        return _safe_fields(((label, before or after),), width)
    return field(label, f"{before or 'none'} {ARROW} {after or 'none'}", width, "modified")


_LOOKS = {Change.ADDED: "added", Change.REMOVED: "removed", Change.MODIFIED: "modified", Change.UNKNOWN: "modified"}
_CHANGES = {
    Change.ADDED: "only in B",
    Change.REMOVED: "only in A",
    Change.MODIFIED: "modified",
    Change.UNKNOWN: "unknown",
    Change.TOUCHED: "only the time differs",
    Change.UNMODIFIED: "the same in A and B",
}
_REASONS = {"content-unknown": "content unknown", "mtime": "time", "xattr": "extended attributes"}


def _change_text(pair: PathPair) -> str:
    reasons = [_REASONS.get(reason, reason) for reason in pair.reasons]
    is_said = pair.change in (Change.MODIFIED, Change.UNKNOWN) and reasons
    return _CHANGES[pair.change] + (f": {', '.join(reasons)}" if is_said else "")


def _version_lines(details: PathDetails, incomplete: str, width: int) -> list[Line]:
    """The versions, of two images one after the other."""
    gap = field("incomplete", incomplete, width, "bad") if incomplete else []
    groups = {name: [version for version in details.versions if image_name(version.layer) == name] for name in NAMES}
    lines: list[Line] = []
    for name, versions in groups.items():
        if versions:
            lines += heading(f"Versions in {name}" if details.in_pair else "Versions")
            lines += gap
            lines += [_version(version, is_directory=details.is_directory) for version in versions]
            gap = []
    return lines or [*heading("Versions"), *gap]


def _sizes(details: PathDetails, *, is_whole: bool, pull_known: bool) -> list[tuple[str, str]]:
    """Everything the size column can measure; the waste is only known if the image is read whole."""
    rows = []
    if details.is_directory:
        note = ", all of it deleted" if details.only_gone else ""
        if details.total_size or not details.removed_size:
            rows.append(("size", f"{natural_size(details.total_size)} shown below it{note}"))
        if details.removed_size:
            rows.append(("removed", f"{natural_size(details.removed_size)} below it"))
        pull = f"about {natural_size(details.total_compressed_size)} for the files shown below it"
        rows.append(("pull", pull if pull_known else UNKNOWN_PULL))
    elif details.content is not None:
        exact = f", {details.size:,} bytes" if details.size >= 1000 else ""
        rows.append(("size", natural_size(details.size) + exact))
        layer = next((version.layer for version in details.versions if version.is_shown), None)
        name = None if layer is None else layer_name(layer, in_pair=details.in_pair)
        whose = "the layer's blob" if name is None else f"the blob of {name}"
        pull = f"about {natural_size(details.compressed_size)} of {whose}"
        rows.append(("pull", pull if pull_known else UNKNOWN_PULL))
    if details.wasted_size and is_whole:
        where = " below it" if details.is_directory else ""
        rows.append(("wasted", f"{natural_size(details.wasted_size)}, in versions{where} that are not live"))
    return rows


def attributes(details: PathDetails) -> list[tuple[str, str]]:
    """What an entry says of the path, by label; the type comes first."""
    kind = f"{details.kind}, implied: no layer has an entry for it" if details.implied else details.kind
    return [
        ("type", kind),
        ("mode", details.mode),
        ("owner", details.owner),
        ("package", safe(details.package)),
        ("modified", "" if details.mtime is None else mtime_text(details.mtime)),
        ("target", safe(details.link)),
        ("device", "{}:{}".format(*details.device) if details.device else ""),
    ]


def _more(details: PathDetails) -> list[tuple[str, str]]:
    """The links and the extended attributes: there may be several of each."""
    return [
        *(("linked as", "/" + safe(path)) for path in details.partners),
        *(("xattr", xattr_text(name, value)) for name, value in details.xattrs.items()),
    ]


def _content(details: PathDetails) -> tuple[str, str]:
    """What identifies the content; only contents of one kind can be compared."""
    kind, value = details.content or ("", 0)
    if details.content and not kind:
        return "content", "unknown: it was not read whole"
    return kind, f"{value:016x}" if kind else ""


def _version(version: VersionRow, *, is_directory: bool) -> Line:
    marker = CLOSED if version.is_shown else " "
    size = "" if is_directory else f"{natural_size(version.size):>{SIZE_WIDTH}}  "
    text = f"{marker} layer {own_number(version.layer):>3}  {size}"
    if version.killer is None:
        return Span(text, "value"), Span("live", "good")
    return Span(text, "value"), Span(f"{version.fate} by layer {own_number(version.killer)}", "bad")
