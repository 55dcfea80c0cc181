"""Archives of Docker before 1.10: no `manifest.json`, but a directory for each layer, which names its parent.

The format is described in moby's `image/spec/v1.md`, "Combined Image JSON + Filesystem Changeset Format".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from layerscope.display import display
from layerscope.errors import InvalidDocument, SourceError
from layerscope.oci import Digest, ImageConfig, as_list, as_object, text
from layerscope.oci.strict_json import parse_object
from layerscope.sources.docker_manifest import ArchivedImage
from layerscope.sources.file_store import FileStore, read_document

if TYPE_CHECKING:
    Json = dict[str, Any]

REPOSITORIES_FILE = "repositories"
MAX_LAYERS = 10_000
"""Docker never stacked more than 127 layers."""

_LAYER = re.compile(r"([a-f0-9]{64})/json")
_CONFIG = re.compile(r"([a-f0-9]{64})\.json")
_OF_THE_LAYER = frozenset({"id", "parent", "Size", "checksum", "throwaway", "layer_id", "parent_id"})
"""Members of a layer's `json` that do not belong in an image config."""


def is_v1(files: FileStore) -> bool:
    """Whether the archive has the files that only archives of old Docker need."""
    return files.has(REPOSITORIES_FILE) or any(map(_LAYER.fullmatch, files.names()))


def read_v1_images(files: FileStore) -> tuple[ArchivedImage, ...]:
    """The images that `repositories` names; if it names none, the layers that no other layer builds on.

    Raises `SourceError` if there is no image, `InvalidDocument`, `NotFound`.
    """
    tops = _named_tops(files) or dict.fromkeys(_unused_tops(files), ())
    if not tops:
        raise SourceError(f"`{files.location}` has no image: it has no layers")
    config = _sole_config(files) if len(tops) == 1 else None
    return tuple(_image(files, top, tags, config) for top, tags in tops.items())


def _named_tops(files: FileStore) -> dict[str, tuple[str, ...]]:
    """The highest layers by their ids, each with its tags."""
    if not files.has(REPOSITORIES_FILE):
        return {}
    tops: dict[str, tuple[str, ...]] = {}
    for repository, tags in parse_object(read_document(files, REPOSITORIES_FILE), f"`{REPOSITORIES_FILE}`").items():
        for tag, top in as_object(tags).items():
            if not isinstance(top, str) or not _LAYER.fullmatch(f"{top}/json"):
                shown = display(f"{repository}:{tag}", limit=200)
                raise InvalidDocument(f"`{REPOSITORIES_FILE}` has no layer for `{shown}`")
            tops[top] = (*tops.get(top, ()), f"{repository}:{tag}")
    return tops


def _unused_tops(files: FileStore) -> list[str]:
    """The layers that are not the parent of any layer."""
    layers = [match[1] for name in files.names() if (match := _LAYER.fullmatch(name))]
    if len(layers) > MAX_LAYERS:
        raise SourceError(f"`{files.location}` has more than {MAX_LAYERS:,} layers")
    parents = {text(_read_layer(files, layer), "parent") for layer in layers}
    return [layer for layer in layers if layer not in parents]


def _sole_config(files: FileStore) -> str | None:
    """The image config, named by its digest, if the builder wrote one, as bazel did."""
    names = [name for name in files.names() if _CONFIG.fullmatch(name)]
    if len(names) != 1 or Digest.of(read_document(files, names[0])).encoded != names[0].removesuffix(".json"):
        return None
    return names[0]


def _image(files: FileStore, top: str, tags: tuple[str, ...], config: str | None) -> ArchivedImage:
    chain = _chain(files, top)
    layers = tuple(f"{layer}/layer.tar" for layer in chain)
    if config and len(ImageConfig.parse(read_document(files, config)).diff_ids) == len(layers):
        return ArchivedImage(config, layers, tags)
    return ArchivedImage(f"{top}/json", layers, tags, _generated_config(chain, top))


def _chain(files: FileStore, top: str) -> dict[str, Json]:
    """The layers from the lowest to `top`, by their ids, each with its `json`."""
    chain: dict[str, Json] = {}
    layer = top
    while layer:
        if layer in chain:
            raise InvalidDocument(f"the parents of the layers in `{files.location}` form a circle")
        chain[layer] = _read_layer(files, layer)
        layer = text(chain[layer], "parent")
        if len(chain) > MAX_LAYERS:
            raise SourceError(f"`{files.location}` has more than {MAX_LAYERS:,} layers")
        if layer and not _LAYER.fullmatch(f"{layer}/json"):
            raise InvalidDocument(f"the parent of a layer in `{files.location}` is not a layer")
    return dict(reversed(chain.items()))


def _read_layer(files: FileStore, layer: str) -> Json:
    name = f"{layer}/json"
    return parse_object(read_document(files, name), f"`{name}`")


def _generated_config(chain: Mapping[str, Json], top: str) -> bytes:
    """The image config that Docker makes when it loads such an archive; without diff_ids, which are unknown."""
    config = {key: value for key, value in chain[top].items() if key not in _OF_THE_LAYER}
    history = [_history_entry(layer) for layer in chain.values()]
    return json.dumps(config | {"history": history, "rootfs": {"type": "layers", "diff_ids": []}}).encode()


def _history_entry(layer: Json) -> dict[str, str]:
    command = as_list(as_object(layer.get("container_config")).get("Cmd"))
    entry = {
        "created": text(layer, "created"),
        "created_by": " ".join(part for part in command if isinstance(part, str)),
        "author": text(layer, "author"),
        "comment": text(layer, "comment"),
    }
    return {key: value for key, value in entry.items() if value}
