"""A directory to write hostile names into: nothing is written outside of it, or through a symlink."""

import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from layerscope.display import display
from layerscope.errors import LayerscopeError

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_WITHOUT_HARDLINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EACCES})
"""The errors of file systems that have no hardlinks, or no more of them."""
_PERMISSIONS = 0o777
_COPY_SIZE = 1 << 20


class TargetDirectory:
    """`directory`, made if needed. Paths are bytes below it, without `..`; every method raises `LayerscopeError`.

    Each part of a path is opened relative to the part before, so that a symlink in it is an error. With `overwrite`,
    files and symlinks replace each other, and directories are merged; any other replacement is an error. A file
    appears whole or not at all. With `durable`, its bytes are on the disk before.
    """

    def __init__(self, directory: Path, *, overwrite: bool = False, durable: bool = False) -> None:
        self._shown = display(os.fsencode(directory), limit=200)
        self._overwrite = overwrite
        self._durable = durable
        self._opened: tuple[bytes, int] | None = None
        with self._telling(b""):
            if not directory.exists():
                directory.mkdir(parents=True, exist_ok=True)
            self._root = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._forget_parent()
        os.close(self._root)

    def refuse_existing(self, path: bytes) -> None:
        """Raise `LayerscopeError` if anything exists at that path, even a symlink that leads nowhere."""
        with self._parent(path) as (parent, name):
            if _exists(parent, name):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))

    def make_directory(self, path: bytes) -> None:
        """Make a directory that only the user can enter; `finish_directory` sets its mode and time."""
        with self._parent(path) as (parent, name):
            try:
                os.mkdir(name, 0o700, dir_fd=parent)
            except FileExistsError:
                if not self._overwrite:
                    raise
                os.close(os.open(name, _DIRECTORY, dir_fd=parent))

    def finish_directory(self, path: bytes, mode: int, mtime: int | None) -> None:
        """Set permissions and time of a directory, after everything in it is written."""
        with self._parent(path) as (parent, name):
            directory = os.open(name, _DIRECTORY, dir_fd=parent)
            try:
                _set_attributes(directory, mode, mtime)
            finally:
                os.close(directory)

    def write_file(self, path: bytes, parts: Iterable[bytes], mode: int, mtime: int | None) -> None:
        """Write a file; an error from `parts` leaves nothing behind."""
        with self._parent(path) as (parent, name), self._temporary(parent) as temporary:
            file = os.open(temporary, _NEW_FILE, 0o600, dir_fd=parent)
            try:
                for part in parts:
                    _write(file, part)
                _set_attributes(file, mode, mtime)
                if self._durable:
                    os.fsync(file)
            finally:
                os.close(file)
            self._give_name(parent, temporary, name)

    def link(self, path: bytes, existing: bytes) -> None:
        """Make a hardlink to a file written before; a copy if the file system has no hardlinks."""
        with self._parent(path) as (parent, name), self._directory(existing.rpartition(b"/")[0]) as source:
            original = existing.rpartition(b"/")[2]
            with self._temporary(parent) as temporary:
                try:
                    os.link(original, temporary, src_dir_fd=source, dst_dir_fd=parent, follow_symlinks=False)
                except OSError as error:
                    if error.errno not in _WITHOUT_HARDLINKS:
                        raise
                    _copy(source, original, parent, temporary)
                self._give_name(parent, temporary, name)

    def symlink(self, path: bytes, target: bytes, mtime: int | None) -> None:
        """Make a symlink, its target unchanged."""
        with self._parent(path) as (parent, name), self._temporary(parent) as temporary:
            os.symlink(target, temporary, dir_fd=parent)
            if mtime is not None:
                with suppress(OSError, OverflowError):  # not every file system can hold every time
                    os.utime(temporary, (mtime, mtime), dir_fd=parent, follow_symlinks=False)
            self._give_name(parent, temporary, name)

    def _give_name(self, parent: int, temporary: bytes, name: bytes) -> None:
        if self._overwrite:
            os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
            return
        try:  # unlike a rename, a link never replaces anything
            os.link(temporary, name, src_dir_fd=parent, dst_dir_fd=parent, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _WITHOUT_HARDLINKS:
                raise
            if _exists(parent, name):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
            os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)

    @contextmanager
    def _temporary(self, parent: int) -> Iterator[bytes]:
        """A name for an unfinished file; a file that still has it at the end is removed."""
        name = b".layerscope-" + secrets.token_hex(8).encode()
        try:
            yield name
        finally:
            with suppress(OSError):  # it has its real name by now
                os.unlink(name, dir_fd=parent)

    @contextmanager
    def _parent(self, path: bytes) -> Iterator[tuple[int, bytes]]:
        """The open directory of a path, and the last part of the path."""
        directory, _, name = path.rpartition(b"/")
        with self._telling(path):
            if self._opened is None or self._opened[0] != directory:
                self._forget_parent()
                self._opened = directory, self._open(directory)
            yield self._opened[1], name

    @contextmanager
    def _directory(self, path: bytes) -> Iterator[int]:
        directory = self._open(path)
        try:
            yield directory
        finally:
            os.close(directory)

    def _open(self, path: bytes) -> int:
        directory = os.dup(self._root)
        for part in path.split(b"/") if path else ():
            try:
                inner = os.open(part, _DIRECTORY, dir_fd=directory)
            finally:
                os.close(directory)
            directory = inner
        return directory

    def _forget_parent(self) -> None:
        if self._opened:
            os.close(self._opened[1])
            self._opened = None

    @contextmanager
    def _telling(self, path: bytes) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            shown = f"{self._shown}/{display(path, limit=200)}" if path else self._shown
            raise _failure(shown, error) from error


def _failure(shown: str, error: OSError) -> LayerscopeError:
    if isinstance(error, FileExistsError):
        return LayerscopeError(f"`{shown}` already exists", hint="to replace it, use `--force`")
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return LayerscopeError(
            f"`{shown}` cannot be written: it is a file or a symlink, or below one, and must be a directory"
        )
    return LayerscopeError(f"`{shown}` cannot be written: {error.strerror}")


def _exists(parent: int, name: bytes) -> bool:
    try:
        os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _set_attributes(file: int, mode: int, mtime: int | None) -> None:
    """Set permissions, without set-user-ID, set-group-ID and sticky bits, and the modification time."""
    os.fchmod(file, mode & _PERMISSIONS)
    if mtime is not None:
        with suppress(OSError, OverflowError):  # not every file system can hold every time
            os.utime(file, (mtime, mtime))


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _copy(source: int, original: bytes, parent: int, name: bytes) -> None:
    read = os.open(original, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW, dir_fd=source)
    try:
        status = os.fstat(read)
        written = os.open(name, _NEW_FILE, 0o600, dir_fd=parent)
        try:
            while data := os.read(read, _COPY_SIZE):
                _write(written, data)
            _set_attributes(written, stat.S_IMODE(status.st_mode), int(status.st_mtime))
        finally:
            os.close(written)
    finally:
        os.close(read)
