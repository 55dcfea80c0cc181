"""Saving parts of the image to disk."""

from support.screens import exploring, screen_text, until
from support.small_app import small_app


async def save(pilot, app, path, directory):
    app.browser.state.cursor = path
    await pilot.press("x")
    await until(pilot, lambda: "Save" in screen_text(app))
    app.screen.query_one("Input").value = str(directory)
    await pilot.press("enter")


async def test_a_file_is_saved_as_the_layer_left_it(tmp_path):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J")
        await save(pilot, app, b"etc/hosts", tmp_path)
        await until(pilot, lambda: "1 file written to" in screen_text(app))
    assert (tmp_path / "hosts").read_bytes() == b"localhost\nother\n"


async def test_a_directory_is_saved_with_all_that_is_in_it(tmp_path):
    async with exploring(small_app()) as (app, pilot):
        await save(pilot, app, b"etc", tmp_path)
        await until(pilot, lambda: "3 files written to" in screen_text(app))
    assert sorted(path.name for path in (tmp_path / "etc").iterdir()) == ["hosts", "passwd", "shadow"]


async def test_a_removed_file_is_saved_as_it_was_before(tmp_path):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "J")
        await save(pilot, app, b"etc/shadow", tmp_path)
        await until(pilot, lambda: "1 file written to" in screen_text(app))
    assert (tmp_path / "shadow").read_bytes() == b"secret\n"


async def test_nothing_that_exists_is_replaced(tmp_path):
    (tmp_path / "hosts").write_text("mine")
    async with exploring(small_app()) as (app, pilot):
        await save(pilot, app, b"etc/hosts", tmp_path)
        await until(pilot, lambda: "exists" in screen_text(app))
    assert (tmp_path / "hosts").read_text() == "mine"


async def test_saving_can_be_given_up():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("x", "escape")
        assert app.screen is app.explorer


async def test_the_home_of_an_unknown_user_is_an_error_that_says_so():
    async with exploring(small_app()) as (app, pilot):
        await save(pilot, app, b"etc/hosts", "~nosuchuser/files")
        await until(pilot, lambda: "`~nosuchuser/files` has no home" in screen_text(app))


async def test_a_tilde_is_the_home_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    async with exploring(small_app()) as (app, pilot):
        await save(pilot, app, b"etc/hosts", "~/files")
        await until(pilot, lambda: "1 file written to" in screen_text(app))
    assert (tmp_path / "files" / "hosts").exists()
