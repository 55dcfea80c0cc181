"""Every type flag with every odd size means what umoci, which reads tars with Go's archive/tar, takes it for."""

import itertools
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from layerscope.layers.layer_content import BlobStatus
from layerscope.layers.layer_index import EntryRole, EntryType
from layerscope.oci import media_types
from support import extra_cases
from support.images import build_image
from support.local_images import layout_files, named, write_directory
from support.reading import names, read
from support.tars import Entry, base256, file, long_name, octal, padded, pax_header, tar

READ_BY_UMOCI = [b"\0", b"0", b"1", b"2", b"3", b"4", b"5", b"6"]
METADATA = [b"x", b"g", b"L", b"K"]
REFUSED_BY_UMOCI = [b"7", b"S", b"V", b"M", b"D", b"N", b"I", b"A", b"Z", b"9", b"a", b"~", b"\xff"]
BODIES = {b"L": b"long", b"K": b"long", b"x": b"11 path=it\n", b"g": b"11 path=it\n"}
SIZES = {
    "0": (octal(0, 12), 0),
    "1": (octal(1, 12), 1),
    "511": (octal(511, 12), 511),
    "512": (octal(512, 12), 512),
    "513": (octal(513, 12), 513),
    "512 in base-256": (base256(512, 12), 512),
    "512 among blanks": (b"   1000\0    ", 512),
    "-1": (base256(-1, 12), 0),
    "-512": (base256(-512, 12), 0),
    "2**62": (base256(1 << 62, 12), 0),
    "2**95": (b"\x80\x80" + bytes(10), 0),
    "twelve digits": (b"7" * 12, 0),
    "no octal digit": (b"00000000009\0", 0),
    "two numbers": (b"1 000\0\0\0\0\0\0\0", 0),
    "blanks": (b" " * 12, 0),
    "NULs": (bytes(12), 0),
}
FEW_SIZES = ["0", "1", "512", "513", "-1", "2**62", "no octal digit"]
PAX_SIZES = {"0": 0, "1": 1, "512": 512, "-1": 0, "9223372036854775807": 0, "9223372036854775808": 0, "none": 0}
BEFORE, AFTER = file("before", b"1"), file("zz-after", b"no header " * 60)


def odd(kind, name, size):
    """A header in GNU's format, so that `S` can be read. Links lead to the file before."""
    link = "before" if kind in (b"1", b"2") else ""
    return Entry(name, type=kind, link=link, magic=b"ustar  \0", fields={124: SIZES[size][0]}).header()


def bodies(kind, size):
    """No data, and as much data as the header promises."""
    return {
        b"",
        padded(BODIES.get(kind, b"").ljust(size, b"\n" if kind in b"xg" else b"\0" if kind in b"LK" else b"x")),
    }


def plain(kinds, ends, sizes=tuple(SIZES)):
    """Odd headers by themselves."""
    for kind, size, end in itertools.product(kinds, sizes, ends):
        for body in bodies(kind, SIZES[size][1]):
            yield f"type {kind}, size {size}, {len(body)} bytes, name odd{end}", odd(kind, "odd" + end, size) + body


def named_by_metadata(kinds):
    """Odd headers whose name, or its slash, is in the metadata before them only."""
    ways = {"PAX": lambda name: pax_header({"path": name}), "GNU": long_name}
    for kind, size, end, way in itertools.product(kinds, ["0", "1", "512", "-1"], ["", "/"], ways):
        other = "other" if end else "other/"
        for body in bodies(kind, SIZES[size][1]):
            label = f"type {kind}, size {size}, {len(body)} bytes, name odd{end} by {way}"
            yield label, ways[way]("odd" + end) + odd(kind, other, size) + body


def sized_by_metadata(kinds):
    """Odd headers with another size in a PAX record."""
    for kind, size, own, end in itertools.product(kinds, PAX_SIZES, ["0", "512", "-1", "no octal digit"], ["", "/"]):
        for body in bodies(kind, PAX_SIZES[size]):
            label = f"type {kind}, size {own}, PAX size {size}, {len(body)} bytes, name odd{end}"
            yield label, pax_header({"size": size}) + odd(kind, "odd" + end, own) + body


def unpacked(layer, directory):
    """The paths that umoci unpacks; None if it refuses the layer."""
    image = build_image([layer], compress=bytes, layer_media_type=media_types.OCI_LAYER)
    layout = write_directory(directory / "layout", layout_files([named(image, "v1")], image))
    command = ["umoci", "unpack", "--rootless", "--image", f"{layout}:v1", directory / "bundle"]
    if subprocess.run(command, check=False, capture_output=True, timeout=60).returncode:
        return None
    root = directory / "bundle/rootfs"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def disagreement(label, header, directory):
    """How this reader and umoci differ about a layer with the header; None if they agree."""
    layer = tar(BEFORE, header, AFTER)
    content = read(layer)
    applied = content.index.roles == EntryRole.FILE
    found = sorted(name for name, is_file in zip(names(content), applied.tolist(), strict=True) if is_file)
    is_sound = content.status is BlobStatus.VERIFIED
    expected = unpacked(layer, directory)
    if expected is None:
        return None if not is_sound or "zz-after" in found else f"{label}: the list is silently shorter: {found}"
    return None if is_sound and found == expected else f"{label}: {content.problem} {found} is not {expected}"


