r"""`--format`: a line of text made from a row of the JSON contract, with the placeholders of Go templates.

`{{.tag}}` is a field, `{{.config.digest}}` a field of a field, and `{{json .platforms}}` a field as JSON. `\t` and `\n`
are a tab and a new line.
"""

import json
import re
from typing import Any

from layerscope.display import display
from layerscope.errors import UsageError

_PLACEHOLDER = re.compile(r"\{\{\s*(?P<json>json\s+)?\.(?P<path>[A-Za-z0-9_.]*)\s*\}\}")
_ESCAPES = {r"\t": "\t", r"\n": "\n"}


def filled(template: str, row: Any) -> str:
    """The template with the values of a row, which are made safe for display; raises `UsageError`."""
    parts, end = [], 0
    for found in _PLACEHOLDER.finditer(template):
        parts += [
            _literal(template[end : found.start()]),
            _text(_value(row, found["path"]), as_json=bool(found["json"])),
        ]
        end = found.end()
    return "".join([*parts, _literal(template[end:])])


def _literal(text: str) -> str:
    if "{{" in text:
        raise UsageError(
            f"`{display(text[text.index('{{') :], limit=60)}` in `--format` is not a field",
            hint="write a field as `{{.name}}`, or as JSON with `{{json .name}}`",
        )
    return re.sub(r"\\[tn]", lambda escape: _ESCAPES[escape[0]], text)


def _value(row: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        if not isinstance(row, dict) or name not in row:
            known = ", ".join(f"`{key}`" for key in row) if isinstance(row, dict) else "none"
            raise UsageError(f"there is no field `{name}` for `--format`", hint=f"the fields are {display(known)}")
        row = row[name]
    return row


def _text(value: Any, *, as_json: bool) -> str:
    if as_json or isinstance(value, dict | list | bool):
        return json.dumps(value)
    return "" if value is None else display(str(value))
