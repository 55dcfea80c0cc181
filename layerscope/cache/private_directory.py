"""A directory that only the user can write to; files appear in it whole or not at all."""

import mmap
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
# O_NONBLOCK: else a FIFO instead of a file could block the program.
_FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
TEMPORARY = ".new-"
"""The prefix of the names of unfinished files."""


@dataclass(frozen=True, slots=True)
class CachedFile:
    """A file's name, its size in bytes, and when it was last used, in seconds since the epoch."""

    name: str
    size: int
    used: float


class PrivateDirectory:
    """The directory at `path`, made with mode 0700 at the first write. Every method may raise `OSError`.

    A directory or file is refused if it is a symlink, belongs to another user, or if others may write to it. Several
    threads and processes may use the directory at once: a file gets its name, by renaming, when it is whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str, *, mark_used: bool = True) -> memoryview | None:
        """The bytes of a file, mapped into memory; None if it does not exist."""
        try:
            with self._opened() as directory:
                file = os.open(name, _FILE, dir_fd=directory)
        except FileNotFoundError:
            return None
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
                raise PermissionError(0, f"`{name}` is not a file that belongs to the user")
            if not status.st_size:
                return memoryview(b"")
            if mark_used:
                with suppress(OSError):  # a read-only file system is never pruned
                    os.utime(file)
            return memoryview(mmap.mmap(file, status.st_size, access=mmap.ACCESS_READ))
        finally:
            os.close(file)

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write or replace a file, with mode 0600."""
        temporary = TEMPORARY + secrets.token_hex(8)
        with self._opened(make=True) as directory:
            try:
                with os.fdopen(os.open(temporary, _NEW_FILE, 0o600, dir_fd=directory), "wb") as file:
                    file.writelines(pieces)
                os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=directory)
                raise

    def files(self) -> list[CachedFile]:
        """All files, whatever their names."""
        try:
            with self._opened() as directory, os.scandir(directory) as entries:
                return [file for entry in entries if (file := _file(entry))]
        except FileNotFoundError:
            return []

    def remove(self, name: str) -> None:
        """Remove a file; does nothing if another process has removed it."""
        with self._opened() as directory, suppress(FileNotFoundError):
            os.unlink(name, dir_fd=directory)

    @contextmanager
    def _opened(self, *, make: bool = False) -> Iterator[int]:
        if make:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                self.path.mkdir(0o700)
        directory = os.open(self.path, _DIRECTORY)
        try:
            status = os.fstat(directory)
            if status.st_uid != os.geteuid() or status.st_mode & 0o022:
                raise PermissionError(0, "others may write to the directory")
            yield directory
        finally:
            os.close(directory)


def _file(entry: os.DirEntry[str]) -> CachedFile | None:
    """The file of an entry; None if it is not a file, or if another process has removed it."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return CachedFile(entry.name, status.st_size, status.st_mtime) if stat.S_ISREG(status.st_mode) else None
