"""How long a command takes before it does anything."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from figures import Row, seconds

PYTHON = sys.executable
LAYERSCOPE = str(Path(PYTHON).with_name("layerscope"))


def measure() -> Iterator[Row]:
    bare = took(PYTHON, "-c", "pass")
    yield Row("python -c pass", bare * 1e3, "ms")
    for arguments in (["--version"], ["--help"]):
        spent = took(LAYERSCOPE, *arguments)
        yield Row(f"layerscope {arguments[0]}", spent * 1e3, "ms", f"{spent / bare:.1f} x python -c pass")


def took(*command: str) -> float:
    return seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL), repeat=10)
