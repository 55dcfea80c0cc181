"""Cases that are no part of the project: images and layers in the directory that `LAYERSCOPE_EXTRA_CASES` names.

Tests that read them are marked `extra_cases`. They are not collected if the variable is not set.
"""

import json
import os
from pathlib import Path

VARIABLE = "LAYERSCOPE_EXTRA_CASES"
ROOT = Path(os.environ[VARIABLE]).absolute() if os.environ.get(VARIABLE) else None


def tars(directory):
    """The paths of all `.tar` files below a directory of the extra cases; none without extra cases."""
    return sorted((ROOT / directory).rglob("*.tar")) if ROOT else []


def document(path):
    """The JSON object in a file of the extra cases; an empty one without extra cases."""
    return json.loads((ROOT / path).read_text()) if ROOT else {}
