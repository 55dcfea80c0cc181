"""Directories with nothing but one directory in them share its row."""

from support.images import build_image
from support.screens import exploring, names, pane_lines, until
from support.tars import directory, file

LAYERS = (
    [directory("usr"), file("usr/share/doc/x/copyright", b"1"), file("usr/share/doc/x/readme", b"22")],
    [file("usr/share/doc/x/readme", b"333"), file("opt/app/bin/run", b"4")],
    [file("opt/.wh.app"), file("opt/lib", b"")],
)


async def test_a_chain_of_single_directories_is_one_row_that_is_opened_and_left_as_one():
    async with exploring(build_image(LAYERS), size=(120, 30)) as (app, pilot):
        assert names(app) == ["/", "usr/share/doc/x", "copyright", "readme"]
        await pilot.press("tab", "j", "left")
        assert names(app) == ["/", "usr/share/doc/x"]
        assert app.browser.files.cursor_path == b"usr/share/doc/x"
        await pilot.press("right", "right", "left")
        assert app.browser.files.cursor_path == b"usr/share/doc/x"
        await pilot.press("left", "left")
        assert app.browser.files.cursor_path == b""


async def test_the_heads_say_in_which_directory_the_cursor_is():
    async with exploring(build_image(LAYERS), size=(80, 24)) as (app, pilot):
        await pilot.press("tab", "j", "j")
        assert "name  in …" in pane_lines(app, "files")[1]
        assert pane_lines(app, "files")[1].endswith("/doc/x")
        await pilot.press("k")
        assert pane_lines(app, "files")[1].endswith("name")


async def test_next_change_search_and_go_to_find_paths_in_a_chain():
    async with exploring(build_image(LAYERS), size=(120, 30)) as (app, pilot):
        await pilot.press("tab", "J", "C", *["right_square_bracket"] * 4)
        assert app.browser.files.cursor_path == b"usr/share/doc/x/readme"
        await pilot.press(*["left_square_bracket"] * 4)
        assert app.browser.files.cursor_path == b"opt/app/bin"
        await pilot.press("slash", *"share", "enter")
        await until(pilot, lambda: app.browser.files.cursor_path == b"usr/share")
        await pilot.press("escape")
        app.explorer.jump_to_path(b"usr/share/doc")
        assert app.browser.files.cursor_path == b"usr/share/doc/x"


async def test_a_directory_that_changed_in_another_way_than_the_one_below_it_keeps_its_row():
    async with exploring(build_image(LAYERS), size=(120, 30)) as (app, pilot):
        await pilot.press("J", "J")
        assert names(app) == ["/", "opt", "app/bin", "lib"]
        await pilot.press("tab", "c", "a")
        assert names(app)[:2] == ["/", "opt"]


async def test_a_chain_that_is_too_long_loses_its_start():
    path = "/".join(["directory"] * 12) + "/last/file"
    async with exploring(build_image([[file(path, b"1")]]), size=(80, 24)) as (app, _):
        assert "…" in pane_lines(app, "files")[3]
        assert pane_lines(app, "files")[3].endswith("/directory/last")
