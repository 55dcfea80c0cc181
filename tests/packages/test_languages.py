"""The packages of languages: Python, npm, Ruby, conda, Java and Go."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from layerscope.packages import conda, gem, go, jar, npm, python
from layerscope.packages.wanted import passing
from support.package_files import read

SITE = "usr/lib/python3/site-packages"


def passed(name, data, step=1 << 16):
    """What is kept of a file that passes by in pieces."""
    view = memoryview(data)
    taken = passing(name.encode(), len(data), view[:step])
    for start in range(0, len(data), step):
        taken.take(view[start : start + step])
    return taken.result()


def test_a_python_package_has_the_files_of_its_record_also_outside_of_its_directory():
    record = b'six.py,sha256=x,5\n"od,d.py",,\n../../../bin/six,,\n'
    files = {f"{SITE}/six-1.16.dist-info/METADATA": b"Name: six\nVersion: 1.16\n\nName: no\n"}
    (six,), problems = read(python.read, files | {f"{SITE}/six-1.16.dist-info/RECORD": record})
    assert (six.name, six.version) == ("six", "1.16")
    assert six.paths == tuple(path.encode() for path in (f"{SITE}/six.py", f"{SITE}/od,d.py", "usr/bin/six"))
    assert six.trees == (f"{SITE}/six-1.16.dist-info".encode(),)
    assert problems == []


def test_older_python_packages_have_an_egg_info():
    files = {
        f"{SITE}/a.egg-info": b"Name: a\nVersion: 1\n",
        f"{SITE}/b.egg-info/PKG-INFO": b"Name: b\nVersion: 2\n",
        f"{SITE}/b.egg-info/installed-files.txt": b"../b/__init__.py\nPKG-INFO\n",
        f"{SITE}/c.egg/EGG-INFO/PKG-INFO": b"Name: c\nVersion: 3\n",
    }
    found, _ = read(python.read, files)
    assert [(one.name, one.version) for one in found] == [("a", "1"), ("b", "2"), ("c", "3")]
    assert f"{SITE}/b/__init__.py".encode() in found[1].paths
    assert found[2].trees == (f"{SITE}/c.egg".encode(),)


def test_a_package_of_npm_is_the_directory_of_its_package_json():
    files = {
        "app/node_modules/@a/b/package.json": b'{"name": "@a/b", "version": "1.0.0"}',
        "app/node_modules/nothing/package.json": b'{"type": "module"}',
    }
    (found,), problems = read(npm.read, files)
    assert (found.name, found.version, found.trees) == ("@a/b", "1.0.0", (b"app/node_modules/@a/b",))
    assert problems == []


@pytest.mark.parametrize("data", [b"junk \xff", b"[" * 100_000, b"[]", b"", b'{"name": ["x"], "version": 1}'])
def test_a_package_json_of_any_content_is_no_package(data):
    found, _ = read(npm.read, {"node_modules/x/package.json": data})
    assert found == []


def test_a_gem_is_its_specification_and_the_directory_of_the_same_name():
    spec = b'Gem::Specification.new do |s|\n  s.name = "rake".freeze\n  s.version = "13.0.6"\nend\n'
    (rake,), _ = read(gem.read, {"usr/lib/ruby/gems/3.1.0/specifications/default/rake-13.0.6.gemspec": spec})
    assert (rake.name, rake.version) == ("rake", "13.0.6")
    assert rake.trees == (b"usr/lib/ruby/gems/3.1.0/gems/rake-13.0.6",)


def test_a_package_of_conda_has_the_files_that_it_lists_below_its_environment():
    meta = {"name": "zlib", "version": "1.3", "subdir": "linux-64", "files": ["lib/libz.so", 7]}
    (zlib,), _ = read(conda.read, {"opt/conda/conda-meta/zlib-1.3-0.json": json.dumps(meta).encode()})
    assert (zlib.name, zlib.version, zlib.architecture) == ("zlib", "1.3", "linux-64")
    assert zlib.paths[0] == b"opt/conda/lib/libz.so"


def make_jar(members, padding=0):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
        archive.writestr(zipfile.ZipInfo("big"), bytes(padding))
    return buffer.getvalue()


POM = {"META-INF/maven/org.a/lib/pom.properties": "#x\ngroupId=org.a\nartifactId=lib\nversion=1.2\n"}


@pytest.mark.parametrize("padding", [0, 20_000_000])
def test_the_artifact_of_a_jar_is_the_one_that_maven_recorded(padding):
    data = passed("opt/lib-1.2.jar", make_jar(POM, padding))
    (found,), _ = read(jar.read, {"opt/lib-1.2.jar": data})
    assert (found.name, found.version, found.paths) == ("org.a:lib", "1.2", (b"opt/lib-1.2.jar",))


def test_artifacts_that_are_packed_into_another_jar_have_no_files():
    data = passed("app.jar", make_jar({"META-INF/maven/org.b/app/pom.properties": "version=9\n"} | POM))
    found, _ = read(jar.read, {"app.jar": data})
    assert {(one.name, one.version, len(one.paths)) for one in found} == {
        ("org.b:app", "9", 1),
        ("org.a:lib", "1.2", 0),
    }


def test_a_jar_without_maven_has_the_version_of_its_manifest_or_its_name():
    manifest = {"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nImplementation-Version: 3.\r\n 1\r\n\r\nName: x\r\n"}
    files = {"plain.jar": passed("plain.jar", make_jar(manifest)), "x-2.0.jar": passed("x-2.0.jar", b"no zip")}
    found, problems = read(jar.read, files)
    assert [(one.name, one.version) for one in found] == [("plain", "3.1"), ("x", "2.0")]
    assert problems == []


def test_a_jar_with_false_offsets_is_named_like_its_file():
    data = bytearray(make_jar(POM))
    data[data.rindex(b"PK\1\2") + 42 :] = b"\xff" * (len(data) - data.rindex(b"PK\1\2") - 42)
    (found,), _ = read(jar.read, {"z-1.jar": passed("z-1.jar", bytes(data))})
    assert (found.name, found.version) == ("z", "1")


@pytest.mark.real("dive")
def test_the_modules_of_a_program_made_by_go_are_in_its_build_info():
    program = Path(shutil.which("dive")).read_bytes()
    kept = passed("usr/bin/dive", program)
    found, _ = read(go.read, {"usr/bin/dive": kept})
    assert (found[0].name, found[0].paths) == ("github.com/wagoodman/dive", (b"usr/bin/dive",))
    assert {one.name: one.version for one in found[1:]}["github.com/awesome-gocui/gocui"] == "v1.1.0"
    assert all(not one.paths for one in found[1:])


def test_a_module_that_replaces_another_one_stands_for_it():
    info = b"go1.22\npath\ta/cmd\nmod\ta\tv1\tsum\ndep\tb\tv2\tsum\n=>\tc\tv3\tsum\ndep\td\tv4\n"
    found, _ = read(go.read, {"bin/a": info})
    assert [(one.name, one.version) for one in found] == [("a", "v1"), ("c", "v3"), ("d", "v4")]


def test_a_program_that_only_mentions_build_infos_has_none():
    head = b"\x7fELF\2\1" + bytes(58) + b"\x04\0\0\0Go\0\0"
    assert passed("bin/x", head + b"\xff Go buildinf:" * 100_000) is None
    assert passed("bin/x", b"\x7fELF" + bytes(1 << 20)) is None
