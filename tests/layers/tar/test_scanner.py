"""The tar formats, and tars that violate them."""

import pytest
from hypothesis import given, strategies as st

from layerscope.blobs.status import BlobStatus
from layerscope.layers.layer_index import ContentKind, EntryFlag, EntryRole, EntryType
from support.reading import names, read
from support.tars import (
    END,
    Entry,
    base256,
    directory,
    file,
    hardlink,
    long_name,
    metadata,
    octal,
    pax_header,
    symlink,
    tar,
)

LONG = "long/" * 60 + "name"


def row(*entries):
    """The columns of the last entry, by name."""
    index = read(tar(*entries)).index
    last = index.count - 1
    columns = ("types", "roles", "flags", "modes", "uids", "gids", "sizes", "mtimes", "devices", "data_offsets")
    values = {name: int(getattr(index, name)[last]) for name in columns}
    return {**values, "path": index.paths[last], "link": index.links[last], "xattrs": index.xattrs.get(last, {})}


def test_a_header_has_type_mode_owner_size_time_and_offset():
    found = row(file("a"), file("etc/x", b"12345", mode=0o104755, uid=7, gid=8, mtime=1_700_000_000))

    assert found == {
        "path": b"etc/x",
        "link": b"",
        "types": EntryType.REGULAR,
        "roles": EntryRole.FILE,
        "flags": 0,
        "modes": 0o4755,
        "uids": 7,
        "gids": 8,
        "sizes": 5,
        "mtimes": 1_700_000_000,
        "devices": 0,
        "data_offsets": 1024,
        "xattrs": {},
    }


def test_every_type_of_ustar_is_known():
    kinds = [file("f"), hardlink("h", "f"), symlink("s", "../f"), directory("d"), Entry("p", type=b"6")]
    devices = [Entry("c", type=b"3", device=(1, 3)), Entry("b", type=b"4", device=(259, 1_048_577))]
    index = read(tar(*kinds, *devices)).index

    assert [chr(kind) for kind in index.types] == ["0", "1", "2", "5", "6", "3", "4"]
    assert list(index.links) == [b"", b"f", b"../f", b"", b"", b"", b""]
    assert index.devices.tolist()[-2:] == [1 << 32 | 3, 259 << 32 | 1_048_577]


def test_targets_of_hardlinks_are_cleaned_and_targets_of_symlinks_are_unchanged():
    index = read(tar(hardlink("h", "./a//../b"), hardlink("i", "/b"), symlink("s", "./a//../b"))).index

    assert list(index.links) == [b"b", b"b", b"./a//../b"]


def test_equal_content_has_an_equal_hash_and_other_content_another():
    contents = read(
        tar(file("a", b"same"), file("b", b"same"), file("c", b"other"), directory("d"))
    ).index.content_hashes

    assert contents[0] == contents[1] != contents[2]
    assert contents[3] == 0


@pytest.mark.parametrize(
    "entries",
    [
        (pax_header({"path": LONG}), file("short")),
        (long_name(LONG), file("short", magic=b"ustar  \0")),
        (pax_header({"path": "old"}), pax_header({"path": LONG}), file("short")),
        (long_name("old"), long_name(LONG), file("short")),
        (pax_header({"path": "pax"}), long_name(LONG), file("short")),
    ],
)
def test_long_names_come_from_metadata_before_the_entry(entries):
    assert row(*entries, file("after"))["path"] == b"after"
    assert row(*entries)["path"] == LONG.encode()


def test_long_links_come_from_metadata_before_the_entry():
    assert row(long_name(LONG, b"K"), symlink("a", "b"))["link"] == LONG.encode()
    assert row(pax_header({"linkpath": LONG}), hardlink("a", "b"))["link"] == LONG.encode()


def test_pax_values_take_the_place_of_the_headers():
    records = {"uid": "3000000", "gid": "-1", "mtime": "-1.5", "path": "pax", "unknown.key": "x"}
    found = row(pax_header(records), file("a", uid=1, gid=2, mtime=3))

    assert (found["path"], found["uids"], found["gids"], found["mtimes"]) == (b"pax", 3_000_000, -1, -2)


