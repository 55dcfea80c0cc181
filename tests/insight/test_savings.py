from dataclasses import replace

import pytest
from hypothesis import given, settings

from layerscope.filesystem.stack import Stack
from layerscope.insight.accounting import Accounting
from layerscope.insight.savings import find_savings
from support.layer_indexes import file, hardlink, index_of, whiteout
from support.random_layers import images

KB = b"x" * 5000


def savings_of(*layers):
    account = Accounting.of(Stack.of([index_of(layer) for layer in layers]))
    return [(saving.cause, saving.size, saving.layer, saving.killer) for saving in find_savings(account)]


def as_leftover(entry):
    """The entry with more content, and moved below /tmp if its name begins with an `a`."""

    def moved(path):
        return f"tmp/{path}" if path.removeprefix(".wh.").startswith("a") else path

    return replace(entry, path=moved(entry.path), link=moved(entry.link), content=entry.content * 5000)


def advice_on(*layers):
    """The savings, and the path of each node."""
    account = Accounting.of(Stack.of([index_of(layer) for layer in layers]))
    return find_savings(account), list(account.stack.nodes.paths)


@given(images)
@settings(max_examples=200, deadline=None)
def test_savings_never_count_a_byte_twice_and_cover_all_that_is_wasted(layers):
    account = Accounting.of(Stack.of([index_of(layer) for layer in layers]))
    found = find_savings(account)
    assert sum(saving.size for saving in found) <= account.image.size
    assert sum(saving.size for saving in found if saving.killer >= 0) == account.image.wasted_size


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("var/lib/apt/lists/deb.example_Packages", "apt"),
        ("var/cache/apk/APKINDEX.tar.gz", "apk"),
        ("var/cache/dnf/solv", "dnf"),
        ("root/.cache/pip/http/a", "pip"),
        ("root/.npm/_cacache/a", "npm"),
        ("home/node/.cache/yarn/v6/a", "npm"),
        ("usr/local/share/.cache/yarn/v6/a", "npm"),
        ("root/.yarn/berry/cache/a.zip", "npm"),
        ("pnpm/store/v3/files/a", "npm"),
        ("root/.pnpm-store/v3/a", "npm"),
        ("app/.pnpm-store/v3/a", "npm"),
        (".cache/pip/http/a", "pip"),
        ("root/micromamba/pkgs/python/a", "conda"),
        ("opt/mamba/pkgs/python/a", "conda"),
        ("usr/lib/x.dSYM/Contents/a", "debug"),
        ("usr/local/cargo/registry/cache/a", "cargo"),
        ("go/pkg/mod/cache/download/a", "go"),
        ("root/.m2/repository/a.jar", "maven"),
        ("root/.gradle/caches/a.jar", "maven"),
        ("opt/conda/pkgs/python/a", "conda"),
        ("usr/local/bundle/cache/rails-7.gem", "gem"),
        ("var/lib/gems/3.1.0/cache/rake-13.gem", "gem"),
        ("app/vendor/bundle/ruby/3.1.0/cache/rake-13.gem", "gem"),
        ("var/cache/zypp/packages/a.rpm", "zypper"),
        ("var/cache/pacman/pkg/a.pkg.tar.zst", "pacman"),
        ("src/app/.git/objects/pack/a", "git"),
        ("app/__pycache__/a.cpython-311.pyc", "pycache"),
        ("usr/lib/debug/.build-id/a.debug", "debug"),
        ("usr/share/doc/bash/README", "docs"),
        ("tmp/build/a.o", "tmp"),
    ],
)
def test_leftovers_are_known_by_their_path_and_name_their_layer(path, cause):
    assert savings_of([file("bin/sh", b"1")], [file(path, b"12345")]) == [(cause, 5, 1, -1)]


def test_what_is_created_and_deleted_in_different_layers_names_both():
    assert savings_of([file("big", KB)], [whiteout("big")]) == [("deleted", 5000, 0, 1)]


def test_a_file_moved_by_a_later_layer_is_a_moved_file_not_a_deleted_one():
    assert savings_of([file("a", KB)], [whiteout("a"), file("b", KB)]) == [("moved", 5000, 0, 1)]


