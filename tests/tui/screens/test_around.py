"""Help, palette, themes, mouse, sizes: all that is around the panes."""

import pytest
from rich.color import ColorSystem
from textual.command import CommandPalette
from textual.events import MouseScrollDown, Resize
from textual.geometry import Size
from textual.screen import Screen

from layerscope.errors import NotFound
from layerscope.tui.lines import glyphs
from layerscope.tui.screens.explorer import KEYMAP
from layerscope.tui.themes import SIXTEEN
from support.images import build_image, descriptor
from support.memory_source import MemorySource
from support.screens import exploring, names, pane_lines, pane_text, screen_lines, screen_text, type_at_once, until
from support.small_app import small_app


async def test_an_artifact_is_shown_as_what_it_is_and_not_as_an_empty_image():
    chart = "application/vnd.cncf.helm"
    content = {"layers": [b"chart"], "compress": bytes, "layer_media_type": f"{chart}.chart.content.v1.tar+gzip"}
    config = descriptor(build_image(**content).config_bytes, f"{chart}.config.v1+json")
    async with exploring(build_image(**content, manifest={"config": config}), size=(160, 40)) as (app, _):
        assert f"artifact {chart}.config.v1+json" in screen_lines(app)[0]
        assert "live" not in screen_lines(app)[0]
        assert "not a file system: `layerscope blob` prints it" in " ".join(pane_text(app, "files").split())


async def test_the_details_come_to_the_front_if_there_is_room_for_one_pane():
    async with exploring(small_app(), size=(60, 15)) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: "Layer 0" in screen_text(app) and "Layers" not in screen_text(app))
        await pilot.press("i")
        await until(pilot, lambda: "Path" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Layers" in screen_text(app))


async def test_the_focus_goes_from_pane_to_pane_and_back():
    async with exploring(small_app()) as (app, pilot):
        seen = [app.screen.pane]
        for key in ("tab", "tab", "tab", "shift+tab", "shift+tab"):
            await pilot.press(key)
            seen.append(app.screen.pane)
        panes = [app.screen.panes["layers"], app.screen.panes["files"], app.screen.panes["details"]]
        assert seen == [*panes, panes[0], panes[2], panes[1]]
        assert "Path" in pane_lines(app, "details")[0]


async def test_the_palette_has_every_action():
    async with exploring(small_app()) as (app, _):
        commands = {command.help for command in app.get_system_commands(app.explorer)}
    assert len(commands) == len(KEYMAP.entries)


async def test_results_of_a_search_that_come_after_the_palette_was_closed_do_no_harm():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("ctrl+p")
        palette = app.screen
        await pilot.press("escape")
        palette._list_visible = not palette._list_visible
        await pilot.press("j")
        assert app.crash is None


async def test_an_action_is_done_from_the_palette():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.press(*"open", "space", *"all", "space", *"directories")
        await until(pilot, lambda: "Open all directories" in screen_text(app))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.screen is app.explorer and "bash" in names(app))


@pytest.mark.parametrize("size", [(100, 30), (60, 3)])
@pytest.mark.parametrize("opening", ["ctrl+p", "T"])
@pytest.mark.parametrize("page", ["pageup", "pagedown"])
async def test_a_page_key_right_after_the_palette_is_opened_does_no_harm(opening, page, size):
    async with exploring(small_app(), size=size) as (app, pilot):
        type_at_once(app, opening, page)
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(page, "escape")
        await until(pilot, lambda: app.screen is app.explorer)


async def test_every_theme_shows_cursor_and_changes_apart():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab")
        files = app.explorer.panes["files"]
        for theme in app.available_themes:
            app.theme = theme
            await pilot.pause()
            plain, cursor = files._look(("value",)), files._look(("value", "cursor"))
            assert (cursor.bgcolor, cursor.reverse) != (plain.bgcolor, plain.reverse), theme
            looks = [files.get_visual_style(look).rich_style.color for look in ("added", "modified", "removed")]
            assert len(set(looks)) == 3, theme


