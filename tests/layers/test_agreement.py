"""The reader agrees with the standard library, libarchive and GNU tar."""

import io
import re
import subprocess
import tarfile

import pytest
from hypothesis import given, strategies as st

from layerscope.blobs.status import BlobStatus
from layerscope.layers.layer_index import EntryFlag, EntryType
from layerscope.layers.tar.names import clean
from support import extra_cases
from support.reading import read
from support.tars import gzip, zstd

SAFE_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=40)
NAMES = st.lists(SAFE_TEXT.filter(lambda part: part not in {".", ".."}), min_size=1, max_size=6).map("/".join)
NUMBERS = st.integers(0, 2**31)
KINDS = {
    tarfile.REGTYPE: EntryType.REGULAR,
    tarfile.DIRTYPE: EntryType.DIRECTORY,
    tarfile.SYMTYPE: EntryType.SYMLINK,
    tarfile.LNKTYPE: EntryType.HARDLINK,
    tarfile.CHRTYPE: EntryType.CHARACTER_DEVICE,
    tarfile.FIFOTYPE: EntryType.FIFO,
}


@st.composite
def members(draw):
    member = tarfile.TarInfo(draw(NAMES))
    member.type = draw(st.sampled_from(sorted(KINDS)))
    member.mode = draw(st.integers(0, 0o7777))
    member.uid, member.gid, member.mtime = draw(NUMBERS), draw(NUMBERS), draw(NUMBERS)
    data = b""
    if member.type == tarfile.REGTYPE:
        data = draw(st.binary(max_size=700))
    if member.type in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        member.linkname = draw(NAMES)
    if member.type == tarfile.CHRTYPE:
        member.devmajor, member.devminor = draw(st.integers(0, 4095)), draw(st.integers(0, 2**20))
    member.size = len(data)
    return member, data


@given(
    st.lists(members(), max_size=8),
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
    st.sampled_from([bytes, gzip, zstd]),
)
def test_what_the_standard_library_writes_is_read_back(written, tar_format, pack):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tar_format) as archive:
        for member, data in written:
            archive.addfile(member, io.BytesIO(data))
    content = read(pack(stream.getvalue()))
    index = content.index

    assert content.status is BlobStatus.VERIFIED
    assert list(index.paths) == [clean(member.name.encode())[0] for member, _ in written]
    for row, (member, data) in enumerate(written):
        found = (index.types[row], index.modes[row], index.uids[row], index.gids[row], index.mtimes[row])
        assert found == (KINDS[member.type], member.mode, member.uid, member.gid, member.mtime)
        assert index.sizes[row] == len(data)
        assert stream.getvalue()[index.data_offsets[row] :][: len(data)] == data
        assert index.links[row] == link_of(member)
        assert index.devices[row] == (member.devmajor << 32 | member.devminor)


def link_of(member):
    link = member.linkname.encode()
    return clean(link)[0] if member.type == tarfile.LNKTYPE else link


PLAIN_TARS = extra_cases.tars("corpora")
LINE = re.compile(
    r"(?P<mode>\S{10})\S* +(?:\d+ +)?(?:\S+ +\S+|\S+/\S+) +(?P<size>\d+|\d+,\d+) +(?P<time>\w{3} +\d+ +[\d:]+|\S+ \S+) (?P<name>.*)"
)
LISTERS = {
    "bsdtar": ["bsdtar", "--numeric-owner", "-tvf"],
    "tar": ["tar", "--numeric-owner", "--quoting-style=literal", "-tvf"],
}

OTHERWISE = {
    "bsdtar": {
        "pax-bad-hdr-file.tar",  # ignores broken metadata; runtimes refuse such a layer
        "pax-nul-xattrs.tar",
        "empty_filename.tar",  # leaves the entry out
        "gnu-not-utf8.tar",  # escapes the name
        "invalid-go17.tar",  # does not know the prefixes of Go 1.7
        "nil-uid.tar",  # reads a base-256 marker in an octal field as part of the size
        "pax-nul-path.tar",  # cuts the name
    },
    "tar": {
        "pax-bad-hdr-file.tar",
        "pax-nul-xattrs.tar",
        "hdr-only.tar",  # skips the bodies that links and devices cannot have
        "invalid-go17.tar",
        "pax-global-records.tar",  # applies global headers
        "pax-nul-path.tar",
    },
}


def listed_by(tool, path):
    """The names and file sizes that a tool lists; names are cleaned as the reader does."""
    run = subprocess.run([*LISTERS[tool], str(path)], check=False, capture_output=True, env={"LC_ALL": "C.UTF-8"})
    found = []
    for line in run.stdout.decode("utf-8", "surrogateescape").splitlines():
        fields = LINE.fullmatch(line)
        assert fields, line
        name = fields["name"].partition(" link to ")[0]
        name = name.partition(" -> ")[0] if fields["mode"][0] == "l" else name
        size = int(fields["size"]) if fields["mode"][0] == "-" else 0
        found.append((clean(name.encode("utf-8", "surrogateescape"))[0], size))
    return found


COMPARED = [(tool, path) for tool in LISTERS for path in PLAIN_TARS if path.name not in OTHERWISE[tool]]


@pytest.mark.extra_cases
@pytest.mark.real("bsdtar", "tar")
@pytest.mark.parametrize(("tool", "path"), COMPARED, ids=lambda value: getattr(value, "name", value))
def test_names_and_sizes_are_those_that_other_readers_list(tool, path):
    index = read(path.read_bytes()).index

    assert list(zip(index.paths, index.sizes.tolist(), strict=True)) == listed_by(tool, path)


def of_go(name):
    """A tar of the tests of Go's archive/tar."""
    return read((extra_cases.ROOT / f"corpora/golang-go-1.19/archive-tar-testdata/{name}.tar").read_bytes())


@pytest.mark.extra_cases
@pytest.mark.parametrize(
    "name", ["neg-size", "issue10968", "issue11169", "issue12435", "pax-bad-hdr-file", "pax-nul-xattrs"]
)
def test_what_go_refuses_is_damage(name):
    content = of_go(name)

    assert (content.status, content.index.count) == (BlobStatus.CORRUPT, 0)


@pytest.mark.extra_cases
def test_go_and_this_reader_see_the_same_in_odd_headers():
    def index(name):
        return of_go(name).index

    assert index("nil-uid").sizes.tolist() == [14]
    assert index("pax-pos-size-file").sizes.tolist() == [999]
    assert list(index("invalid-go17").paths) == [b"a" * 97 + b"/foo"]
    assert list(index("pax-global-records").paths) == [b"file1", b"file2", b"file3", b"file4"]
    assert index("gnu-sparse-big").sizes.tolist() == [60_000_000_000]
    assert index("pax-sparse-big").flags.tolist() == [EntryFlag.SPARSE]
    assert index("writer-big").sizes.tolist() == [16 << 30]
    assert dict(index("xattrs").xattrs)[0]["user.key"] == b"value"
