"""Names in tar entries: cleaned below the root, and the roles that they imply (image-spec layer.md, "Whiteouts")."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.layer_index import EntryFlag, EntryRole

MAX_NAME_SIZE = 4096
"""PATH_MAX of Linux. Longer names, and links to them, cannot be unpacked; only the first bytes are kept."""

_PREFIX = b".wh."
_META_PREFIX = b".wh..wh."
_OPAQUE = b".wh..wh..opq"
_ODD_DOTS = (b"/./", b"/../", b"/.\0", b"/..\0", b"\0.\0", b"\0..\0", b"\0./", b"\0../", _PREFIX)


@dataclass(frozen=True, slots=True, eq=False)
class CleanNames:
    """Cleaned names, their roles and flags, and which of them ended with a slash."""

    paths: ByteStrings
    roles: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    slashed: NDArray[np.bool_]


def clean_names(names: Sequence[bytes]) -> CleanNames:
    """All names of a batch at once; only a batch with unusual names is processed name by name."""
    run = b"\0" + b"\0".join(names) + b"\0"
    ends = _ends(run)
    slashed = np.frombuffer(run, np.uint8)[ends - 1] == ord("/")
    if len(ends) == len(names):
        tidy = run.replace(b"/\0", b"\0").replace(b"\0./", b"\0")
        if not _has_odd(tidy) and int(np.diff(ends, prepend=0).max(initial=0)) <= MAX_NAME_SIZE:
            roles, flags = np.zeros((2, len(names)), np.uint8)
            return CleanNames(_column(tidy), roles, flags, slashed)
    return _clean_each(names)


def clean(name: bytes) -> tuple[bytes, EntryFlag]:
    """The name below the root, and what was wrong with it."""
    flags = EntryFlag.ABSOLUTE if name.startswith(b"/") else EntryFlag(0)
    parts: list[bytes] = []
    for part in name.split(b"/"):
        if part == b"..":
            flags |= EntryFlag.ESCAPING
            del parts[-1:]
        elif part not in (b"", b"."):
            parts.append(part)
    return b"/".join(parts), flags


def role_of(name: bytes, path: bytes) -> EntryRole:
    """The role of an entry by its original and its cleaned name; only the last component makes a whiteout."""
    if not name or b"\0" in name or len(name) > MAX_NAME_SIZE:
        return EntryRole.INVALID
    if _PREFIX not in path:
        return EntryRole.FILE
    *parents, base = path.split(b"/")
    if any(parent.startswith(_META_PREFIX) for parent in parents):
        return EntryRole.HIDDEN
    return _role_of_base(base)


def _role_of_base(base: bytes) -> EntryRole:
    if base == _OPAQUE:
        return EntryRole.OPAQUE
    if base.startswith(_META_PREFIX):
        return EntryRole.HIDDEN
    if not base.startswith(_PREFIX):
        return EntryRole.FILE
    return EntryRole.INVALID if base[len(_PREFIX) :] in (b"", b".", b"..") else EntryRole.WHITEOUT


def _clean_each(names: Sequence[bytes]) -> CleanNames:
    cleaned = [clean(name) for name in names]
    roles = [role_of(name, path) for name, (path, _) in zip(names, cleaned, strict=True)]
    return CleanNames(
        ByteStrings.of(path[:MAX_NAME_SIZE] for path, _ in cleaned),
        np.array(roles, np.uint8),
        np.array([flags for _, flags in cleaned], np.uint8),
        np.array([name.endswith(b"/") for name in names], np.bool_),
    )


def _has_odd(run: bytes) -> bool:
    """Whether a name in the run, separated by NULs, is empty, ends with a slash, or has an odd component.

    Odd are an empty component, `.`, `..`, and those with `.wh.`.
    """
    symbols = np.frombuffer(run, np.uint8)
    is_slash, is_end = symbols == ord("/"), symbols == 0
    begins = (is_slash | is_end)[:-1]
    if (begins & is_slash[1:]).any() or (begins & is_end[1:]).any():
        return True
    has_dots = bool((begins & (symbols[1:] == ord("."))).any())
    return has_dots and any(odd in run for odd in _ODD_DOTS)


def _ends(run: bytes) -> NDArray[np.int64]:
    return np.flatnonzero(np.frombuffer(run, np.uint8)[1:] == 0) + 1


def _column(run: bytes) -> ByteStrings:
    ends = _ends(run)
    return ByteStrings(run.replace(b"\0", b""), np.concatenate(([0], ends - np.arange(1, len(ends) + 1))))