@pytest.mark.real("umoci")
@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(list(plain(READ_BY_UMOCI, ["", "/"])), id="types that umoci unpacks"),
        pytest.param(list(plain(METADATA, [""])), id="metadata"),
        pytest.param(list(plain(REFUSED_BY_UMOCI, [""], FEW_SIZES)), id="types that umoci refuses"),
        pytest.param(list(named_by_metadata([b"\0", b"0", b"5"])), id="names in metadata"),
        pytest.param(list(sized_by_metadata([b"\0", b"0", b"5"])), id="sizes in metadata"),
    ],
)
def test_a_layer_lists_what_umoci_unpacks_and_is_never_silently_shorter(cases, tmp_path):
    def check(number, case):
        return disagreement(*case, tmp_path / str(number))

    with ThreadPoolExecutor(2) as threads:
        assert list(filter(None, threads.map(check, itertools.count(), cases))) == []


@pytest.mark.extra_cases
def test_a_directory_without_a_type_and_with_a_size_hides_no_entry():
    assert names(read((extra_cases.ROOT / "cases/found/v7-directory-with-size.tar").read_bytes())) == [
        "directory1",
        "directory2",
    ]


@pytest.mark.parametrize("size", [1, 512, 1 << 40])
@pytest.mark.parametrize("name", ["d/", "a/d/", "./"])
def test_an_entry_without_a_type_whose_name_ends_with_a_slash_is_a_directory_without_data(name, size):
    content = read(tar(Entry(name, type=b"\0", size=size), file("after", b"1")))

    assert (content.status, content.index.types.tolist()) == (BlobStatus.VERIFIED, [EntryType.DIRECTORY, ord("0")])
    assert content.index.sizes.tolist() == [0, 1]
    assert len(content.warnings) == 1
    assert "with a size although the type has no content" in content.warnings[0]


@pytest.mark.parametrize(
    "header",
    [
        pax_header({"path": "d/"}) + Entry("f", type=b"\0", size=512).header(),
        pax_header({"path": "f"}) + long_name("d/") + Entry("f", type=b"\0", size=512).header(),
        long_name("d" * 5000 + "/") + Entry("f", type=b"\0", size=512).header(),
        Entry("", prefix="d", type=b"\0", size=512).header(),
    ],
    ids=["PAX", "GNU over PAX", "too long", "prefix alone"],
)
def test_the_slash_may_stand_wherever_the_name_comes_from(header):
    content = read(tar(header, file("after")))

    assert content.index.types.tolist() == [EntryType.DIRECTORY, EntryType.REGULAR]


@pytest.mark.parametrize(
    "header",
    [
        pax_header({"path": "f"}) + Entry("d/", b"data", type=b"\0").encode(),
        long_name("f") + Entry("d/", b"data", type=b"\0").encode(),
        Entry("d/", b"data", type=b"0").encode(),
        Entry("d/", b"data", type=b"7").encode(),
    ],
    ids=["PAX", "GNU", "regular", "contiguous"],
)
def test_a_slash_that_does_not_count_leaves_a_file_with_its_data(header):
    content = read(tar(header, file("after")))

    assert content.index.types.tolist() == [EntryType.REGULAR] * 2
    assert content.index.sizes.tolist() == [4, 0]


def test_a_sparse_file_without_a_type_is_a_file_even_if_its_name_ends_with_a_slash():
    records = {"GNU.sparse.map": "0,4", "GNU.sparse.name": "s/", "GNU.sparse.size": "9"}
    content = read(tar(Entry("f", b"data", type=b"\0", pax=records), file("after")))

    assert (names(content), content.index.types.tolist()) == (["s", "after"], [EntryType.REGULAR] * 2)


def test_the_name_of_a_sparse_file_wins_over_a_long_name():
    records = {"GNU.sparse.map": "0,4", "GNU.sparse.name": "right"}
    content = read(tar(long_name("wrong"), file("f", b"data", pax=records)))

    assert names(content) == ["right"]


def test_a_global_header_takes_the_metadata_before_it():
    lost = pax_header({"path": "lost", "size": "512"}) + long_name("lost")
    content = read(tar(lost, pax_header({"comment": "x"}, b"g"), file("kept", b"1"), file("after")))

    assert (content.status, names(content)) == (BlobStatus.VERIFIED, ["kept", "after"])
    assert content.warnings == (
        "1 entry of global PAX values after metadata, which therefore belongs to no entry (first: `metadata`)",
    )


def test_a_negative_pax_size_does_not_matter_to_an_entry_that_has_no_data():
    content = read(tar(Entry("d", type=b"5", pax={"size": "-1"}), file("after")))

    assert (content.status, names(content)) == (BlobStatus.VERIFIED, ["d", "after"])


def test_a_negative_pax_size_of_a_file_is_damage():
    content = read(tar(file("a", pax={"size": "-1"}), file("after")))

    assert (content.status, content.index.count) == (BlobStatus.CORRUPT, 0)


@pytest.mark.parametrize("field", [b"garbage\0", base256(-1, 12)])
def test_a_wrong_size_in_a_header_is_damage_even_if_a_pax_record_has_the_right_one(field):
    content = read(tar(file("a", b"data", pax={"size": "4"}, fields={124: field})))

    assert (content.status, content.index.count) == (BlobStatus.CORRUPT, 0)


@pytest.mark.parametrize("magic", [b"ustar\x0000", b"ustar   ", bytes(8)])
def test_a_sparse_file_that_is_not_in_gnus_format_is_damage(magic):
    header = Entry("s", type=b"S", magic=magic, fields={482: b"\1"}).header()
    content = read(tar(file("a"), header, file("eaten"), file("b")))

    assert (content.status, names(content)) == (BlobStatus.CORRUPT, ["a"])
    assert content.problem.endswith("the header at byte 512 is not valid: a sparse file is not in GNU's format")
