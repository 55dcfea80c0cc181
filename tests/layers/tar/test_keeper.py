import pytest

from layerscope.layers import kept_files
from layerscope.layers.kept_files import pack, unpack
from layerscope.layers.tar import keeper
from layerscope.secrets.detector import ASSIGNMENT, Secret, decode
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


CANARY = "tr0ub4dor-and-3"


@pytest.mark.parametrize("chunk_size", [None, 100, 5000])
def test_of_a_file_with_a_secret_only_its_place_is_kept(chunk_size):
    text = f"# settings\nUSER=app\nDB_PASSWORD={CANARY}\n".encode()
    index = read(tar(file("usr/bin/x", b"y" * 3000), file("srv/.env", text)), chunk_size=chunk_size).index
    assert {index.paths[row]: decode(found) for row, found in index.secrets.items()} == {
        b"srv/.env": [Secret(ASSIGNMENT, 3)]
    }
    assert CANARY not in repr(index)


@pytest.mark.parametrize(
    "name",
    [
        *(".env", "app/.env.local", ".env.production", "prod.env", ".aws/credentials", ".git-credentials", ".npmrc"),
        *(".pypirc", ".netrc", ".yarnrc", ".s3cfg", ".pgpass", ".my.cnf", ".htpasswd", "id_rsa", "id_ed25519", "a.pem"),
        *("a.key", "a.ppk", ".bash_history", "a.properties", "a.ini", "a.cfg", "a.conf", "a.toml", "a.yml", "a.yaml"),
        *("a.tfvars", "a.tfstate", ".git/config", ".docker/config.json", "credentials.json", "service-account.json"),
        *("secrets.json", "auth.json", "appsettings.json", "settings.xml", "app/settings.py", "wp-config.php"),
    ],
)
def test_every_kind_of_file_that_may_have_secrets_passes_the_fast_test_of_its_header(name):
    assert read(tar(file(name, f"password = {CANARY}".encode()))).index.secrets


def test_configuration_of_libraries_and_large_files_are_not_examined():
    text = f"password = {CANARY}".encode()
    others = ["usr/share/a/b.yml", "app/node_modules/a/config.json", "usr/lib/a.conf", "app/main.c"]
    index = read(tar(*(file(name, text) for name in others), file("a.conf", text.ljust(1 << 17)))).index
    assert index.secrets == {}


def test_if_too_many_files_may_have_secrets_a_warning_says_so(monkeypatch):
    monkeypatch.setattr(keeper, "MAX_EXAMINED_SIZE", 60)
    content = read(tar(*(file(f"{number}.conf", f"password = {CANARY}".encode()) for number in range(4))))
    assert len(content.index.secrets) == 2
    assert content.warnings == (f"2 entries {keeper.NOT_EXAMINED} (first: `2.conf`)",)
