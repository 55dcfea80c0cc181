"""One path, and its history through the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.report.table import UNKNOWN_PULL
from layerscope.tui.lines.fields import SIZE_WIDTH, field, fields, heading, mtime_text, natural_size
from layerscope.tui.lines.glyphs import CLOSED
from layerscope.tui.lines.spans import Line, Span, safe
from layerscope.tui.lines.xattrs import xattr_text

if TYPE_CHECKING:
    from layerscope.tui.rows.path_details import PathDetails, VersionRow


def path_lines(details: PathDetails, incomplete: str, width: int, *, pull_known: bool = True) -> list[Line]:
    """Path, type, sizes, mode, owner, time, links, attributes, versions.

    `incomplete` says which layers are missing: they may have more versions, or end one.
    Without `pull_known`, the shares of the pull are unknown.
    """
    lines = field("path", "/" + safe(details.path), width, "path")
    kind = f"{details.kind}, implied: no layer has an entry for it" if details.implied else details.kind
    lines += field("type", kind, width)
    lines += fields(_sizes(details, is_whole=not incomplete, pull_known=pull_known), width)
    lines += fields(_attributes(details), width)
    for path in details.partners:
        lines += field("linked as", "/" + safe(path), width)
    for name, value in details.xattrs.items():
        lines += field("xattr", xattr_text(name, value), width)
    lines += heading("Versions")
    if incomplete:
        lines += field("incomplete", incomplete, width, "bad")
    return lines + [_version(version, is_directory=details.is_directory) for version in details.versions]


def _sizes(details: PathDetails, *, is_whole: bool, pull_known: bool) -> list[tuple[str, str]]:
    """Everything the size column can measure; the waste is only known if the image is read whole."""
    rows = []
    if details.is_directory:
        note = ", all of it deleted" if details.only_gone else ""
        if details.total_size or not details.removed_size:
            rows.append(("size", f"{natural_size(details.total_size)} shown below it{note}"))
        if details.removed_size:
            rows.append(("removed", f"{natural_size(details.removed_size)} below it"))
        pull = f"about {natural_size(details.total_compressed_size)} for all that is shown below it"
        rows.append(("pull", pull if pull_known else UNKNOWN_PULL))
    elif details.content is not None:
        exact = f", {details.size:,} bytes" if details.size >= 1000 else ""
        rows.append(("size", natural_size(details.size) + exact))
        layer = next((version.layer for version in details.versions if version.is_shown), None)
        whose = "the layer's blob" if layer is None else f"the blob of layer {layer}"
        pull = f"about {natural_size(details.compressed_size)} of {whose}"
        rows.append(("pull", pull if pull_known else UNKNOWN_PULL))
    if details.wasted_size and is_whole:
        whose = "all paths below it" if details.is_directory else "it"
        rows.append(("wasted", f"{natural_size(details.wasted_size)} in dead versions of {whose}"))
    return rows


def _attributes(details: PathDetails) -> list[tuple[str, str]]:
    return [
        ("mode", details.mode),
        ("owner", details.owner),
        ("modified", "" if details.mtime is None else mtime_text(details.mtime)),
        ("target", safe(details.link)),
        ("device", "{}:{}".format(*details.device) if details.device else ""),
        _content(details),
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
    text = f"{marker} layer {version.layer:>3}  {size}"
    if version.killer is None:
        return Span(text, "value"), Span("live", "good")
    return Span(text, "value"), Span(f"{version.fate} by layer {version.killer}", "bad")
