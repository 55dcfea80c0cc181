"""Promises of what is said about a file by its bytes alone, however hostile they are."""

import bz2
import io
import lzma
import shutil
import sqlite3
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from layerscope.content.preview import reading, text, zip_archive
from layerscope.content.preview.model import HEAD_SIZE, Bytes, Members, Text
from layerscope.content.preview.reading import PreviewReader
from layerscope.errors import DamagedLayer, LayerscopeError
from support.images import tar_of
from support.tars import directory, file, gzip, symlink, zstd


def read(data, *inside, name=b"file", size=None):
    reader = PreviewReader(name, len(data) if size is None else size, inside)
    return reader.read(iter([data[start : start + 50_000] for start in range(0, len(data), 50_000)]))


def preview(data, *inside, **more):
    return read(data, *inside, **more).preview


def zip_of(members, **more):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", **more) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def named(content):
    return [member.name for member in content.members]


def test_text_is_lines_with_their_numbers():
    content = preview(b"one\n\ttwo\r\nthree").content
    assert (content.pieces, list(content.numbers)) == (["one", "        two\r", "three"], [1, 2, 3])


def test_a_line_without_end_comes_in_pieces_of_limited_length():
    content = preview(b"x" * 2_500).content
    assert [len(piece) for piece in content.pieces] == [1000, 1000, 500]
    assert list(content.numbers) == [1, 0, 0]


