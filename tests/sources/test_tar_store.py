import io
import os
import tarfile
import threading

import pytest
from hypothesis import given, strategies as st

from layerscope.errors import SourceError
from layerscope.sources.archive_file import ArchiveFile
from layerscope.sources.tar_store import Member, read_contents
from support import tars

PARTS = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60
)
NAMES = st.lists(PARTS.filter(lambda part: part not in {".", ".."}), min_size=1, max_size=5).map("/".join)
FILES = st.dictionaries(NAMES, st.binary(max_size=1500), max_size=8)


class CountingFile(ArchiveFile):
    """Counts the bytes that are read."""

    count = 0

    def read(self, position, size):
        data = super().read(position, size)
        self.count += len(data)
        return data


@pytest.fixture
def members(tmp_path):
    """The members of a tar, and how many bytes were read to find them."""

    def read(data):
        path = tmp_path / "x.tar"
        path.write_bytes(data)
        file = CountingFile(os.open(path, os.O_RDONLY), "x.tar", threading.Event())
        try:
            return read_contents(file, "x.tar").members, file.count
        finally:
            file.close()

    return read


def write(files, format_):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=format_) as archive:
        for name, data in files.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return target.getvalue()


@given(FILES, st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))
def test_every_member_is_found_where_its_data_is(tmp_path_factory, files, format_):
    data = write(files, format_)
    path = tmp_path_factory.mktemp("tar") / "x.tar"
    path.write_bytes(data)
    file = ArchiveFile(os.open(path, os.O_RDONLY), "x.tar", threading.Event())
    found = {
        name: data[item.position : item.position + item.size]
        for name, item in read_contents(file, "x.tar").members.items()
    }
    file.close()
    assert found == files


def test_the_data_of_members_is_not_read(members):
    found, read_size = members(write({"big": bytes(10_000_000), "small": b"x"}, tarfile.PAX_FORMAT))
    assert [item.size for item in found.values()] == [10_000_000, 1]
    assert read_size < 10_000


def test_of_members_with_one_name_the_last_counts(members):
    first = write({"a": b"first"}, tarfile.PAX_FORMAT)[:1024]
    assert members(first + write({"a": b"second"}, tarfile.PAX_FORMAT))[0] == {"a": Member(1536, 6)}


def test_a_size_in_a_pax_header_overrides_the_size_in_the_header(members):
    target = io.BytesIO()
    header = tarfile.TarInfo("a")
    header.pax_headers = {"size": "600"}
    target.write(header.tobuf(tarfile.PAX_FORMAT) + bytes(1024) + write({"b": b"x"}, tarfile.PAX_FORMAT))
    found = members(target.getvalue())[0]
    assert (found["a"].size, found["b"].size) == (600, 1)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda data: data[:520] + b"x" + data[521:], "the header at byte 512 has a wrong checksum"),
        (lambda data: data[:512] + b"garbage " * 64 + data[1024:], "the header at byte 512 has a wrong checksum"),
        (lambda data: data[:700], "it ends inside the header at byte 512"),
        (
            lambda data: data[:512] + data[512:636] + b"\xff" * 12 + data[648:],
            "the header at byte 512 has a wrong checksum",
        ),
    ],
)
def test_a_damaged_or_cut_header_is_named_with_its_place(members, damage, problem):
    data = write({"blobs": b"", "next": b"x"}, tarfile.USTAR_FORMAT)
    with pytest.raises(SourceError, match=f"`x.tar` is damaged: {problem}"):
        members(damage(data))


def test_a_metadata_entry_of_a_huge_size_is_refused_and_not_read(members):
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 40
    with pytest.raises(SourceError, match="damaged"):
        members(write({"blobs": b""}, tarfile.PAX_FORMAT)[:512] + header.tobuf(tarfile.GNU_FORMAT) + bytes(1024))


@pytest.mark.parametrize("size", [1 << 63, 1 << 80])
def test_a_size_that_no_file_can_have_is_damage(members, size):
    header = tarfile.TarInfo("a")
    header.size = size
    with pytest.raises(SourceError, match=r"damaged: the header at byte 512 is not valid: .*(64 bits|file system)"):
        members(write({"blobs": b""}, tarfile.USTAR_FORMAT)[:512] + header.tobuf(tarfile.GNU_FORMAT))


def test_an_archive_without_its_end_blocks_is_read_to_its_end(members):
    assert list(members(write({"a": b"x"}, tarfile.PAX_FORMAT)[:1024])[0]) == ["a"]


@pytest.mark.parametrize("blocks", [0, 2])
def test_a_sparse_member_is_marked_and_hides_no_other(members, blocks):
    sparse = tars.Entry("s", b"data", type=b"S", magic=b"ustar  \0", fields={482: b"\1" if blocks else b"\0"})
    more = b"".join(bytes(504) + (b"\1" if number < blocks else b"\0") + bytes(7) for number in range(1, blocks + 1))
    pax = tars.file("t", b"data", pax={"GNU.sparse.map": "0,4", "GNU.sparse.size": "9"})
    found = members(tars.tar(sparse.header(), more, sparse.encode()[512:], pax, tars.file("after", b"x")))[0]
    assert list(found) == ["s", "t", "after"]
    assert found["s"] == Member(512 + 512 * blocks, 4, is_sparse=True)
    assert (found["t"].is_sparse, found["after"].is_sparse) == (True, False)


def test_a_directory_without_a_type_has_no_data_whatever_its_size_says(members):
    old = tars.Entry("d/", type=b"\0", size=512)
    assert list(members(tars.tar(old, tars.file("d/x", b"1")))[0]) == ["d", "d/x"]


@pytest.mark.parametrize("kind", [b"1", b"2"])
def test_a_link_is_named_from_the_root_of_the_archive(members, kind):
    link = tars.Entry("d/link", type=kind, link="./x")
    long = tars.pax_header({"linkpath": "../" + "y" * 200}) + tars.Entry("d/long", type=kind).encode()
    found = members(tars.tar(link, long))[0]
    assert found["d/link"].link == ("x" if kind == b"1" else "d/x")
    assert found["d/long"].link == ("../" if kind == b"1" else "") + "y" * 200


@pytest.mark.parametrize("data", [b"x" * 512, b"short", tars.tar(tars.file("a", checksum=b"000000\0 "))])
def test_what_is_no_tar_is_no_image(members, data):
    with pytest.raises(SourceError, match="is not an image: it is not a tar archive"):
        members(data)
