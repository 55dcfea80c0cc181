"""Saving parts of the image to disk."""

from support.memory_source import MemorySource
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


async def test_what_exists_is_replaced_only_if_the_user_says_so(tmp_path):
    (tmp_path / "hosts").write_text("mine")
    async with exploring(small_app()) as (app, pilot):
        await save(pilot, app, b"etc/hosts", tmp_path)
        await until(pilot, lambda: "Overwrite the files that exist?" in screen_text(app))
        await pilot.press("n")
        assert (tmp_path / "hosts").read_text() == "mine"
        await save(pilot, app, b"etc/hosts", tmp_path)
        await until(pilot, lambda: "y yes" in screen_text(app))
        await pilot.press("y")
        await until(pilot, lambda: "1 file written to" in screen_text(app))
    assert (tmp_path / "hosts").read_text() == "localhost\n"


async def test_the_question_says_how_many_files_and_bytes():
    async with exploring(small_app()) as (app, pilot):
        app.browser.state.cursor = b"etc"
        await pilot.press("x")
        await until(pilot, lambda: "3 files, 28 B" in screen_text(app))


async def test_escape_cancels_saving_and_nothing_is_left(tmp_path):
    source = MemorySource(small_app())
    source.stamp = lambda _descriptor: "a blob that is not kept"
    async with exploring(None, source=source) as (app, pilot):
        gate = source.hold(0)
        await save(pilot, app, b"etc", tmp_path / "new")
        await until(pilot, lambda: "saving, esc cancels" in screen_text(app))
        await until(pilot, lambda: source.opened.count(source.opened[0]) > 1)
        await pilot.press("escape")
        gate.set()
        await until(pilot, lambda: "saving was cancelled" in screen_text(app))
        assert "esc cancels" not in screen_text(app)
    assert list(tmp_path.iterdir()) == []


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
