"""The rules of the gate in a `.dive-ci` file (YAML)."""

from typing import Any

import yaml

from layerscope.display import display
from layerscope.errors import UsageError

MAX_SIZE = 1 << 20
"""Bytes; a file of rules has a few hundred."""


class _OnceLoader(yaml.SafeLoader):
    """A safe loader that refuses duplicate keys, as YAML 1.2 does (section 3.2.1.3) and PyYAML does not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """The mapping; raises `ConstructorError` for a duplicate key."""
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for number, (key, _) in enumerate(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value in names[:number]:
                raise yaml.constructor.ConstructorError(None, None, "duplicate key", key.start_mark)
        return super().construct_mapping(node, deep)


def parse_rules(data: bytes, name: str) -> dict[str, Any]:
    """The unparsed rules of the file `name`, for `parse_limits`; raises `UsageError`."""
    if len(data) > MAX_SIZE:
        raise UsageError(f"`{name}` is larger than {MAX_SIZE:,} bytes")
    try:
        document = yaml.load(data, _OnceLoader)  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"`{name}` is not valid YAML{_line(error, data)}") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise _refusal(f"`{name}` has no `rules:`")
    if unknown := set(document) - {"rules"}:
        raise _refusal(f"`{display(str(min(unknown, key=str)), limit=60)}` is not allowed in `{name}`")
    rules = document.get("rules")
    if not isinstance(rules, dict | None):
        raise _refusal(f"`{name}` has no `rules:`")
    return rules or {}


def _refusal(message: str) -> UsageError:
    return UsageError(message, hint="write `rules:`, and below it one rule per line")


def _line(error: Exception, data: bytes) -> str:
    """The line to look at; for something that is not closed, the last one with text."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return ""
    last = data.rstrip().count(b"\n") + 1
    return f": see line {mark.line + 1}" if mark.line < last else f": it ends too early, see line {last}"
