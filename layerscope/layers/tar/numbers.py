"""Parse numbers in tar headers and PAX records, one at a time and strictly."""

import re

_DECIMAL = re.compile(rb"[+-]?[0-9]{1,99}")
_TIME = re.compile(rb"([+-]?[0-9]{1,99})(?:\.([0-9]*))?")
_LIMIT = 1 << 63
_DIGITS = 19
"""Any number with fewer decimal digits fits 64 bits."""


def header_number(field: bytes) -> int:
    """The number in a header field: octal digits, or base-256 if the top bit is set (GNU tar, "Extensions").

    Blanks and NULs around the digits are padding; an empty field is 0. Raises `ValueError` for anything else,
    or if the number does not fit 64 bits.
    """
    if field[0] & 0x80:
        return _fitting(_base256(field))
    digits = field.strip(b" \0").partition(b"\0")[0]
    if not digits:
        return 0
    if digits.translate(None, b"01234567"):
        raise ValueError("a header field is not an octal number")
    return _fitting(int(digits, 8))


def decimal(value: bytes) -> int:
    """A whole number of a PAX record; raises `ValueError`."""
    if not _DECIMAL.fullmatch(value):
        raise ValueError("a PAX record is not a decimal number")
    return _fitting(int(value))


def seconds(value: bytes) -> int:
    """The whole seconds, rounded down, of a PAX time; raises `ValueError`."""
    whole, _, fraction = value.partition(b".")
    if whole.isdigit() and fraction.isdigit() and len(whole) < _DIGITS:  # nearly always
        return int(whole)
    match = _TIME.fullmatch(value)
    if not match:
        raise ValueError("a PAX record is not a time")
    whole, fraction = match.groups()
    below = whole.startswith(b"-") and bool((fraction or b"").strip(b"0"))
    return _fitting(int(whole) - below)


def _base256(field: bytes) -> int:
    number = int.from_bytes(field, "big") & ((1 << (len(field) * 8 - 1)) - 1)
    negative = field[0] & 0x40
    return number - (1 << (len(field) * 8 - 1)) if negative else number


def _fitting(number: int) -> int:
    if not -_LIMIT <= number < _LIMIT:
        raise ValueError("a number does not fit 64 bits")
    return number
