"""The lines above and below the panes, and the words in their borders."""

import pytest

from layerscope.errors import NotFound
from layerscope.oci.collection import Registry
from layerscope.registry.api.paging import NamePage
from layerscope.tui.lines.fields import count_text, mtime_text, time_text
from layerscope.tui.lines.file_words import FilesWords, why_no_listing
from layerscope.tui.lines.find_lines import find_hint, find_problem, find_prompt, find_status
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.name_words import names_footer, names_header, names_title, why_no_names
from layerscope.tui.lines.screen_lines import footer_line, header_line, loading_progress
from layerscope.tui.lines.spans import line_width, plain
from layerscope.tui.rows.browser import Browser
from layerscope.tui.rows.name_browser import NameBrowser
from layerscope.tui.rows.tree_browser import Refused
from layerscope.tui.state.name_list import NameList
from layerscope.tui.state.query_text import QueryText
from layerscope.tui.state.view_state import Kind, Sort
from support.browsers import browser_of, empty_session

HINTS = [("tab", "pane", "next_pane"), ("/", "find", "find"), ("?", "help", "help"), ("q", "quit", "quit")]


def names_of(*names, **changes):
    listed = NameList(Registry("localhost:5000"), **changes)
    listed.add(NamePage(names))
    return NameBrowser(listed)


def test_the_header_says_what_an_image_comes_to():
    header = plain(header_line(browser_of().session, 120))
    assert header.startswith(" localhost:5000/app:latest  linux/amd64  3 layers")
    assert header.endswith("% live  20.0 kB wasted")


def test_the_header_of_an_image_that_is_not_whole_has_no_figures():
    header = plain(header_line(browser_of(broken=[1]).session, 120))
    assert header.endswith("incomplete: layer 1 is truncated")
    assert "size" not in header


def test_no_bar_is_wider_than_the_screen():
    sessions = [browser_of().session, browser_of(broken=[1]).session, empty_session("全" * 80)]
    for width in range(30, 140, 7):
        for session in sessions:
            assert line_width(header_line(session, width)) <= width, width
            assert line_width(footer_line(session, HINTS, width)) <= max(width, 41), width


def test_a_narrow_footer_keeps_the_last_two_keys():
    session = browser_of().session
    assert plain(footer_line(session, HINTS, 60)).split() == ["tab", "pane", "/", "find", "?", "help", "q", "quit"]
    assert plain(footer_line(session, HINTS, 18)).split() == ["?", "help", "q", "quit"]


def test_a_hint_does_its_action_when_it_is_clicked():
    spans = footer_line(browser_of().session, HINTS, 60)
    assert [span.style for span in spans if span.text == "/"] == ["key @screen.run('find')"]


@pytest.mark.parametrize(
    ("browser", "progress"),
    [
        (browser_of(), ""),
        (browser_of(broken=[1]), "1 layer failed, r retries"),
        (browser_of(unread=[1]), "reading stopped, r continues"),
        (Browser(empty_session()), "opening the image"),
    ],
)
def test_the_progress_says_what_is_read_or_how_to_continue(browser, progress):
    assert plain(loading_progress(browser.session)) == progress


def test_the_gap_is_what_is_missing_and_what_still_comes():
    assert Gap.of(browser_of().session) == Gap("", (), is_stopped=False)
    assert Gap.of(browser_of(broken=[1]).session).incomplete == "layer 1 is truncated"
    stopped = browser_of(unread=[1, 2]).session
    assert (Gap.of(stopped).incomplete, Gap.of(stopped).word) == ("stopped, 2 layers not read", "stopped")
    stopped.stopped = False
    assert (Gap.of(stopped).incomplete, Gap.of(stopped).progress) == ("", "still reading 2 layers")
    assert Gap.of(stopped, [0]).progress == ""


def test_the_border_of_the_files_says_what_is_compared_and_what_is_unusual():
    browser = browser_of(layer=2, sort=Sort.SIZE, ghosts=True)
    browser.state.hidden.add(Kind.ADDED)
    words = FilesWords.of(browser)
    assert words.titles == ("Files: what layer 2 changed", "Files: layer 2")
    assert words.look == "by size · with ghosts · without added"
    assert words.empty == ""


