"""The location of the cache."""

import os
from pathlib import Path

import platformdirs

VARIABLE = "LAYERSCOPE_CACHE_DIR"
"""The environment variable that names another directory for the cache."""


def layers_directory() -> Path | None:
    """The directory of cached layers; None if neither the environment nor a home directory determines it."""
    return _directory("layers")


def documents_directory() -> Path | None:
    """The directory of cached documents, None as above."""
    return _directory("documents")


def _directory(name: str) -> Path | None:
    value = os.environ.get(VARIABLE)
    path = Path(value or platformdirs.user_cache_dir("layerscope", appauthor=False), name)
    return path if value or path.is_absolute() else None
