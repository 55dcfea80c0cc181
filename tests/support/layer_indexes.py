"""Layer indexes made from short descriptions, without any tar."""

from dataclasses import dataclass, field

import numpy as np
import xxhash

from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.kept_files import pack
from layerscope.layers.layer_index import ContentKind, EntryRole, EntryType, LayerIndex
from layerscope.packages.wanted import passing
from layerscope.secrets import wanted
from layerscope.secrets.detector import encode, find


@dataclass(frozen=True)
class Entry:
    """One tar entry; the reader's rules decide from its name whether it is a whiteout."""

    path: str
    type: EntryType = EntryType.REGULAR
    content: bytes = b""
    link: str = ""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    device: int = 0
    xattrs: dict = field(default_factory=dict)
    content_kind: ContentKind = ContentKind.XXH3


def file(path, content=b"", **attributes):
    return Entry(path, EntryType.REGULAR, content, **attributes)


def directory(path, mode=0o755, **attributes):
    return Entry(path, EntryType.DIRECTORY, mode=mode, **attributes)


def symlink(path, link, **attributes):
    return Entry(path, EntryType.SYMLINK, link=link, mode=0o777, **attributes)


def hardlink(path, target, **attributes):
    return Entry(path, EntryType.HARDLINK, link=target, **attributes)


def whiteout(path):
    parent, _, name = path.rpartition("/")
    return Entry(f"{parent}/.wh.{name}" if parent else f".wh.{name}")


def opaque(path):
    return Entry(f"{path}/.wh..wh..opq" if path else ".wh..wh..opq")


def role_of(path):
    name = path.rpartition("/")[2]
    if name == ".wh..wh..opq":
        return EntryRole.OPAQUE
    return EntryRole.WHITEOUT if name.startswith(".wh.") else EntryRole.FILE


def kept_of(entry):
    """What the reader keeps of the content of a file that describes packages; None for other files."""
    content = memoryview(entry.content)
    taken = passing(entry.path.encode(), len(content), content) if entry.content else None
    if taken is None:
        return None
    taken.take(content)
    return pack(taken.result())


def secrets_of(entry):
    """Where the reader finds secrets in the content; None for other files."""
    if not entry.content or wanted.passing(entry.path.encode(), len(entry.content)) is None:
        return None
    return encode(find(entry.content)) or None


def index_of(entries):
    """The index of a layer with these entries, in this order."""
    entries = list(entries)
    sizes = [len(entry.content) if entry.type == EntryType.REGULAR else 0 for entry in entries]
    return LayerIndex(
        paths=ByteStrings.of(entry.path.encode() for entry in entries),
        links=ByteStrings.of(entry.link.encode() for entry in entries),
        types=np.array([entry.type for entry in entries], np.uint8),
        roles=np.array([role_of(entry.path) for entry in entries], np.uint8),
        flags=np.zeros(len(entries), np.uint8),
        modes=np.array([entry.mode for entry in entries], np.uint16),
        uids=np.array([entry.uid for entry in entries], np.int64),
        gids=np.array([entry.gid for entry in entries], np.int64),
        sizes=np.array(sizes, np.int64),
        mtimes=np.array([entry.mtime for entry in entries], np.int64),
        devices=np.array([entry.device for entry in entries], np.int64),
        content_kinds=np.array(
            [entry.content_kind if entry.type == EntryType.REGULAR else ContentKind.NONE for entry in entries], np.uint8
        ),
        content_hashes=np.array(
            [xxhash.xxh3_64_intdigest(entry.content) if entry.type == EntryType.REGULAR else 0 for entry in entries],
            np.uint64,
        ),
        data_offsets=np.zeros(len(entries), np.int64),
        compressed_sizes=np.array(sizes, np.int64),
        xattrs={row: entry.xattrs for row, entry in enumerate(entries) if entry.xattrs},
        kept={row: kept for row, entry in enumerate(entries) if (kept := kept_of(entry)) is not None},
        secrets={row: found for row, entry in enumerate(entries) if (found := secrets_of(entry)) is not None},
    )
