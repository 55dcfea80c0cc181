"""Compressions: every member is read to its end, and damage never passes as data."""

import bz2
import lzma
import struct
import zlib

import pytest
from hypothesis import given, strategies as st

from layerscope.blobs.status import BlobStatus
from layerscope.layers.codecs import STEP_SIZE, Codec, codec_of, decode
from layerscope.layers.damage import Damage
from support.tars import gzip, skippable, zstd

DATA = bytes(range(256)) * 40 + b"text " * 900
PACKERS = {Codec.GZIP: gzip, Codec.ZSTD: zstd, Codec.BZIP2: bz2.compress, Codec.XZ: lzma.compress}
CHUNK_SIZES = (1, 3, 11, 512, 1 << 16)
each_packer = pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)


def unpack(blob, chunk_size=1 << 16, warnings=None):
    pieces = (blob[start : start + chunk_size] for start in range(0, len(blob), chunk_size))
    return b"".join(decode(codec_of(blob), pieces, [] if warnings is None else warnings))


def outcome(blob):
    try:
        unpack(blob)
    except Damage as damage:
        return damage.status
    return "data"


def gzip_with_fields(data, *, name=b"", comment=b"", extra=b"", header_crc=False):
    flags = 4 * bool(extra) | 8 * bool(name) | 16 * bool(comment) | 2 * header_crc
    header = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6)
    header += struct.pack("<H", len(extra)) + extra if extra else b""
    header += b"".join(text + b"\0" for text in (name, comment) if text)
    header += struct.pack("<H", zlib.crc32(header) & 0xFFFF) if header_crc else b""
    body = zlib.compress(data)[2:-4]
    return header + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


@pytest.mark.parametrize("codec", PACKERS)
def test_the_first_bytes_decide_on_the_compression(codec):
    assert codec_of(PACKERS[codec](DATA)) is codec


def test_bytes_of_no_codec_are_plain():
    assert [codec_of(start) for start in (b"", b"\x1f", b"PK\3\4", b"\x60\x2a\x4d\x18")] == [Codec.PLAIN] * 4


def test_each_of_the_sixteen_skippable_frames_is_zstd():
    frames = [bytes([0x50 + number]) + b"\x2a\x4d\x18\0\0\0\0" for number in range(16)]
    assert [codec_of(frame) for frame in frames] == [Codec.ZSTD] * 16


@each_packer
def test_several_members_and_empty_ones_are_read_with_all_their_data(pack):
    warnings = []
    blob = pack(b"") + pack(DATA) + pack(b"") + pack(b"more") + pack(b"")

    for chunk_size in CHUNK_SIZES:
        assert unpack(blob, chunk_size, warnings) == DATA + b"more"
    assert warnings == []


def test_skippable_frames_first_between_and_last_are_passed_over():
    blob = skippable(b"") + skippable(b"a" * 70_000) + zstd(DATA) + skippable(b"b") + zstd(b"more") + skippable(b"c")

    for chunk_size in CHUNK_SIZES:
        assert unpack(blob, chunk_size) == DATA + b"more"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": b"layer.tar"},
        {"comment": b"c"},
        {"extra": b"x" * 40_000},
        {"name": b"n", "comment": b"c", "extra": b"SG"},
    ],
)
@pytest.mark.parametrize("header_crc", [False, True])
def test_gzip_headers_may_have_all_their_fields(fields, header_crc):
    blob = gzip_with_fields(b"?") + gzip_with_fields(DATA, **fields, header_crc=header_crc) + gzip(b"!")

    for chunk_size in CHUNK_SIZES:
        assert unpack(blob, chunk_size) == b"?" + DATA + b"!"


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        (2, "its header is not valid"),
        (3, "its header is not valid"),
        (10, "the checksum of its header is wrong"),
    ],
)
def test_a_gzip_header_that_is_wrong_is_corrupt(place, problem):
    blob = bytearray(gzip_with_fields(DATA, header_crc=True))
    blob[place] ^= 0x80

    for chunk_size in CHUNK_SIZES:
        with pytest.raises(Damage, match=rf"the gzip stream cannot be decompressed \({problem}\)"):
            unpack(bytes(blob), chunk_size)


def test_a_gzip_header_that_never_ends_is_corrupt():
    with pytest.raises(Damage, match="its header has no end"):
        unpack(gzip_with_fields(DATA)[:3] + b"\x08" + b"x" * (2 << 20))


@each_packer
@given(st.data())
def test_a_stream_that_is_cut_anywhere_is_truncated(pack, data):
    blob = pack(DATA)
    size = data.draw(st.integers(6, len(blob) - 1))

    with pytest.raises(Damage) as caught:
        unpack(blob[:size], data.draw(st.sampled_from([1, 1 << 16])))

    assert caught.value.status is BlobStatus.TRUNCATED


@pytest.mark.parametrize("pack", [gzip, lambda data: gzip_with_fields(data, name=b"n")])
@pytest.mark.parametrize("place", [-8, -5, -4, -1])
def test_a_wrong_sum_or_size_in_the_trailer_is_corrupt(pack, place):
    blob = bytearray(pack(DATA))
    blob[place] ^= 1

    for chunk_size in CHUNK_SIZES:
        with pytest.raises(Damage, match=r"^the gzip stream cannot be decompressed \(") as caught:
            unpack(bytes(blob), chunk_size)
        assert caught.value.status is BlobStatus.CORRUPT


@each_packer
@given(st.data())
def test_changed_bytes_are_an_error_or_a_warning_but_no_other_exception(pack, data):
    blob = bytearray(pack(DATA))
    for _ in range(data.draw(st.integers(1, 4))):
        blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))

    assert outcome(bytes(blob)) in {"data", BlobStatus.CORRUPT, BlobStatus.TRUNCATED}


@each_packer
@pytest.mark.parametrize(
    ("tail", "warning"),
    [
        (bytes(512), "512 zero bytes follow the"),
        (b"\0", "1 zero byte follows the"),
        (b"garbage", "7 bytes of other data follow the"),
        (bytes(100_000) + b"x", "100,001 bytes of other data follow the"),
    ],
)
def test_what_follows_the_last_member_is_a_warning(pack, tail, warning):
    warnings = []

    assert unpack(pack(DATA) + tail, 1000, warnings) == DATA
    assert [sentence.rpartition(" the ")[0] + " the" for sentence in warnings] == [warning]


def test_a_stream_that_wants_much_memory_to_unpack_is_refused():
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 28}]
    blob = lzma.compress(DATA, filters=filters)

    with pytest.raises(Damage, match=r"the xz stream cannot be decompressed .memory usage limit exceeded."):
        unpack(blob)
    with pytest.raises(Damage, match=r"the zstd stream cannot be decompressed .*too much memory"):
        unpack(b"\x28\xb5\x2f\xfd\x00\xa0" + zstd(DATA)[6:])


@each_packer
def test_no_step_returns_more_than_its_size_however_much_is_packed(pack):
    blob = pack(bytes(5 * STEP_SIZE + 17))
    sizes = [len(chunk) for chunk in decode(codec_of(blob), iter([blob]), [])]

    assert sum(sizes) == 5 * STEP_SIZE + 17
    assert max(sizes) <= STEP_SIZE


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_a_stream_that_fills_its_last_step_exactly_ends_well(extra):
    data = bytes(2 * STEP_SIZE + extra)

    assert [unpack(pack(data)) == data for pack in PACKERS.values()] == [True] * 4
