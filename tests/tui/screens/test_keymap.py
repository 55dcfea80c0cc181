"""The one keymap, and what is made of it."""

import pytest

from layerscope.tui.actions import ACTIONS
from layerscope.tui.keymap import FOOTER, KEYMAP, entry_of, key_name
from layerscope.tui.lines.help_lines import help_lines
from layerscope.tui.screens import help as help_screen
from support.screens import exploring, screen_lines, screen_text, until
from support.small_app import small_app


def test_every_action_has_a_key_and_every_key_an_action():
    assert {entry.action for entry in KEYMAP} == set(ACTIONS)


def test_no_key_has_two_meanings():
    keys = [key for entry in KEYMAP for key in entry.keys]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("swallowed", ["ctrl+m", "ctrl+b", "ctrl+@"])
def test_keys_that_terminals_swallow_have_a_second_one(swallowed):
    entry = next(entry for entry in KEYMAP if swallowed in entry.keys)
    assert any(not key.startswith("ctrl+") for key in entry.keys)


async def test_the_footer_shows_the_keys_that_are_meant_for_it():
    async with exploring(small_app(), size=(200, 40)) as (app, _):
        footer = screen_lines(app)[-1]
    for action in FOOTER:
        entry = entry_of(action)
        assert entry.short
        assert f"{key_name(entry.keys[0])} {entry.short}" in footer


async def test_a_narrow_footer_keeps_help_and_quit():
    async with exploring(small_app(), size=(40, 20)) as (app, _):
        assert screen_lines(app)[-1].rstrip().endswith("? help  q quit")


async def test_help_lists_every_key():
    async with exploring(small_app(), size=(120, 120)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Moving" in screen_text(app))
        text = screen_text(app)
    assert "1 .. 9" in text
    for entry in KEYMAP:
        assert entry.family or ", ".join(map(key_name, entry.keys)) in text


async def test_help_is_wrapped_once_its_panel_has_a_width(monkeypatch):
    widths = []
    monkeypatch.setattr(help_screen, "help_lines", lambda width: widths.append(width) or help_lines(width))
    async with exploring(small_app(), size=(120, 120)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Moving" in screen_text(app))
        panel = app.screen.query_one("#help")
        assert set(widths) == {panel.scrollable_content_region.width - 1}


async def test_help_is_left_with_escape():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.press("escape")
        assert app.screen is app.explorer
