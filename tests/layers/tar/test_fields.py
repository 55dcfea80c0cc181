"""Decoding the fields of many headers at once, compared with one at a time."""

from hypothesis import given, strategies as st

from layerscope.layers.tar import fields
from layerscope.layers.tar.numbers import header_number
from support.tars import Entry

FIELD = st.lists(st.sampled_from(b"01234567 \0\x809-x\xff"), min_size=8, max_size=8).map(bytes)
HEADER = st.binary(min_size=512, max_size=512)


def one_by_one(field):
    try:
        return header_number(field)
    except ValueError:
        return None


@given(st.lists(FIELD, min_size=1, max_size=5))
def test_a_column_of_numbers_holds_what_each_field_holds(values):
    blocks = fields.blocks_of([bytes(100) + value + bytes(404) for value in values])

    numbers, bad = fields.number_column(blocks, fields.MODE)

    found = [None if row in bad else number for row, number in enumerate(numbers.tolist())]
    assert found == [one_by_one(value) for value in values]


@given(HEADER)
def test_a_header_with_the_sum_of_its_bytes_is_right_and_with_another_sum_is_wrong(noise):
    unsigned = sum(noise) - sum(noise[148:156]) + 8 * 32
    signed = unsigned - 256 * (sum(byte > 127 for byte in noise) - sum(byte > 127 for byte in noise[148:156]))
    headers = [noise[:148] + b"%07o\0" % value + noise[156:] for value in (unsigned, unsigned + 65536, unsigned + 1)]
    if signed >= 0:
        headers.append(noise[:148] + b"%07o\0" % signed + noise[156:])

    assert fields.wrong_checksums(fields.blocks_of(headers)).tolist() == [1, 2]
    assert [fields.has_right_checksum(header) for header in headers] == [True, False, False, True][: len(headers)]


def test_text_ends_at_the_first_nul():
    blocks = fields.blocks_of([b"a\0b".ljust(512, b"\0"), b"n" * 512, bytes(512)])

    assert fields.text_column(blocks, fields.NAME) == [b"a", b"n" * 100, b""]


def test_prefixes_stand_before_names_by_the_rules_of_each_format():
    headers = [
        Entry("name", prefix="ustar/prefix").header(),
        Entry("name", prefix=b"p" * 155).header(),
        Entry("name", prefix="star", fields={476: b"00000000000 00000000000 ", 508: b"tar\0"}).header(),
        Entry("name", prefix="old", magic=b"").header(),
        Entry("name", prefix=b"00000000000\x0000000000000\0", magic=b"ustar  \0").header(),
        Entry("name", prefix="go1.7/wrote/prefixes/in/gnu", magic=b"ustar  \0").header(),
    ]

    column = fields.name_column(fields.blocks_of(headers))
    assert [fields.name_of(header) for header in headers] == column
    assert column == [
        b"ustar/prefix/name",
        b"p" * 155 + b"/name",
        b"star/name",
        b"name",
        b"name",
        b"go1.7/wrote/prefixes/in/gnu/name",
    ]


def test_columns_of_no_headers_are_empty():
    blocks = fields.blocks_of([])

    assert fields.name_column(blocks) == []
    assert len(fields.number_column(blocks, fields.SIZE)[0]) == 0
