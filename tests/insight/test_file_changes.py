"""Promises of the list of changed paths: what is folded, and what is a move."""

import pytest

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
    return shown(files.folded(), files.tree)


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
    assert shown(files.paths(), files.tree) == [
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
