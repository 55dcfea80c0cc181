"""Decode the fields of many tar headers at once, from an array of 512-byte rows to columns."""

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.tar.numbers import header_number

Blocks = NDArray[np.uint8]

NAME = slice(0, 100)
MODE = slice(100, 108)
UID = slice(108, 116)
GID = slice(116, 124)
SIZE = slice(124, 136)
MTIME = slice(136, 148)
CHECKSUM = slice(148, 156)
TYPE = 156
LINK = slice(157, 257)
MAGIC = slice(257, 263)
GNU_MAGIC = slice(257, 265)
MAJOR = slice(329, 337)
MINOR = slice(337, 345)
PREFIX = slice(345, 500)
STAR_PREFIX = slice(345, 476)
STAR_TRAILER = slice(508, 512)
GNU_TIMES = (slice(345, 357), slice(357, 369))

_USTAR = b"ustar\0"
GNU = b"ustar  \0"
"""Magic and version of GNU's format, in the field `GNU_MAGIC`."""
_STAR = b"tar\0"
_NO_ROWS = np.zeros(0, np.intp)


def blocks_of(headers: list[bytes]) -> Blocks:
    """Headers as rows."""
    return np.frombuffer(b"".join(headers), np.uint8).reshape(-1, 512)


def number_column(blocks: Blocks, field: slice) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """The field of each row by `header_number`, and the rows in which it is not a number (their value is 0)."""
    columns = blocks[:, field]
    values = columns - np.uint8(ord("0"))
    digits = values < 8
    blank = (columns == ord(" ")) | (columns == 0)
    if digits[:, :-1].all() and blank[:, -1].all():  # as nearly all writers write it
        return _octal(values[:, :-1]), _NO_ROWS
    starts = (digits[:, 1:] & ~digits[:, :-1]).sum(axis=1) + digits[:, 0]
    plain = (digits | blank).all(axis=1) & (starts <= 1)
    numbers = np.zeros(len(blocks), np.int64)
    for column in range(columns.shape[1]):
        numbers = np.where(digits[:, column], (numbers << 3) | values[:, column], numbers)
    return numbers, _read_one_by_one(columns, numbers, np.flatnonzero(~plain))


def _octal(digits: Blocks) -> NDArray[np.int64]:
    """Rows of digits as numbers; eleven octal digits are exact in a float, and float products are fastest."""
    weights = 8.0 ** np.arange(digits.shape[1] - 1, -1, -1)
    return (digits.astype(np.float64) @ weights).astype(np.int64)


def _read_one_by_one(columns: Blocks, numbers: NDArray[np.int64], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    bad = []
    for row in rows:
        try:
            numbers[row] = header_number(columns[row].tobytes())
        except ValueError:
            numbers[row] = 0
            bad.append(row)
    return np.array(bad, np.intp)


def wrong_checksums(blocks: Blocks) -> NDArray[np.intp]:
    """The rows whose checksum is not the sum of their bytes, unsigned or (Sun's tar) signed."""
    promised, bad = number_column(blocks, CHECKSUM)
    wrong = promised != _sums(blocks)
    wrong[bad] = True
    rows = np.flatnonzero(wrong)
    return np.array([row for row in rows if row in bad or promised[row] != _signed_sum(blocks[row])], np.intp)


def has_right_checksum(header: bytes) -> bool:
    """Whether the checksum of one header is the sum of its bytes, unsigned or signed."""
    try:
        promised = header_number(header[CHECKSUM])
    except ValueError:
        return False
    unsigned = sum(header) - sum(header[CHECKSUM]) + 8 * ord(" ")
    return promised == unsigned or promised == _signed_sum(np.frombuffer(header, np.uint8))


def _sums(blocks: Blocks) -> NDArray[np.int64]:
    # The bytes of half a block sum up to 65,280 at most, and sums of 16 bits are the fastest.
    halves = np.add.reduce(blocks.reshape(-1, 256), axis=1, dtype=np.uint16)
    own = blocks[:, CHECKSUM].sum(axis=1, dtype=np.int64)
    sums: NDArray[np.int64] = halves.reshape(-1, 2).sum(axis=1, dtype=np.int64) - own + 8 * ord(" ")
    return sums


def _signed_sum(block: Blocks) -> int:
    signed = block.view(np.int8)
    return int(signed.sum(dtype=np.int64)) - int(signed[CHECKSUM].sum(dtype=np.int64)) + 8 * ord(" ")


def text_column(blocks: Blocks, field: slice) -> list[bytes]:
    """The NUL-terminated text of a field in each row."""
    width = field.stop - field.start
    column: list[bytes] = np.ascontiguousarray(blocks[:, field]).view(f"S{width}").ravel().tolist()
    if b"\0" in b"".join(column):
        return [text.partition(b"\0")[0] for text in column]
    return column


def name_column(blocks: Blocks) -> list[bytes]:
    """The names in the headers, with the prefix of ustar and star before them."""
    names = text_column(blocks, NAME)
    rows = np.flatnonzero(blocks[:, PREFIX.start])
    prefixed = blocks[rows]
    is_ustar = (prefixed[:, MAGIC] == np.frombuffer(_USTAR, np.uint8)).all(axis=1)
    is_ustar &= (prefixed[:, STAR_TRAILER] != np.frombuffer(_STAR, np.uint8)).any(axis=1)
    for row, prefix in zip(rows[is_ustar].tolist(), text_column(prefixed[is_ustar], PREFIX), strict=True):
        names[row] = prefix + b"/" + names[row]
    for row in rows[~is_ustar].tolist():
        if prefix := _odd_prefix(blocks[row].tobytes()):
            names[row] = prefix + b"/" + names[row]
    return names


def name_of(header: bytes) -> bytes:
    """The name in one header, with its prefix: what `name_column` finds, which is slow for a single header."""
    name = header[NAME].partition(b"\0")[0]
    if not header[PREFIX.start]:
        return name
    is_ustar = header[MAGIC] == _USTAR and header[STAR_TRAILER] != _STAR
    prefix = header[PREFIX].partition(b"\0")[0] if is_ustar else _odd_prefix(header)
    return prefix + b"/" + name if prefix else name


def link_of(header: bytes) -> bytes:
    """The link target in one header."""
    return header[LINK].partition(b"\0")[0]


def _odd_prefix(header: bytes) -> bytes:
    if header[MAGIC] == _USTAR:
        return header[STAR_PREFIX].partition(b"\0")[0]
    if header[GNU_MAGIC] == GNU and not all(_is_number(header[field]) for field in GNU_TIMES):
        # Go before 1.8 wrote a ustar prefix into GNU headers; images of those years have it.
        prefix = header[PREFIX].partition(b"\0")[0]
        return prefix if prefix.isascii() else b""
    return b""


def _is_number(field: bytes) -> bool:
    try:
        header_number(field)
    except ValueError:
        return False
    return True
