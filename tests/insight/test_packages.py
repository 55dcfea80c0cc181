from hypothesis import given, settings

from layerscope.insight.package_diff import package_changes
from layerscope.insight.packages import PackageTable
from support.analysis import facts_of
from support.image_pairs import analysis_of
from support.layer_indexes import directory, file, hardlink, symlink, whiteout
from support.package_files import dpkg_files, rpm_database, rpm_header
from support.random_layers import images
from support.tars import file as tar_file


def costs(table):
    return {one.installed.package.name: one.costs for one in table.rows}


def check_sums(analysis):
    """The packages and the unowned files add up to the image."""
    table, account = PackageTable(analysis.accounting), analysis.accounting
    every = [*(one.costs for one in table.rows), table.unowned]
    assert sum(one.live_size for one in every) == account.image.live_size
    assert sum(one.wasted_size for one in every) == account.image.wasted_size
    assert sum(one.compressed_size for one in every) == account.compressed_image.size
    assert sum(one.wasted_compressed_size for one in every) == account.compressed_image.wasted_size
    final = analysis.stack.final
    assert sum(one.file_count for one in every) == sum(
        not is_directory(analysis, version) for version in final.versions.tolist() if version >= 0
    )


def is_directory(analysis, version):
    return analysis.stack.entries.columns.types[analysis.stack.versions.inodes[version]] == ord("5")


def test_a_package_has_live_and_wasted_bytes_also_those_of_its_earlier_version():
    analysis = facts_of(
        [file("usr/a", b"1" * 10), file("usr/b", b"2" * 100), *dpkg_files(("a", "1", ["/usr/a", "/usr/b"]))],
        [file("usr/a", b"3" * 20), whiteout("usr/b"), *dpkg_files(("a", "2", ["/usr/a"]))],
    )
    (a,) = PackageTable(analysis.accounting).rows
    assert (a.costs.live_size, a.costs.wasted_size, a.costs.file_count) == (20, 110, 1)
    assert a.installed.layer == 1
    check_sums(analysis)


def test_a_package_that_a_later_layer_removed_has_only_wasted_bytes():
    analysis = facts_of(
        [file("usr/gcc", b"1" * 50), *dpkg_files(("gcc", "1", ["/usr/gcc"]))],
        [whiteout("usr/gcc"), *dpkg_files()],
    )
    (gcc,) = PackageTable(analysis.accounting).rows
    assert not gcc.is_there
    assert (gcc.costs.live_size, gcc.costs.wasted_size, gcc.installed.killer) == (0, 50, 1)
    check_sums(analysis)


def test_the_content_of_a_file_with_links_counts_once_for_the_package_of_a_link_that_lives():
    analysis = facts_of(
        [
            file("tmp/first", b"1" * 9),
            hardlink("usr/a", "tmp/first"),
            symlink("usr/l", "a"),
            *dpkg_files(("a", "1", ["/usr/a", "/usr/l"])),
        ],
        [whiteout("tmp/first")],
    )
    assert costs(PackageTable(analysis.accounting))["a"].live_size == 9
    assert costs(PackageTable(analysis.accounting))["a"].file_count == 2
    check_sums(analysis)


APK = b"""C:Q1pKv5dbHMz7RRR0N5mvmgT7Xl8qE=
P:busybox
V:1.36.1-r29
A:x86_64
S:511324
I:946176
T:Size optimized toolbox of many common UNIX utilities
U:https://busybox.net/
L:GPL-2.0-only
o:busybox
m:S\xc3\xb6ren <soeren@example.org>
t:1719938123
c:1747adf83c2d4bc1b7b7f43b5b2a2a5bb0b7bd5d
D:so:libc.musl-x86_64.so.1
p:/bin/sh cmd:busybox=1.36.1-r29
r:busybox-initscripts
F:bin
R:busybox
a:0:0:755
Z:Q1Lvqk9gkQJgYdtLlr0jHOeFqXz7A=
R:bbsuid
a:0:0:4111
Z:Q1jHz9mF4GmyqZQXQNNB2mW7tlUeY=
F:etc
M:0:0:1777
R:securetty
Z:Q1mB95Hq2NUTZ599RDiSsj9w5FrOU=

C:Q1kF9xWJ2kvRMbTRUSQuyqa9k9Yl0=
P:musl
V:1.2.5-r1
A:x86_64
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1YOiGz1xNOmOWQ8XEUEC2Dr9/d4U=

"""
"""A database as apk 2 writes it."""


