"""The settings in a TOML file and in environment variables. What is wrong is left out, and named with its line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from layerscope.display import display
from layerscope.errors import InvalidDocument
from layerscope.insight.rules import parse_size

Value = TypeVar("Value")
KEYS = "keys"
"""The table that names other keys for actions of the explorer."""
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")


@dataclass(frozen=True, slots=True)
class Given(Generic[Value]):
    """A value, and its origin: a line of the file, or an environment variable."""

    value: Value
    where: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that are given. `keys` has the keys of actions by name, `problems` a sentence for what is wrong."""

    theme: Given[str] | None = None
    sort: Given[str] | None = None
    columns: Given[tuple[str, ...]] | None = None
    cache_size: Given[int] | None = None
    keys: Mapping[str, Given[tuple[str, ...]]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def parse(data: bytes, name: str) -> Settings:
    """The settings in the content of the file `name`. Nothing is raised."""
    import tomllib  # noqa: PLC0415 - most users have no such file

    try:
        text = data.decode()
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        return Settings(problems=(f"{_line(name, number)}: it is not UTF-8 text",))
    except ValueError as error:  # a TOMLDecodeError, or a number with too many digits
        return Settings(problems=(_syntax_problem(str(error), text, name),))
    except RecursionError:
        return Settings(problems=(f"`{name}`: it is nested too deeply",))
    return _settings(document, text, name)


def with_variables(settings: Settings, environment: Mapping[str, str]) -> Settings:
    """The settings, with those of the environment in the place of those of the file."""
    found: dict[str, Any] = {}
    problems = []
    given = {name: environment[variable] for name, variable in VARIABLES.items() if environment.get(variable)}
    for name, text in given.items():
        value = tuple(re.split(r"[,\s]+", text.strip())) if name == "columns" else text
        try:
            found[name] = Given(_READERS[name](value), f"`{VARIABLES[name]}`")
        except InvalidDocument as error:
            problems.append(f"the value of `{VARIABLES[name]}` {error.message}")
    return replace(settings, problems=(*settings.problems, *problems), **found)


def line_of(text: str, name: str, table: str = "") -> int:
    """The number of the line that sets a name in a table of a TOML text; if it is not found, of the first that has it.

    A TOML parser keeps no line numbers of values.
    """
    lines, here = text.split("\n"), ""
    full = rf"{re.escape(table)}\s*\.\s*" if table else ""
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            here = header[1]
        elif here in ("", table) and re.match(
            rf"\s*{'' if here == table else full}(['\"]?){re.escape(name)}\1\s*=", line
        ):
            return number
    return next((number for number, line in enumerate(lines, 1) if name in line), 1)


def _settings(document: Mapping[str, Any], text: str, name: str) -> Settings:
    found: dict[str, Any] = {}
    problems = []
    for key, value in document.items():
        where = _line(name, line_of(text, key))
        try:
            if key == KEYS:
                found[KEYS], wrong = _keys(value, lambda action: _line(name, line_of(text, action, KEYS)))
                problems += wrong
            elif key in _READERS:
                found[key] = Given(_READERS[key](value), where)
            else:
                problems.append(f"{where}: there is no setting `{display(key, limit=60)}`")
        except InvalidDocument as error:
            problems.append(f"{where}: the value of `{key}` {error.message}")
    return Settings(**found, problems=tuple(problems))


def _keys(value: Any, where: Callable[[str], str]) -> tuple[dict[str, Given[tuple[str, ...]]], list[str]]:
    if not isinstance(value, dict):
        raise InvalidDocument("is not a table")
    found, problems = {}, []
    for action, keys in value.items():
        try:
            found[action] = Given(_texts(keys), where(action))
        except InvalidDocument as error:
            problems.append(f"{where(action)}: the value of `{display(action, limit=60)}` {error.message}")
    return found, problems


def _syntax_problem(message: str, text: str, name: str) -> str:
    position = _POSITION.search(message)
    number = int(position[1]) if position and position[1] else text.count("\n") + 1
    name_of_value, equals, value = text.split("\n")[number - 1].partition("=")
    if equals and not value.strip():
        return f"{_line(name, number)}: `{display(name_of_value.strip(), limit=60)}` has no value"
    reason = _POSITION.sub("", message)
    return f"{_line(name, number)}: {display(reason[:1].lower() + reason[1:], limit=100)}"


def _line(name: str, number: int) -> str:
    return f"`{name}`, line {number}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidDocument("is not a text in quotes")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    values = tuple(value) if isinstance(value, list | tuple) else (value,)
    if not values:
        raise InvalidDocument("is an empty list")
    return tuple(map(_text, values))


def _size(value: Any) -> int:
    try:
        return parse_size(int(value) if isinstance(value, str) and value.isdecimal() else value)
    except ValueError as error:
        raise InvalidDocument('is not a size; write, for example, "2GB"') from error


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "theme": _text,
    "sort": _text,
    "columns": lambda value: _texts(value) if value else (),
    "cache_size": _size,
}
VARIABLES = {name: f"LAYERSCOPE_{name.upper()}" for name in _READERS}
"""The environment variable of each setting, except for the keys."""