@pytest.mark.parametrize(
    ("keys", "pane"),
    [((), "layers"), (("tab",), "files"), (("w",), "listing"), (("W",), "listing"), (("colon", "s"), "paths")],
)
async def test_without_colour_the_cursor_is_in_reverse_video(monkeypatch, keys, pane):
    monkeypatch.setenv("NO_COLOR", "1")
    async with exploring(small_app()) as (app, pilot):
        await pilot.press(*keys)
        view = app.screen.query_one(f"#{pane}")
        await until(pilot, lambda: view.has_cursor and view.line_count)
        heading_height = view.heading(80) is not None
        assert [y for y in range(view.line_count) if is_reversed(view.render_line(y))] == [view.cursor + heading_height]


async def test_without_colour_the_pane_with_the_focus_has_another_border(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with exploring(small_app()) as (app, pilot):
        for key, pane in (("1", "layers"), ("2", "files"), ("3", "details")):
            await pilot.press(key)
            await pilot.pause()
            corners = {name: corner(app, name) for name in ("layers", "files", "details")}
            assert {name for name, char in corners.items() if char == "╔"} == {pane}


def corner(app, name):
    region = app.explorer.panes[name].region
    return screen_lines(app)[region.y][region.x]


async def test_16_colours_tell_the_kinds_of_change_apart():
    colours = set()
    async with exploring(small_app()) as (app, pilot):
        app.theme = SIXTEEN.name
        await pilot.pause()
        files = app.explorer.panes["files"]
        for look in ("added", "modified", "removed", "touched"):
            colour = files.get_visual_style(look).rich_style.color
            colours.add(colour.downgrade(ColorSystem.STANDARD).number)
        assert files._look(("value", "cursor")).reverse
    assert len(colours) == 4


async def test_an_ansi_theme_shows_the_number_under_the_cursor():
    async with exploring(small_app()) as (app, pilot):
        app.theme = "ansi-dark"
        await pilot.pause()
        look = app.explorer.panes["layers"].render_line(1)._segments[1].style
        assert look.reverse or look.color != look.bgcolor


def is_reversed(strip):
    return all(segment.style.reverse for segment in strip)


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        ((), "Layers"),
        (("tab", "end", "y"), "copied"),
        (("z",), "Layers"),
        (("w",), "Waste"),
        (("question_mark", "down"), "esc closes"),
        (("colon", "s"), "Go to path"),
        (("x",), "Save"),
        (("slash", "ctrl+t", "left_parenthesis"), "regex"),
        (("ctrl+p", "o"), "Open"),
        (("T",), "dracula"),
    ],
)
async def test_a_terminal_that_has_nothing_but_ascii_is_sent_nothing_else(monkeypatch, keys, seen):
    monkeypatch.setattr(glyphs, "ASCII_ONLY", True)
    async with exploring(many_files(), size=(90, 24)) as (app, pilot):
        await pilot.press(*keys)
        await until(pilot, lambda: seen in screen_text(app))
        assert screen_text(app).isascii()


async def test_a_problem_is_told_in_ascii_too(monkeypatch):
    monkeypatch.setattr(glyphs, "ASCII_ONLY", True)
    source = MemorySource(small_app(), error=NotFound("there is no ünï"))
    async with exploring(small_app(), source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: "there is no ?n?" in screen_text(app))
        assert screen_text(app).isascii()


def many_files():
    """So many, and names so long, that scrollbars and ellipses are drawn."""
    layers = ([(f"{number:03}" + "ü" * 200, b"") for number in range(200)],)
    return small_app(layers=layers, steps=(("COPY " + "x" * 200, False),))


async def test_a_click_moves_the_cursor_and_gives_the_focus():
    async with exploring(small_app()) as (app, pilot):
        await pilot.click("#files", offset=(30, 3))
        assert app.browser.state.cursor == b"bin"
        assert app.explorer.pane is app.explorer.panes["files"]


async def test_a_double_click_opens_a_directory():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("C")
        row = next(y for y, line in enumerate(pane_lines(app, "files")) if "▸ usr/bin" in line)
        await pilot.click("#files", offset=(60, row), times=2)
        assert "bash" in names(app)


async def test_a_click_on_a_marker_opens_the_directory():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("C")
        region = app.explorer.panes["files"].region
        lines = screen_lines(app)[region.y : region.bottom]
        row = next(y for y, line in enumerate(lines) if "▸ usr/bin" in line)
        await pilot.click("#files", offset=(lines[row].index("▸") - region.x, row))
        assert "bash" in names(app)


