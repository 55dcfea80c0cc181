"""What a person reads in a Python file: docstrings, comments and string literals, and the words in its names."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

_DELIMITERS = re.compile(r"\A(?:#[:!]?|\w*(?:\"{3}|'{3}|[\"']))|(?:\"{3}|'{3}|[\"'])\Z")
_CODE = re.compile(r"\\.|\{[^{}]*\}")
"""Escapes, and expressions in an f-string, which is a single token before Python 3.12."""
_PROSE = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def prose(source: str) -> str:
    """The source with everything except its prose replaced by spaces, so that lines and columns stay the same.

    A phrase can therefore be found across the lines of a comment, and across the parts of a concatenated string.
    """
    lines = [_blank(line) for line in source.splitlines(keepends=True)]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in _PROSE:
            text = _DELIMITERS.sub(lambda found: _blank(found[0]), token.string)
            _write(lines, token.start, _CODE.sub(lambda found: _blank(found[0]), text))
    return "".join(lines)


def docstrings(source: str) -> Iterator[str]:
    """Each string that is a statement, so the docstrings of attributes are included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def name_words(source: str) -> Iterator[tuple[int, str]]:
    """Line and word, in lower case, for each word of each name in the code."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield from ((token.start[0], word.lower()) for word in _WORD.findall(token.string))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _write(lines: list[str], start: tuple[int, int], text: str) -> None:
    row, column = start
    for number, part in enumerate(text.split("\n"), start=row - 1):
        line = lines[number]
        lines[number] = line[:column] + part + line[column + len(part) :]
        column = 0