def test_a_pax_size_decides_where_the_next_entry_begins():
    entry = file("a", b"x" * 600, size=0, pax={"size": "600"})
    index = read(tar(entry, file("b"))).index

    assert list(index.paths) == [b"a", b"b"]
    assert index.sizes.tolist() == [600, 0]


def test_xattrs_are_kept_by_row():
    content = read(tar(file("a"), file("b", xattrs={"security.selinux": b"system_u\0", "user.x": b"\xff"}), file("c")))

    assert dict(content.index.xattrs) == {1: {"security.selinux": b"system_u\0", "user.x": b"\xff"}}


def test_an_xattr_whose_name_no_linux_knows_is_left_out_with_a_warning():
    entries = [file("a", xattrs={"user." + "x" * 250: b"1", "user.y": b"2"}), file("b", xattrs={"é" * 128: b"3"})]
    content = read(tar(*entries, file("c", xattrs={"n" * 255: b"4"})))

    assert dict(content.index.xattrs) == {0: {"user." + "x" * 250: b"1", "user.y": b"2"}, 2: {"n" * 255: b"4"}}
    assert content.warnings == (
        "1 entry with an extended attribute left out, because its name is too long (first: `b`)",
    )


def test_the_names_of_xattrs_count_towards_the_size_of_the_index(monkeypatch):
    monkeypatch.setattr("layerscope.layers.tar.entries.MAX_INDEX_SIZE", 1 << 20)
    named = [file(str(number), xattrs={f"user.{'x' * 240}{one}": b"" for one in range(10)}) for number in range(300)]
    content = read(tar(*named))

    assert content.status is BlobStatus.CORRUPT
    assert "takes more than 1 MiB" in content.problem


def test_a_global_header_changes_nothing_and_says_so():
    content = read(tar(pax_header({"uid": "99", "path": "global"}, b"g"), file("a", uid=1)))

    assert names(content) == ["a"]
    assert content.index.uids.tolist() == [1]
    assert content.warnings == ("1 entry of global PAX values, which container runtimes ignore (first: `metadata`)",)


def test_a_comment_in_a_global_header_is_no_oddity():
    assert read(tar(pax_header({"comment": "0123abcd"}, b"g"), file("a"))).warnings == ()


def test_numbers_may_be_base256():
    fields = {108: base256(2**40, 8), 116: base256(-2, 8), 124: base256(700, 12), 136: base256(-86400, 12)}
    found = row(file("a", b"x" * 700, fields=fields))

    assert (found["uids"], found["gids"], found["sizes"], found["mtimes"]) == (2**40, -2, 700, -86400)


@pytest.mark.parametrize("magic", [b"ustar\x0000", b"ustar  \0", b""])
def test_only_a_file_of_before_there_were_types_is_a_directory_by_the_slash_of_its_name(magic):
    assert row(Entry("d/", type=b"\0", magic=magic))["types"] == EntryType.DIRECTORY
    assert row(Entry("d/", type=b"0", magic=magic))["types"] == EntryType.REGULAR


def test_type_7_and_type_nul_are_regular_files():
    index = read(tar(Entry("a", b"1", type=b"7"), Entry("b", b"22", type=b"\0"))).index

    assert index.types.tolist() == [EntryType.REGULAR] * 2
    assert index.sizes.tolist() == [1, 2]


@pytest.mark.parametrize("kind", [b"A", b"V", b"Z", b"9", b"\xff"])
def test_an_unknown_type_is_listed_as_a_file_with_a_warning(kind):
    content = read(tar(Entry("odd", b"data", type=kind), file("after")))

    assert names(content) == ["odd", "after"]
    assert content.index.sizes.tolist() == [4, 0]
    assert content.warnings == ("1 entry of an unknown type, read as a regular file (first: `odd`)",)


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6"])
def test_a_size_without_content_is_passed_over_with_a_warning(kind):
    content = read(tar(Entry("a", type=kind, size=512), file("b", b"2")))

    assert names(content) == ["a", "b"]
    assert content.index.sizes.tolist() == [0, 1]
    assert content.warnings == ("1 entry with a size although the type has no content (first: `a`)",)


