"""The images, repositories and registries that were opened last, by name, in a small file."""

import json
import logging
from pathlib import Path

import platformdirs

from layerscope.cache.private_directory import PrivateDirectory
from layerscope.errors import InvalidDocument
from layerscope.oci import as_list
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE, parse_json

MOST_NAMES = 30
MOST_CHARACTERS = 400
_FILE = "recent.json"

_log = logging.getLogger(__name__)


def state_directory() -> Path | None:
    """The directory of what the program remembers; None if there is no home directory."""
    path = Path(platformdirs.user_state_dir("layerscope", appauthor=False))
    return path if path.is_absolute() else None


def recent_names(directory: Path) -> list[str]:
    """The names, last opened first; none if the file is missing or damaged."""
    try:
        data = PrivateDirectory(directory).read(_FILE)
        names = as_list(parse_json(bytes(data[: MAX_DOCUMENT_SIZE + 1]), "the list")) if data is not None else []
    except (OSError, InvalidDocument) as error:
        _log.info("the names in `%s` cannot be read: %s", directory, error)
        return []
    return [name for name in names if isinstance(name, str) and is_kept(name)][:MOST_NAMES]


def remember(directory: Path, name: str) -> None:
    """Put a name at the head of the list; if the disk fails, do nothing."""
    if not is_kept(name):
        return
    names = [name, *(other for other in recent_names(directory) if other != name)][:MOST_NAMES]
    try:
        PrivateDirectory(directory).write(_FILE, [json.dumps(names, indent=1).encode()])
    except OSError as error:
        _log.info("the names in `%s` cannot be written: %s", directory, error)


def is_kept(name: str) -> bool:
    """Whether a name can be shown and is not too long."""
    return bool(name) and name.isprintable() and len(name) <= MOST_CHARACTERS
