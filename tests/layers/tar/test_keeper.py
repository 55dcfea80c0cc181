import pytest

from layerscope.layers import kept_files
from layerscope.layers.kept_files import pack, unpack
from layerscope.layers.tar import keeper
from support.reading import read
from support.tars import directory, file, tar

STATUS = "var/lib/dpkg/status"
LONG = "/".join(["node_modules/some-package-with-a-name"] * 5) + "/package.json"


def kept(content):
    """The kept files of a layer, by path."""
    return {content.index.paths[row].decode(): unpack(data) for row, data in content.index.kept.items()}


@pytest.mark.parametrize("chunk_size", [None, 100, 512, 5000])
def test_the_files_that_describe_packages_are_kept_however_the_bytes_come(chunk_size):
    files = {
        STATUS: b"Package: a\n" * 20_000,
        "./var/lib/dpkg/status.d/base": b"Package: b\n",
        LONG: b'{"name": "x"}',
        "n" * 77 + "/x.dist-info/METADATA": b"Name: x",
    }
    entries = [directory("var"), *(file(name, data) for name, data in files.items()), file("usr/other", b"x" * 9000)]
    found = kept(read(tar(*entries), chunk_size=chunk_size))
    assert found == {name.removeprefix("./"): data for name, data in files.items()}


@pytest.mark.parametrize(
    "name",
    [
        "var/lib/dpkg/diversions",
        "var/lib/dpkg/info/base.list",
        "lib/apk/db/installed",
        "var/lib/rpm/rpmdb.sqlite",
        "etc/os-release",
        "a.dist-info/RECORD",
        "a.egg-info",
        "a.egg-info/PKG-INFO",
        "a.egg-info/installed-files.txt",
        "opt/conda/conda-meta/zlib-1.json",
        "p" * 95 + "/conda-meta/zlib-1.json",
        "node_modules/@a/b/package.json",
        "gems/specifications/default/json.gemspec",
    ],
)
def test_every_kind_of_description_passes_the_fast_test_of_its_header(name):
    assert kept(read(tar(file(name, b"x")))) == {name: b"x"}


def test_other_files_are_not_kept():
    others = ["status", "usr/var/lib/dpkg/status", "node_modules/a/src/package.json", "a.list", "METADATA", "app.json"]
    assert kept(read(tar(*(file(name, b"x") for name in others)))) == {}


def test_of_a_long_description_only_the_beginning_is_kept():
    found = kept(read(tar(file("a.dist-info/METADATA", b"Name: a\n" + b"x" * 1_000_000))))
    assert 0 < len(found["a.dist-info/METADATA"]) < 100_000


def test_a_file_that_is_cut_is_not_kept():
    whole = tar(file("usr/x", b"1"), file(STATUS, b"Package: a\n" * 1000))
    assert kept(read(whole[:4000])) == {}


def test_files_that_are_too_large_are_left_out_with_a_warning(monkeypatch):
    content = read(tar(file("a.dist-info/RECORD", bytes(9 << 20)), file(STATUS, b"x")))
    assert list(kept(content)) == [STATUS]
    assert content.warnings == (f"1 entry {keeper.TOO_LARGE} (first: `a.dist-info/RECORD`)",)
    monkeypatch.setattr(keeper, "MAX_SIZE", 2500)
    content = read(tar(*(file(f"node_modules/{n}/package.json", b"{" * 900) for n in range(9))))
    assert len(content.index.kept) == 2
    assert content.warnings == (f"7 entries {keeper.TOO_MANY} (first: `node_modules/2/package.json`)",)


def test_what_is_kept_is_compressed_if_it_is_large_and_unpacked_within_a_limit(monkeypatch):
    data = b"text" * 100_000
    assert unpack(pack(data)) == data
    assert len(pack(data)) < 10_000
    monkeypatch.setattr(kept_files, "MAX_UNPACKED_SIZE", 1000)
    assert unpack(pack(data)) == b""
    assert unpack(b"\1junk") == b""
