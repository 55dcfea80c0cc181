import errno
import os
import stat
import subprocess
import sys
import threading

import pytest

from layerscope.cache.private_directory import PrivateDirectory


@pytest.fixture
def directory(tmp_path):
    return PrivateDirectory(tmp_path / "some" / "where")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_is_read_again(directory):
    directory.write("a", [b"one", b"", b"two"])
    assert bytes(directory.read("a")) == b"onetwo"
    directory.write("a", [b"other"])
    assert bytes(directory.read("a")) == b"other"


def test_nobody_else_can_look_in(directory):
    old = os.umask(0)
    try:
        directory.write("a", [b"one"])
    finally:
        os.umask(old)
    assert (mode(directory.path), mode(directory.path / "a")) == (0o700, 0o600)


def test_before_anything_is_written_there_is_nothing(directory):
    assert directory.read("a") is None
    assert directory.files() == []
    assert not directory.path.exists()


def test_an_empty_file_has_no_bytes(directory):
    directory.write("a", [])
    assert bytes(directory.read("a")) == b""


def test_what_is_mapped_stays_when_its_name_gets_other_bytes_or_goes(directory):
    directory.write("a", [b"one" * 10_000])
    data = directory.read("a")
    directory.write("a", [b"two"])
    directory.remove("a")
    directory.remove("a")
    assert bytes(data) == b"one" * 10_000


def test_reading_marks_a_file_as_used_unless_asked_not_to(directory):
    directory.write("a", [b"one"])
    os.utime(directory.path / "a", (1000, 1000))
    directory.read("a", mark_used=False)
    assert [file.used for file in directory.files()] == [1000]
    directory.read("a")
    assert directory.files()[0].used > 1000


def plant_symlink(directory, target):
    directory.write("other", [b""])
    (directory.path / "a").symlink_to(target)


def test_a_symlink_is_not_followed_to_read_and_is_replaced_to_write(directory, tmp_path):
    (tmp_path / "precious").write_bytes(b"precious")
    plant_symlink(directory, tmp_path / "precious")
    with pytest.raises(OSError, match="symbolic link"):
        directory.read("a")
    assert [file.name for file in directory.files()] == ["other"]
    directory.write("a", [b"new"])
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert bytes(directory.read("a")) == b"new"


@pytest.mark.parametrize("kind", ["fifo", "directory"])
def test_anything_but_a_regular_file_is_refused(directory, kind):
    directory.write("other", [b""])
    (os.mkfifo if kind == "fifo" else os.mkdir)(directory.path / "a")
    with pytest.raises(PermissionError):
        directory.read("a")


def test_a_directory_that_is_a_symlink_is_refused(tmp_path):
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    directory = PrivateDirectory(tmp_path / "link")
    for use in (lambda: directory.read("a"), lambda: directory.write("a", [b"1"]), directory.files):
        with pytest.raises(OSError, match=r"Not a directory|symbolic link"):
            use()


@pytest.mark.parametrize("bits", [0o770, 0o707, 0o1777])
def test_a_directory_that_others_may_write_to_is_refused_and_left_as_it_is(directory, bits):
    directory.write("a", [b"one"])
    directory.path.chmod(bits)
    for use in (lambda: directory.read("a"), lambda: directory.write("b", [b"1"])):
        with pytest.raises(PermissionError):
            use()
    assert mode(directory.path) == bits & 0o777 | (bits & 0o1000)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("whose", ["file", "directory"])
def test_what_belongs_to_somebody_else_is_refused(directory, whose):
    directory.write("a", [b"one"])
    os.chown(directory.path if whose == "directory" else directory.path / "a", 12345, 12345)
    with pytest.raises(PermissionError):
        directory.read("a")


def test_a_disk_that_is_full_leaves_nothing_half_written(directory):
    directory.write("a", [b"one"])

    def pieces():
        yield b"half"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        directory.write("a", pieces())
    assert [file.name for file in directory.files()] == ["a"]
    assert bytes(directory.read("a")) == b"one"


WRITER = """
import sys
from pathlib import Path
from layerscope.cache.private_directory import PrivateDirectory
directory = PrivateDirectory(Path(sys.argv[1]))
for number in range(200):
    directory.write("a", [sys.argv[2].encode() * 50_000, sys.argv[2].encode() * 50_000])
"""


def test_two_processes_and_a_reader_never_see_half_a_file(directory):
    directory.write("a", [b"x" * 100_000])
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, directory.path, letter], stderr=subprocess.PIPE)
        for letter in "yz"
    ]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        data = bytes(directory.read("a"))
        assert len(data) == 100_000
        seen.add(data[:1])
        assert not data.strip(data[:1])
    for writer in writers:
        assert (writer.wait(), writer.stderr.read()) == (0, b"")
        writer.stderr.close()
    assert seen <= {b"x", b"y", b"z"}
    assert [file.name for file in directory.files()] == ["a"]


def test_threads_may_write_the_same_file_at_once(directory):
    threads = [threading.Thread(target=directory.write, args=("a", [bytes([n]) * 9999])) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(bytes(directory.read("a")))) == 1
    assert len(directory.files()) == 1
