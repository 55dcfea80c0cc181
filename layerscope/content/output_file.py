"""Write a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import LayerscopeError

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERMISSIONS = 0o666


def replace_file(path: Path, data: bytes) -> None:
    """Put a file with that content at `path`, as `replace_file_by_chunks` does."""
    replace_file_by_chunks(path, [data])


def check_absent(path: Path) -> None:
    """Raise `LayerscopeError` where a file is at `path` that would be replaced: what is no regular file is not."""
    with contextlib.suppress(OSError):  # what is wrong with the path is told when it is written to
        if path.is_file():
            shown = display(os.fsencode(path), limit=200)
            raise LayerscopeError(f"`{shown}` exists", hint="`--force` replaces files that exist")


def replace_file_by_chunks(path: Path, chunks: Iterable[bytes], *, overwrite: bool = True) -> None:
    """Put a file with that content at `path`, in the place of what was there; a symlink stays, and its target changes.

    Without `overwrite`, a file that came there in the meantime stays, and that is an error. The file is written beside
    its place and then renamed, so that a half-written one is never seen; an error of `chunks` leaves all as it was.
    What is there and no regular file (a pipe, `/dev/stdout`) is written to. Raises `LayerscopeError`.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                file.writelines(chunks)
        else:
            _write_beside(target, chunks, overwrite=overwrite)
    except OSError as error:
        raise LayerscopeError(f"cannot write `{display(os.fsencode(path))}`: {error.strerror}") from error


def _write_beside(target: Path, chunks: Iterable[bytes], *, overwrite: bool) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fchmod(file.fileno(), _usual_permissions(target))
            os.fsync(file.fileno())
        if not overwrite:
            check_absent(target)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _usual_permissions(target: Path) -> int:
    """Those of the file that is replaced, or what any program's new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return _PERMISSIONS & ~mask
