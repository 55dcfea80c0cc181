"""Tags, referrers and verdicts, as rows and as text."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import LayerscopeError
from layerscope.report.sizes import natural_size
from layerscope.report.table import Column, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layerscope.registry.api.referrers import Referrer
    from layerscope.registry.api.tag_facts import TagFacts
    from layerscope.report.rows import Row

_NUMBERS = re.compile(r"(\d+)")
_NONE = "-"


def by_name(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts names as people do: `1.9` before `1.10`."""
    parts = _NUMBERS.split(name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def tag_rows(found: Iterable[tuple[str, TagFacts | LayerscopeError]], order: str = "name") -> list[Row]:
    """What is known of each tag, as rows; `problem` is why the rest of one is None.

    In the order in which they come, or with `size` the biggest first, with `created` the newest.
    """
    known = list(found) if order == "name" else sorted(found, key=lambda pair: _rank(pair[1], order))
    return [_tag_row(tag, facts) for tag, facts in known]


def _rank(facts: TagFacts | LayerscopeError, order: str) -> float:
    if isinstance(facts, LayerscopeError):
        return math.inf
    return -(facts.size or 0) if order == "size" else -facts.time


def _tag_row(tag: str, facts: TagFacts | LayerscopeError) -> Row:
    if isinstance(facts, LayerscopeError):
        unknown = dict.fromkeys(("digest", "mediaType", "compressedSize", "created"))
        return {"tag": tag, **unknown, "platforms": [], "problem": facts.message}
    return {
        "tag": tag,
        "digest": str(facts.digest),
        "mediaType": facts.media_type,
        "compressedSize": facts.size,
        "created": facts.created or None,
        "platforms": list(facts.platforms),
        "problem": None,
    }


def tag_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """A line a tag, with what is known of it."""
    columns = (
        Column("tag"),
        Column("digest"),
        Column("pull", is_figure=True),
        Column("created"),
        Column("platforms"),
    )
    cells = [
        (
            row["tag"],
            _digest(row["digest"], short=bool(width)),
            _NONE if row["compressedSize"] is None else natural_size(row["compressedSize"]),
            display(row["created"] or _NONE, limit=20 if width else None),
            ", ".join(row["platforms"]) or _NONE,
        )
        for row in rows
    ]
    return table(columns, cells, width)


def referrer_rows(found: Sequence[Referrer]) -> list[Row]:
    """What refers to an image, as rows; `size` is that of the manifest."""
    return [
        {
            "kind": referrer.kind,
            "digest": str(referrer.descriptor.digest),
            "mediaType": referrer.descriptor.media_type,
            "artifactType": referrer.descriptor.artifact_type or None,
            "size": referrer.descriptor.size,
            "tag": referrer.tag or None,
            "annotations": dict(referrer.descriptor.annotations),
        }
        for referrer in found
    ]


def referrer_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """A line for each thing that refers to an image."""
    if not rows:
        return ["nothing is attached to the image"]
    columns = (Column("digest"), Column("size", is_figure=True), Column("tag"), Column("kind"))
    cells = [
        (
            _digest(row["digest"], short=bool(width)),
            natural_size(row["size"]),
            row["tag"] or _NONE,
            display(row["kind"]) or _NONE,
        )
        for row in rows
    ]
    return table(columns, cells, width)


def verdict_lines(rows: Sequence[Row], width: int | None = None) -> list[str]:
    """A line for each document and blob of an image, with the verdict on its bytes; whose they are, if that differs."""
    owners = [" ".join(filter(None, (row["platform"], row["artifact"]))) for row in rows]
    several = len(set(owners)) > 1
    columns = (
        *([Column("platform")] if several else []),
        Column("part"),
        Column("digest"),
        Column("size", is_figure=True),
        Column("status"),
        Column("problem"),
    )
    cells = [
        (
            *([display(owner) or _NONE] if several else []),
            row["kind"] if row["index"] is None else f"layer {row['index']}",
            _digest(row["digest"], short=bool(width)),
            _NONE if row["size"] is None else natural_size(row["size"]),
            row["status"],
            row["problem"] or "",
        )
        for row, owner in zip(rows, owners, strict=True)
    ]
    return table(columns, cells, width)


def _digest(digest: str | None, *, short: bool) -> str:
    if digest is None:
        return _NONE
    return digest.partition(":")[2][:12] if short else digest
