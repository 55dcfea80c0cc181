import subprocess
import tarfile
from pathlib import Path

import pytest

from conftest import REQUIRE_REAL
from support.images import build_image
from support.package_files import dpkg_files
from support.tars import file


def database(*packages):
    return [file(one.path, one.content) for one in dpkg_files(*packages)]


LAYERS = (
    [
        file("usr/bin/bash", b"#" * 5000),
        file("usr/bin/gcc", b"#" * 9000),
        file("app/node_modules/x/package.json", b'{"name": "x", "version": "1"}'),
        file("srv/own", b"1" * 70_000),
        *database(("bash", "5", ["/usr/bin/bash"]), ("gcc\x1b[31m", "12", ["/usr/bin/gcc"])),
    ],
    [
        file("usr/bin/.wh.gcc"),
        file("usr/bin/vi", b"#" * 300),
        *database(("bash", "5", ["/usr/bin/bash"]), ("vi", "9", ["/usr/bin/vi"])),
    ],
)
HISTORY = [{"created_by": "RUN install"}, {"created_by": "RUN more"}]


@pytest.fixture
def image(layout):
    return layout(app=build_image(LAYERS, HISTORY))


def names(outcome):
    return [row["name"] for row in outcome.json]


def test_packages_are_listed_with_their_bytes_and_the_rows_add_up_to_the_image(cli, image):
    rows = cli("packages", image, "--json").json
    bash = rows[0]
    assert (bash["name"], bash["version"], bash["manager"], bash["architecture"]) == ("bash", "5", "dpkg", "amd64")
    assert (bash["size"], bash["liveSize"], bash["fileCount"], bash["layer"]) == (5000, 5000, 1, 0)
    assert (bash["command"], bash["killedBy"]) == ("RUN install", None)
    assert rows[-1]["name"] is None
    whole = cli("inspect", image, "--json").json
    for name in ("size", "liveSize", "wastedSize", "compressedSize", "wastedCompressedSize"):
        assert sum(row[name] for row in rows) == whole[name]


def test_as_text_the_last_rows_are_the_unowned_files_and_the_sums(cli, image):
    outcome = cli("packages", image)
    assert outcome.lines[0].split() == [
        "live",
        "wasted",
        "pull",
        "files",
        "layer",
        "manager",
        "package",
        "version",
        "instruction",
    ]
    assert outcome.lines[1].split()[:3] == ["5.00", "kB", "-"]
    assert [line.split()[-2:] for line in outcome.lines[-3:-2]] == [["unowned", "files"]]
    assert outcome.lines[-2].endswith("total")
    assert outcome.lines[-1] == "4 packages, 1 of them removed by a later layer"
    assert "12 (removed by layer 1)" in outcome.out
    assert "\x1b" not in outcome.out


def test_packages_can_be_chosen_by_manager_and_layer_and_sorted(cli, image):
    assert names(cli("packages", image, "--manager", "npm", "--json")) == ["x"]
    assert names(cli("packages", image, "--layer", "1", "--json")) == ["vi"]
    assert names(cli("packages", image, "--sort", "wasted", "--json"))[0] == "gcc\x1b[31m"
    assert cli("packages", image, "--layer", "2").code == 2


def test_unowned_lists_the_files_of_no_package_biggest_first(cli, image):
    rows = cli("packages", image, "--unowned", "--json").json
    assert rows[0]["path"] == "/srv/own"
    assert all(row["package"] is None for row in rows)
    assert not {"/usr/bin/bash", "/usr/bin/vi"} & {row["path"] for row in rows}
    assert cli("packages", image, "--unowned", "--sort", "wasted").code == 2
    assert cli("packages", image, "--unowned", "--manager", "npm").code == 2


def test_find_says_which_package_has_a_file(cli, image):
    (row,) = cli("find", image, "pkg:vi", "--json").json
    assert (row["path"], row["package"]) == ("/usr/bin/vi", "vi")


def test_what_cannot_be_read_is_a_warning(cli, layout):
    image = layout(app=build_image([[file("var/lib/rpm/Packages.db", b"x")]]))
    outcome = cli("packages", image)
    assert outcome.code == 0
    assert "packages are incomplete: `/var/lib/rpm/Packages.db` is an ndb database of rpm" in outcome.err


def test_packages_come_from_the_cache_as_from_the_image(cli, image):
    first = cli("packages", image, "--json").json
    assert cli("packages", image, "--json").json == first
    assert cli("packages", image, "--no-cache", "--json").json == first


@pytest.fixture(scope="module")
def debian(tmp_path_factory):
    """A Debian root file system as a tar."""
    path = tmp_path_factory.mktemp("debian") / "root.tar"
    command = ["mmdebstrap", "--variant=essential", "--include=python3-six", "bookworm", str(path)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        (pytest.fail if REQUIRE_REAL else pytest.skip)(f"mmdebstrap: {made.stderr[-300:]}")
    return path


@pytest.mark.real("mmdebstrap", "dpkg-query")
def test_on_a_debian_root_packages_and_files_are_those_of_dpkg(cli, debian, tmp_path):
    with tarfile.open(debian) as archive:
        archive.extractall(tmp_path, [one for one in archive if not one.isdev()], filter="tar")
    rows = cli("packages", str(debian), "--json").json
    found = {(row["name"], row["version"], row["architecture"]) for row in rows if row["manager"] == "dpkg"}
    assert found == {tuple(line.split()) for line in ask(tmp_path, "-W", "-f=${Package} ${Version} ${Architecture}\n")}
    assert sum(row["liveSize"] for row in rows) == cli("inspect", str(debian), "--json").json["liveSize"]
    owned = {}
    for row in cli("find", str(debian), "pkg:*", "--json").json:
        owned.setdefault(row["package"], set()).add(row["path"])
    for name, *_ in found:
        assert owned.get(name, set()) == files_of(tmp_path, name), name


def files_of(root, package):
    """What `dpkg -L` lists and the root has, without directories; where diversions and merged directories put it."""
    lines = ask(root, "-L", package)
    parents = {str(Path(line).parent) for line in lines}
    diverted = {line.removeprefix("diverted by dash to: ") for line in lines if line.startswith("diverted by")}
    listed = {line for line in lines if line.startswith("/") and line not in parents} | diverted
    paths = [root / line.lstrip("/") for line in listed]
    files = [path for path in paths if path.is_symlink() or (path.exists() and not path.is_dir())]
    return {f"/{(path.parent.resolve() / path.name).relative_to(root.resolve())}" for path in files}


def ask(root, *arguments):
    command = ["dpkg-query", f"--admindir={root}/var/lib/dpkg", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
