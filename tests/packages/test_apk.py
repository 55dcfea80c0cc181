from layerscope.packages import apk
from support.package_files import read

INSTALLED = b"""C:Q1abc=
P:musl
V:1.2.4-r2
A:x86_64
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1def=
F:
R:top

P:busybox
V:1.36
A:x86_64
F:bin
R:sh
R:busybox
"""


def test_packages_have_a_version_and_the_files_of_each_directory():
    found, problems = read(apk.read, {"lib/apk/db/installed": INSTALLED})
    assert [(one.name, one.version, one.architecture, one.paths) for one in found] == [
        ("musl", "1.2.4-r2", "x86_64", (b"lib/ld-musl-x86_64.so.1", b"top")),
        ("busybox", "1.36", "x86_64", (b"bin/sh", b"bin/busybox")),
    ]
    assert problems == []
