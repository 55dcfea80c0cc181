"""The model and the state joined."""

from layerscope.filesystem.file_table import FileTable
from layerscope.tui.rows.found import Found
from layerscope.tui.state.query_text import QueryText
from layerscope.tui.state.view_state import Kind
from support.browsers import browser_of
from support.small_app import STEPS


def found(browser, text):
    """Look for a text, as the job does."""
    query = browser.state.search = QueryText(text)
    browser.files.take(Found.of(query, FileTable(browser.files.stack)))


def test_a_step_without_a_layer_stands_on_the_layer_below_it():
    browser = browser_of()
    seen = []
    for step in range(len(STEPS)):
        browser.select_step(step)
        seen.append(browser.state.layer)
    assert seen == [0, 0, 1, 1, 2]
    browser.select_layer(1)
    assert browser.state.step == 2


def test_the_cursor_is_on_the_nearest_directory_above_a_path_that_is_not_shown():
    browser = browser_of(cursor=b"etc/nothing/here")
    assert browser.files.cursor_path == b"etc"
    browser.state.opened.open_to(1)
    browser.state.cursor = b"usr/bin/bash"
    browser.view_changed()
    assert browser.files.cursor_path == b"usr/bin"


def test_a_path_that_another_layer_wrote_is_looked_at_there_with_its_directories_open():
    browser = browser_of()
    browser.state.hidden.add(Kind.ADDED)
    browser.find_path(b"usr/lib/jvm/java")
    assert browser.state.layer == 1
    assert browser.files.cursor_path == b"usr/lib/jvm/java"


def test_a_path_that_is_shown_is_looked_at_without_a_change_of_scope():
    browser = browser_of()
    browser.find_path(b"usr/bin/bash")
    assert (browser.state.layer, browser.files.cursor_path) == (0, b"usr/bin/bash")
    browser.find_path(b"no/such/path")
    assert browser.state.layer == 0


def test_next_match_goes_round_and_counts():
    browser = browser_of()
    assert not browser.is_searching
    browser.state.search = QueryText("s")
    assert browser.is_searching
    found(browser, "s")
    assert not browser.is_searching
    numbers = []
    for _ in range(browser.tree.match_count + 1):
        browser.files.select_match(1)
        numbers.append(browser.files.match_number)
    assert sorted(numbers[:-1]) == list(range(1, browser.tree.match_count + 1))
    assert numbers[-1] == numbers[0]


def test_if_nothing_was_found_the_cursor_is_on_nothing():
    browser = browser_of()
    found(browser, "nosuch")
    assert browser.files.cursor_node is None
    assert browser.files.cursor_path is browser.files.cursor_details is browser.files.cursor_layer is None
    assert browser.files.command is None


def test_the_layers_that_wrote_a_path_are_its_versions():
    browser = browser_of(cursor=b"etc/passwd")
    assert browser.files.layer_of_next_version(1) == 2
    assert browser.files.layer_of_next_version(-1) is None
    browser.select_layer(2)
    assert browser.files.layer_of_next_version(-1) == 0


def test_what_was_removed_is_as_it_is_shown_after_the_layer_before():
    browser = browser_of(layer=2, cursor=b"etc/shadow")
    assert browser.files.cursor_layer == 1
    browser.state.cursor = b"etc/passwd"
    assert browser.files.cursor_layer == 2


def test_a_directory_is_opened_and_closed_and_a_file_is_not():
    browser = browser_of(cursor=b"etc")
    assert browser.files.is_open
    assert browser.files.set_open(opened=False)
    browser.view_changed()
    assert not browser.files.is_open
    browser.state.cursor = b"bin"
    assert not browser.files.set_open(opened=True)


def test_next_change_goes_into_closed_directories():
    browser = browser_of(layer=1)
    browser.state.expansion.set_below(b"", opened=False)
    browser.view_changed()
    assert browser.files.select_change(1)
    browser.view_changed()
    assert browser.files.cursor_path == b"etc/hosts"
    assert not browser.files.select_change(-1)
