"""The rules of the gate from a `.dive-ci` file and from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.insight.rules import Limits, parse_limits

DEFAULT_FILE = Path(".dive-ci")
MAX_SIZE = 1 << 20
"""Bytes; a file of rules has some hundred."""


class _OnceLoader(yaml.SafeLoader):
    """YAML as it is defined: a name stands once in a mapping (YAML 1.2, section 3.2.1.3), which PyYAML lets pass."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """The mapping; raises `ConstructorError` for a name that stands twice."""
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for place, (key, _) in enumerate(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value in names[:place]:
                raise yaml.constructor.ConstructorError(None, None, "a name stands twice", key.start_mark)
        return super().construct_mapping(node, deep)


def limits_of(path: Path | None, options: dict[str, Any]) -> Limits:
    """The limits of the file (`.dive-ci`, if it is there and no other is named), the options on top of them.

    Options are rules under their names, None or an empty tuple where nothing was said. Raises `UsageError`.
    """
    if path is None and DEFAULT_FILE.exists():
        path = DEFAULT_FILE
    found = parse_limits(read_rules(path), f"`{_shown(path)}`") if path else {}
    given = {name: value for name, value in options.items() if value not in (None, ())}
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    for name, value in parse_limits(said, "the command line").items():
        found[name] = found.get(name, ()) + value if isinstance(value, tuple) else value
    return Limits(**found)


def read_rules(path: Path) -> dict[str, Any]:
    """The rules in a file, by name, as they stand; raises `UsageError`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
        document = yaml.load(data, _OnceLoader) if len(data) <= MAX_SIZE else None  # noqa: S506 - it is a SafeLoader
    except OSError as error:
        raise UsageError(f"`{_shown(path)}` cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"`{_shown(path)}` is not valid YAML{_place(error)}") from error
    return _rules(document, path)


def _rules(document: Any, path: Path) -> dict[str, Any]:
    if document is None:
        return {}
    strange = set(document) - {"rules"} if isinstance(document, dict) else set()
    rules = document.get("rules") if isinstance(document, dict) else None
    if strange or not isinstance(rules, dict | None) or not isinstance(document, dict):
        what = f"`{display(str(min(strange, key=str)), limit=60)}` is not known in" if strange else "no rules are in"
        raise UsageError(f"{what} `{_shown(path)}`", hint="write `rules:`, and below it one rule a line")
    return rules or {}


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f": see line {mark.line + 1}" if mark else ""


def _shown(path: Path) -> str:
    return display(str(path), limit=200)