def test_of_a_large_file_only_the_beginning_is_shown_and_it_is_said():
    content = preview(b"a line of text that is long\n" * (HEAD_SIZE // 20)).content
    assert content.cut == "it is longer"
    assert sum(map(len, content.pieces)) < HEAD_SIZE + 50_000


def test_a_million_empty_lines_are_not_all_kept(monkeypatch):
    monkeypatch.setattr(text, "MAX_LINES", 100)
    content = preview(b"\n" * 1_000_000).content
    assert (len(content.pieces), content.cut) == (100, "it has more than 100 lines")


def test_line_ends_of_other_systems_are_named_and_left_out():
    found = preview(b"a\r\nb\r\n")
    assert (found.facts, found.content.pieces) == ((("line ends", "CRLF"),), ["a", "b"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_how_the_text_is_encoded(encoding):
    assert preview("käse\n".encode(encoding)).content.pieces == ["käse"]


def test_bytes_that_are_no_text_are_kept_as_they_are():
    content = preview(b"\0\1\2").content
    assert isinstance(content, Bytes)
    assert content.data == b"\0\1\2"


@pytest.mark.real("ls")
def test_a_program_tells_its_machine_what_it_needs_and_whether_it_is_stripped():
    found = preview(Path(shutil.which("ls")).read_bytes())
    facts = dict(found.facts)
    assert found.kind in ("ELF shared object", "ELF program")
    assert "64 bits, little endian" in facts["machine"]
    assert "libc.so.6" in facts["needs"]
    assert facts["symbols"] == "stripped"
    assert facts["interpreter"].startswith("/lib")


def java_class():
    texts = [b"com/example/Main", b"java/lang/Object"]
    pool = b"".join(b"\1" + struct.pack(">H", len(name)) + name for name in texts) + b"\7\0\1" + b"\7\0\2"
    return b"\xca\xfe\xba\xbe" + struct.pack(">HHH", 0, 65, 5) + pool + struct.pack(">HHH", 0x21, 3, 4)


def test_a_java_class_tells_its_name_and_the_release_it_is_for():
    facts = dict(preview(java_class()).facts)
    assert facts["made for"].startswith("Java 21 ")
    assert (facts["class"], facts["extends"]) == ("com.example.Main", "java.lang.Object")


def png():
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s2I", 13, b"IHDR", 640, 480) + bytes(20)


def jpeg():
    return b"\xff\xd8\xff\xe0\0\4\0\0\xff\xc0\0\x11\x08\1\xe0\2\x80" + bytes(20)


@pytest.mark.parametrize("data", [png(), jpeg(), b"GIF89a\x80\2\xe0\1" + bytes(20)])
def test_a_picture_tells_its_size(data):
    assert preview(data).facts == (("picture", "640 x 480 pixels"),)


def test_a_database_tells_its_pages_and_its_version(tmp_path):
    with sqlite3.connect(tmp_path / "db") as database:
        database.execute("create table t (a)")
        database.execute("pragma user_version = 7")
    database.close()
    facts = dict(preview((tmp_path / "db").read_bytes()).facts)
    assert facts["pages"] == "2 of 4,096 bytes"
    assert (facts["texts"], facts["version"]) == ("UTF-8", "7")


def test_a_jar_lists_its_members_and_what_its_manifest_says():
    manifest = "Manifest-Version: 1.0\r\nMain-Class: com.example.Main\r\n"
    found = preview(zip_of({"META-INF/MANIFEST.MF": manifest, "a/": "", "a/b.txt": "text\n"}), name=b"x.jar")
    assert (found.kind, found.facts) == ("jar", (("main class", "com.example.Main"),))
    assert [(member.name, member.kind, member.size) for member in found.content.members][1:] == [
        (b"a/", "directory", 0),
        (b"a/b.txt", "file", 5),
    ]


def test_a_member_of_an_archive_in_an_archive_can_be_read():
    inner = zip_of({"x": "deep\n"}, compression=zipfile.ZIP_DEFLATED)
    outer = gzip(tar_of([directory("d"), file("d/in.zip", inner), symlink("s", "d")]))
    found = read(outer, 1, 0, name=b"all.tar.gz")
    assert found.preview.content.pieces == ["deep"]
    assert found.names == (b"all.tar.gz", b"in.zip", b"x")


@pytest.mark.parametrize("compress", [gzip, zstd, bz2.compress, lzma.compress])
def test_a_compressed_file_is_shown_unpacked(compress):
    found = preview(compress(b"manual\n"))
    assert found.content.pieces == ["manual"]
    assert found.facts[0][0] == "compression"


def test_a_compressed_tar_is_listed_at_once():
    assert named(preview(gzip(tar_of([file("a", b"1"), file("b", b"2")]))).content) == [b"a", b"b"]


def test_a_bomb_is_unpacked_no_further_than_the_limit(monkeypatch):
    monkeypatch.setattr(reading, "MAX_SIZE", 100_000)
    found = preview(gzip(b"0" * 5_000_000))
    assert dict(found.facts)["incomplete"] == "it unpacks to more than 100 kB; the rest is not shown"
    assert len(found.data) == 100_000


def test_compressions_in_compressions_are_opened_only_a_few_deep():
    data = b"x\n"
    for _ in range(10):
        data = gzip(data)
    assert len([fact for fact in preview(data).facts if fact[0] == "compression"]) == reading.MAX_DEPTH


def test_archives_in_archives_are_opened_only_a_few_deep():
    data = b"x\n"
    for _ in range(6):
        data = tar_of([file("next", data)])
    assert named(preview(data, 0, 0, 0, 0).content) == [b"next"]
    with pytest.raises(DamagedLayer, match="4 deep"):
        preview(data, 0, 0, 0, 0, 0)


def test_a_list_that_is_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(zip_archive, "MAX_LIST_SIZE", 1000)
    content = preview(zip_of({f"a{number}": "" for number in range(100)})).content
    assert (content.members, content.problem) == ((), "its list is too long to be shown")


def test_of_an_archive_with_many_members_the_first_ones_are_listed(monkeypatch):
    monkeypatch.setattr(zip_archive, "MAX_MEMBERS", 10)
    content = preview(zip_of({f"a{number}": "" for number in range(25)})).content
    assert (len(content.members), content.problem) == (10, "it has 15 more")


def test_a_member_that_is_encrypted_is_refused():
    data = bytearray(zip_of({"a": "x"}))
    data[data.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(DamagedLayer, match="encrypted"):
        read(bytes(data), 0)


def test_a_file_that_is_too_large_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(reading, "MAX_SIZE", HEAD_SIZE)
    chunks = iter([b"text\n" * 200_000] * 20)
    found = PreviewReader(b"log", 20_000_000).read(chunks)
    assert not found.is_checked
    assert len(list(chunks)) > 10


def test_the_beginning_of_a_large_text_is_there_before_the_rest_is_read():
    seen = []
    chunks = iter([b"text\n" * 200_000] * 20)
    found = PreviewReader(b"log", 20_000_000, on_beginning=lambda _early: seen.append(len(list(chunks)))).read(chunks)
    assert seen == [15]
    assert isinstance(found.preview.content, Text)


SAMPLES = (
    b"\x7fELF\x02\x01\x01" + bytes(100),
    java_class(),
    png(),
    jpeg(),
    zip_of({"a": "b" * 50, "c/d": "e"}),
    tar_of([file("a", b"1"), symlink("b", "c")]),
    gzip(tar_of([file("a", b"1")])),
    zstd(b"text"),
    b"SQLite format 3\0" + bytes(100),
    "\ufefftext\n".encode("utf-16"),
)


@given(
    st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=8))), st.data()
)
def test_damaged_and_hostile_bytes_are_shown_or_refused_in_words(sample, changes, data):
    changed = bytearray(sample)
    for position, new in changes:
        start = position % len(changed)
        changed[start : start + len(new)] = new
    changed = bytes(changed[: data.draw(st.integers(0, len(changed)))])
    inside = data.draw(st.lists(st.integers(0, 3), max_size=2))
    size = len(changed) + data.draw(st.sampled_from([0, 0, 1000]))
    try:
        found = preview(changed, *inside, size=size)
    except LayerscopeError:
        assert inside
    else:
        assert isinstance(found.content, (Text, Bytes, Members))


@given(st.binary(max_size=3000))
def test_any_bytes_have_a_preview(data):
    assert preview(data).kind
