"""The directory, or the fsspec address, that a survey is written to."""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from layerscope.display import display
from layerscope.errors import LayerscopeError, NotFound, UsageError
from layerscope.survey.extra import needed


class StorageError(LayerscopeError):
    """The output of a survey cannot be read or written; the survey ends."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Files below an address. Each file is complete or absent. May be used by several processes at once."""

    address: str

    @classmethod
    def at(cls, text: str) -> Storage:
        """The storage that the user names; raises `UsageError` if the address has a password in it."""
        if "://" not in text:
            return cls(str(Path(text).absolute()))
        if urlsplit(text).password:
            raise UsageError(
                "the address of the output has a password in it",
                hint="write the login in the configuration of fsspec: `~/.config/fsspec/conf.json`",
            )
        return cls(text)

    def names(self, directory: str) -> frozenset[str]:
        """The names of the files in a directory; none if it does not exist. Raises `StorageError`."""
        with self.opened("read") as (files, root):
            files.invalidate_cache()
            try:
                found = files.ls(f"{root}/{directory}", detail=False)
            except FileNotFoundError:
                return frozenset()
            return frozenset(str(path).rpartition("/")[2] for path in found)

    def read(self, name: str) -> bytes:
        """The content of a file; raises `NotFound` or `StorageError`."""
        with self.opened("read") as (files, root):
            try:
                data: bytes = files.cat_file(f"{root}/{name}")
            except FileNotFoundError as error:
                raise NotFound(f"`{display(self.address, limit=200)}` has no file `{name}`") from error
            return data

    def write(self, name: str, data: bytes) -> None:
        """Write a file, or replace it; raises `StorageError`."""
        with self.replacing(name) as file:
            file.write(data)

    def read_json(self, name: str) -> Any:
        """A document that `write_json` wrote; raises `NotFound` or `StorageError`."""
        try:
            return json.loads(zlib.decompress(self.read(name)))
        except (ValueError, zlib.error) as error:
            raise StorageError(f"`{display(self.address, limit=200)}/{name}` is damaged") from error

    def write_json(self, name: str, value: Any) -> None:
        """Write a document, compressed; raises `StorageError`."""
        self.write(name, zlib.compress(json.dumps(value).encode(), 1))

    @contextmanager
    def replacing(self, name: str) -> Iterator[BinaryIO]:
        """A file that takes its place at the end of the context; raises `StorageError`."""
        with self.opened("write") as (files, root):
            directory, _, last = f"{root}/{name}".rpartition("/")
            temporary = f"{directory}/_{uuid.uuid4().hex}"  # readers of Parquet ignore what starts with `_`
            files.makedirs(directory, exist_ok=True)
            try:
                with files.open(temporary, "wb") as file:
                    yield file
                files.mv(temporary, f"{directory}/{last}")
            except BaseException:
                with suppress(OSError):
                    files.rm_file(temporary)
                raise

    @contextmanager
    def opened(self, verb: str) -> Iterator[tuple[Any, str]]:
        """The file system of the address, and the path in it; the context translates its errors to `StorageError`."""
        with needed("fsspec"):
            from fsspec.core import url_to_fs
        try:
            yield url_to_fs(self.address)
        except (OSError, ValueError, ImportError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or display(str(error), limit=200)
            raise StorageError(f"cannot {verb} `{display(self.address, limit=200)}`: {reason}") from error