def test_a_directory_with_a_body_is_damage_and_never_a_silently_shorter_list():
    content = read(tar(file("a"), Entry("d/", b"x" * 512, type=b"5"), file("b")))

    assert content.status is BlobStatus.CORRUPT
    assert names(content) == ["a", "d"]


def test_a_dump_directory_of_gnu_is_a_directory_and_its_data_is_passed_over():
    content = read(tar(Entry("d/", b"Yfile\0Nother\0\0", type=b"D", magic=b"ustar  \0"), file("b")))

    assert names(content) == ["d", "b"]
    assert (content.index.types[0], content.warnings) == (EntryType.DIRECTORY, ())


def old_sparse(name, data, real_size, *, blocks=0):
    """GNU's old format: four spans in the header, and `blocks` more blocks of spans."""
    more = [b"\1" if number < blocks else b"\0" for number in range(blocks + 1)]
    span = octal(0, 12) + octal(len(data), 12)
    fields = {386: span, 482: more[0], 483: octal(real_size, 12)}
    entry = Entry(name, data, type=b"S", magic=b"ustar  \0", fields=fields)
    extension = b"".join(bytes(504) + flag + bytes(7) for flag in more[1:])
    return entry.header() + extension + entry.encode()[512:]


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_an_old_sparse_file_has_its_size_with_the_holes(blocks):
    index = read(tar(old_sparse("s", b"data", 1 << 30, blocks=blocks), file("b", b"2"))).index

    assert list(index.paths) == [b"s", b"b"]
    assert index.sizes.tolist() == [1 << 30, 1]
    assert index.flags.tolist() == [EntryFlag.SPARSE, 0]
    assert index.data_offsets[0] == 512 + 512 * blocks


def test_a_sparse_map_that_never_ends_is_damage():
    header = Entry("s", type=b"S", magic=b"ustar  \0", fields={482: b"\1"}).header()
    content = read(header + (bytes(504) + b"\1" + bytes(7)) * 3000)

    assert content.status is BlobStatus.CORRUPT
    assert "longer than 1 MiB" in content.problem


def test_a_pax_sparse_file_has_its_real_name_and_size():
    pax = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "big",
        "GNU.sparse.realsize": str(10**14),
    }
    index = read(tar(file("GNUSparseFile.0/big", b"1\n0\n4\n".ljust(512, b"\0") + b"data", pax=pax), file("b"))).index

    assert list(index.paths) == [b"big", b"b"]
    assert index.sizes.tolist() == [10**14, 0]


def test_sparse_files_with_different_holes_differ():
    maps = ("0,4,90,2", "0,4,91,2")
    entries = [file("s", b"data!!", pax={"GNU.sparse.map": holes, "GNU.sparse.size": "100"}) for holes in maps]
    contents = read(tar(*entries, *entries)).index.content_hashes

    assert contents[0] != contents[1]
    assert contents[:2].tolist() == contents[2:].tolist()


@pytest.mark.parametrize("end", [b"", bytes(512), bytes(1024), bytes(10_240), bytes(700)])
def test_a_tar_may_end_with_any_number_of_zero_blocks(end):
    content = read(tar(file("a", b"1"), file("b", b"2"), end=end))

    assert (content.status, content.warnings, names(content)) == (BlobStatus.VERIFIED, (), ["a", "b"])


def test_a_tar_may_end_without_the_padding_of_its_last_entry():
    assert read(tar(file("a", b"1"))[:513]).status is BlobStatus.VERIFIED


def test_a_second_tar_behind_the_first_is_a_warning():
    for chunk_size in (100, 512, 4096, 1 << 20):
        content = read(tar(file("a")) + tar(file("b")), chunk_size=chunk_size)
        assert (content.status, names(content)) == (BlobStatus.VERIFIED, ["a"])
        assert content.warnings == ("more data follows the end of the tar; it is not read",)


