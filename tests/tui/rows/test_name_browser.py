"""Which names are rows, and in which order."""

import pytest

from layerscope.errors import NotFound
from layerscope.filesystem.patterns import PathPattern
from layerscope.oci import Digest, Reference
from layerscope.oci.collection import Registry, Repository
from layerscope.registry.api.paging import NamePage
from layerscope.registry.api.tag_summary import TagSummary
from layerscope.tui.rows.name_browser import NameBrowser, Order
from layerscope.tui.state.name_list import NameList
from layerscope.tui.state.trail import ImageLocation


def tags(*names):
    browser = NameBrowser(NameList(Repository("localhost:5000", "app")))
    browser.names.add(NamePage(names))
    return browser


def learn(browser, tag, size, created=""):
    browser.names.learn(tag, TagSummary(tag, Digest.of(b""), "", size, created, ()))
    browser.changed()


def look_for(browser, text, *, is_regex=False):
    browser.state.search = PathPattern(text, is_regex)
    browser.changed()
    return list(browser.rows)


def test_names_are_sorted_as_people_count():
    assert list(tags("1.10", "latest", "1.9").rows) == ["1.9", "1.10", "latest"]


def test_pages_add_up_and_no_name_is_there_twice():
    browser = tags("b", "a")
    browser.names.add(NamePage(("a", "c"), 2, "the registry says so"))
    browser.changed()
    assert list(browser.rows) == ["a", "b", "c"]
    assert (browser.names.dropped_count, browser.names.incomplete) == (2, "the registry says so")


def test_by_size_the_biggest_is_first_and_the_unknown_is_last():
    browser = tags("a", "b", "c", "d", "e")
    learn(browser, "b", 10)
    learn(browser, "d", 20)
    learn(browser, "c", None)
    browser.names.learn("e", NotFound("gone"))
    browser.next_order()
    assert browser.state.order is Order.SIZE
    assert list(browser.rows) == ["d", "b", "a", "c", "e"]


@pytest.mark.parametrize("odd", ["", "yesterday", "0001-01-01T00:00:00+14:00"])
def test_by_time_the_newest_is_first_wherever_it_was_made(odd):
    browser = tags("a", "b", "c", "d")
    for tag, created in zip(
        "abcd", ("2024-05-06T07:08:09Z", "2024-05-06T08:30:00+01:00", odd, "2024-05-06"), strict=True
    ):
        learn(browser, tag, 1, created)
    browser.next_order()
    browser.next_order()
    assert list(browser.rows) == ["b", "a", "d", "c"]


def test_the_cursor_stays_on_its_name_when_others_come():
    browser = tags("b", "d")
    browser.select_row(1)
    browser.names.add(NamePage(("a", "c")))
    browser.changed()
    assert (browser.cursor_name, browser.cursor_row) == ("d", 3)


def test_a_cursor_that_was_not_moved_stays_on_the_first_row():
    browser = tags("b")
    browser.names.add(NamePage(("a",)))
    browser.changed()
    assert browser.cursor_name == "a"


def test_the_cursor_is_back_on_its_name_after_a_search_without_it():
    browser = tags("a", "b", "c")
    browser.select_row(2)
    assert look_for(browser, "a") == ["a"]
    assert browser.cursor_name == "a"
    browser.state.search = None
    browser.changed()
    assert browser.cursor_name == "c"


def test_another_order_starts_at_its_first_row_and_names_keep_the_place():
    browser = tags("a", "b", "c")
    learn(browser, "c", 5, "2024-05-06")
    browser.select_row(1)
    browser.next_order()
    assert browser.cursor_name == "c"
    browser.next_order()
    browser.next_order()
    assert (browser.state.order, browser.cursor_name) == (Order.NAME, "c")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("alp", ["library/alpine"]),
        ("lib", ["library/alpine", "library/busybox", "my/lib"]),
        ("library/*", ["library/alpine", "library/busybox"]),
        ("b*", ["library/busybox"]),
        ("*b", ["my/lib"]),
        ("zzz", []),
    ],
)
def test_repositories_are_found_by_any_part_or_by_globs(text, found):
    browser = NameBrowser(NameList(Registry("localhost:5000")))
    browser.names.add(NamePage(("library/alpine", "library/busybox", "my/lib")))
    assert look_for(browser, text) == found


def test_tags_are_found_by_regular_expressions():
    assert look_for(tags("v1", "v10", "v2", "x1"), "^v[12]$", is_regex=True) == ["v1", "v2"]


def test_case_matters_only_if_capitals_are_typed():
    browser = tags("RC1", "rc2")
    assert look_for(browser, "rc") == ["RC1", "rc2"]
    assert look_for(browser, "RC") == ["RC1"]


def test_a_regular_expression_that_is_not_finished_hides_nothing():
    assert look_for(tags("a", "b"), "(", is_regex=True) == ["a", "b"]


def test_by_name_only_the_tags_in_sight_are_to_be_looked_at():
    browser = tags("a", "b", "c", "d")
    learn(browser, "b", 1)
    assert browser.unknown(0, 2) == ["a"]


def test_by_size_all_tags_are_to_be_looked_at_those_in_sight_first():
    browser = tags("a", "b", "c", "d")
    browser.next_order()
    assert browser.unknown(2, 2) == ["c", "d", "a", "b"]


def test_the_cursor_is_on_a_place():
    browser = tags("1.9")
    assert browser.cursor_location == ImageLocation.of(Reference.parse("localhost:5000/app:1.9"))
    registry = NameBrowser(NameList(Registry("localhost:5000")))
    assert registry.cursor_location is None
    registry.names.add(NamePage(("ns/app",)))
    registry.changed()
    assert registry.cursor_location == Repository("localhost:5000", "ns/app")


def test_what_failed_is_forgotten_when_it_is_asked_for_again():
    names = tags("a", "b").names
    names.learn("a", NotFound("gone"))
    names.problem = NotFound("gone")
    assert not names.is_listing
    assert names.start_again() == ["a"]
    assert (names.is_listing, names.tags) == (True, {})


def test_a_list_that_is_whole_is_not_asked_for_again():
    names = tags("a").names
    names.is_complete, names.stopped = True, True
    names.start_again()
    assert (names.is_complete, names.stopped) == (True, False)
