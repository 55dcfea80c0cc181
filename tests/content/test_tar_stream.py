import io
import stat
import subprocess
import tarfile

import pytest

from layerscope.content.extraction import extract
from layerscope.content.plan import Plan
from layerscope.content.tar_stream import tar_chunks
from layerscope.errors import VerificationError
from layerscope.loading import Cancellation
from support.loaded import load_layers
from support.tars import Entry, directory, file, hardlink, symlink

LONG = "d/" + "x" * 120 + "/" + "y" * 150
LAYERS = (
    [
        directory("d", mode=0o750, mtime=5),
        file("d/a", b"a" * 700, mode=0o4755, mtime=10),
        file("d/empty", b""),
        file(LONG, b"long"),
        hardlink("d/z", "d/a"),
        symlink("d/link", "a"),
        symlink("d/out", "/etc/passwd"),
        Entry("d/null", type=b"3"),
    ],
    [file("d/later", b"second"), file(b"d/\xff", b"raw")],
)


def streamed(loaded, path=b"/", **more):
    plan = Plan.of(loaded.stack.final, path, **more)
    return b"".join(tar_chunks(plan, loaded.source, loaded.image, Cancellation()))


def tree(root):
    """Every path with its type, permissions, links, content, and time if it is not a directory."""
    found = {}
    for path in root.rglob("*"):
        status = path.lstat()
        attributes = [stat.S_IFMT(status.st_mode), stat.S_IMODE(status.st_mode)]
        if path.is_symlink():
            attributes += [int(status.st_mtime), path.readlink()]
        elif path.is_file():
            attributes += [int(status.st_mtime), status.st_nlink, path.read_bytes()]
        found[path.relative_to(root)] = attributes
    return found


@pytest.mark.parametrize("path", [b"/d", b"/d/a", b"/"])
def test_what_tar_unpacks_of_the_stream_is_what_extract_writes(tmp_path, path):
    loaded = load_layers(LAYERS)
    plan = Plan.of(loaded.stack.final, path)
    extract(plan, loaded.source, loaded.image, tmp_path / "disk")
    (tmp_path / "tar").mkdir()
    command = ["tar", "--extract", "--preserve-permissions", "--no-same-owner", "--directory", tmp_path / "tar"]
    subprocess.run(command, input=streamed(loaded, path), check=True)
    assert tree(tmp_path / "tar") == tree(tmp_path / "disk")


def test_symlinks_that_lead_out_are_only_there_if_the_user_asks_for_them():
    loaded = load_layers(LAYERS)
    for asked in (False, True):
        with tarfile.open(fileobj=io.BytesIO(streamed(loaded, outward_links=asked))) as tar:
            assert ("d/out" in tar.getnames()) is asked


def test_bytes_that_differ_from_the_first_read_leave_the_tar_without_an_end():
    loaded = load_layers(LAYERS)
    digest = loaded.built.manifest["layers"][1]["digest"]
    loaded.built.blobs[digest] = load_layers([[file("d/later", b"SECOND"), file(b"d/\xff", b"raw")]]).built.layers[0]
    plan, received = Plan.of(loaded.stack.final, b"/"), bytearray()
    with pytest.raises(VerificationError):
        received.extend(
            byte for chunk in tar_chunks(plan, loaded.source, loaded.image, Cancellation()) for byte in chunk
        )
    assert not received.endswith(bytes(1024))
