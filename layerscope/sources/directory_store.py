"""The files of a directory on disk; files outside of it are refused."""

import os
import re
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from layerscope.blobs.store import Span
from layerscope.display import display
from layerscope.errors import NotFound, SourceError
from layerscope.sources.file_store import CHUNK_SIZE, stamp_of
from layerscope.sources.recognition import unreadable

_LAYER = re.compile(r"[a-f0-9]{64}")


class DirectoryStore:
    """Regular files below `directory`. A symlink that leads out is refused: a hostile layout could contain one."""

    layout_transport: ClassVar[str] = "oci"

    def __init__(self, directory: str) -> None:
        self._root = Path(directory)
        self._location = display(directory, limit=200)
        self._closed = threading.Event()

    @property
    def location(self) -> str:
        """The directory as the user named it."""
        return self._location

    def has(self, name: str) -> bool:
        """Whether anything has that name; raises `SourceError` if that cannot be found out."""
        try:
            os.lstat(self._root / name)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise self._failure(name, error) from error
        return True

    def names(self) -> list[str]:
        """The names in the directory, and those in the directories of layers, which have the name of a sha256."""
        try:
            tops = list(self._root.iterdir())
            layers = [top for top in tops if _LAYER.fullmatch(top.name) and top.is_dir()]
            below = [f"{layer.name}/{path.name}" for layer in layers for path in layer.iterdir()]
        except OSError as error:
            raise unreadable(self._location, error) from error
        return [top.name for top in tops] + below

    def check_complete(self) -> None:
        """A directory is never cut."""

    def size(self, name: str) -> int:
        """The size of a file."""
        with self._descriptor(name) as file:
            return os.fstat(file).st_size

    @contextmanager
    def open(self, name: str, span: Span | None = None) -> Iterator[Iterator[bytes]]:
        """The bytes of a file, or of a span of it, in chunks."""
        with self._descriptor(name) as file:
            yield self._chunks(file, name, *((span.offset, span.end) if span else (0, sys.maxsize)))

    def stamp(self, name: str) -> str | None:
        """A text that changes when the file does."""
        with self._descriptor(name) as file:
            return stamp_of(os.fstat(file))

    def close(self) -> None:
        """End the reads in flight."""
        self._closed.set()

    @contextmanager
    def _descriptor(self, name: str) -> Iterator[int]:
        path = self._beneath(name)
        try:
            # O_NONBLOCK: else a FIFO instead of a file could block the program.
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise self._failure(name, error) from error
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise SourceError(f"`{display(name)}` in `{self.location}` is not a regular file")
            yield file
        finally:
            os.close(file)

    def _beneath(self, name: str) -> Path:
        """The file's real path; raises `SourceError` if it is not below the directory."""
        try:
            root = self._root.resolve(strict=True)
            path = (root / name).resolve(strict=True)
        except (OSError, RuntimeError) as error:  # Python <= 3.12 raises RuntimeError for a loop of symlinks
            raise self._failure(name, error) from error
        if not path.is_relative_to(root):
            raise SourceError(f"`{display(name)}` in `{self.location}` is a symlink that leads out of the directory")
        return path

    def _chunks(self, file: int, name: str, position: int, end: int) -> Iterator[bytes]:
        while position < end:
            if self._closed.is_set():
                raise SourceError(f"`{self.location}` was closed")
            try:
                chunk = os.pread(file, min(CHUNK_SIZE, end - position), position)
            except OSError as error:
                raise self._failure(name, error) from error
            if not chunk:
                return
            position += len(chunk)
            yield chunk

    def _failure(self, name: str, error: OSError | RuntimeError) -> NotFound | SourceError:
        if isinstance(error, FileNotFoundError):
            return NotFound(f"`{self.location}` has no `{display(name)}`")
        reason = (error.strerror if isinstance(error, OSError) else None) or "a loop of symlinks"
        return SourceError(f"cannot read `{display(name)}` in `{self.location}`: {reason}")
