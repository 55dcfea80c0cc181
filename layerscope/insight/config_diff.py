"""Which fields of two image configs differ, and which steps of the history (OCI image-spec config.md)."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeVar

from layerscope.oci import HistoryStep, Image, as_object
from layerscope.oci.strict_json import parse_object

_OF_THE_BUILD = ("created", "history", "rootfs", "container", "container_config", "docker_version", "id", "parent")
"""Fields that describe the build or the layers, and not the container that runs."""
_RUN = "config"
_OF_THE_BUILD_CONTAINER = ("Image", "Hostname")
"""What Docker's classic builder leaves in `config`: they change with each build."""
_ENVIRONMENT = "Env"
_KEYED = (_ENVIRONMENT, "Labels", "ExposedPorts", "Volumes")
_MOST_STEPS = 1000
"""The time to align two histories grows with the square of their lengths."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """A field that differs, with its JSON value in both images; None if it is missing or empty.

    `field` has the names from the top, with dots: `architecture`, `config.User`, `config.Env.PATH`.
    """

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step of the history that only one image has."""

    step: HistoryStep
    is_added: bool


def config_changes(before: Image, after: Image) -> tuple[ConfigChange, ...]:
    """The fields that differ, by name. Times and what describes the build do not count.

    The config of an artifact is compared by its digest only.
    """
    old, new = _fields(before), _fields(after)
    changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    return tuple(ConfigChange(name, old.get(name), new.get(name)) for name in changed)


def history_changes(before: Image, after: Image) -> tuple[StepChange, ...]:
    """The steps that only one history has, in order; their times do not count."""
    old, new = ([_key(step) for step in image.history] for image in (before, after))
    found: list[StepChange] = []
    for removed, added in differing(old, new):
        found += (StepChange(before.history[number], is_added=False) for number in removed)
        found += (StepChange(after.history[number], is_added=True) for number in added)
    return tuple(found)


def differing(old: Sequence[Key], new: Sequence[Key]) -> Iterator[tuple[range, range]]:
    """The numbers of the steps that differ, run by run; one run if there are too many to align them."""
    pairs = enumerate(zip(old, new, strict=False))
    start = next((number for number, (one, other) in pairs if one != other), min(len(old), len(new)))
    if max(len(old), len(new)) - start > _MOST_STEPS:
        yield range(start, len(old)), range(start, len(new))
        return
    matcher = SequenceMatcher(None, old[start:], new[start:], autojunk=False)
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if operation != "equal":
            yield range(start + old_from, start + old_to), range(start + new_from, start + new_to)


def _key(step: HistoryStep) -> tuple[str, bool]:
    return step.entry.created_by, step.layer is None


def _fields(image: Image) -> dict[str, Any]:
    """All fields with a value, flat; a field that is empty counts as missing."""
    if image.artifact_type:
        return {"artifactType": image.artifact_type, "digest": str(image.manifest.config.digest)}
    document = parse_object(image.config_bytes, "the image config")
    run = as_object(document.get(_RUN))
    top = {name: value for name, value in document.items() if value and name not in (*_OF_THE_BUILD, _RUN)}
    inner = {name: value for name, value in run.items() if value and name not in _OF_THE_BUILD_CONTAINER}
    return top | {f"{_RUN}.{name}": value for name, value in _members(inner)}


def _members(run: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The members of `config`: variables, labels, ports and volumes one by one."""
    for name, value in run.items():
        values = _variables(value) if name == _ENVIRONMENT else value
        if name in _KEYED and isinstance(values, dict):
            yield from ((f"{name}.{key}", member) for key, member in values.items())
        else:
            yield name, value


def _variables(value: Any) -> Any:
    """The environment by name; the value as it is if it is not a list of variables with distinct names."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return value
    pairs = dict(item.partition("=")[::2] for item in value)
    return pairs if len(pairs) == len(value) else value
