"""The settings, as the explorer follows them."""

import pytest

from layerscope.errors import LayerscopeError
from layerscope.settings.parsing import Given, Settings, parse
from layerscope.tui.panes.files.keys import ATTRIBUTES
from layerscope.tui.screens.tastes import taste_of
from layerscope.tui.state.taste import USUAL, Taste
from layerscope.tui.state.view_state import ALL_COLUMNS, Column, Sort
from support.screens import exploring, names, pane_lines, screen_text, until
from support.small_app import small_app


def test_settings_are_followed():
    settings = parse(b"theme='nord'\nsort='size'\ncolumns=['mode','bar']\n[keys]\nfind='ctrl+f'\n", "f")
    assert taste_of(settings) == Taste("nord", Sort.SIZE, frozenset((Column.MODE, Column.BAR)), {"find": ("ctrl+f",)})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("theme='neon'", "`f`, line 1: there is no theme `neon`"),
        (
            "\nsort='age'",
            "`f`, line 2: there is no order `age`, only `name`, `size`, `change`, `wasted`, `pull`",
        ),
        ("columns=['bar', 'x']", "`f`, line 1: there is no column `x`, only `mode`, `owner`, `pull`, `bar`"),
        ("[keys]\nfindd='f12'", "`f`, line 2: there is no action `findd`; did you mean `find`?"),
        ("theme=1", "`f`, line 1: the value of `theme` is not a text in quotes"),
    ],
)
def test_what_cannot_be_followed_is_named_with_its_line_and_left_out(text, problem):
    assert taste_of(parse(text.encode(), "f")) == Taste(problems=(problem,))


def test_a_wrong_variable_is_named():
    assert taste_of(Settings(sort=Given("age", "`LAYERSCOPE_SORT`"))).problems[0].startswith("`LAYERSCOPE_SORT`: ")


@pytest.fixture
def many_colours(monkeypatch):
    """Let the terminal have all colours, whatever the tests run in."""
    monkeypatch.setattr("layerscope.tui.app.FEW_COLOURS", ())


@pytest.mark.usefixtures("many_colours")
async def test_theme_order_and_columns_are_those_of_the_settings():
    taste = Taste("nord", Sort.SIZE, ALL_COLUMNS - ATTRIBUTES)
    async with exploring(small_app(), taste=taste) as (app, pilot):
        assert app.theme == "nord"
        await pilot.press("end", "a")
        assert names(app)[1] == "usr"
        assert pane_lines(app, "files")[1].split() == ["size", "pull", "name"]
        await pilot.press("ctrl+b")
        assert pane_lines(app, "files")[1].split()[0] == "mode"


async def test_an_error_in_the_settings_is_shown_and_the_explorer_goes_on():
    async with exploring(small_app(), taste=Taste(problems=("`f`, line 1: [b]wrong\x1b",))) as (app, pilot):
        await until(pilot, lambda: r"`f`, line 1: [b]wrong\x1b" in screen_text(app))
        assert names(app)


@pytest.mark.usefixtures("many_colours")
async def test_a_theme_that_is_chosen_is_kept_once():
    kept = []
    async with exploring(small_app(), taste=Taste(keep_theme=kept.append)) as (app, pilot):
        await pilot.press("T", *"dracula", "down", "enter")
        await until(pilot, lambda: kept)
    assert (app.theme, kept) == ("dracula", ["dracula"])


@pytest.mark.usefixtures("many_colours")
async def test_a_theme_that_cannot_be_kept_is_used_and_a_notice_says_why():
    def refuse(_name):
        raise LayerscopeError("cannot write `[f]`: Permission denied")

    async with exploring(small_app(), taste=Taste(keep_theme=refuse)) as (app, pilot):
        app.theme = "nord"
        await until(pilot, lambda: "cannot write `[f]`" in screen_text(app))
    assert app.theme == "nord"


async def test_a_terminal_of_16_colours_has_a_theme_of_its_own_that_is_not_kept(monkeypatch):
    monkeypatch.setattr("layerscope.tui.app.FEW_COLOURS", ("truecolor", "256", "standard", None))
    kept = []
    async with exploring(small_app(), taste=Taste("nord", keep_theme=kept.append)) as (app, pilot):
        assert app.theme == "layerscope-16"
        app.theme = "dracula"
        await pilot.pause()
    assert kept == []


def test_without_settings_the_taste_is_the_usual_one():
    assert taste_of(Settings()) == USUAL