@pytest.mark.parametrize(
    ("browser", "reason"),
    [
        (Browser(empty_session()), "opening the image"),
        (browser_of(unread=[0], layer=0), "reading was stopped; r continues"),
        (browser_of(broken=[1], layer=1), "the layer could not be read: the connection broke"),
        (browser_of(layer=0, hidden_in_changes=set(Kind)), "added paths are hidden here; 0 clears all filters"),
    ],
)
def test_an_empty_tree_says_why(browser, reason):
    assert FilesWords.of(browser).empty == reason


def test_a_listing_waits_for_all_layers():
    assert "once all layers are read" in why_no_listing(browser_of())
    assert "stopped" in why_no_listing(browser_of(unread=[1]))


def test_the_find_bar_says_what_kind_of_pattern_it_takes_and_what_is_wrong_with_it():
    browser = browser_of()
    assert plain(find_prompt(browser.state.search, 8, is_regex=False)).strip() == "find"
    assert find_status(browser, 40) == ()
    browser.state.search = QueryText("(", is_regex=True)
    assert plain(find_prompt(browser.state.search, 8, is_regex=False)).strip() == "regex"
    browser.files.take(Refused(browser.state.search, "/(/", "unterminated subpattern"))
    assert plain(find_problem(browser, 60)) == " unterminated subpattern"
    browser.state.search = QueryText("x")
    assert plain(find_status(browser, 40)) == "searching"
    assert find_hint("text or glob", is_regex=False) == "text or glob; ctrl+t for a regex"


def test_a_list_of_names_says_where_they_are_and_what_is_missing():
    browser = names_of("app", "web")
    assert plain(names_header(browser, "to 100", 60)).rstrip() == (
        " localhost:5000  2 repositories" + " " * 8 + "pulls limited to 100"
    )
    assert names_title(browser) == "Repositories · more to come"
    browser.names.problem = NotFound("gone \x1b")
    assert names_title(browser) == r"Repositories · incomplete: gone \x1b"


def test_the_footer_of_a_list_leaves_out_what_does_nothing_there():
    hints = [("esc", "back", "escape"), ("s", "sort", "sort"), ("?", "help", "help"), ("q", "quit", "quit")]
    footer = plain(names_footer(names_of("app", is_complete=True), hints, "", 60, can_go_back=False))
    assert footer.split() == ["?", "help", "q", "quit"]
    browser = names_of("app")
    assert "esc back" in plain(names_footer(browser, hints, "", 60, can_go_back=True))
    assert plain(names_footer(browser, hints, "", 60, can_go_back=True)).endswith("listing repositories")


@pytest.mark.parametrize(
    ("browser", "reason"),
    [
        (names_of(), "asking the registry"),
        (names_of(is_complete=True), "there are no repositories in this registry"),
        (names_of(stopped=True), "reading was stopped; r continues"),
        (names_of(problem=NotFound("no catalog")), "no catalog"),
        (names_of("app"), "nothing matches; esc shows all again"),
    ],
)
def test_if_no_name_is_listed_the_reason_is_shown(browser, reason):
    assert reason in "\n".join(map(plain, why_no_names(browser, 60)))


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [(1, "layer", "1 layer"), (7, "layer", "7 layers"), (2, "entry", "2 entries"), (1234, "match", "1,234 matches")],
)
def test_nouns_are_counted(count, noun, text):
    assert count_text(count, noun) == text


def test_times_are_in_utc_and_other_text_is_unchanged():
    assert time_text("2024-05-01T14:30:00+02:00") == "2024-05-01 12:30:00 UTC"
    assert time_text("2024-05-01T14:30:00") == "2024-05-01 14:30:00"
    assert time_text("soon") == "soon"
    assert mtime_text(0) == "1970-01-01 00:00:00 UTC"
    assert mtime_text(10**18) == f"{10**18} s since 1970"
