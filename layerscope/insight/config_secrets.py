"""Secrets in the image config: variables, labels, commands, build arguments and the history."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from layerscope.oci import Image
from layerscope.secrets.detector import find

_LONGEST = 100_000
"""Characters of a text that are examined."""
_BUILD_ARGUMENTS = re.compile(r"\s*(?:RUN\s+)?\|\d+ ")
_ENV = re.compile(r"(?:.{0,100}#\(nop\)\s+)?\s*ENV\s+([A-Za-z_]\w*)[= ]")
_ASSIGNMENT = re.compile(r"(?<!\S)([A-Za-z_]\w{0,200})=(\S+)")


@dataclass(frozen=True, slots=True)
class ConfigSecret:
    """A secret in the config: its place, for example `ENV TOKEN`, its kind, and the history step that shows it."""

    place: str
    rule: str
    step: int | None


def config_secrets(image: Image) -> Iterator[ConfigSecret]:
    """Each secret; a variable and the step that sets it are one."""
    config, sets = image.config, _steps_of_variables(image)
    texts = [
        *((f"ENV {text.partition('=')[0]}", text) for text in config.environment),
        *((f"LABEL {name}", f"{name}={value}") for name, value in config.labels.items()),
        ("ENTRYPOINT", " ".join(config.entrypoint)),
        ("CMD", " ".join(config.command)),
    ]
    for place, text in texts:
        if rule := _rule_of(text):
            yield ConfigSecret(place, rule, sets.get(place))
    for number, step in enumerate(image.steps):
        if number not in sets.values() and (rule := _rule_of(step.entry.created_by)):
            yield ConfigSecret(_place(step.entry.created_by), rule, number)


def _rule_of(text: str) -> str:
    """The kind of the first secret; empty if there is none."""
    found = find(text[:_LONGEST].encode("utf-8", "surrogateescape"))
    return found[0].kind if found else ""


def _steps_of_variables(image: Image) -> dict[str, int]:
    """The last step that sets each variable, by its place."""
    matches = ((number, _ENV.match(step.entry.created_by)) for number, step in enumerate(image.steps))
    return {f"ENV {match[1]}": number for number, match in matches if match}


def _place(created_by: str) -> str:
    """The build argument that has the secret, else just the history."""
    if _BUILD_ARGUMENTS.match(created_by):
        for name, value in _ASSIGNMENT.findall(created_by[:_LONGEST]):
            if _rule_of(f"{name}={value}"):
                return f"ARG {name}"
    return "history"
