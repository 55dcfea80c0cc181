"""The one keymap, and what is made of it."""

import pytest

from layerscope.tui.keymap import key_name
from layerscope.tui.lines.help_lines import help_lines
from layerscope.tui.screens import help as help_screen, names
from layerscope.tui.screens.explorer import KEYMAP, PANES
from support.screens import exploring, screen_lines, screen_text, until
from support.small_app import small_app


@pytest.mark.parametrize("pane", [pane.NAME for pane in PANES])
def test_no_key_has_two_meanings_in_a_pane(pane):
    meanings = {}
    hidden = {"files"} if pane == "listing" else {"listing"}
    for entry in KEYMAP._meant(pane, hidden):
        for key in entry.keys:
            meanings.setdefault(key, []).append(entry)
    own = {key for kind in PANES if pane == kind.NAME for entry in kind.KEYS for key in entry.keys}
    assert [key for key, entries in meanings.items() if len(entries) > 1 and key not in own] == []


@pytest.mark.parametrize("keymap", [KEYMAP, names.KEYMAP])
def test_every_action_is_in_the_help(keymap):
    assert {entry.action for entry in keymap.all} == {entry.action for entry in keymap.entries}


@pytest.mark.parametrize("swallowed", ["ctrl+b", "ctrl+@"])
def test_keys_that_terminals_swallow_have_a_second_one(swallowed):
    entry = next(entry for entry in KEYMAP.entries if swallowed in entry.keys)
    assert any(not key.startswith("ctrl+") for key in entry.keys)


def test_no_key_is_one_that_a_terminal_sends_for_another():
    assert not KEYMAP.keys & {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+j", "ctrl+left_square_bracket"}


async def test_the_digits_are_the_panes():
    async with exploring(small_app()) as (app, pilot):
        for digit, name in (("2", "files"), ("3", "details"), ("1", "layers")):
            await pilot.press(digit)
            assert name == app.explorer.pane.NAME
        await pilot.press("w", "2")
        assert app.explorer.pane.NAME == "listing"


async def test_the_footer_shows_the_keys_that_are_meant_for_it():
    async with exploring(small_app(), size=(200, 40)) as (app, _):
        footer = screen_lines(app)[-1]
    hints = KEYMAP.hints("layers")
    assert len(hints) == 18
    for key, word, _ in hints:
        assert f"{key} {word}" in footer


async def test_the_footer_shows_the_keys_of_the_pane_with_the_focus_and_of_a_find_bar():
    async with exploring(small_app(), size=(200, 40)) as (app, pilot):
        await pilot.press("J", "J", "tab", "j", "j", "V")
        await until(pilot, lambda: app.explorer.pane.NAME == "content")
        await pilot.pause()
        footer = screen_lines(app)[-1]
        assert "s sort" not in footer
        assert "space mark" not in footer
        assert "d diff" in footer
        await pilot.press("slash")
        await pilot.pause()
        assert screen_lines(app)[-1].split() == ["f1", "help", "ctrl+c", "quit"]


async def test_a_narrow_footer_keeps_help_and_quit():
    async with exploring(small_app(), size=(40, 20)) as (app, _):
        assert screen_lines(app)[-1].rstrip().endswith("? help  q quit")


async def test_help_lists_every_key():
    async with exploring(small_app(), size=(120, 190)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Moving" in screen_text(app))
        text = screen_text(app)
    assert "1 .. 3" in text
    for entry in KEYMAP.entries:
        assert entry.family or ", ".join(map(key_name, entry.keys)) in text


async def test_help_is_wrapped_once_its_panel_has_a_width(monkeypatch):
    widths = []

    def seen(entries, width):
        widths.append(width)
        return help_lines(entries, width)

    monkeypatch.setattr(help_screen, "help_lines", seen)
    async with exploring(small_app(), size=(120, 190)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Moving" in screen_text(app))
        panel = app.screen.query_one("#help")
        assert set(widths) == {panel.scrollable_content_region.width - 1}


async def test_help_is_left_with_escape():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.press("escape")
        assert app.screen is app.explorer


async def test_help_turns_by_its_own_pages_and_is_searched():
    async with exploring(small_app(), size=(100, 20)) as (app, pilot):
        await pilot.press("question_mark")
        panel = app.screen.query_one("#help")
        await until(pilot, lambda: panel.line_count > 30)
        await pilot.press("pagedown")
        await until(pilot, lambda: panel.scroll_offset.y == panel.page_height)
        await pilot.press("slash", *"ghosts")
        await until(pilot, lambda: "show ghosts" in screen_text(app) and "one line up" not in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "one line up" in screen_text(app))
        await pilot.press("escape")
        assert app.screen is app.explorer


@pytest.mark.parametrize(
    ("word", "name"), [("extract", "Save the file"), ("config", "Switch the details"), ("diff", "Start a range")]
)
async def test_the_palette_finds_actions_by_other_words(word, name):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("ctrl+p", *word)
        await until(pilot, lambda: name in screen_text(app))