async def test_a_click_on_a_key_in_the_footer_does_it():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await pilot.click("#footer", offset=(screen_lines(app)[-1].index("w waste"), 0))
        assert app.browser.state.listing == "waste"


async def test_the_wheel_scrolls_the_tree():
    layers = ([(f"file{number:03}", b"") for number in range(200)],)
    async with exploring(small_app(layers=layers, steps=(("COPY", False),))) as (app, pilot):
        files = app.explorer.panes["files"]
        before = files.scroll_offset.y
        await pilot._post_mouse_events([MouseScrollDown], widget="#files", offset=(10, 10))
        await until(pilot, lambda: files.scroll_offset.y > before)


async def test_the_splitter_is_dragged():
    async with exploring(small_app()) as (app, pilot):
        splitter = app.explorer.query_one("#splitter")
        start = splitter.region.x
        await pilot.mouse_down("#splitter", offset=(0, 5))
        await pilot.hover("#files", offset=(9, 5))
        await until(pilot, lambda: splitter.region.x == start + 10)
        await pilot.mouse_up("#splitter", offset=(0, 5))
        assert splitter.region.x == start + 10


async def test_a_pane_is_maximised_and_brought_back():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "z")
        await pilot.pause()
        assert app.explorer.panes["files"].region.width == 120
        await pilot.press("z")
        await pilot.pause()
        assert "Layers" in screen_text(app)


async def test_another_pane_is_maximised_by_going_there():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("z", "tab")
        await pilot.pause()
        assert app.explorer.panes["files"].region.width == 120


@pytest.mark.parametrize("pane", ["layers", "files", "details"])
async def test_a_maximised_pane_has_all_lines_of_the_screen(pane):
    async with exploring(small_app(), size=(120, 30)) as (app, pilot):
        chosen = app.explorer.panes[pane]
        app.explorer.go_to(pane)
        await pilot.press("z")
        await until(pilot, lambda: chosen.region.size == (120, 30))


async def test_a_small_screen_gives_all_lines_between_header_and_footer_to_the_layers():
    async with exploring(small_app(), size=(60, 15)) as (app, pilot):
        await until(pilot, lambda: app.explorer.panes["layers"].region.size == (60, 13))


async def test_every_size_draws_whole_lines():
    async with exploring(small_app()) as (app, pilot):
        for width, height in [(200, 60), (140, 40), (80, 24), (60, 15), (40, 10), (20, 5), (1, 1)]:
            await pilot.resize_terminal(width, height)
            await pilot.press("tab", "j", "J", "w", "w", "question_mark", "escape", "slash", "escape")
            await pilot.pause()
            assert len(screen_lines(app)) == height
            assert max(map(len, screen_lines(app))) <= width


@pytest.mark.parametrize("width", [76, 80, 109])
async def test_up_to_109_columns_layers_are_above_files_at_full_width_with_bars_and_pull(width):
    async with exploring(small_app(), size=(width, 24)) as (app, pilot):
        panes = app.explorer.panes
        assert panes["layers"].region.width == panes["files"].region.width == width
        assert panes["layers"].region.bottom == panes["files"].region.y
        assert {"pull", "size", "share"} <= set(pane_lines(app, "layers")[1].split())
        assert {"pull", "+size"} <= set(pane_lines(app, "files")[1].split())
        assert "━" in pane_text(app, "files")
        await pilot.press("i")
        await until(pilot, lambda: panes["details"].region.width == width)
        assert "ADD file" in pane_text(app, "details")
        await pilot.press("escape")
        await until(pilot, lambda: panes["files"].region.width == width)


async def test_a_dragged_splitter_leaves_room_for_the_files_on_a_smaller_screen():
    async with exploring(small_app(), size=(200, 40)) as (app, pilot):
        await pilot.mouse_down("#splitter", offset=(0, 5))
        await pilot.hover("#header", offset=(170, 0))
        await pilot.mouse_up("#header", offset=(170, 0))
        await until(pilot, lambda: app.explorer.query_one("#splitter").region.x == 170)
        for width, least in ((120, 40), (80, 80), (50, 0), (120, 40)):
            await pilot.resize_terminal(width, 40)
            await until(pilot, lambda: app.explorer.panes["files"].region.width >= least)  # noqa: B023 - awaited here


