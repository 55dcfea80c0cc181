"""A directory beside the target, whose content is moved into the target when it is complete."""

import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from layerscope.display import display
from layerscope.errors import LayerscopeError


@contextmanager
def staged(directory: Path, tops: Sequence[bytes]) -> Iterator[Path]:
    """A new directory in `directory`; at the end, the paths in `tops` are moved from there to `directory`.

    An error leaves nothing behind, not even directories that were made. Raises `LayerscopeError` if a path exists, or
    if something cannot be moved.
    """
    made = [path for path in (directory, *directory.parents) if not path.exists()]
    aside = directory / f".layerscope-{secrets.token_hex(8)}"
    try:
        yield aside
        for top in tops:
            _move(aside / os.fsdecode(top), directory / os.fsdecode(top))
        aside.rmdir()
    except BaseException:
        _remove(aside)
        for path in made:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        raise


def _move(source: Path, target: Path) -> None:
    shown = display(os.fsencode(target), limit=200)
    if target.exists() or target.is_symlink():
        raise LayerscopeError(f"`{shown}` exists")
    try:
        mode = source.lstat().st_mode
        if stat.S_ISDIR(mode):
            source.chmod(0o700)  # a directory that nobody may write to cannot be moved
        source.rename(target)
        if stat.S_ISDIR(mode):
            target.chmod(stat.S_IMODE(mode))
    except OSError as error:
        raise LayerscopeError(f"`{shown}` cannot be written: {error.strerror}") from error


def _remove(aside: Path) -> None:
    """Remove a directory, even if it has directories that nobody may write to."""
    for path, names, _ in os.walk(aside):
        for name in names:
            inner = Path(path, name)
            if not inner.is_symlink():
                inner.chmod(0o700)
    shutil.rmtree(aside, ignore_errors=True)
