import io
import tarfile

import pytest

from layerscope.layers.tar.writing import DIRECTORY, END, HARDLINK, SYMLINK, Header, padding

MEMBERS = [
    Header(b"plain", size=3, mode=0o640, mtime=1_700_000_000),
    Header(b"d" * 60 + b"/" + b"f" * 200, size=600),
    Header(b"not-utf8-\xff\xfe", size=1),
    Header(b"old", mtime=-86_400),
    Header(b"far", mtime=2**40),
    Header(b"directory", type=DIRECTORY, mode=0o755),
    Header(b"l" * 99, type=DIRECTORY),
    Header(b"l" * 100, type=DIRECTORY),
    Header(b"link", type=SYMLINK, link=b"t" * 100),
    Header(b"long-link", type=SYMLINK, link=b"t" * 101),
    Header(b"hard", type=HARDLINK, link=b"plain"),
]


def archive(headers):
    return b"".join(header.encode() + b"x" * header.size + padding(header.size) for header in headers) + END


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name[:12].decode(errors="replace"))
def test_a_member_has_the_name_link_size_mode_and_time_that_it_was_written_with(member):
    with tarfile.open(
        fileobj=io.BytesIO(archive([member, Header(b"next")])), mode="r:", errors="surrogateescape"
    ) as tar:
        found, following = tar.getmembers()
    assert found.name.encode(errors="surrogateescape") == member.name
    assert found.linkname.encode(errors="surrogateescape") == member.link
    assert (found.size, found.mode, found.mtime, found.type) == (member.size, member.mode, member.mtime, member.type)
    assert (found.uid, found.gid, following.name) == (0, 0, "next")


def test_a_member_that_is_larger_than_octal_digits_can_say_has_its_size():
    (found,) = [tarfile.TarInfo.frombuf(Header(b"big", size=2**40).encode(), "utf-8", "strict")]
    assert found.size == 2**40
