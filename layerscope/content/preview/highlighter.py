"""The program that finds the parts of a source text with pygments; `highlighting.py` runs it.

It is a process of its own, because text can be made so that a regular expression takes hours for it. Each request is
a line of JSON, and so is each answer: for each line the lengths of its parts, and the numbers of their styles.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Iterator

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Keyword, Literal, Name, Operator, _TokenType
from pygments.util import ClassNotFound

_MAX_MEMORY_SIZE = 1 << 29
_MAX_SECONDS = 30
"""Seconds of the processor, for all requests."""
_PATIENCE = 1.0
"""Seconds for one text; the lines that are not reached have no parts."""
_INTERPRETER = re.compile(r"#!\s*(?:\S*/env\s+(?:-\S+\s+)*)?(?:\S*/)?(?P<name>[A-Za-z]+)")
_STYLES = {
    Comment: 1,
    Keyword: 2,
    Operator.Word: 2,
    Name.Tag: 2,
    Literal.String: 3,
    Literal.Number: 4,
    Name.Function: 5,
    Name.Class: 5,
    Name.Attribute: 5,
    Name.Decorator: 5,
    Name.Builtin: 5,
}


def main() -> None:
    """Answer requests until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_SIZE, _MAX_MEMORY_SIZE))
    resource.setrlimit(resource.RLIMIT_CPU, (_MAX_SECONDS, _MAX_SECONDS))
    for line in sys.stdin:
        request = json.loads(line)
        lexer = _lexer_for(request["name"], request["text"])
        answer = list(_rows(lexer, request["text"])) if lexer else []
        sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
        sys.stdout.flush()


def _lexer_for(name: str, text: str) -> Lexer | None:
    """The lexer for the name; for a script without an extension, the one for its first line."""
    try:
        return get_lexer_for_filename(name, text)
    except ClassNotFound:
        match = _INTERPRETER.match(text)
    try:
        return get_lexer_by_name(match["name"]) if match else None
    except ClassNotFound:
        return None


def _rows(lexer: Lexer, text: str) -> Iterator[list[list[int]]]:
    """The parts of each line that ends in a newline, as far as there is time."""
    end = time.monotonic() + _PATIENCE
    row: list[list[int]] = []
    for _, token, value in lexer.get_tokens_unprocessed(text):
        style = _style(token)
        for number, part in enumerate(value.split("\n")):
            if number:
                yield row
                row = []
            if part:
                row.append([len(part), style])
        if time.monotonic() > end:
            return


def _style(token: _TokenType | None) -> int:
    """The number of the style of a token, or of the nearest token above it."""
    while token is not None:
        if token in _STYLES:
            return _STYLES[token]
        token = token.parent
    return 0


if __name__ == "__main__":
    main()