def test_a_lone_block_of_zeros_inside_is_damage():
    content = read(tar(file("a"), bytes(512), file("b")))

    assert content.status is BlobStatus.CORRUPT
    assert content.problem == "its tar is damaged after 1 entry: there is a lone block of zeros at byte 512"


def test_metadata_that_belongs_to_no_entry_is_a_warning():
    content = read(tar(file("a"), pax_header({"path": "b"})))

    assert (content.status, names(content)) == (BlobStatus.VERIFIED, ["a"])
    assert content.warnings == ("the tar ends with a metadata header that belongs to no entry",)


def damaged(*entries, kind=BlobStatus.CORRUPT):
    content = read(tar(file("a"), *entries, file("z")))
    assert content.status is kind
    assert names(content) == ["a"]
    return content.problem.removeprefix("its tar is damaged after 1 entry: ")


def test_a_wrong_checksum_ends_the_list_with_an_error():
    problem = "the header at byte 512 has a wrong checksum"

    assert damaged(file("b", checksum=b"000000\0 ")) == problem
    assert damaged(file("b", checksum=b"garbage!")) == problem
    assert damaged(metadata(b"x", b"", checksum=b"000000\0 ")) == problem
    assert damaged(metadata(b"x", b"junk", checksum=b"000000\0 ")) == problem
    assert damaged(long_name("b")[:100] + b"X" + long_name("b")[101:]) == problem


def test_the_first_of_several_damages_is_reported():
    problem = damaged(file("b", checksum=b"000000\0 "), file("c", fields={124: base256(-512, 12)}))

    assert problem == "the header at byte 512 has a wrong checksum"


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ({124: base256(-512, 12)}, "is not valid: its size is negative"),
        ({124: base256(2**62, 12)}, "is not valid: its size is more than any file system can hold"),
        ({124: b"\x80" + b"\xff" * 11}, "is not valid: a number does not fit 64 bits"),
        ({124: b"00000009999\0"}, "is not valid: a header field is not an octal number"),
        ({124: b"-0000000512\0"}, "is not valid: a header field is not an octal number"),
        ({124: b"0_0000001_0\0"}, "is not valid: a header field is not an octal number"),
        ({108: b"garbage\0"}, "has an unreadable uid"),
        ({116: b"garbage\0"}, "has an unreadable gid"),
        ({100: b"garbage\0"}, "has an unreadable mode"),
    ],
)
def test_an_invalid_number_ends_the_list_with_an_error(field, problem):
    assert damaged(file("b", fields=field)) == f"the header at byte 512 {problem}"


def test_an_owner_from_pax_needs_no_header_field():
    assert row(file("b", fields={108: b"garbage\0"}, pax={"uid": "5"}))["uids"] == 5


def test_a_time_that_cannot_be_read_is_a_warning():
    content = read(tar(file("a", fields={136: b"\x80" + b"\xff" * 11}), file("b", pax={"mtime": "nan"}, mtime=9)))

    assert content.index.mtimes.tolist() == [0, 9]
    assert content.warnings == ("2 entries with a time that cannot be read (first: `a`)",)


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
@pytest.mark.parametrize("size", [(1 << 20) + 1, 8 << 30, -1, 2**62])
def test_metadata_larger_than_a_mebibyte_is_refused_by_its_header(kind, size):
    problem = damaged(Entry("m", type=kind, fields={124: base256(size, 12)}).header())

    assert problem == f"the header at byte 512 is not valid: its metadata has {size:,} bytes"


def test_metadata_of_a_mebibyte_is_read():
    value = "v" * ((1 << 20) - 100)

    assert row(pax_header({"comment": value, "path": "named"}), file("b"))["path"] == b"named"


def test_a_long_chain_of_metadata_is_read_to_its_entry():
    assert row(*[pax_header({"path": str(number)}) for number in range(3000)], file("x"))["path"] == b"2999"


