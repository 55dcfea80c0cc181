from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.insight.accounting import Accounting
from layerscope.insight.marks import Changes, Extent, Mark
from layerscope.insight.savings import find_savings
from layerscope.insight.what_if import Saved, is_marked, marked_versions, saved_by
from support.layer_indexes import directory, file, hardlink, index_of, opaque, whiteout
from support.random_layers import images, paths
from support.traced_model import TracedFileSystem, without

BIG = b"x" * 1000
ranges = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda ends: (min(ends), max(ends)))
marks = st.builds(
    lambda path, layers, extent: Mark(path.encode(), *layers, extent),
    st.one_of(st.just(""), paths),
    ranges,
    st.sampled_from(Extent),
)
some_marks = st.lists(marks, max_size=3).map(tuple)


def account_of(*layers):
    return Accounting.of(Stack.of([index_of(layer) for layer in layers]))


def is_meant(mark, written):
    """The same rule in plain words."""
    path, above = written.entry.path, mark.path.decode()
    if above and path != above and not path.startswith(f"{above}/"):
        return False
    is_written = mark.first <= written.layer <= mark.last
    if mark.extent is Extent.DEAD:
        return is_written and written.fate != Fate.LIVE
    is_deleted = written.fate == Fate.DELETED and mark.first <= written.died <= mark.last
    return is_written or (mark.extent is Extent.CHANGED and is_deleted)


@given(images, some_marks, st.sets(st.integers(0, 4), max_size=2))
@settings(max_examples=500, deadline=None)
def test_dropping_saves_what_the_layers_without_these_entries_do_not_ship(layers, marked, dropped_layers):
    dropped_layers = tuple(sorted(number for number in dropped_layers if number < len(layers)))
    traced = TracedFileSystem(layers)
    dropped = {
        written
        for written in traced.written
        if written.layer in dropped_layers or any(is_meant(mark, written) for mark in marked)
    }
    saved = saved_by(account_of(*layers), Changes(marked, dropped_layers))
    assert saved.size == account_of(*layers).image.size - account_of(*without(layers, dropped, traced)).image.size
    assert 0 <= saved.wasted_size <= saved.size


@given(images, st.data())
@settings(max_examples=200, deadline=None)
def test_marked_savings_save_together_what_each_of_them_saves(layers, data):
    account = account_of(*layers)
    found = [saving for saving in find_savings(account) if data.draw(st.booleans())]
    saved = saved_by(account, Changes(savings=tuple(saving.mark for saving in found)))
    assert saved.size == sum(saving.size for saving in found)
    assert saved.compressed_size == sum(saving.compressed_size for saving in found)


@given(images, ranges)
@settings(max_examples=300, deadline=None)
def test_squashing_a_range_saves_the_files_that_are_gone_after_it(layers, ends):
    first, last = ends[0], min(ends[1], len(layers) - 1)
    traced = TracedFileSystem(layers)
    squashed = {
        written
        for written in traced.written
        if first <= written.layer <= last and id(written.inode) not in traced.after[last]
    }
    saved = saved_by(account_of(*layers), Changes(squashed=((first, last),)))
    assert saved.size == account_of(*layers).image.size - account_of(*without(layers, squashed, traced)).image.size
    assert saved.size == saved.wasted_size


@given(images, some_marks)
@settings(max_examples=200, deadline=None)
def test_a_version_counts_as_marked_exactly_if_it_is_dropped(layers, marked):
    stack = account_of(*layers).stack
    versions = stack.versions
    dropped = {number for mark in marked for number in marked_versions(stack, mark).tolist()}
    for number in range(versions.count):
        figures = versions.born[number], versions.died[number], versions.fates[number]
        path = stack.nodes.path(versions.nodes[number])
        assert is_marked(marked, path, *map(int, figures)) == (number in dropped)


APP = (
    [file("app/model", BIG), file("app/log", b"1" * 10), file("keep", b"12")],
    [file("app/model", BIG, mode=0o755)],
    [whiteout("app/log"), directory("app/new"), file("app/new/x", b"123")],
)
EVERYWHERE = Mark(b"app", 0, 2)


@pytest.mark.parametrize(
    ("changes", "size", "wasted", "files"),
    [
        (Changes((EVERYWHERE,)), 2013, 1010, 4),
        (Changes((EVERYWHERE, Mark(b"app/model", 0, 2), Mark(b"", 2, 2))), 2013, 1010, 4),
        (Changes((Mark(b"app/model", 0, 0, Extent.DEAD),)), 1000, 1000, 1),
        (Changes((Mark(b"app/model", 1, 1, Extent.DEAD),)), 0, 0, 0),
        (Changes((Mark(b"app/model", 1, 1, Extent.WRITTEN),)), 1000, 0, 1),
        (Changes((Mark(b"", 2, 2),)), 13, 10, 2),
        (Changes(layers=(1,)), 1000, 0, 1),
        (Changes((Mark(b"app", 1, 1),), layers=(1,)), 1000, 0, 1),
        (Changes(squashed=((0, 1),)), 1000, 1000, 1),
        (Changes(squashed=((0, 2),)), 1010, 1010, 2),
        (Changes(squashed=((1, 2),)), 0, 0, 0),
        (Changes((Mark(b"app/model", 0, 0, Extent.DEAD),), squashed=((0, 1),)), 1000, 1000, 1),
        (Changes((Mark(b"not/there", 0, 2),)), 0, 0, 0),
        (Changes(), 0, 0, 0),
    ],
)
def test_the_figures_of_changes_are_those_of_the_bytes_that_they_save(changes, size, wasted, files):
    saved = saved_by(account_of(*APP), changes)
    assert (saved.size, saved.wasted_size, saved.file_count) == (size, wasted, files)


def test_a_file_is_saved_only_if_all_its_links_are_dropped():
    account = account_of([file("a/f", BIG), hardlink("b/f", "a/f")], [hardlink("c", "b/f")])
    assert saved_by(account, Changes((Mark(b"a", 0, 1),))).size == 0
    assert saved_by(account, Changes((Mark(b"a", 0, 1), Mark(b"b", 0, 1)))).size == 0
    assert saved_by(account, Changes((Mark(b"a", 0, 1), Mark(b"b", 0, 1), Mark(b"c", 0, 1)))).size == 1000


def test_the_pull_has_the_shares_of_all_entries_that_are_dropped_and_of_a_layer_its_whole_blob():
    layers = [directory("d"), file("d/f", BIG), hardlink("h", "d/f")], [whiteout("d"), opaque("e"), file("g", b"1")]
    shares = [[60, 500, 70], [50, 90, 7]]
    indexes = [
        replace(index_of(entries), compressed_sizes=np.array(sizes))
        for entries, sizes in zip(layers, shares, strict=True)
    ]
    account = Accounting.of(Stack.of(indexes))
    assert saved_by(account, Changes(layers=(1,))) == Saved(1, 147, 0, 1)
    assert saved_by(account, Changes((Mark(b"d", 0, 0),))) == Saved(0, 60, 0, 0)
    assert saved_by(account, Changes((Mark(b"d", 0, 0), Mark(b"h", 0, 0)))) == Saved(1000, 630, 0, 1)
