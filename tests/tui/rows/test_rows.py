"""Rows of plain data: steps and layers, files, paths, names."""

import pytest

from layerscope.filesystem.patterns import PathPattern
from layerscope.tui.rows import browser as steps
from layerscope.tui.rows.name_browser import span_in_name
from support.browsers import browser_of, empty_session
from support.images import build_image
from support.small_app import small_app
from support.tars import file


def layer_rows(browser):
    return steps.layer_rows(browser.history, browser.session, browser.state)


def file_row(browser, path):
    browser.state.expansion.set_below(b"", opened=True)
    browser.state.cursor = path
    browser.view_changed()
    return browser.files.row(browser.files.cursor_row)


def details(browser, path):
    file_row(browser, path)
    return browser.files.cursor_details


def test_every_step_is_a_row_and_every_layer_has_its_sizes():
    rows = layer_rows(browser_of())
    assert [row.number for row in rows] == [0, None, 1, None, 2]
    assert [row.size for row in rows] == [12_028, None, 70_016, None, 11]
    assert [row.live_size for row in rows] == [12_000, None, 50_016, None, 11]


def test_layers_that_the_history_does_not_list_follow_at_the_end():
    rows = layer_rows(browser_of(build_image([[("a", b"1")], [("b", b"2")]], history=[{"created_by": "first"}])))
    assert [(row.number, row.command) for row in rows] == [(0, "first"), (1, "")]


def test_below_a_layer_that_is_missing_the_fate_of_bytes_is_not_known():
    rows = layer_rows(browser_of(broken=[1]))
    assert [row.live_size is None for row in rows] == [True, True, True, True, False]
    assert rows[2].failure == "truncated"
    assert layer_rows(browser_of(unread=[2]))[4].failure == "stopped"


def test_the_layers_that_are_compared_are_marked_and_so_is_the_end_of_a_range():
    rows = layer_rows(browser_of(layer=2, anchor=1))
    assert [(row.compared, row.is_anchor) for row in rows if row.number is not None] == [
        (False, False),
        (True, True),
        (True, False),
    ]


def test_a_file_is_a_row_with_its_change_and_its_reasons():
    row = file_row(browser_of(layer=2), b"etc/passwd")
    assert (row.name, row.sign, row.look, row.note) == ((b"passwd",), "~", "modified", "(mode)")
    assert (row.mode, row.owner, row.size, row.opened) == ("-rw-------", "0:0", 11, None)


def test_a_directory_shows_that_something_in_it_changed_and_a_symlink_where_it_leads():
    browser = browser_of(layer=1, whole=True)
    assert file_row(browser, b"etc").look == "holds-changes"
    link = file_row(browser, b"bin")
    assert (link.link, link.size) == (b"usr/bin", None)


def test_outside_bytes_stay_as_they_are_in_rows():
    browser = browser_of(small_app(layers=([file("\x1b[31m", b"x")],), steps=(("COPY", False),)))
    assert file_row(browser, b"\x1b[31m").name == (b"\x1b[31m",)


def test_a_path_has_all_its_versions_and_the_one_that_is_shown_is_marked():
    versions = details(browser_of(layer=2), b"etc/passwd").versions
    assert [(version.layer, version.fate, version.killer, version.is_shown) for version in versions] == [
        (0, "overwritten", 2, False),
        (2, "", None, True),
    ]


def test_links_to_one_file_name_each_other_and_directories_have_no_content():
    browser = browser_of(layer=1)
    assert details(browser, b"usr/lib/jvm/java").partners == (b"usr/lib/jvm/jre",)
    directory = details(browser, b"usr/lib")
    assert (directory.kind, directory.is_directory, directory.content, directory.total_size) == (
        "directory",
        True,
        None,
        50_000,
    )


def test_a_directory_that_no_layer_lists_has_no_time():
    implied = details(browser_of(build_image([[("a/f", b"1")]])), b"a")
    assert (implied.implied, implied.mtime) == (True, None)


@pytest.mark.parametrize(
    ("text", "is_regex", "name", "span"),
    [
        ("pp", False, "app/web", (1, 3)),
        ("w*", False, "app/web", (4, 7)),
        ("^a", True, "app", (0, 1)),
        ("x", False, "app", None),
    ],
)
def test_a_search_finds_text_anywhere_in_a_name_and_globs_in_its_last_part(text, is_regex, name, span):
    assert span_in_name(PathPattern(text, is_regex), name) == span


def test_an_image_that_is_not_open_yet_has_no_rows():
    from layerscope.tui.rows.browser import Browser

    browser = Browser(empty_session())
    assert layer_rows(browser) == []
    assert browser.files is browser.tree is None
