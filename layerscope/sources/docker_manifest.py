"""`manifest.json` of a docker-archive: its images, and the members that each image consists of.

The format is described in moby's `image/spec/v1.2.md`, "Combined Image JSON + Filesystem Changeset Format".
"""

import posixpath
from dataclasses import dataclass
from typing import Any

from layerscope.display import display
from layerscope.errors import InvalidDocument, NotFound, SourceError
from layerscope.oci import as_list
from layerscope.oci.strict_json import parse_json
from layerscope.sources.file_store import FileStore, read_document
from layerscope.sources.local_store import ImageSelector, choice_hint

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class ArchivedImage:
    """The member names of a config and its layers, lowest first, and the tags of the image.

    If the archive has no config, `generated_config` was built from the member that `config` names.
    """

    config: str
    layers: tuple[str, ...]
    tags: tuple[str, ...]
    generated_config: bytes = b""


def read_archived_images(files: FileStore) -> tuple[ArchivedImage, ...]:
    """The images of the archive; raises `SourceError` if it has none, `InvalidDocument`, `NotFound`."""
    entries = parse_json(read_document(files, MANIFEST_FILE), f"`{MANIFEST_FILE}`")
    if entries is None or entries == []:
        raise SourceError(f"`{files.location}` has no image: its `{MANIFEST_FILE}` is empty")
    if not isinstance(entries, list):
        raise InvalidDocument(f"`{MANIFEST_FILE}` in `{files.location}` is not a JSON array")
    return tuple(_entry(entry, f"entry {number} of `{MANIFEST_FILE}`") for number, entry in enumerate(entries))


def choose(images: tuple[ArchivedImage, ...], selector: ImageSelector, where: str) -> ArchivedImage:
    """The image that the selector names, by tag, position or config digest, or the only one.

    Raises `NotFound` if no image matches, `SourceError` if several do; both errors list the tags.
    """
    if selector.position is not None:
        if selector.position < len(images):
            return images[selector.position]
        numbers = f"its images are 0 to {len(images) - 1}" if len(images) > 1 else "its only image is 0"
        raise NotFound(f"`{where}` has no image {selector.position}: {numbers}", hint=_listing(images, where))
    chosen = [image for image in images if _is_meant(image, selector)]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        raise SourceError(f"`{where}` has {len(chosen)} images", hint=_listing(images, where))
    raise NotFound(f"`{where}` has no image `{str(selector).lstrip(':')}`", hint=_listing(images, where))


def _is_meant(image: ArchivedImage, selector: ImageSelector) -> bool:
    if selector.digest:
        return selector.digest.encoded in image.config
    return selector.matches(frozenset(image.tags))


def _listing(images: tuple[ArchivedImage, ...], where: str) -> str:
    selectors = [
        f":{display(image.tags[0], limit=100)}" if image.tags else f":@{position}"
        for position, image in enumerate(images)
    ]
    return choice_hint("docker-archive", where, selectors)


def _entry(value: Any, what: str) -> ArchivedImage:
    if not isinstance(value, dict):
        raise InvalidDocument(f"{what} is not a JSON object")
    config, layers = value.get("Config"), as_list(value.get("Layers"))
    if not isinstance(config, str) or not config:
        raise InvalidDocument(f"{what} has no `Config`")
    if not all(isinstance(layer, str) for layer in layers):
        raise InvalidDocument(f"{what} has `Layers` that are not names")
    tags = tuple(tag for tag in as_list(value.get("RepoTags")) if isinstance(tag, str))
    return ArchivedImage(posixpath.normpath(config), tuple(map(posixpath.normpath, layers)), tags)
