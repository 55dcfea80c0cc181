"""The settings of the user, and the warnings about what is wrong in them."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from layerscope.cli.console import talk

if TYPE_CHECKING:
    from pathlib import Path

    from layerscope.settings.parsing import Settings


def settings() -> Settings:
    """The settings of the file and the environment; what is wrong in them is left out, and a warning says so once."""
    from layerscope.settings.file import settings_file
    from layerscope.settings.parsing import VARIABLES

    return _read(settings_file(), tuple((name, os.environ.get(name, "")) for name in VARIABLES.values()))


@cache
def _read(file: Path | None, environment: tuple[tuple[str, str], ...]) -> Settings:
    from layerscope.settings.file import read_settings

    found = read_settings(file, dict(environment))
    for problem in found.problems:
        talk.warning(problem)
    return found
