"""PAX records and what they say about an entry."""

import pytest
from hypothesis import given, strategies as st

from layerscope.layers.tar.extras import merge, parse_records
from support.tars import pax_record

KEY = st.binary(min_size=1, max_size=20).filter(lambda key: not {0, ord("=")} & {*key} and not key.startswith(b"GNU"))


@given(st.dictionaries(KEY, st.binary(max_size=40), max_size=5))
def test_records_of_any_bytes_are_read_back(records):
    body = b"".join(pax_record(key, value) for key, value in records.items())

    assert parse_records(body) == records


@pytest.mark.parametrize(
    "body",
    [
        b"0 a=b\n",
        b"5 a=b\n",
        b"99 a=b\n",
        b"99999999999999999999999999 a=b\n",
        b"-6 a=b\n",
        b"6 a=bX",
        b"6  a=b",
        b"5 ab\n",
        b"7 a\0=b\n",
        b" a=b\n",
        b"6\ta=b\n",
        b"6 a=b\ntail",
        b"\0\0\0\0\0\0",
    ],
)
def test_a_record_that_breaks_the_grammar_is_refused(body):
    with pytest.raises(ValueError, match="PAX"):
        parse_records(body)


def test_an_empty_value_leaves_the_headers_own():
    extras = merge({b"path": b"", b"size": b"", b"mtime": b""}, b"", b"")

    assert (extras.path, extras.size, extras.mtime, extras.has_bad_time) == (None, None, None, False)


def test_gnus_long_names_win_over_pax():
    extras = merge({b"path": b"pax", b"linkpath": b"pax"}, b"gnu", b"gnu link")

    assert (extras.path, extras.link) == (b"gnu", b"gnu link")


@pytest.mark.parametrize(
    "record",
    [
        {b"size": b"-"},
        {b"size": b"x"},
        {b"uid": b"root"},
        {b"gid": b"9" * 25},
        {b"GNU.sparse.map": b"0,1", b"GNU.sparse.size": b"-1"},
    ],
)
def test_a_size_or_owner_that_is_no_number_is_refused(record):
    with pytest.raises(ValueError, match=r"PAX|64 bits"):
        merge(record, b"", b"")


def test_a_bad_time_is_noted_and_nothing_else_is_lost():
    extras = merge({b"mtime": b"nan", b"uid": b"7"}, b"", b"")

    assert (extras.mtime, extras.has_bad_time, extras.uid) == (None, True, 7)


def test_xattrs_are_bytes_in_both_spellings_and_the_plain_one_wins():
    extras = merge(
        {
            b"LIBARCHIVE.xattr.user.a%20b": b"AAEC",
            b"LIBARCHIVE.xattr.user.unpadded": b"AA",
            b"LIBARCHIVE.xattr.user.both": b"AAAA",
            b"SCHILY.xattr.user.both": b"\0raw\xff",
            b"SCHILY.xattr.security.capability": b"\x01\0\0\x02\0 \0\0",
        },
        b"",
        b"",
    )

    assert extras.xattrs == {
        "user.a b": b"\0\1\2",
        "user.unpadded": b"\0",
        "user.both": b"\0raw\xff",
        "security.capability": b"\x01\0\0\x02\0 \0\0",
    }


@pytest.mark.parametrize(
    "records",
    [
        {b"GNU.sparse.major": b"1", b"GNU.sparse.minor": b"0", b"GNU.sparse.realsize": b"99"},
        {b"GNU.sparse.map": b"0,4", b"GNU.sparse.size": b"99"},
        {b"GNU.sparse.major": b"0", b"GNU.sparse.minor": b"1", b"GNU.sparse.map": b"0,4", b"GNU.sparse.size": b"99"},
    ],
)
def test_sparse_files_have_their_real_name_and_size(records):
    extras = merge({**records, b"GNU.sparse.name": b"real", b"path": b"GNUSparseFile.0/real"}, b"", b"")

    assert (extras.path, extras.real_size) == (b"real", 99)


def test_repeated_offsets_of_the_oldest_sparse_format_make_one_map():
    pairs = [
        ("GNU.sparse.offset", "0"),
        ("GNU.sparse.numbytes", "4"),
        ("GNU.sparse.offset", "90"),
        ("GNU.sparse.numbytes", "2"),
    ]

    assert parse_records(b"".join(pax_record(*pair) for pair in pairs)) == {b"GNU.sparse.map": b"0,4,90,2"}


def test_a_sparse_format_that_nobody_knows_is_an_ordinary_file():
    extras = merge({b"GNU.sparse.major": b"2", b"GNU.sparse.minor": b"0", b"GNU.sparse.realsize": b"99"}, b"", b"")

    assert extras.real_size is None
