import io
import tarfile

import pytest
from hypothesis import given, strategies as st

from layerscope.demo.tar_writer import DIRECTORY, HARDLINK, SYMLINK, TarEntry, write_tar

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
)
PATHS = st.lists(NAMES.filter(lambda name: name not in {".", ".."}), min_size=1, max_size=4).map("/".join)


def read(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [(member, archive.extractfile(member).read() if member.isreg() else b"") for member in archive]


@given(PATHS, st.binary(max_size=1100), st.integers(0, 0o7777), st.integers(0, 0o7777777))
def test_a_written_file_reads_back_with_its_name_content_mode_and_owner(path, data, mode, owner):
    ((member, content),) = read(write_tar([TarEntry(path, data=data, mode=mode, uid=owner, gid=owner)]))
    assert (member.name, content, member.mode, member.uid, member.gid) == (path.rstrip("/"), data, mode, owner, owner)


def test_directories_and_links_keep_their_kind_and_target():
    entries = [TarEntry("d", DIRECTORY), TarEntry("s", SYMLINK, link="/t"), TarEntry("h", HARDLINK, link="d/f")]
    members = [member for member, _ in read(write_tar(entries))]
    assert [member.type for member in members] == [tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE]
    assert [member.linkname for member in members] == ["", "/t", "d/f"]


def test_extended_attributes_stand_in_a_pax_header_before_their_file():
    ((member, content),) = read(write_tar([TarEntry("f", data=b"x", xattrs={"user.note": b"v" * 90})]))
    assert (member.pax_headers, content) == ({"SCHILY.xattr.user.note": "v" * 90}, b"x")


def test_a_path_of_up_to_256_bytes_is_split_and_a_longer_one_is_refused():
    long = "d" * 150 + "/" + "f" * 99
    assert read(write_tar([TarEntry(long)]))[0][0].name == long
    with pytest.raises(ValueError, match="too long"):
        write_tar([TarEntry("x" * 101)])
