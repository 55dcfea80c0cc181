"""Numbers in headers and PAX records."""

import pytest
from hypothesis import given, strategies as st

from layerscope.layers.tar.numbers import decimal, header_number, seconds
from support.tars import base256, octal


@pytest.mark.parametrize(
    ("field", "number"),
    [
        (b"0000644\0", 0o644),
        (b"000644 \0", 0o644),
        (b"   644 \0", 0o644),
        (b"\0\0\x00644\0", 0o644),
        (b"00000644", 0o644),
        (b"644\0junk", 0o644),
        (b"        ", 0),
        (b"\0" * 8, 0),
        (b"777777777777", 0o777777777777),
    ],
)
def test_octal_fields_are_read_as_writers_pad_them(field, number):
    assert header_number(field) == number


@pytest.mark.parametrize("field", [b"0000648\0", b"64 4\0\0\0\0", b"-0000001", b"0o000017", b"1_000000", b"+0000001"])
def test_an_invalid_octal_number_is_refused(field):
    with pytest.raises(ValueError, match="octal"):
        header_number(field)


@given(st.integers(-(2**63), 2**63 - 1))
def test_base256_holds_every_number_of_64_bits(number):
    assert header_number(base256(number, 12)) == number


@given(st.integers(2**63, 2**93))
def test_base256_beyond_64_bits_is_refused(number):
    for beyond in (number, -number - 1):
        with pytest.raises(ValueError, match="64 bits"):
            header_number(base256(beyond, 12))


@given(st.integers(0, 2**33 - 1))
def test_octal_is_read_back(number):
    assert header_number(octal(number, 12)) == number


@pytest.mark.parametrize(("value", "number"), [(b"0", 0), (b"-5", -5), (b"+7", 7), (b"0000000000000000000000999", 999)])
def test_pax_numbers_are_decimal(value, number):
    assert decimal(value) == number


@pytest.mark.parametrize(
    "value", [b"", b" 1", b"1 ", b"0x1", b"1_0", b"1.0", "\u0661".encode(), b"9" * 19, b"1" * 5000]
)
def test_an_invalid_decimal_number_of_64_bits_is_refused(value):
    with pytest.raises(ValueError, match=r"PAX|64 bits"):
        decimal(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [(b"12", 12), (b"12.75", 12), (b"12.", 12), (b"-1.5", -2), (b"-1.0", -1), (b"-3", -3), (b"0.9999999999", 0)],
)
def test_pax_times_are_rounded_down_to_seconds(value, number):
    assert seconds(value) == number


@pytest.mark.parametrize("value", [b"", b"nan", b"inf", b"1e9", b".5", b"1.-5", b"9" * 30])
def test_an_invalid_time_is_refused(value):
    with pytest.raises(ValueError, match=r"time|64 bits"):
        seconds(value)
