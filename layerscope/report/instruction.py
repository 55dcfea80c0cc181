"""Restore the Dockerfile instruction from the raw command of a history entry.

Builders record a step in several ways: the classic builder and buildah as `/bin/sh -c #(nop) CMD ["sh"]`, as
`/bin/sh -c make` or, with build arguments, as `|1 VERSION=2 /bin/sh -c make`; BuildKit as
`RUN |1 VERSION=2 /bin/sh -c make # buildkit`. Other builders write other text, which stays as it is. BuildKit records
lists and maps as Go prints them (`VOLUME [/data]`, `EXPOSE map[80/tcp:{}]`); they get the spelling of a Dockerfile.
"""

import re
from itertools import pairwise

from layerscope.display import display, display_lines
from layerscope.report.go_values import from_go
from layerscope.report.table import cut

_SHELL = r"(?:(?:/usr)?/bin/)?(?:ba|da|a|z)?sh(?: -\w+(?: pipefail)?){0,4}? -\w*c|cmd /S /C|powershell -Command"
_NO_OPERATION = re.compile(rf"\s*(?:{_SHELL}) #\(nop\)\s+")
_RUN = re.compile(rf"\s*(?:RUN\s+)?(?:\|(?P<count>\d+) (?P<arguments>(?s:.*?)))?(?:{_SHELL}) ")
_ARGUMENT = re.compile(r"(?:^|(?<=\s))[A-Za-z_]\w*=")
_BUILDKIT = re.compile(r" # buildkit\s*\Z")
_SUM = re.compile(r"\b((?:file|dir|multi):[0-9a-f]{12})[0-9a-f]{52}\b")
_PIECE = re.compile(
    r""""(?:[^"\\]|\\.)*+"|'[^']*+'|\\.|(?:&&|\|\|)\s*+|;\s++(?!(?:do|done|then|elif|else|fi|esac)\b)|\n""", re.DOTALL
)
_INDENT = "  "
_LONGEST = 20_000
"""Characters; a longer instruction is cut before it is split into lines."""


def instruction(created_by: str) -> str:
    """The instruction on one line, safe for display, then its build arguments; empty if `created_by` is empty."""
    return " ".join(filter(None, instruction_parts(created_by)))


def instruction_parts(created_by: str) -> tuple[str, str]:
    """The instruction on one line, and a comment with its build arguments; both are safe, and may be empty."""
    return display(" ".join(_dockerfile(created_by).split())), arguments_comment(created_by)


def arguments_comment(created_by: str) -> str:
    """The build arguments of a `RUN` as a comment; empty if it has none."""
    arguments = build_arguments(created_by)
    return f"# build arguments: {' '.join(arguments)}" if arguments else ""


def instruction_lines(created_by: str) -> list[str]:
    """The instruction as lines, safe for display: each command of a `RUN` starts a line."""
    text = cut(_dockerfile(created_by).strip().replace("\t", "    "), _LONGEST)
    if not text.startswith("RUN "):
        return display_lines(text)
    return _commands(text)


def build_arguments(created_by: str) -> list[str]:
    """The build arguments of a `RUN` as `NAME=VALUE`, safe for display: everyone who has the image can read them."""
    match = _RUN.match(created_by)
    if match is None or not match["arguments"]:
        return []
    text = match["arguments"].strip()
    starts = [found.start() for found in _ARGUMENT.finditer(text)]
    if not starts or str(len(starts)) != match["count"]:
        return [display(text)]  # a value with a space and an equals sign: where it ends is unknown
    return [display(text[start:end].strip()) for start, end in pairwise([*starts, None])]


def dockerfile_lines(created_by: str) -> list[str]:
    """The instruction as in a Dockerfile, safe for display: lines that go on end in a backslash."""
    text = _dockerfile(created_by).strip()
    if text.startswith("RUN ") and "\n" in text:
        return _heredoc(text.removeprefix("RUN "))
    lines = instruction_lines(created_by)
    return [*(f"{line} \\" for line in lines[:-1]), *lines[-1:]]


def _heredoc(script: str) -> list[str]:
    """BuildKit records a `RUN <<EOF` as its script, in which newlines are kept."""
    if script.startswith("<<"):
        return display_lines(f"RUN {script}")
    return display_lines(f"RUN <<EOF\n{script}\nEOF")


def _dockerfile(created_by: str) -> str:
    text = _BUILDKIT.sub("", created_by)
    if match := _NO_OPERATION.match(text):
        return from_go(_SUM.sub(r"\1", text[match.end() :]).strip())
    if match := _RUN.match(text):
        return "RUN " + text[match.end() :].lstrip()
    return from_go(text)


def _commands(text: str) -> list[str]:
    """Split at the operators and newlines that start another shell command; operators in quotes are text."""
    lines, start = [""], 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        lines[-1] += text[start : match.start()]
        start = match.end()
        if piece == "\n":
            lines.append("")
        elif piece.startswith(";"):
            lines[-1] += ";"
            lines.append(_INDENT)
        elif piece.strip() in ("&&", "||"):
            lines.append(f"{_INDENT}{piece.strip()} ")
        else:
            lines[-1] += piece
    lines[-1] += text[start:]
    return [safe for line in lines for safe in display_lines(line.rstrip())]
