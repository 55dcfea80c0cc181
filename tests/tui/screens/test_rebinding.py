"""Other keys for actions, as the settings ask for them."""

import pytest

from layerscope.errors import UsageError
from layerscope.settings.parsing import Given
from layerscope.tui.screens import explorer, names
from layerscope.tui.screens.rebinding import key_called, rebind
from layerscope.tui.state.taste import Taste
from support.images import build_image
from support.screens import exploring, find_bar_of, screen_lines, screen_text, until
from support.small_app import small_app

KEYMAPS = (explorer.KEYMAP, names.KEYMAP)


def rebound(**wanted):
    """The keys that result, and what is wrong; each action is on a line of its own, from 1."""
    lines = enumerate(wanted.items(), 1)
    given = {
        action: Given((keys,) if isinstance(keys, str) else keys, f"line {number}") for number, (action, keys) in lines
    }
    return rebind(given, KEYMAPS)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("f", "f"),
        ("F", "F"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("+", "plus"),
        ("-", "minus"),
        ("_", "underscore"),
        (" ", "space"),
        ("esc", "escape"),
        ("pgup", "pageup"),
        ("f5", "f5"),
        ("ctrl+f", "ctrl+f"),
        ("ctrl+F", "ctrl+f"),
        ("ctrl+space", "ctrl+@"),
        ("alt+x", "alt+x"),
        ("shift+j", "J"),
        ("shift+down", "shift+down"),
        ("question_mark", "question_mark"),
    ],
)
def test_a_key_is_named_as_people_or_as_textual_call_it(name, key):
    assert key_called(name) == key


@pytest.mark.parametrize("name", ["", "crtl+f", "ctrl+", "fn", "ctrl+find", "ff", "é+f", "\x1b", "\u202e"])
def test_what_is_no_key_is_refused(name):
    with pytest.raises(UsageError, match="is not a key"):
        key_called(name)


@pytest.mark.parametrize("name", ["ctrl+c", "ctrl+z", "ctrl+m", "ctrl+i", "ctrl+[", "ctrl+j"])
def test_a_key_that_a_terminal_or_the_program_needs_is_refused(name):
    with pytest.raises(UsageError, match="cannot have another meaning"):
        key_called(name)


@pytest.mark.parametrize("action", sorted({entry.action for keymap in KEYMAPS for entry in keymap.all}))
def test_every_action_can_have_another_key(action):
    assert rebound(**{action: "f12"}) == ({action: ("f12",)}, [])


def test_two_actions_can_swap_their_keys():
    keys, problems = rebound(waste="W", savings=("w", "f12"))
    assert (keys, problems) == ({"waste": ("W",), "savings": ("w", "f12")}, [])


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"fnd": "f12"}, "line 1: there is no action `fnd`; did you mean `find`?"),
        ({"\x1b[31m": "f12"}, r"line 1: there is no action `\x1b[31m`"),
        ({"find": "fff"}, "line 1: `fff` is not a key"),
        ({"find": "s"}, "line 1: `s` is a key of `sort` too"),
        ({"find": "f12", "sort": "f12"}, "line 1: `f12` is a key of `sort` too"),
        ({"regex": "t"}, "line 1: `t` can be typed into a text, where this action has to work too"),
    ],
)
def test_a_wrong_line_is_named_and_left_out(wanted, problem):
    keys, problems = rebound(**wanted)
    assert problems == [problem]
    assert next(iter(wanted)) not in keys


def test_an_action_that_gets_its_key_back_may_clash_in_its_turn():
    assert rebound(find="q", sort="/") == (
        {},
        ["line 1: `q` is a key of `quit` too", "line 2: `/` is a key of `find` too"],
    )


async def test_a_new_key_does_the_action_the_old_one_nothing_and_footer_help_and_palette_show_it():
    taste = Taste(keys={"find": ("ctrl+f",), "quit": ("Z",)})
    async with exploring(small_app(), size=(120, 100), taste=taste) as (app, pilot):
        assert "ctrl+f find" in screen_lines(app)[-1]
        assert screen_lines(app)[-1].rstrip().endswith("Z quit")
        await pilot.press("slash", "f", "q")
        assert find_bar_of(app) is None
        await pilot.press("ctrl+f")
        assert find_bar_of(app).display
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: "Moving" in screen_text(app))
        shown = screen_text(app)
        assert "ctrl+f              show only files that match" in shown
        assert "/, f" not in shown
        await pilot.press("escape", "ctrl+p", *"quit;")
        await until(pilot, lambda: "Z · quit" in screen_text(app))
        await pilot.press("escape", "escape", "Z")
        assert not app.is_running


async def test_texts_name_the_new_keys():
    taste = Taste(keys={"unmodified": ("U",), "regex": ("ctrl+g",)})
    layers = [[("a", b"1")], []]
    async with exploring(build_image(layers), taste=taste) as (app, pilot):
        await pilot.press("J")
        await until(pilot, lambda: "press U to show unmodified paths" in screen_text(app))
        await pilot.press("slash")
        await until(pilot, lambda: "ctrl+g for a regex" in screen_text(app))
    async with exploring(build_image(layers)) as (app, pilot):
        await pilot.press("J")
        await until(pilot, lambda: "press c to show unmodified paths" in screen_text(app))
