from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from layerscope.filesystem.change import Change
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.insight.accounting import Accounting, FateSizes
from layerscope.insight.changes import change_counts
from support.layer_indexes import directory, file, hardlink, index_of, opaque, symlink, whiteout
from support.plain_model import PlainFileSystem
from support.random_layers import images


def account_of(*layers):
    return Accounting.of(Stack.of([index_of(layer) for layer in layers]))


@given(images)
@settings(max_examples=400, deadline=None)
def test_every_byte_has_one_fate_and_live_is_what_a_plain_model_unpacks(layers):
    sizes = account_of(*layers).image
    model = PlainFileSystem()
    for number, entries in enumerate(layers):
        model.apply(number, entries)
    assert sizes.size == sum(inode.size for inode in model.payloads)
    assert sizes.live_size == model.live_size()
    assert sizes.size == sizes.live_size + sizes.overwritten_size + sizes.deleted_size + sizes.shadowed_size
    assert 0 <= sizes.efficiency <= 1
    assert 0 <= sizes.metadata_only_size <= sizes.overwritten_size


@given(images)
@settings(max_examples=200, deadline=None)
def test_layers_add_up_to_the_image_and_every_dead_byte_names_a_killer_not_below_its_layer(layers):
    account = account_of(*layers)
    assert sum(part.size for part in account.layers) == account.image.size
    for number, sizes in enumerate(account.layers):
        dead_bytes = account.dead_bytes(number)
        assert sum(dead.size for dead in dead_bytes) == sizes.wasted_size
        assert all(number <= dead.killer < len(layers) for dead in dead_bytes)
        assert all((dead.killer == number) == (dead.fate == Fate.SHADOWED) for dead in dead_bytes)


@given(images)
@settings(max_examples=200, deadline=None)
def test_the_counts_of_a_layer_are_those_of_its_comparison(layers):
    stack = Stack.of([index_of(layer) for layer in layers])
    for number, counts in enumerate(change_counts(stack)):
        comparison = stack.changes_of(number)
        assert counts.added_count == comparison.count(Change.ADDED)
        assert counts.modified_count == comparison.count(Change.MODIFIED)
        assert counts.unknown_count == comparison.count(Change.UNKNOWN)
        assert counts.touched_count == comparison.count(Change.TOUCHED)
        assert counts.removed_count == comparison.count(Change.REMOVED)


def test_content_is_not_shadowed_by_a_layer_above_its_own():
    lower, upper = [file("a", b"1"), file("a/a/a", b"22")], [hardlink("a/b", "a/a/a"), file("a", b"3")]
    dead = {(dead.fate, dead.killer): dead.size for dead in account_of(lower, upper).dead_bytes(0)}
    assert dead == {(Fate.SHADOWED, 0): 1, (Fate.DELETED, 1): 2}


BIG = b"x" * 1000

MISTAKES = {
    "rm of a file": ([[file("f", BIG)], [whiteout("f")]], FateSizes(deleted_size=1000)),
    "rm -rf of a directory": ([[file("d/f", BIG), file("d/e/g", BIG)], [whiteout("d")]], FateSizes(deleted_size=2000)),
    "opaque directory": ([[file("d/f", BIG)], [directory("d"), opaque("d"), file("d/n", b"1")]], FateSizes(1, 0, 1000)),
    "chmod -R": ([[file("d/f", BIG)], [file("d/f", BIG, mode=0o755)]], FateSizes(1000, 1000, metadata_only_size=1000)),
    "chown -R": ([[file("d/f", BIG)], [file("d/f", BIG, uid=7)]], FateSizes(1000, 1000, metadata_only_size=1000)),
    "mv": ([[file("a", BIG)], [whiteout("a"), file("b", BIG)]], FateSizes(1000, 0, 1000)),
    "growing file": ([[file("log", b"1")], [file("log", b"12")], [file("log", b"123")]], FateSizes(3, 3)),
    "directory replaced by a file": ([[file("d/f", BIG)], [file("d", b"12")]], FateSizes(2, 0, 1000)),
    "file replaced by a directory": ([[file("d", BIG)], [directory("d"), file("d/f", b"12")]], FateSizes(2, 0, 1000)),
    "file replaced by a symlink": ([[file("d", BIG)], [symlink("d", "e")]], FateSizes(0, 0, 1000)),
    "delete and add again": ([[file("f", BIG)], [whiteout("f")], [file("f", BIG)]], FateSizes(1000, 0, 1000)),
    "delete and add again in one layer": ([[file("f", BIG)], [whiteout("f"), file("f", b"1")]], FateSizes(1, 1000)),
    "dangling whiteout": ([[file("f", BIG)], [whiteout("nothing")]], FateSizes(1000)),
    "one layer": ([[file("f", BIG)]], FateSizes(1000)),
    "no layer": ([], FateSizes()),
    "empty layer": ([[]], FateSizes()),
    "duplicate entry": ([[file("f", BIG), file("f", b"12")]], FateSizes(2, 0, 0, 1000)),
    "hardlink outlives its target": ([[file("a", BIG), hardlink("b", "a")], [whiteout("a")]], FateSizes(1000)),
    "both hardlinks removed": (
        [[file("a", BIG), hardlink("b", "a")], [whiteout("a")], [whiteout("b")]],
        FateSizes(0, 0, 1000),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_common_mistakes_have_their_true_figures(mistake):
    layers, expected = MISTAKES[mistake]
    assert account_of(*layers).image == expected


def test_content_with_two_links_is_killed_by_the_layer_that_removes_the_last_one():
    account = account_of([file("a", BIG), hardlink("b", "a")], [whiteout("a")], [whiteout("b")])
    assert [(dead.fate, dead.killer, dead.size) for dead in account.dead_bytes(0)] == [(Fate.DELETED, 2, 1000)]


def test_the_dead_bytes_of_a_path_stand_at_its_node():
    account = account_of([file("d/f", BIG)], [file("d/f", b"1")], [whiteout("d")])
    nodes = account.stack.nodes
    assert account.wasted_sizes[nodes.find(b"d/f")] == 1001
    assert nodes.subtree_sums(account.wasted_sizes)[nodes.find(b"d")] == 1001


def test_the_shares_of_the_pull_of_all_entries_add_up_and_only_files_die():
    lower = [directory("d"), file("d/f", BIG), symlink("s", "d/f"), hardlink("h", "d/f")]
    shares = [[60, 500, 70, 80], [50, 90], [40]]
    indexes = [
        replace(index_of(entries), compressed_sizes=np.array(sizes))
        for entries, sizes in zip([lower, [whiteout("d"), directory("e")], [whiteout("h")]], shares, strict=True)
    ]
    account = Accounting.of(Stack.of(indexes))
    assert [sizes.size for sizes in account.compressed_layers] == [sum(sizes) for sizes in shares]
    assert account.compressed_image == FateSizes(live_size=390, deleted_size=500)
    assert account.image == FateSizes(deleted_size=1000)