@pytest.mark.parametrize(("name", "path"), [("", b""), ("./", b""), ("/", b""), ("a/..", b"")])
def test_only_a_directory_can_be_the_root(name, path):
    assert row(symlink(name, "x"))["roles"] == EntryRole.INVALID
    found = row(directory(name))
    assert (found["roles"], found["path"]) == (EntryRole.FILE if name else EntryRole.INVALID, path)


def test_names_that_cannot_be_applied_are_listed_and_counted():
    content = read(tar(file("a", pax={"path": b"a\0b"}), file(".wh."), file("d/.wh.."), file("ok")))

    assert list(content.index.paths) == [b"a\0b", b".wh.", b"d/.wh..", b"ok"]
    assert content.index.roles.tolist() == [EntryRole.INVALID] * 3 + [EntryRole.FILE]
    assert content.warnings == ("3 entries with a name that cannot be applied (first: `a\\x00b`)",)


def test_a_thousand_oddities_are_one_warning():
    content = read(tar(*(file(f"../{number}") for number in range(5000))))

    assert content.warnings == ("5,000 entries with `..` in its name, read as a path inside the image (first: `0`)",)
    assert set(content.index.flags.tolist()) == {EntryFlag.ESCAPING}


def test_files_that_claim_more_than_anybody_has_are_damage():
    pax = {"GNU.sparse.map": "0,0", "GNU.sparse.size": str(2**53)}
    content = read(tar(*(file(str(number), pax=pax) for number in range(3))))

    assert content.status is BlobStatus.CORRUPT
    assert "claim to have more bytes than any file system can hold" in content.problem


SMALL = tar(
    file("a", b"1" * 600),
    pax_header({"path": "p", "size": "3"}),
    file("b", b"123"),
    long_name("l" * 200),
    old_sparse("s", b"data", 4096, blocks=2),
    symlink("s", "t"),
    end=END,
)


@given(st.integers(0, len(SMALL)))
def test_a_cut_tar_is_never_read_as_a_whole_one(size):
    whole, cut = read(SMALL), read(SMALL[:size])

    assert names(cut) == names(whole)[: cut.index.count]
    if cut.status is BlobStatus.VERIFIED and not cut.warnings:
        rest = read(SMALL[size + -size % 512 :])
        assert names(cut) + names(rest) == names(whole)
    else:
        assert cut.warnings or cut.status is BlobStatus.TRUNCATED


@given(st.dictionaries(st.integers(0, len(SMALL) - 1), st.integers(0, 255), min_size=1, max_size=12))
def test_no_bytes_make_reading_fail_or_columns_differ_in_length(changes):
    data = bytearray(SMALL)
    for place, value in changes.items():
        data[place] = value
    content = read(bytes(data), chunk_size=700)
    index = content.index

    columns = (index.paths, index.links, index.roles, index.flags, index.sizes, index.mtimes, index.content_hashes)
    assert {len(column) for column in columns} == {index.count}
    assert (content.problem == "") == (content.status is BlobStatus.VERIFIED)


@given(st.data(), st.integers(1, 2000))
def test_chunks_of_any_size_have_the_same_entries(data, chunk_size):
    names_of_files = data.draw(
        st.lists(st.sampled_from(["a", "b/", ".wh.c", "./d", LONG[:90]]), min_size=1, max_size=6)
    )
    blob = tar(*(file(name, b"x" * data.draw(st.integers(0, 1500))) for name in names_of_files))
    whole, in_chunks = read(blob).index, read(blob, chunk_size=chunk_size).index

    assert whole.content_hashes.tolist() == in_chunks.content_hashes.tolist()
    assert list(whole.paths) == list(in_chunks.paths)


def test_a_content_says_how_it_is_identified():
    sparse = file("sparse", b"data", pax={"GNU.sparse.map": "0,4", "GNU.sparse.size": "100"})
    whole = tar(file("plain", b"1"), directory("d"), sparse, file("cut", b"x" * 2000))
    index = read(whole[: whole.index(b"x" * 2000) + 100]).index

    assert index.content_kinds.tolist() == [
        ContentKind.XXH3,
        ContentKind.NONE,
        ContentKind.XXH3_SPARSE,
        ContentKind.NONE,
    ]
