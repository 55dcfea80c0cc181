"""JSON documents as indented text of limited size."""

import json
from typing import Any

from layerscope.content.preview.model import HEAD_SIZE, Text
from layerscope.content.preview.text import text_of
from layerscope.errors import InvalidDocument
from layerscope.oci.strict_json import parse_json

_ENCODER = json.JSONEncoder(indent=2, ensure_ascii=False)


def indented(value: Any) -> tuple[str, bool]:
    """A JSON value as indented text, and whether it is cut: the indent of a deep value can be large."""
    pieces, size = [], 0
    for piece in _ENCODER.iterencode(value):
        pieces.append(piece)
        size += len(piece)
        if size > HEAD_SIZE:
            return "".join(pieces), True
    return "".join(pieces), False


def json_text(data: bytes, what: str) -> Text:
    """The lines of a JSON document; if it is none, its bytes as text."""
    try:
        text, is_cut = indented(parse_json(data, what))
    except InvalidDocument:
        return text_of(data[:HEAD_SIZE], is_cut=len(data) > HEAD_SIZE)
    return text_of(text.encode("utf-8", "surrogatepass"), is_cut=is_cut)