def test_a_chmod_in_a_later_layer_is_metadata():
    assert savings_of([file("a", KB)], [file("a", KB, mode=0o755)]) == [("metadata", 5000, 0, 1)]


def test_a_rewritten_file_is_a_saving():
    assert savings_of([file("a", KB)], [file("a", b"new")]) == [("overwritten", 5000, 0, 1)]


def test_equal_content_at_two_paths_saves_one_copy_and_hardlinks_save_nothing():
    assert savings_of([file("a", KB), file("b", KB), hardlink("c", "a")]) == [("duplicates", 5000, 0, -1)]
    assert savings_of([file("a", KB), hardlink("c", "a")]) == []


def test_an_archive_beside_its_unpacked_content_is_a_saving():
    assert savings_of([file("opt/jdk-17.tar.gz", KB), file("opt/jdk-17/bin/java", b"1")]) == [("archives", 5000, 0, -1)]
    assert savings_of([file("opt/jdk-17.tar.gz", KB)]) == []


def test_a_leftover_with_a_link_elsewhere_saves_nothing():
    assert savings_of([file("tmp/a", b"12"), hardlink("usr/a", "tmp/a")]) == []


def test_content_that_outlives_its_path_through_a_hardlink_saves_nothing():
    kept = [file("root/.cache/pip/w", KB), hardlink("usr/lib/w", "root/.cache/pip/w")]
    assert savings_of(kept, [whiteout("root")]) == []


def test_a_leftover_is_known_by_the_path_at_which_it_lives():
    moved = [file("srv/w", KB), hardlink("tmp/w", "srv/w")]
    assert savings_of(moved, [whiteout("srv")]) == [("tmp", 5000, 0, -1)]


def test_a_copy_of_a_file_in_a_lower_layer_names_it_and_advises_against_a_hardlink():
    (saving,), paths = advice_on([file("a", KB)], [file("b", KB), file("c", KB)])
    assert [paths[node] for node in saving.nodes] == [b"b", b"c"]
    assert [paths[node] for node in saving.originals] == [b"a", b"a"]
    assert (saving.cause, saving.size, saving.layer) == ("duplicates", 10000, 1)
    assert "`ln -s`" in saving.advice


def test_a_copy_within_a_layer_names_the_other_and_is_to_be_linked():
    (saving,), paths = advice_on([file("a", KB), file("b", KB)])
    assert [paths[node] for node in saving.originals] == [b"a"]
    assert "hardlinks to it (`ln`)" in saving.advice


def test_an_archive_whose_unpacked_files_were_deleted_is_left_alone():
    unpacked = [file("opt/jdk.tar.gz", KB), file("opt/jdk/java", b"1")]
    assert savings_of(unpacked, [whiteout("opt/jdk")]) == [("deleted", 1, 0, 1)]


@given(images)
@settings(max_examples=200, deadline=None)
def test_advice_on_what_lives_names_only_paths_that_are_there_and_leftovers_that_have_no_other_link(layers):
    stack = Stack.of([index_of([as_leftover(entry) for entry in layer]) for layer in layers])
    there = stack.final.versions
    inodes = stack.versions.inodes[there[there >= 0]].tolist()
    for saving in find_savings(Accounting.of(stack)):
        if saving.killer < 0:
            assert all(there[node] >= 0 for node in (*saving.nodes, *saving.originals))
            if saving.cause == "tmp":
                assert all(inodes.count(stack.versions.inodes[there[node]]) == 1 for node in saving.nodes)


def test_the_biggest_saving_comes_first_and_its_advice_names_the_layers():
    account = Accounting.of(
        Stack.of([index_of(layer) for layer in ([file("a", b"1"), file("b", KB)], [whiteout("a")], [whiteout("b")])])
    )
    found = find_savings(account)
    assert [saving.size for saving in found] == [5000, 1]
    assert found[0].advice.endswith(": layer 0 creates them, layer 2 deletes them")


def test_savings_are_found_once_for_an_accounting():
    account = Accounting.of(Stack.of([index_of([file("var/cache/apt/pkgcache.bin", KB)])]))
    assert find_savings(account)
    assert find_savings(account) is find_savings(account)
