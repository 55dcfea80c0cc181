"""The entries of a tar by position are those that the streaming reader finds."""

import pytest
from hypothesis import given, strategies as st

from layerscope.layers.damage import Damage
from layerscope.layers.layer_content import BlobStatus
from layerscope.layers.layer_index import EntryFlag
from layerscope.layers.tar.members import is_tar, members
from layerscope.layers.tar.names import clean
from support.reading import read
from support.tars import Entry, base256, file, long_name, metadata, octal, pax_header, tar

KINDS = st.sampled_from([bytes([kind]) for kind in b"\x0001234567SDVZxgLK"])
NAMES = st.sampled_from(["f", "d/", "a/b", "./x", "", "l" * 100])
DATA = st.binary(max_size=600)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "path": st.sampled_from(["p", "p/", "p" * 300]),
        "size": st.sampled_from(["0", "512", "-1", "x"]),
        "GNU.sparse.map": st.just("0,1"),
        "GNU.sparse.name": st.sampled_from(["s", "s/"]),
    },
)
FIELDS = st.sampled_from(
    [{}, {}, {}, {124: base256(512, 12)}, {124: base256(-1, 12)}, {124: b"garbage\0"}, {482: b"\1"}]
)


@st.composite
def odd_entries(draw):
    magic = draw(st.sampled_from([b"ustar\x0000", b"ustar  \0", bytes(8)]))
    entry = Entry(
        draw(NAMES), draw(DATA), type=draw(KINDS), link="target", magic=magic, pax=draw(RECORDS), fields=draw(FIELDS)
    )
    return draw(st.sampled_from([b"", b"", long_name("long/")])) + entry.encode()


def reading(data):
    return lambda position, size: data[position : position + size]


def listed(data):
    """The members before the first damage, and whether there is damage."""
    found = []
    try:
        found.extend(members(reading(data)))
    except Damage as damage:
        return found, damage.message
    return found, None


@given(st.lists(odd_entries(), max_size=4), st.sampled_from([b"", bytes(512), bytes(1024)]))
def test_odd_tars_are_read_alike_by_position_and_as_a_stream(entries, end):
    data = tar(*entries, end=end)
    index, status = (content := read(data)).index, content.status
    found, damage = listed(data)

    sparse = (index.flags & EntryFlag.SPARSE).astype(bool).tolist()
    assert [clean(member.name)[0] for member in found] == list(index.paths)
    assert [(member.position, member.is_sparse) for member in found] == list(
        zip(index.data_offsets.tolist(), sparse, strict=True)
    )
    if status is BlobStatus.VERIFIED:
        assert damage is None
    elif damage is not None:
        assert damage in content.problem


def test_a_member_has_name_link_type_and_the_place_of_its_data():
    data = tar(file("a", b"1"), pax_header({"path": "s", "linkpath": "t"}), Entry("x", type=b"2", link="y"))
    first, second = members(reading(data))

    assert (first.name, first.link, first.type, first.position, first.size) == (b"a", b"", ord("0"), 512, 1)
    assert (second.name, second.link, second.type, second.size) == (b"s", b"t", ord("2"), 0)


def test_the_data_of_an_old_sparse_file_begins_after_its_map():
    fields = {386: octal(0, 12) + octal(4, 12), 482: b"\1", 483: octal(1 << 30, 12)}
    sparse = Entry("s", b"data", type=b"S", magic=b"ustar  \0", fields=fields)
    data = tar(sparse.header(), bytes(512), sparse.encode()[512:], file("after"))
    first, second = members(reading(data))

    assert (data[first.position :][: first.size], first.is_sparse) == (b"data", True)
    assert second.name == b"after"


def test_no_data_is_read():
    data = tar(file("big", bytes(1 << 20)), file("small"))
    asked = []

    def read_at(position, size):
        asked.append((position, size))
        return data[position : position + size]

    assert [member.name for member in members(read_at)] == [b"big", b"small"]
    assert asked[:2] == [(0, 512), (512 + (1 << 20), 512)]
    assert sum(size for _, size in asked) <= 4 * 512


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (tar(file("a"), file("b"))[:700], "it ends inside the header at byte 512"),
        (tar(file("a", checksum=b"000000\0 ")), "the header at byte 0 has a wrong checksum"),
        (tar(file("a"), bytes(512), file("b")), "there is a lone block of zeros at byte 512"),
        (tar(file("a"), pax_header({"path": "b"}))[:1030], "it ends inside the header at byte 512"),
        (
            tar(metadata(b"x", b"junk")),
            "the header at byte 0 is not valid: a PAX record does not begin with its length",
        ),
        (
            Entry("s", type=b"S", magic=b"ustar  \0", fields={482: b"\1"}).header(),
            "it ends inside the header at byte 0",
        ),
    ],
)
def test_damage_is_named_with_its_place(data, problem):
    assert listed(data)[1] == problem


@pytest.mark.parametrize("name", ["plain", b"\xff\xfe\xe4"])
def test_a_header_is_known_by_its_checksum_signed_or_not(name):
    block = bytearray(file(name).header())
    assert is_tar(bytes(block))

    signed = sum(byte - 256 if byte > 127 else byte for byte in (*block[:148], *b" " * 8, *block[156:]))
    block[148:156] = b"%06o\0 " % signed
    assert is_tar(bytes(block))

    block[148:156] = b"%06o\0 " % (signed + 1)
    assert not is_tar(bytes(block))
    assert not is_tar(bytes(512))
    assert not is_tar(file("a").header()[:-1])