async def test_escape_ends_the_search_in_a_maximised_pane_before_it_brings_the_others_back():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "z", "slash", *"pass")
        await until(pilot, lambda: "1 of 1" in screen_text(app))
        assert "Layers" not in screen_text(app)
        await pilot.press("escape")
        assert app.browser.state.search is None
        assert "Layers" not in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Layers" in screen_text(app))


@pytest.mark.parametrize(
    ("keys", "title"),
    [
        (["J", "J"], "what layer 2 changed"),
        (["J", "J", "a"], "all up to layer 2, changes after layer 0"),
        (["J", "m", "J"], "what layers 1 to 2 changed"),
    ],
)
@pytest.mark.parametrize("width", [80, 140])
async def test_what_is_compared_can_be_read_at_any_width_and_what_is_hidden_is_said_below(keys, title, width):
    async with exploring(small_app(), size=(width, 24)) as (app, pilot):
        await pilot.press(*keys, "tab", "s", "s", "plus")
        await pilot.pause()
        first, *_, last = pane_lines(app, "files")
    assert f" Files: {title} ─" in first
    assert " by change · without added ─" in last


async def test_a_title_is_chosen_anew_when_the_screen_grows():
    async with exploring(small_app(), size=(80, 24)) as (app, pilot):
        await pilot.press("J", "a")
        await pilot.resize_terminal(40, 24)
        await pilot.press("tab")
        await until(pilot, lambda: "Files: up to 1, after 0 " in screen_text(app))
        await pilot.resize_terminal(140, 24)
        await until(pilot, lambda: "Files: all up to layer 1, changes after layer 0 " in pane_lines(app, "files")[0])


async def test_60_columns_give_the_screen_to_one_pane_at_a_time():
    async with exploring(small_app(), size=(60, 15)) as (app, pilot):
        assert "Layers" in screen_text(app)
        assert "Files" not in screen_text(app)
        await pilot.press("tab")
        await until(pilot, lambda: "Files" in screen_text(app))
        assert "Layers" not in screen_text(app)
        assert "passwd" in screen_text(app)


async def test_a_resize_keeps_the_cursor_in_sight():
    layers = ([(f"file{number:03}", b"") for number in range(200)],)
    async with exploring(small_app(layers=layers, steps=(("COPY", False),)), size=(120, 60)) as (app, pilot):
        await pilot.press("tab", *["j"] * 50)
        assert app.browser.state.cursor == b"file049"
        await pilot.resize_terminal(80, 20)
        await until(pilot, lambda: "file049" in pane_text(app, "files"))
        await pilot.resize_terminal(60, 12)
        await until(pilot, lambda: "file049" in screen_text(app))


async def test_escape_steps_back_from_a_range():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("m", "J")
        assert "layers 0 to 1" in pane_lines(app, "files")[0]
        await pilot.press("escape")
        assert "what layer 1 changed" in pane_lines(app, "files")[0]


async def test_two_sizes_that_arrive_at_once_do_not_take_turns(monkeypatch):
    sizes, lay_out = [], Screen._screen_resized

    def busy(screen, size):
        sizes.append(size)
        lay_out(screen, size)
        if len(sizes) < 20:
            screen.call_later(lambda: None)  # a message that stands between two sizes: they are not joined

    async with exploring(small_app(), size=(100, 30)) as (app, pilot):
        monkeypatch.setattr(Screen, "_screen_resized", busy)
        for size in (Size(20, 5), Size(100, 30)):
            app.screen.post_message(Resize(size, size))
            app.screen.call_later(lambda: None)
        await pilot.pause()
        assert set(sizes) == {app.size}
        assert len(sizes) < 5


async def test_a_notification_that_expires_while_it_is_put_on_the_screen_stays_for_a_moment():
    async with exploring(small_app()) as (app, pilot):
        app.notify("late")
        await until(pilot, lambda: len(app._notifications) == 1)
        (notification,) = app._notifications
        notification.raised_at -= notification.timeout + 1
        assert notification.has_expired
        assert notification.time_left > 0
