import bz2
import gzip
import lzma
import os
import subprocess
import sys
import threading

import pytest
from backports import zstd

from layerscope.blobs.resolve import resolve
from layerscope.errors import SourceError
from layerscope.sources import spool
from support import tars
from support.images import build_image
from support.local_images import classic_files, layout_files, named, tar_bytes, write_directory

IMAGE = build_image([[("a.txt", os.urandom(100_000))]])
CLASSIC = tar_bytes(classic_files(IMAGE))
COMPRESSIONS = [bytes, gzip.compress, zstd.compress, lzma.compress, bz2.compress]


@pytest.fixture
def spooled_in(tmp_path, monkeypatch):
    """The directory for temporary files, empty before and after."""
    directory = tmp_path / "spool"
    directory.mkdir()
    monkeypatch.setenv("TMPDIR", str(directory))
    monkeypatch.setattr("tempfile.tempdir", None)
    return directory


@pytest.mark.parametrize("compress", COMPRESSIONS)
def test_a_whole_archive_may_be_compressed_by_any_of_the_usual_tools(tmp_path, opened, spooled_in, compress):
    path = tmp_path / "image"
    path.write_bytes(compress(CLASSIC))
    assert opened.blobs(path) == IMAGE.tars
    assert list(spooled_in.iterdir()) == []


def test_a_layout_in_a_compressed_tar_opens(tmp_path, opened):
    path = tmp_path / "image.tgz"
    path.write_bytes(gzip.compress(tar_bytes(layout_files([named(IMAGE, "v1")], IMAGE))))
    assert opened.resolve(f"{path}:v1").manifest_bytes == IMAGE.manifest_bytes


def test_a_cut_compressed_archive_is_damaged(tmp_path, opened):
    path = tmp_path / "image.tgz"
    path.write_bytes(gzip.compress(CLASSIC)[:-100])
    with pytest.raises(SourceError, match="is damaged: the gzip stream ends too early"):
        opened.resolve(path)


def test_a_cut_archive_ends_in_the_middle_of_a_member(tmp_path, opened):
    files = classic_files(IMAGE)
    files = {"manifest.json": files.pop("manifest.json")} | files
    path = tmp_path / "image.tar"
    path.write_bytes(tar_bytes(files)[:50_000])
    with pytest.raises(SourceError, match="ends in the middle of"):
        opened.blobs(path)


def test_something_else_compressed_is_no_image(tmp_path, opened):
    path = tmp_path / "README.gz"
    path.write_bytes(gzip.compress(b"# Read me\n" * 1000))
    with pytest.raises(SourceError, match="not an image: it is not a tar archive"):
        opened.resolve(path)


def test_what_decompresses_beyond_reason_is_stopped(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(spool, "UNSUSPICIOUS_SIZE", 1 << 20)
    path = tmp_path / "bomb.tar.zst"
    path.write_bytes(zstd.compress(CLASSIC + bytes(500_000_000)))
    with pytest.raises(SourceError, match="more than 1000 times its size"):
        opened.resolve(path)


def test_a_full_disk_is_reported(tmp_path, opened, monkeypatch):
    path = tmp_path / "image.tgz"
    path.write_bytes(gzip.compress(CLASSIC))

    def full(_file, _data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool.os, "write", full)
    with pytest.raises(SourceError, match="temporary file: No space left on device"):
        opened.resolve(path)


def test_closing_ends_a_decompression(tmp_path, opened, monkeypatch):
    path = tmp_path / "image.tgz"
    path.write_bytes(gzip.compress(CLASSIC))
    source = opened(path)
    write = os.write
    threads = []

    def close_and_write(file, data):
        if not threads:
            threads.append(threading.Thread(target=source.close))
            threads[0].start()
            source._files._closed.wait(10)
        return write(file, data)

    monkeypatch.setattr(spool.os, "write", close_and_write)
    with pytest.raises(SourceError, match="was closed"):
        resolve(source, None)
    threads[0].join(10)


SHOW = """
import sys
from layerscope.blobs.resolve import resolve
from layerscope.errors import LayerscopeError
from layerscope.sources.open import open_store
try:
    source = open_store("-")
    image = resolve(source, None)
    with source.open(image.layers[0].descriptor) as chunks:
        print(source.name, sum(map(len, chunks)))
except LayerscopeError as error:
    print(type(error).__name__, error.message)
"""


def shown(**stdin):
    done = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, check=True, timeout=60, **stdin)
    assert done.stderr == b""
    return done.stdout.decode().strip()


@pytest.mark.parametrize("compress", COMPRESSIONS)
def test_an_archive_on_standard_input_is_read_from_a_pipe(compress):
    assert shown(input=compress(CLASSIC)) == f"- {len(IMAGE.tars[0])}"


def test_an_archive_on_standard_input_is_read_from_a_file(tmp_path):
    (tmp_path / "image.tar").write_bytes(CLASSIC)
    with (tmp_path / "image.tar").open("rb") as file:
        assert shown(stdin=file) == f"- {len(IMAGE.tars[0])}"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 100_000])
def test_other_bytes_on_standard_input_are_not_an_image(data):
    assert shown(input=data).startswith("SourceError standard input is not an image")


def test_a_terminal_is_not_an_image():
    controller, terminal = os.openpty()
    try:
        assert shown(stdin=terminal) == "SourceError standard input is a terminal, not an image"
    finally:
        os.close(controller)
        os.close(terminal)


def signed(header):
    """The header with the checksum that old tars wrote: the sum of signed bytes."""
    values = (byte - 256 if byte > 127 else byte for byte in (*header[:148], *b" " * 8, *header[156:]))
    return header[:148] + b"%06o\0 " % sum(values) + header[156:]


def test_an_archive_whose_first_header_has_a_signed_checksum_opens(tmp_path, opened):
    path = tmp_path / "image.tar"
    path.write_bytes(signed(tars.file(b"caf\xe9").header()) + CLASSIC)
    assert opened.blobs(path) == IMAGE.tars


@pytest.mark.real("tar")
def test_an_archive_with_a_sparse_member_opens_and_only_that_member_cannot_be_read(tmp_path, opened):
    files = write_directory(tmp_path / "files", classic_files(IMAGE))
    with (files / "aaa").open("wb") as sparse:
        for position in range(0, 4 << 20, 64 << 10):
            sparse.seek(position)
            sparse.write(b"x")
    for form in ("gnu", "posix"):
        path = tmp_path / f"{form}.tar"
        names = ["aaa", *sorted(path.name for path in files.iterdir() if path.name != "aaa")]
        command = ["tar", "-C", files, f"--format={form}", "-S", "-cf", path, *names]
        subprocess.run(command, check=True, timeout=60)
        assert path.stat().st_size < 2 << 20
        assert opened.blobs(path) == IMAGE.tars
