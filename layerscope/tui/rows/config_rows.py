"""The config of an image as rows: a label, and a value that is not yet safe."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from layerscope.oci import MAX_SIZE, Image, as_list, as_object
from layerscope.oci.strict_json import parse_object

MOST_ROWS = 50_000
_LABELS = {
    "Entrypoint": "entrypoint",
    "Cmd": "command",
    "Env": "environment",
    "User": "user",
    "WorkingDir": "working dir",
    "ExposedPorts": "port",
    "Volumes": "volume",
    "Labels": "label",
    "Healthcheck": "healthcheck",
    "StopSignal": "stop signal",
    "Shell": "shell",
    "OnBuild": "onbuild",
}
"""Members of `config`, in the order in which they are shown; others follow under their own names."""
_ONE_BY_ONE = ("Env", "OnBuild")
_BY_KEY = ("ExposedPorts", "Volumes")
_SECOND = 1_000_000_000


def config_rows(image: Image) -> list[tuple[str, str]]:
    """What the config says about a container, who made the image, and the annotations; at most `MOST_ROWS`."""
    return list(islice(_rows(image), MOST_ROWS))


def unset(image: Image) -> list[str]:
    """The labels of what the config does not say."""
    run = _run(image)
    return [label for name, label in _LABELS.items() if not run.get(name)]


def _rows(image: Image) -> Iterator[tuple[str, str]]:
    run = _run(image)
    for name in (*_LABELS, *(name for name in run if name not in _LABELS)):
        if run.get(name):
            yield from ((_LABELS.get(name, name), value) for value in _values(name, run[name]))
    yield "platform", str(image.platform)
    yield from (pair for pair in (("created", image.config.created), ("author", image.config.author)) if pair[1])
    for annotations in _annotations(image):
        yield from (("annotation", f"{key}={value}") for key, value in annotations.items())


def _run(image: Image) -> dict[str, Any]:
    """The member `config`; empty for an artifact, whose config has another format."""
    document = parse_object(image.config_bytes, "the image config") if image.manifest.is_image else {}
    return as_object(document.get("config"))


def _values(name: str, value: Any) -> Iterator[str]:
    if name in _ONE_BY_ONE and isinstance(value, list):
        yield from map(_word, value)
    elif name in _BY_KEY and isinstance(value, dict):
        yield from value
    elif name == "Labels" and isinstance(value, dict):
        yield from (f"{key}={_word(item)}" for key, item in value.items())
    elif name == "Healthcheck" and isinstance(value, dict):
        yield from _health(value)
    else:
        yield _word(value)


def _health(check: Mapping[str, Any]) -> Iterator[str]:
    """The command, then the other members; times are in nanoseconds."""
    kind, *words = as_list(check.get("Test")) or [""]
    yield f"{kind} {words[0] if kind == 'CMD-SHELL' and len(words) == 1 else _word(words) if words else ''}".strip()
    for name, value in check.items():
        if name != "Test":
            is_time = type(value) is int and _SECOND // 1000 <= value < MAX_SIZE
            yield f"{name}: {value / _SECOND:g} s" if is_time else f"{name}: {_word(value)}"


def _annotations(image: Image) -> Iterator[Mapping[str, str]]:
    yield image.manifest.annotations
    if image.index:
        own = image.descriptor.digest if image.descriptor else None
        yield from (entry.annotations for entry in image.index.manifests if entry.digest == own)
        yield image.index.annotations


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
