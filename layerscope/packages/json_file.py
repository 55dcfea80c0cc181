"""JSON files in an image: they may have any content, and only few values of them are needed."""

import json
from collections.abc import Mapping
from typing import Any

from layerscope.packages.package import Problems


def json_object(path: bytes, data: bytes, problems: Problems) -> dict[str, Any] | None:
    """The object in the file; None, and a note, if there is none."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        problems.add(path, "is not a JSON object")
        return None
    return value


def text_in(value: Mapping[str, Any], name: str) -> str:
    """The text of that name; empty if it is missing, or is no text."""
    found = value.get(name)
    return found if isinstance(found, str) else ""
