import os
import subprocess

import pytest

from layerscope.packages import rpm
from support.package_files import read, rpm_database, rpm_header

PATH = "usr/lib/sysimage/rpm/rpmdb.sqlite"
BASH = rpm_header("bash", "5.2", "1.fc40", "x86_64", "/usr/bin/bash", "/usr/bin/sh", "/etc/skel/.bashrc")


def test_packages_have_version_release_epoch_and_files():
    dnf = rpm_header("dnf", "4.19", "1", "noarch", "/usr/bin/dnf", epoch=2)
    found, problems = read(rpm.read, {PATH: rpm_database(BASH, dnf)})
    assert [(one.name, one.version, one.architecture) for one in found] == [
        ("bash", "5.2-1.fc40", "x86_64"),
        ("dnf", "2:4.19-1", "noarch"),
    ]
    assert found[0].paths == (b"usr/bin/bash", b"usr/bin/sh", b"etc/skel/.bashrc")
    assert problems == []


def test_a_database_with_a_log_is_read():
    data = bytearray(rpm_database(BASH))
    data[18:20] = b"\2\2"
    found, _ = read(rpm.read, {PATH: bytes(data)})
    assert [one.name for one in found] == ["bash"]


def test_an_invalid_header_is_a_problem_and_the_others_are_read():
    huge = b"\xff\xff\xff\xff" + BASH[4:]
    found, problems = read(rpm.read, {PATH: rpm_database(b"", b"junk", huge, BASH[:60], BASH)})
    assert [one.name for one in found] == ["bash"]
    assert len(problems) >= 1


@pytest.mark.parametrize(
    "data",
    [
        b"no database",
        b"SQLite format 3\0" + bytes(5000),
        rpm_database(setup=("CREATE TABLE Packages (blob)",)).replace(b"CREATE TABLE", b"CREATE TABLX"),
    ],
)
def test_what_is_no_database_is_a_problem(data):
    found, problems = read(rpm.read, {PATH: data})
    assert found == []
    assert problems[0].startswith(f"packages are incomplete: `/{PATH}` cannot be read as a database of rpm")


def test_a_database_that_would_be_read_for_ever_is_a_problem():
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS blob FROM n"
    data = rpm_database(setup=("CREATE TABLE t (i)", f"CREATE VIEW Packages AS {endless}"))
    found, problems = read(rpm.read, {PATH: data})
    assert found == []
    assert len(problems) == 1


@pytest.mark.real("rpm", "rpmbuild")
def test_packages_and_files_are_those_that_rpm_itself_lists(tmp_path):
    spec = tmp_path / "sample.spec"
    spec.write_text(
        "Name: sample\nEpoch: 3\nVersion: 1.5\nRelease: 2\nSummary: s\nLicense: MIT\nBuildArch: noarch\n%description\nd\n"
        "%install\nmkdir -p %{buildroot}/opt/sample/deep\ntouch %{buildroot}/opt/sample/a %{buildroot}/opt/sample/deep/b\n"
        "%files\n/opt/sample/a\n/opt/sample/deep/b\n"
    )
    database, top = tmp_path / "db", tmp_path / "top"
    options = ["--define", f"_topdir {top}", "--define", "_db_backend sqlite", "--dbpath", str(database)]
    subprocess.run(["rpmbuild", *options[:2], "-bb", spec], check=True, capture_output=True)
    (package,) = top.rglob("*.rpm")
    subprocess.run(
        ["rpm", *options, "--nodeps", "--noscripts", "--justdb", "-i", package], check=True, capture_output=True
    )
    found, problems = read(rpm.read, {PATH: (database / "rpmdb.sqlite").read_bytes()})
    ask = ["rpm", *options, "-qa", "--qf", "%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE} %{ARCH}\n"]
    listed = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [f"{one.name} {one.version} {one.architecture}" for one in found] == listed
    ask = ["rpm", *options, "-ql", "sample"]
    files = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.splitlines()
    assert sorted("/" + os.fsdecode(path) for path in found[0].paths) == sorted(files)
    assert problems == []
