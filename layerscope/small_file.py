"""Read configuration files: whole, up to a limit, and only regular files."""

import stat
from pathlib import Path

MAX_FILE_SIZE = 1024 * 1024


def read_small_file(path: Path) -> bytes | None:
    """The content of a file, None if there is no file; raises `OSError` with a `strerror` that says why."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(0, "it is not a regular file")
        with path.open("rb") as file:
            content = file.read(MAX_FILE_SIZE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(content) > MAX_FILE_SIZE:
        raise OSError(0, f"it is larger than {MAX_FILE_SIZE:,} bytes")
    return content
