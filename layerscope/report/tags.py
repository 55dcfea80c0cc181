"""Tags as rows and as text."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import LayerscopeError
from layerscope.report.cells import NONE, digest_cell
from layerscope.report.sizes import natural_size
from layerscope.report.table import Column, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layerscope.registry.api.tag_facts import TagFacts
    from layerscope.report.rows import Row

_NUMBERS = re.compile(r"(\d+)")


def by_name(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts names as people do: `1.9` before `1.10`."""
    parts = _NUMBERS.split(name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def tag_rows(found: Iterable[tuple[str, TagFacts | LayerscopeError]], order: str = "name") -> list[Row]:
    """The tags as rows; if a tag could not be read, `problem` says why and the other fields are None.

    The order is that of `found`; with `size` the biggest tag comes first, with `created` the newest.
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
    """One line per tag."""
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
            digest_cell(row["digest"], short=bool(width)),
            NONE if row["compressedSize"] is None else natural_size(row["compressedSize"]),
            display(row["created"] or NONE, limit=20 if width else None),
            ", ".join(row["platforms"]) or NONE,
        )
        for row in rows
    ]
    return table(columns, cells, width)
