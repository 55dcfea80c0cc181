import os
import subprocess

import pytest

from layerscope.packages import dpkg
from support.package_files import read

STATUS = b"""Package: app
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Version: 1:2.0-1
Description: a text
 Version: 9

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1
"""


def test_installed_packages_have_their_version_and_the_files_of_the_list_of_their_architecture():
    lists = {"var/lib/dpkg/info/app:amd64.list": b"/.\n/usr\n/usr/bin\n/usr/bin/app\n"}
    (app,), problems = read(dpkg.read, {"var/lib/dpkg/status": STATUS, **lists})
    assert (app.name, app.version, app.architecture) == ("app", "1:2.0-1", "amd64")
    assert b"usr/bin/app" in app.paths
    assert problems == []


def test_a_package_without_a_list_is_named():
    _, problems = read(dpkg.read, {"var/lib/dpkg/status": STATUS})
    assert problems == [
        "packages are incomplete: `/var/lib/dpkg/info/app.list` is missing, so the files of the package are unowned"
    ]


def test_a_diverted_file_is_where_the_diversion_put_it_except_for_the_package_that_diverts():
    status = b"Package: dash\nStatus: install ok installed\n\nPackage: bash\nStatus: install ok installed\n"
    files = {
        "var/lib/dpkg/status": status,
        "var/lib/dpkg/diversions": b"/bin/sh\n/bin/sh.distrib\ndash\n",
        "var/lib/dpkg/info/dash.list": b"/bin/sh\n",
        "var/lib/dpkg/info/bash.list": b"/bin/sh\n",
    }
    (dash, bash), _ = read(dpkg.read, files)
    assert b"bin/sh" in dash.paths
    assert b"bin/sh.distrib" in bash.paths
    assert b"bin/sh" not in bash.paths


def test_distroless_images_have_a_file_for_each_package_with_sums_of_its_files():
    files = {
        "var/lib/dpkg/status.d/base": b"Package: base-files\nVersion: 12\nArchitecture: amd64\n",
        "var/lib/dpkg/status.d/base.md5sums": b"0123  usr/lib/os-release\n4567  ./etc/host.conf\n",
    }
    (package,), _ = read(dpkg.read, files)
    assert (package.name, package.version) == ("base-files", "12")
    assert package.paths[:2] == (b"usr/lib/os-release", b"etc/host.conf")


@pytest.mark.real("dpkg", "dpkg-deb", "dpkg-query")
def test_packages_and_files_are_those_that_dpkg_itself_lists(tmp_path):
    root = make_root(tmp_path)
    files = {
        str(path.relative_to(root)): path.read_bytes() for path in (root / "var/lib/dpkg").rglob("*") if path.is_file()
    }
    found, problems = read(dpkg.read, files)
    assert problems == []
    assert {(one.name, one.version, one.architecture) for one in found} == {
        tuple(line.split()) for line in query(root, "-W", "-f=${Package} ${Version} ${Architecture}\n")
    }
    for package in found:
        lines = [line for line in query(root, "-L", package.name) if line.startswith("/") and line != "/."]
        assert sorted("/" + os.fsdecode(path) for path in package.paths if path not in (b"", b".")) == sorted(lines)


def make_root(tmp_path):
    """A root in which dpkg has installed two packages, and removed another one."""
    root = tmp_path / "root"
    for name in ("updates", "info", "triggers"):
        (root / "var/lib/dpkg" / name).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    debs = [make_deb(tmp_path, name) for name in ("one", "two", "three")]
    options = ["dpkg", f"--root={root}", "--force-not-root", "--force-bad-path", "--no-triggers", "--log=/dev/null"]
    subprocess.run([*options, "-i", *debs], check=True, capture_output=True)
    subprocess.run([*options, "-r", "three"], check=True, capture_output=True)
    return root


def make_deb(tmp_path, name):
    tree = tmp_path / name
    (tree / "DEBIAN").mkdir(parents=True)
    fields = {"Package": name, "Version": "1:1-2", "Architecture": "all", "Maintainer": "a <a@b>", "Description": "d"}
    (tree / "DEBIAN/control").write_text("".join(f"{key}: {value}\n" for key, value in fields.items()))
    (tree / "usr/share" / name).mkdir(parents=True)
    (tree / "usr/share" / name / "a file").write_text(name)
    (tree / "usr/share" / name / "link").symlink_to("a file")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, f"{tree}.deb"], check=True, capture_output=True)
    return f"{tree}.deb"


def query(root, *arguments):
    command = ["dpkg-query", f"--admindir={root}/var/lib/dpkg", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
