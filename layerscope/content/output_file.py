"""Write a file completely or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from layerscope.display import display
from layerscope.errors import LayerscopeError

_PERMISSIONS = 0o666


def replace_file(path: Path, data: bytes) -> None:
    """Like `replace_file_by_chunks`, for content in one piece."""
    replace_file_by_chunks(path, [data])


def check_absent(path: Path, hint: str = "to replace it, use `--force`") -> None:
    """Raise `LayerscopeError` if a regular file at `path` would be replaced."""
    with contextlib.suppress(OSError):  # writing reports a bad path
        if path.is_file():
            shown = display(os.fsencode(path), limit=200)
            raise LayerscopeError(f"`{shown}` already exists", hint=hint)


def replace_file_by_chunks(path: Path, chunks: Iterable[bytes], *, overwrite: bool = True) -> None:
    """Write a file to `path`, or replace it. If `path` is a symlink, its target is replaced.

    The content goes to a temporary file that is then renamed: the file is never half-written, and an error of `chunks`
    changes nothing. Without `overwrite`, it is an error if a file appears at `path` meanwhile. If `path` is not a
    regular file (a pipe, `/dev/stdout`), it is written directly. Raises `LayerscopeError`.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                file.writelines(chunks)
        else:
            with new_file(target, lambda: None if overwrite else check_absent(target)) as file:
                file.writelines(chunks)
    except OSError as error:
        raise LayerscopeError(f"cannot write `{display(os.fsencode(path))}`: {error.strerror}") from error


@contextmanager
def new_file(target: Path, check: Callable[[], None]) -> Iterator[BinaryIO]:
    """A file beside `target` that takes its place at the end of the context.

    An error, also one of `check`, which is called before that, leaves nothing behind. Raises `OSError`.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), _usual_permissions(target))
            os.fsync(file.fileno())
        check()
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _usual_permissions(target: Path) -> int:
    """The permissions of the replaced file, or the default for a new file."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return _PERMISSIONS & ~mask
