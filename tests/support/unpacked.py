"""File systems that umoci unpacks from images with random layers, and how two of them differ."""

import os
import stat
import subprocess

from hypothesis import strategies as st

from support.images import build_image
from support.local_images import layout_files, named, write_directory
from support.tars import directory, file, hardlink, symlink

_DIRECTORIES = ("d", "e")
_PATHS = ("a", "b", "d/a", "d/b", "e/a")
_OWNERS = st.sampled_from([0, 7]) if os.geteuid() == 0 else st.just(os.geteuid())
_FILES = st.builds(
    lambda data, mode, uid: lambda path: file(path, data, mode=mode, uid=uid),
    st.sampled_from([b"", b"1", b"2", b"22"]),
    st.sampled_from([0o600, 0o755]),
    _OWNERS,
)
_OTHERS = st.sampled_from(
    [
        lambda path: symlink(path, "a"),
        lambda path: symlink(path, "../b"),
        lambda path: file("/.wh.".join(path.rsplit("/", 1)) if "/" in path else f".wh.{path}"),
    ]
)


@st.composite
def _layers(draw):
    """A layer in which every directory has an entry, and a hardlink leads to a file of the layer."""
    chosen = draw(st.dictionaries(st.sampled_from(_PATHS), st.one_of(_FILES, _FILES, _OTHERS), max_size=5))
    members = {path: make(path) for path, make in sorted(chosen.items())}
    files = [path for path, member in members.items() if member.name == path and not member.link]
    entries = [directory(f"{name}/", draw(st.sampled_from([0o755, 0o700]))) for name in _DIRECTORIES]
    if draw(st.booleans()):
        entries.insert(1, file("d/.wh..wh..opq"))
    entries += members.values()
    unused = [path for path in _PATHS if path not in members]
    if files and unused and draw(st.booleans()):
        entries.append(hardlink(draw(st.sampled_from(unused)), draw(st.sampled_from(files))))
    return entries


@st.composite
def pairs(draw):
    """Two images: some first layers are of both, and each has a few of its own."""
    shared = draw(st.lists(_layers(), max_size=2))
    own = st.lists(_layers(), max_size=2)
    return tuple(build_image([[directory("d/"), directory("e/")], *shared, *draw(own)]) for _ in range(2))


def unpack(images, place):
    """Write the images, by name, as a layout, and let umoci unpack each; returns the layout and the directories."""
    layout = write_directory(place / "layout", layout_files([named(i, n) for n, i in images.items()], *images.values()))
    rootless = [] if os.geteuid() == 0 else ["--rootless"]
    for name in images:
        command = ["umoci", "raw", "unpack", *rootless, "--image", f"{layout}:{name}", place / name]
        subprocess.run(command, check=True, capture_output=True)
    return layout, [place / name for name in images]


def states(root):
    """What each path below a directory is, without its times."""
    return {f"/{path.relative_to(root)}": _state(path) for path in root.rglob("*")}


def _state(path):
    status = path.lstat()
    kind = stat.S_IFMT(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return kind, str(path.readlink()), status.st_uid, status.st_gid
    content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
    return kind, content, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid


def size_of(root):
    """Bytes of all files below a directory; a file with several links counts once."""
    found = (path.lstat() for path in root.rglob("*"))
    return sum({status.st_ino: status.st_size for status in found if stat.S_ISREG(status.st_mode)}.values())


def differences(one, other):
    """How each path differs that does."""
    old, new = states(one), states(other)
    changes = {path: "modified" for path in old.keys() & new.keys() if old[path] != new[path]}
    changes |= dict.fromkeys(new.keys() - old.keys(), "added")
    return changes | dict.fromkeys(old.keys() - new.keys(), "removed")
