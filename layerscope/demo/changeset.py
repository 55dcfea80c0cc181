"""The changes of one build step, collected path by path and written as a layer (OCI image-spec layer.md)."""

from __future__ import annotations

from layerscope.demo.tar_writer import DIRECTORY, HARDLINK, MTIME, SYMLINK, TarEntry, write_tar


class Changeset:
    """What one step adds, changes and removes; parents of changed paths are part of it, as builders write them."""

    def __init__(self, seconds: int = 0) -> None:
        """`seconds` after the base image the step ran: the mtime of all that it touches."""
        self._mtime = MTIME + seconds
        self._entries: dict[str, TarEntry] = {}
        self._hardlinks: list[TarEntry] = []

    def directory(self, path: str, mode: int = 0o755, uid: int = 0) -> None:
        """Add a directory, or set mode and owner of one that is there."""
        self._put(TarEntry(path, DIRECTORY, mode=mode, uid=uid, gid=uid, mtime=self._mtime))

    def file(  # noqa: PLR0913 - a file has that many attributes, each with its usual value
        self,
        path: str,
        data: bytes | str,
        mode: int = 0o644,
        *,
        uid: int = 0,
        mtime: int | None = None,
        xattrs: dict[str, bytes] | None = None,
    ) -> None:
        """Add or overwrite a regular file."""
        content = data.encode() if isinstance(data, str) else data
        self._put(
            TarEntry(
                path,
                data=content,
                mode=mode,
                uid=uid,
                gid=uid,
                mtime=self._mtime if mtime is None else mtime,
                xattrs=xattrs or {},
            )
        )

    def symlink(self, path: str, target: str) -> None:
        """Add a symlink to `target`, taken as it stands."""
        self._put(TarEntry(path, SYMLINK, mode=0o777, link=target, mtime=self._mtime))

    def hardlink(self, path: str, target: str) -> None:
        """Add another name for the file `target` of this changeset; it is written after all files."""
        source = self._entries[target]
        self._parents(path)
        self._hardlinks.append(TarEntry(path, HARDLINK, mode=source.mode, link=target, mtime=source.mtime))

    def remove(self, path: str) -> None:
        """Remove a file or a whole directory of the layers below: a whiteout."""
        parent, _, name = path.rpartition("/")
        self.file(f"{parent}/.wh.{name}", b"", 0)

    def empty(self, path: str, mode: int = 0o755) -> None:
        """Remove all that the layers below have in a directory: an opaque whiteout."""
        self.directory(path, mode)
        self.file(f"{path}/.wh..wh..opq", b"", 0)

    def files(self, below: str) -> list[TarEntry]:
        """The regular files under a directory, for a later step that touches them again."""
        return [entry for path, entry in self._entries.items() if path.startswith(below + "/") and entry.data]

    def tar(self) -> bytes:
        """The layer, uncompressed: parents before children, hardlinks last."""
        ordered = sorted(self._entries.values(), key=lambda entry: entry.path.split("/"))
        return write_tar(ordered + self._hardlinks)

    def _put(self, entry: TarEntry) -> None:
        self._parents(entry.path)
        self._entries[entry.path] = entry

    def _parents(self, path: str) -> None:
        parent = path.rpartition("/")[0]
        if parent and parent not in self._entries:
            self.directory(parent)
