"""The whole analysis of an image with many whiteouts, compared with dive if dive is installed."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from figures import Row, seconds
from support.tars import file, tar

LAYERSCOPE = str(Path(sys.executable).with_name("layerscope"))
FILE_COUNT, WHITEOUT_COUNT = 20_000, 2_000
SMALL = 10
"""dive's time grows with files times whiteouts, so it is also measured on an image a tenth as large."""


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as directory:
        small = archive(Path(directory, "small.tar"), FILE_COUNT // SMALL, WHITEOUT_COUNT // SMALL)
        whole = archive(Path(directory, "whole.tar"), FILE_COUNT, WHITEOUT_COUNT)
        yield from compared(small, f"{FILE_COUNT // SMALL:,} files, {WHITEOUT_COUNT // SMALL:,} whiteouts", repeat=3)
        yield from compared(whole, f"{FILE_COUNT:,} files, {WHITEOUT_COUNT:,} whiteouts", repeat=1)


def compared(path: Path, what: str, repeat: int) -> Iterator[Row]:
    ours = took(repeat, LAYERSCOPE, "ci", f"docker-archive:{path}")
    yield Row(f"layerscope ci, {what}", ours, "s", "the whole command, start to end")
    if dive := shutil.which("dive", path=str(Path(LAYERSCOPE).parent)) or shutil.which("dive"):
        theirs = took(repeat, dive, "--ci", f"docker-archive://{path}")
        yield Row(f"dive --ci, {what}", theirs, "s", f"{theirs / ours:.0f} x layerscope")


def took(repeat: int, *command: str) -> float:
    return seconds(lambda: subprocess.run(command, check=False, capture_output=True), repeat=repeat)


def archive(path: Path, file_count: int, whiteout_count: int) -> Path:
    """A docker-archive of two layers: files, and whiteouts for some of them."""
    names = [f"srv/{number // 100}/{number}" for number in range(file_count)]
    gone = [f"srv/{number // 100}/.wh.{number}" for number in range(0, file_count, file_count // whiteout_count)]
    layers = [tar_of(dict.fromkeys(names, b"x" * 100)), tar_of(dict.fromkeys(gone, b""))]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]},
        "history": [{"created_by": f"RUN step {number}"} for number in range(len(layers))],
    }
    members = {f"{number}/layer.tar": layer for number, layer in enumerate(layers)}
    manifest = [{"Config": "config.json", "RepoTags": ["bench:latest"], "Layers": list(members)}]
    documents = {"manifest.json": json.dumps(manifest).encode(), "config.json": json.dumps(config).encode()}
    path.write_bytes(tar_of({**documents, **members}))
    return path


def tar_of(files: dict[str, bytes]) -> bytes:
    return tar(*(file(name, content) for name, content in files.items()))


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
