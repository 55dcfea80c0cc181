"""The objects in the array `entries` of a JSON document, one at a time: the array may have a million of them."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from layerscope.errors import InvalidDocument

_BLANKS = re.compile(r"[ \t\n\r]*")
_WHAT = "it"


def entries_of(data: bytes) -> Iterator[dict[str, Any]]:
    """The entries. Raises `InvalidDocument` at the first wrong byte, also after entries were returned."""
    try:
        yield from _Reader(data.decode()).entries()
    except (ValueError, RecursionError) as error:
        raise InvalidDocument(f"{_WHAT} is not valid JSON") from error


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._parse = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse).raw_decode

    def entries(self) -> Iterator[dict[str, Any]]:
        """The members of the object are read in any order; only `entries` and `version` have a meaning."""
        names: set[str] = set()
        self._expect("{")
        while True:
            name = self._value()
            self._expect(":")
            if not isinstance(name, str) or name in names:
                raise ValueError("a key is no text, or is there twice")
            names.add(name)
            if name == "entries":
                yield from self._array()
            elif self._value() != 1 and name == "version":
                raise InvalidDocument(f"{_WHAT} has an unknown version")
            if self._expect(",}") == "}":
                break
        if self._next() or not {"entries", "version"} <= names:
            raise ValueError("it has too little or too much")

    def _array(self) -> Iterator[dict[str, Any]]:
        self._expect("[")
        if self._next() == "]":
            self._expect("]")
            return
        while True:
            value = self._value()
            if not isinstance(value, dict):
                raise InvalidDocument(f"{_WHAT} has an entry that is not an object")
            yield value
            if self._expect(",]") == "]":
                return

    def _value(self) -> Any:
        self._next()
        value, self._position = self._parse(self._text, self._position)
        return value

    def _next(self) -> str:
        """The next symbol, which stays the next one; empty at the end."""
        match = _BLANKS.match(self._text, self._position)
        self._position = match.end() if match else self._position
        return self._text[self._position : self._position + 1]

    def _expect(self, symbols: str) -> str:
        symbol = self._next()
        if not symbol or symbol not in symbols:
            raise ValueError("a symbol is missing")
        self._position += 1
        return symbol


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object has a key twice")
    return result


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