def test_the_packages_of_apk_have_the_files_that_it_lists_and_add_up_to_the_image():
    sizes = {"bin/busybox": 808, "bin/bbsuid": 14, "etc/securetty": 5, "lib/ld-musl-x86_64.so.1": 600, "srv/x": 7}
    files = [file(path, b"x" * size) for path, size in sizes.items()]
    analysis = facts_of([*files, symlink("bin/ls", "/bin/busybox"), file("lib/apk/db/installed", APK)])
    table = PackageTable(analysis.accounting)
    assert {name: (one.live_size, one.file_count) for name, one in costs(table).items()} == {
        "busybox": (808 + 14 + 5, 3),
        "musl": (600, 1),
    }
    assert table.unowned.live_size == 7 + len(APK)
    check_sums(analysis)


def test_the_packages_of_rpm_add_up_to_the_image():
    database = rpm_database(
        rpm_header("bash", "5", "1", "x86_64", "/usr/bin/bash", "/usr/share/bash/a", "/usr/lib/gone")
    )
    content = [file("usr/bin/bash", b"1" * 90), file("usr/share/bash/a", b"2"), file("srv/x", b"3" * 7)]
    analysis = facts_of([*content, file("usr/lib/sysimage/rpm/rpmdb.sqlite", database)])
    table = PackageTable(analysis.accounting)
    assert (costs(table)["bash"].live_size, costs(table)["bash"].file_count) == (91, 2)
    assert table.unowned.live_size == 7 + len(database)
    check_sums(analysis)


def test_the_shares_of_the_pull_add_up_to_the_blobs_of_real_tars():
    entries = [tar_file(one.path, one.content) for one in dpkg_files(("a", "1", ["/usr/a"]))]
    analysis = analysis_of(
        [[tar_file("usr/a", b"x" * 5000), *entries], [tar_file("usr/a", b"y"), tar_file("usr/.wh.z")]]
    )
    table = PackageTable(analysis.accounting)
    whole = sum(one.costs.compressed_size for one in table.rows) + table.unowned.compressed_size
    assert whole == sum(layer.descriptor.size for layer in analysis.image.layers)
    check_sums(analysis)


@given(images)
@settings(max_examples=100, deadline=None)
def test_packages_and_unowned_files_add_up_to_the_image(layers):
    owned = dpkg_files(("a", "1", ["/a", "/a/a", "/b/a"]), ("b", "1", ["/a/b", "/b", "/c"]))
    check_sums(facts_of(*layers, owned))
    check_sums(facts_of(owned, *layers))


def diff_text(before, after):
    found = package_changes(facts_of(before), facts_of(after))
    return [
        " ".join(
            [
                change.package.installed.package.name,
                *(side.installed.package.version if side else "-" for side in (change.before, change.after)),
                f"{change.growth:+}",
            ]
        )
        for change in found
    ]


def test_the_packages_that_differ_are_added_removed_or_in_another_version():
    before = [file("a", b"1"), file("b", b"22"), *dpkg_files(("a", "1", ["/a"]), ("b", "1", ["/b"]), ("same", "1", []))]
    after = [
        file("a", b"1111"),
        file("c", b"3"),
        *dpkg_files(("a", "2", ["/a"]), ("c", "1", ["/c"]), ("same", "1", [])),
    ]
    assert diff_text(before, after) == ["a 1 2 +3", "b 1 - -2", "c - 1 +1"]


def test_of_a_package_that_is_there_several_times_each_version_is_added_alone():
    one = [file("node_modules/a/package.json", b'{"name": "a", "version": "1"}')]
    two = [directory("x"), file("x/node_modules/a/package.json", b'{"name": "a", "version": "2"}')]
    assert [line.rpartition(" ")[0] for line in diff_text(one, one + two)] == ["a - 2"]
