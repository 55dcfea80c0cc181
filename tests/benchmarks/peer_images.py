"""The images of `bench_peers`: OCI layouts, written once and kept in the temporary directory.

LAYERSCOPE_BENCH_SCALE makes them smaller: with 0.01, `many` has 3,000 files. The bytes of a layer are never in memory.
"""

import hashlib
import io
import os
import random
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from zlib_ng import zlib_ng

from bench_layers import stdlib_text
from big_image import OCI, document

VERSION = 1
SCALE = float(os.environ.get("LAYERSCOPE_BENCH_SCALE", "1"))
Files = Iterator[tuple[str, bytes]]
"""The paths and contents of a layer."""


def peer_image(name: str) -> Path:
    """The directory of the OCI layout of an image; its tag is `latest`."""
    return _kept(name, IMAGES[name])


def layered_image(count: int) -> Path:
    """The directory of the OCI layout of an image of so many layers."""
    return _kept(f"layers-{count}", partial(_layers, count))


def _kept(name: str, layers: Callable[[], Iterator[Files | Path]]) -> Path:
    place = Path(tempfile.gettempdir()) / f"layerscope-peers-{name}-{SCALE:g}-{VERSION}"
    if not place.exists():
        draft = Path(tempfile.mkdtemp(prefix=place.name, dir=place.parent))
        try:
            _write(draft, layers())
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return place


def _scaled(count: int) -> int:
    return max(int(count * SCALE), 1)


def _java() -> Iterator[Files | Path]:
    """A Debian system with a JDK, made by mmdebstrap (root, and a mirror of Debian), and a layer with an application."""
    with tempfile.TemporaryDirectory(prefix="layerscope-java") as place:
        root = Path(place, "root.tar")
        packages = "--include=default-jdk-headless" if SCALE >= 1 else "--include=busybox-static"
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", packages, "bookworm", root], check=True)
        yield root
    yield _small(20, "app")


def _many() -> Iterator[Files]:
    """300,000 small files in three layers."""
    return (_small(_scaled(100_000), f"layer{number}") for number in range(3))


def _huge() -> Iterator[Files]:
    """One layer of 4.3 GB."""
    return iter([_large(_scaled(540), "opt")])


def _big() -> Iterator[Files]:
    """Four layers of 2 GB."""
    return (_large(_scaled(256), f"layer{number}") for number in range(4))


def _whiteouts() -> Iterator[Files]:
    """20,000 files, of which the second layer deletes 2,000."""
    names = [name for name, _ in _small(_scaled(20_000), "app")]
    deleted = ("/.wh.".join(name.rsplit("/", 1)) for name in names[: _scaled(2_000)])
    return iter([_small(_scaled(20_000), "app"), ((name, b"") for name in deleted)])


def _layers(count: int = 127) -> Iterator[Files]:
    """Layers of 20 files."""
    return (_small(20, f"layer{number}") for number in range(count))


IMAGES: dict[str, Callable[[], Iterator[Files | Path]]] = {
    "java": _java,
    "many": _many,
    "huge": _huge,
    "big": _big,
    "whiteouts": _whiteouts,
    "layers": _layers,
}


def _small(count: int, top: str) -> Files:
    text, dice = stdlib_text(), random.Random(top)
    for number in range(count):
        start, size = dice.randrange(len(text) - 8192), int(8192 * dice.random() ** 2)
        yield f"{top}/package{number % 997}/module{number}.py", text[start : start + size]


def _large(count: int, top: str) -> Files:
    """Files of 8 MB: three quarters text, a quarter noise, which is about how binaries compress."""
    text, dice = stdlib_text(), random.Random(top)
    for number in range(count):
        start = dice.randrange(6_000_000)
        yield f"{top}/lib{number}.so", text[start:] + text[: max(start - 2_000_000, 0)] + dice.randbytes(2_000_000)


def _write(place: Path, layers: Iterator[Files | Path]) -> None:
    blobs = place / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    written = [_write_layer(blobs, layer) for layer in layers]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [one[0] for one in written]},
    }
    descriptor = _put(blobs, document(config), f"{OCI}.config.v1+json")
    manifest = {"schemaVersion": 2, "mediaType": f"{OCI}.manifest.v1+json", "config": descriptor}
    manifest["layers"] = [one[1] for one in written]
    entry = _put(blobs, document(manifest), f"{OCI}.manifest.v1+json")
    entry["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    (place / "index.json").write_bytes(document({"schemaVersion": 2, "manifests": [entry]}))
    (place / "oci-layout").write_bytes(document({"imageLayoutVersion": "1.0.0"}))


def _put(blobs: Path, data: bytes, media_type: str) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}


def _write_layer(blobs: Path, layer: Files | Path) -> tuple[str, dict[str, Any]]:
    """The diff_id and the descriptor of a layer, which is in a tar, or has files."""
    draft = blobs / "draft"
    with draft.open("wb") as file:
        sink = _Sink(file)
        if isinstance(layer, Path):
            with layer.open("rb") as tar:
                shutil.copyfileobj(tar, sink, 1 << 20)
        else:
            _write_tar(sink, layer)
        sink.finish()
    digest = sink.blob.hexdigest()
    size = draft.stat().st_size
    draft.rename(blobs / digest)
    descriptor = {"mediaType": f"{OCI}.layer.v1.tar+gzip", "digest": f"sha256:{digest}", "size": size}
    return f"sha256:{sink.tar.hexdigest()}", descriptor


def _write_tar(sink: "_Sink", files: Files) -> None:
    with tarfile.open(fileobj=sink, mode="w|", bufsize=1 << 20) as tar:  # type: ignore[call-overload]
        for name, data in files:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


class _Sink:
    """Compresses what is written, and computes both digests."""

    def __init__(self, file: io.BufferedWriter) -> None:
        self.blob, self.tar = hashlib.sha256(), hashlib.sha256()
        self._file = file
        self._packer = zlib_ng.compressobj(level=1, wbits=31)

    def write(self, data: bytes) -> None:
        self.tar.update(data)
        self._pass_on(self._packer.compress(data))

    def finish(self) -> None:
        self._pass_on(self._packer.flush())

    def _pass_on(self, data: bytes) -> None:
        self.blob.update(data)
        self._file.write(data)
