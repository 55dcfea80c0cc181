"""JSON from outside, parsed strictly: UTF-8 only, no duplicate keys, no NaN, bounded size and depth (RFC 8259)."""

import json
import re
from typing import Any, NoReturn

from layerscope.errors import InvalidDocument

MAX_DOCUMENT_SIZE = 4 * 1024 * 1024
"""Bytes; the limit for manifests in the distribution-spec ("Pushing Manifests")."""

MAX_DEPTH = 64

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""Strings, which are skipped, and brackets. An unclosed string runs to the end, so that no byte is read twice."""


class _DuplicateKey(ValueError):
    """An object has a key twice."""


def parse_object(data: bytes, what: str) -> dict[str, Any]:
    """The JSON object in `data`; raises `InvalidDocument` like `parse_json`, and for any other JSON value."""
    value = parse_json(data, what)
    if not isinstance(value, dict):
        raise InvalidDocument(f"{what} is not a JSON object")
    return value


def parse_json(data: bytes, what: str) -> Any:
    """The JSON value in `data`; `what` names the document in errors.

    Raises `InvalidDocument` if `data` is too large, not UTF-8, not JSON, nested too deeply, or has a duplicate key.
    """
    if len(data) > MAX_DOCUMENT_SIZE:
        raise InvalidDocument(f"{what} is larger than {MAX_DOCUMENT_SIZE:,} bytes")
    _check_depth(data, what)
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except _DuplicateKey as error:
        raise InvalidDocument(f"{what} is not valid JSON: it has a duplicate key") from error
    except (ValueError, RecursionError) as error:
        raise InvalidDocument(f"{what} is not valid JSON", hint=_looks_like(data)) from error


def _check_depth(data: bytes, what: str) -> None:
    depth = 0
    for match in _BRACKETS.finditer(data):
        if match[0] in (b"[", b"{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidDocument(f"{what} is not valid JSON: nested deeper than {MAX_DEPTH} levels")
        elif match[0] in (b"]", b"}"):
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _DuplicateKey
    return result


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _looks_like(data: bytes) -> str | None:
    if data.lstrip()[:1] == b"<":
        return "it looks like a web page: is this the address of a registry?"
    return None
