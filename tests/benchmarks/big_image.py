"""Images of several hundred thousand files: OCI layouts, written once and kept in the temporary directory.

`big_image(300_000)` has that many distinct file paths in directories up to seven levels deep, over four layers:

    0   60 % of the files, and their directories
    1   30 %, and the same content as before with another mode for 5 % of the files of layer 0
    2   10 %, and other content for 5 % of the files of layer 0
    3   whiteouts: 1 % of the files of layer 0, some whole directories, one opaque directory

Every member is a header block and at most one block of content, so that a layer is one array of 1 kB rows.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from zlib_ng import zlib_ng

VERSION = 1
FILES_PER_DIRECTORY = 10
WORDS = (
    b"lib",
    b"share",
    b"python",
    b"locale",
    b"doc",
    b"include",
    b"modules",
    b"dist",
    b"test",
    b"java",
    b"icons",
    b"x",
)
ENDINGS = (b".py", b".so", b".txt", b".class", b".h", b"", b".json", b".pyc", b".png", b".js")

MEMBER = np.dtype(
    [
        *(("name", "S100"), ("mode", "S8"), ("uid", "S8"), ("gid", "S8"), ("size", "S12"), ("mtime", "S12")),
        *(("checksum", "S8"), ("type", "S1"), ("link", "S100"), ("magic", "S6"), ("version", "S2")),
        *(("user", "S32"), ("group", "S32"), ("major", "S8"), ("minor", "S8"), ("prefix", "S155"), ("rest", "S12")),
        *(("content", "<u8"), ("padding", "S504")),
    ]
)
HEADER_SIZE = 512
OCI = "application/vnd.oci.image"


def big_image(file_count: int) -> Path:
    """The directory of an OCI layout with this number of files; its tag is `latest`."""
    place = Path(tempfile.gettempdir()) / f"layerscope-benchmark-{file_count}-files-{VERSION}"
    if not place.exists():
        draft = Path(tempfile.mkdtemp(prefix=place.name, dir=place.parent))
        try:
            write_layout(draft, layers_of(file_count))
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return place


def layers_of(file_count: int) -> Iterable[bytes]:
    """The uncompressed layers, lowest first."""
    directories = directory_paths(max(file_count // FILES_PER_DIRECTORY, 8))
    files = np.arange(file_count)
    first, second = int(file_count * 0.6), int(file_count * 0.9)
    low, middle, high = files[:first], files[first:second], files[second:]
    yield tar(directory_members(directories), file_members(directories, low))
    yield tar(file_members(directories, middle), file_members(directories, low[::20], mode=0o600))
    yield tar(file_members(directories, high), file_members(directories, low[7::20], salt=file_count))
    yield tar(whiteouts(directories, low[3::100]))


def directory_paths(count: int) -> np.ndarray:
    """Paths of directories, parents first; the parent of each is in the first quarter of those before it."""
    paths = [b""]
    for number in range(1, count):
        parent = paths[scatter(number) % (number // 4 + 1)]
        name = b"%s%d" % (WORDS[number % len(WORDS)], number)
        paths.append(parent + b"/" + name if parent else name)
    return np.array(paths[1:], "S155")


def file_members(directories: np.ndarray, numbers: np.ndarray, *, mode: int = 0o644, salt: int = 0) -> np.ndarray:
    """Members for the files with these numbers; every tenth file has the content of the file before it."""
    members = np.zeros(len(numbers), MEMBER)
    members["prefix"] = directories[numbers % len(directories)]
    members["name"] = [file_name(number) for number in numbers.tolist()]
    members["mode"] = b"%07o" % mode
    members["size"] = np.array([b"%011o" % size for size in range(8, 513)])[numbers * 7919 % 505]
    members["content"] = numbers - (numbers % 10 == 9) + salt
    members["type"] = b"0"
    return members


def directory_members(directories: np.ndarray) -> np.ndarray:
    """A member for each directory."""
    members = np.zeros(len(directories), MEMBER)
    members["prefix"], members["name"] = split(directories.tolist(), ending=b"/")
    members["mode"], members["size"], members["type"] = b"0000755", b"%011o" % 0, b"5"
    return members


def whiteouts(directories: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Whiteouts for these files, for the last of every thousand directories, and an opaque directory."""
    files = [directories[number % len(directories)] + b"/.wh." + file_name(number) for number in numbers.tolist()]
    parents, names = split(directories[999::1000].tolist())
    removed = [join(parent, b".wh." + name) for parent, name in zip(parents, names, strict=True)]
    paths = [*files, *removed, directories[len(directories) // 2] + b"/.wh..wh..opq"]
    members = np.zeros(len(paths), MEMBER)
    members["prefix"], members["name"] = split(paths)
    members["mode"], members["size"], members["type"] = b"0000000", b"%011o" % 0, b"0"
    return members


def tar(*parts: np.ndarray) -> bytes:
    """The members as a ustar archive."""
    members = np.concatenate(parts)
    members["uid"] = members["gid"] = members["major"] = members["minor"] = b"%07o" % 0
    members["mtime"] = b"%011o" % 1_700_000_000
    members["magic"], members["version"], members["checksum"] = b"ustar", b"00", b" " * 8
    blocks = members.view(np.uint8).reshape(len(members), MEMBER.itemsize)
    sums = blocks[:, :HEADER_SIZE].sum(axis=1, dtype=np.int64)
    members["checksum"] = np.array([b"%06o\0 " % value for value in range(sums.max() + 1)], "S8")[sums]
    has_content = np.repeat(members["size"] != b"%011o" % 0, 2)
    has_content[::2] = True
    halves = blocks.reshape(-1, HEADER_SIZE)
    return halves[has_content].tobytes() + bytes(2 * HEADER_SIZE)


def write_layout(place: Path, layers: Iterable[bytes]) -> None:
    """Write the OCI layout, with gzipped layers and a history entry for each."""
    blobs = place / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    diff_ids, descriptors = [], []
    for layer in layers:
        diff_ids.append(f"sha256:{hashlib.sha256(layer).hexdigest()}")
        descriptors.append(put(blobs, gzip(layer), f"{OCI}.layer.v1.tar+gzip"))
    config = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [{"created_by": f"RUN step {number}"} for number in range(len(diff_ids))],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{OCI}.manifest.v1+json",
        "config": put(blobs, document(config), f"{OCI}.config.v1+json"),
        "layers": descriptors,
    }
    entry = put(blobs, document(manifest), f"{OCI}.manifest.v1+json")
    entry["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    (place / "index.json").write_bytes(document({"schemaVersion": 2, "manifests": [entry]}))
    (place / "oci-layout").write_bytes(document({"imageLayoutVersion": "1.0.0"}))


def put(blobs: Path, data: bytes, media_type: str) -> dict[str, Any]:
    """Write a blob and return its descriptor."""
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}


def gzip(data: bytes) -> bytes:
    packer = zlib_ng.compressobj(level=1, wbits=31)
    return packer.compress(data) + packer.flush()


def document(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()


def file_name(number: int) -> bytes:
    return b"%s%d%s" % (WORDS[number % 11], number, ENDINGS[number % 7])


def split(paths: list[bytes], ending: bytes = b"") -> tuple[list[bytes], list[bytes]]:
    """Parents and names: a ustar header has a field for each."""
    parts = [path.rpartition(b"/") for path in paths]
    return [parent for parent, _, _ in parts], [name + ending for _, _, name in parts]


def join(parent: bytes, name: bytes) -> bytes:
    return parent + b"/" + name if parent else name


def scatter(number: int) -> int:
    """A pseudo-random number that is the same on every machine."""
    return (number * 2654435761) >> 5 & 0xFFFFFF


if __name__ == "__main__":
    print(big_image(int(sys.argv[1])))
