from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.query import Query
from layerscope.filesystem.stack import Stack
from support.layer_indexes import directory, file, hardlink, index_of, symlink, whiteout
from support.package_files import dpkg_files


def stack_of(*layers):
    return Stack.of([index_of(layer) for layer in layers])


def owned(stack):
    """The name of the owner of each version, by path and layer."""
    versions, ownership = stack.versions, stack.ownership
    return {
        (stack.nodes.path(node).decode(), born): ownership.packages[owner].package.name
        for node, born, owner in zip(
            versions.nodes.tolist(), versions.born.tolist(), ownership.owners.tolist(), strict=True
        )
        if owner >= 0
    }


def test_a_listed_path_is_the_file_that_its_symlinked_directories_lead_to():
    stack = stack_of(
        [
            symlink("bin", "usr/bin"),
            symlink("lib64", "/usr/lib"),
            file("usr/bin/sh", b"x"),
            file("usr/lib/libc.so", b"y"),
            *dpkg_files(("dash", "1", ["/bin/sh", "/lib64/libc.so"])),
        ]
    )
    assert owned(stack) == {("usr/bin/sh", 0): "dash", ("usr/lib/libc.so", 0): "dash"}


def test_directories_belong_to_no_package_even_if_they_are_listed():
    stack = stack_of([directory("usr"), file("usr/a", b"x"), *dpkg_files(("a", "1", ["/usr", "/usr/a"]))])
    assert owned(stack) == {("usr/a", 0): "a"}


def test_symlinks_in_a_circle_mean_themselves():
    stack = stack_of([symlink("a", "b"), symlink("b", "a"), *dpkg_files(("x", "1", ["/a/file", "/b"]))])
    assert owned(stack) == {("b", 0): "x"}


def test_a_dead_file_belongs_to_the_package_that_had_it_when_it_died():
    stack = stack_of(
        [file("usr/a", b"old"), file("usr/b", b"b"), *dpkg_files(("a", "1", ["/usr/a"]), ("b", "1", ["/usr/b"]))],
        [file("usr/a", b"new"), whiteout("usr/b"), *dpkg_files(("a", "2", ["/usr/a"]))],
    )
    assert owned(stack) == {("usr/a", 0): "a", ("usr/a", 1): "a", ("usr/b", 0): "b"}
    a, b = sorted(stack.ownership.packages, key=lambda one: one.package.name)
    assert (a.package.version, a.layer, a.killer) == ("2", 1, None)
    assert (b.package.version, b.layer, b.killer) == ("1", 0, 1)


def test_a_layer_that_changes_no_database_keeps_the_owners():
    stack = stack_of([file("usr/a", b"x"), *dpkg_files(("a", "1", ["/usr/a"]))], [file("usr/a", b"y")])
    assert owned(stack) == {("usr/a", 0): "a", ("usr/a", 1): "a"}
    assert [one.layer for one in stack.ownership.packages] == [0]


def test_a_file_of_two_packages_belongs_to_that_of_the_system():
    site = "usr/lib/python3/dist-packages"
    stack = stack_of(
        [
            file(f"{site}/six.py", b"x"),
            file(f"{site}/six-1.dist-info/METADATA", b"Name: six\nVersion: 1\n"),
            file(f"{site}/six-1.dist-info/RECORD", b"six.py,,\n"),
            *dpkg_files(("python3-six", "1-2", [f"/{site}/six.py", f"/{site}/six-1.dist-info/METADATA"])),
        ]
    )
    assert owned(stack)[f"{site}/six.py", 0] == "python3-six"
    packages = {one.package.name: one for one in stack.ownership.packages}
    assert stack.ownership.packages[packages["six"].container] is packages["python3-six"]


def test_a_package_inside_the_directory_of_another_one_has_its_own_files():
    stack = stack_of(
        [
            file("node_modules/a/package.json", b'{"name": "a", "version": "1"}'),
            file("node_modules/a/node_modules/b/package.json", b'{"name": "b", "version": "1"}'),
            file("node_modules/a/node_modules/b/index.js", b"x"),
            file("node_modules/a/index.js", b"x"),
        ]
    )
    assert owned(stack)["node_modules/a/node_modules/b/index.js", 0] == "b"
    assert owned(stack)["node_modules/a/index.js", 0] == "a"


def test_two_versions_of_a_package_are_two_packages():
    stack = stack_of(
        [
            file("node_modules/a/package.json", b'{"name": "a", "version": "1"}'),
            file("x/node_modules/a/package.json", b'{"name": "a", "version": "2"}'),
        ]
    )
    assert sorted(one.package.version for one in stack.ownership.packages) == ["1", "2"]


def test_a_database_of_an_older_rpm_is_named():
    stack = stack_of([file("var/lib/rpm/Packages", b"x")])
    assert stack.ownership.problems == (
        "packages are incomplete: `/var/lib/rpm/Packages` is a Berkeley database of rpm, which is not read",
    )


def test_junk_in_databases_costs_a_warning_and_not_the_other_packages():
    stack = stack_of(
        [
            file("usr/a", b"x"),
            *dpkg_files(("a", "1", ["/usr/a"])),
            file("lib/apk/db/installed", bytes(range(256)) * 99),
            file("var/lib/rpm/rpmdb.sqlite", b"SQLite format 3\0" + bytes(999)),
            file("node_modules/x/package.json", b"{"),
        ]
    )
    assert owned(stack) == {("usr/a", 0): "a"}
    assert len(stack.ownership.problems) == 2


def test_a_query_finds_the_files_of_a_package_by_name_or_glob():
    stack = stack_of(
        [
            file("usr/a", b"x"),
            hardlink("usr/b", "usr/a"),
            file("usr/c", b"y"),
            *dpkg_files(("libssl3", "1", ["/usr/a", "/usr/b"]), ("other", "1", ["/usr/c"])),
        ]
    )
    table = FileTable(stack)

    def found(query):
        versions = Query.parse(query).matches(table).nonzero()[0]
        return {stack.nodes.path(node).decode() for node in stack.versions.nodes[versions].tolist()}

    assert found("pkg:libssl3") == found("pkg:LIB*") == {"usr/a", "usr/b"}
    assert found("pkg:lib") == set()
    assert found("!pkg:* dpkg/status") == {"var/lib/dpkg/status"}


def test_an_image_without_layers_has_no_packages():
    assert Stack.of([]).ownership.packages == ()
