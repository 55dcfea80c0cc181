"""Promises of the list of changed paths: what is folded, and what is a move."""

import pytest

from layerscope.insight.changed_paths import folded_paths, single_paths
from support.image_pairs import diff_of, shown
from support.tars import directory, file, symlink

OLD = [
    directory("opt"),
    directory("opt/app"),
    file("opt/app/a", b"a" * 10),
    file("opt/app/b", b"b" * 20),
    symlink("opt/app/l", "a"),
]


def folded(before, after):
    files = diff_of([before], [after]).files
    return shown(folded_paths(files), files.tree)


def test_a_directory_that_came_or_went_whole_is_one_row():
    assert folded([directory("opt")], OLD) == ["+ opt/app 3 +30"]
    assert folded(OLD, [directory("opt")]) == ["- opt/app 3 -30"]


def test_a_directory_that_was_there_before_is_not_folded():
    assert folded(OLD[:3], OLD) == ["+ opt/app/b 1 +20", "+ opt/app/l 1 +0"]


def test_the_only_file_of_a_new_directory_is_named_itself():
    assert folded([], [file("a/b/c", b"1")]) == ["+ a/b/c 1 +1"]


def test_an_empty_directory_is_a_row_of_its_own():
    assert folded([], [directory("a")]) == ["+ a 0 +0"]


def test_each_path_can_be_listed():
    files = diff_of([[]], [OLD]).files
    assert shown(single_paths(files), files.tree) == [
        "+ opt/app/b 1 +20",
        "+ opt/app/a 1 +10",
        "+ opt 1 +0",
        "+ opt/app 1 +0",
        "+ opt/app/l 1 +0",
    ]


def test_a_file_with_the_same_content_at_another_path_is_a_move():
    assert folded([file("a/x", b"123")], [file("b/y", b"123")]) == ["a/x > b/y 1 +0"]


def test_the_rest_of_a_directory_is_folded_without_the_files_that_were_moved():
    after = [file("b/x", b"123"), file("b/y", b"1"), file("b/z", b"2")]
    assert folded([file("a/x", b"123")], after) == ["+ b 2 +2", "a/x > b/x 1 +0"]


def test_files_that_were_moved_together_are_one_row():
    before = [file("app-1/lib/a", b"1"), file("app-1/b", b"22"), file("other", b"333")]
    after = [file("app-2/lib/a", b"1"), file("app-2/b", b"22"), file("else", b"333")]
    assert folded(before, after) == ["app-1 > app-2 2 +0", "other > else 1 +0"]


def test_a_file_that_was_moved_up_or_down_is_named_itself():
    assert folded([file("a/f", b"1")], [file("f", b"1")]) == ["a/f > f 1 +0"]
    assert folded([file("f", b"1")], [file("a/f", b"1")]) == ["f > a/f 1 +0"]


def test_files_with_equal_names_are_paired_first():
    before = [file("old/a", b"same"), file("old/b", b"same")]
    after = [file("new/b", b"same"), file("new/c", b"same")]
    assert folded(before, after) == ["old/b > new/b 1 +0", "old/a > new/c 1 +0"]


@pytest.mark.parametrize("data", [b"", b"other"])
def test_an_empty_file_and_another_content_are_no_move(data):
    content = b"" if not data else b"12345"
    assert len(folded([file("a", content)], [file("b", data)])) == 2


def test_paths_that_changed_only_their_time_are_left_out_of_the_folded_list():
    assert folded([file("a", b"1", mtime=1)], [file("a", b"1", mtime=2)]) == []


def test_below_a_directory_nothing_is_folded_into_a_directory_above():
    files = diff_of([[]], [[file("srv/data/a", b"1"), file("srv/data/b", b"2"), file("srv/c", b"3")]]).files
    below = files.below(files.tree.find(b"srv/data"))
    assert shown(folded_paths(below), below.tree) == ["+ srv/data/a 1 +1", "+ srv/data/b 1 +1"]


def test_a_file_that_left_a_directory_is_removed_if_only_that_directory_is_compared():
    files = diff_of([[file("a/x", b"123")]], [[directory("a"), file("b/x", b"123")]]).files
    assert shown(folded_paths(files.below(files.tree.find(b"a"))), files.tree) == ["- a/x 1 -3"]
