"""The changes of one build step, written as a layer (OCI image-spec layer.md)."""

from layerscope.demo.tar_writer import DIRECTORY, HARDLINK, MTIME, SYMLINK, TarEntry, write_tar


class Changeset:
    """What one step adds, changes and removes; it includes the parents of changed paths, as in real builds."""

    def __init__(self, seconds: int = 0) -> None:
        """`seconds` counts from the base image, and sets the mtime of everything that the step writes."""
        self._mtime = MTIME + seconds
        self._entries: dict[str, TarEntry] = {}
        self._hardlinks: list[TarEntry] = []

    def directory(self, path: str, mode: int = 0o755, uid: int = 0) -> None:
        """Add a directory, or set mode and owner of an existing one."""
        self._put(TarEntry(path, DIRECTORY, mode=mode, uid=uid, gid=uid, mtime=self._mtime))

    def file(  # noqa: PLR0913 - as many as a file has attributes
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
        """Add a symlink to `target`, which is not changed."""
        self._put(TarEntry(path, SYMLINK, mode=0o777, link=target, mtime=self._mtime))

    def hardlink(self, path: str, target: str) -> None:
        """Add a hardlink to the file `target` of this changeset; it is written after all files."""
        source = self._entries[target]
        self._parents(path)
        self._hardlinks.append(TarEntry(path, HARDLINK, mode=source.mode, link=target, mtime=source.mtime))

    def remove(self, path: str) -> None:
        """Remove a file or a whole directory of the lower layers: a whiteout."""
        parent, _, name = path.rpartition("/")
        self.file(f"{parent}/.wh.{name}", b"", 0)

    def empty(self, path: str, mode: int = 0o755) -> None:
        """Remove everything that the lower layers have in a directory: an opaque whiteout."""
        self.directory(path, mode)
        self.file(f"{path}/.wh..wh..opq", b"", 0)

    def files(self, below: str) -> list[TarEntry]:
        """The regular files below a directory that are not empty."""
        return [entry for path, entry in self._entries.items() if path.startswith(below + "/") and entry.data]

    def tar(self) -> bytes:
        """The uncompressed layer: parents before children, hardlinks last."""
        ordered = sorted(self._entries.values(), key=lambda entry: entry.path.split("/"))
        return write_tar(ordered + self._hardlinks)

    def _put(self, entry: TarEntry) -> None:
        self._parents(entry.path)
        self._entries[entry.path] = entry

    def _parents(self, path: str) -> None:
        parent = path.rpartition("/")[0]
        if parent and parent not in self._entries:
            self.directory(parent)
