"""What the files pane shows, and what can be done to it."""

import pytest

from support.browsers import exported
from support.screens import exploring, names, pane_lines, pane_text, screen_text, until
from support.small_app import small_app
from support.tars import file


def row(app, name):
    return next(line for line in pane_lines(app, "files") if name in line)


async def test_a_row_shows_sign_mode_owner_size_and_name():
    async with exploring(small_app(), size=(160, 40)) as (app, _):
        assert row(app, "hosts").split() == ["+", "-rw-r--r--", "1000:100", "10", "B", "17", "B", "│", "│", "hosts"]


async def test_each_kind_of_change_has_its_sign():
    async with exploring(small_app()) as (app, pilot):
        assert row(app, "shadow").startswith("+")
        await pilot.press("J", "J")
        assert row(app, "shadow").startswith("-")
        assert row(app, "passwd").startswith("~")
        assert row(app, "var").startswith("~")


async def test_a_modified_path_says_why():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J")
        assert row(app, "hosts").endswith("hosts  (content)")
        await pilot.press("J")
        assert row(app, "passwd").endswith("passwd  (mode)")


async def test_a_directory_is_opened_and_closed():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "C", "end")
        assert names(app)[-1] == "usr/bin"
        await pilot.press("right")
        assert names(app)[-2:] == ["usr/bin", "bash"]
        await pilot.press("left")
        assert names(app)[-1] == "usr/bin"
        await pilot.press("enter")
        assert names(app)[-1] == "bash"


async def test_right_steps_into_an_open_directory_and_left_goes_to_the_parent():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "j", "j", "right")
        assert app.browser.state.cursor == b"etc/hosts"
        await pilot.press("left")
        assert app.browser.state.cursor == b"etc"


async def test_a_directory_is_opened_with_all_below_it_and_no_other():
    deep = ([file("a/b/c/deep", b"1"), file("a/f", b""), file("x/y/z/other", b"2")],)
    async with exploring(small_app(layers=deep, steps=(("COPY", False),))) as (app, pilot):
        await pilot.press("C", "tab", "j", "O")
        await until(pilot, lambda: names(app) == ["/", "a", "b/c", "deep", "f", "x/y/z"])


async def test_the_tree_is_opened_to_a_level():
    def seen(app):
        return [name for name in names(app) if name not in ("/", "file")]

    path = [f"d{depth}" for depth in range(1, 11)]
    deep = ([file("/".join([*path[:depth], "file"]), b"1") for depth in range(11)],)
    async with exploring(small_app(layers=deep, steps=(("COPY", False),))) as (app, pilot):
        await pilot.press("less_than_sign", "tab")
        for level in range(1, 10):
            if level > 1:
                await pilot.press("greater_than_sign")
            await until(pilot, lambda: seen(app) == path[:level])  # noqa: B023 - awaited in the loop


async def test_pages_are_as_long_as_the_pane():
    many = ([file(f"f{number:03}", b"") for number in range(100)],)
    async with exploring(small_app(layers=many, steps=(("COPY", False),))) as (app, pilot):
        page = app.screen.panes["files"].page_height
        await pilot.press("tab", "pagedown", "pagedown")
        await until(pilot, lambda: app.browser.state.cursor == b"f%03d" % (2 * page - 1))
        assert f"f{2 * page - 1:03}" in names(app)
        await pilot.press("pageup")
        await until(pilot, lambda: app.browser.state.cursor == b"f%03d" % (page - 1))
        await pilot.press("pageup")
        await until(pilot, lambda: app.browser.state.cursor == b"" and names(app)[0] == "/")


async def test_all_directories_are_opened_and_closed():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("E")
        assert "bash" in names(app)
        await pilot.press("C")
        assert names(app) == ["/", "bin → usr/bin", "etc", "usr/bin"]


async def test_the_cursor_keeps_its_path_when_the_layer_changes():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "j", "j", "j", "j")
        assert app.browser.state.cursor == b"etc/passwd"
        await pilot.press("J")
        await pilot.press("J")
        assert app.browser.files.cursor_path == b"etc/passwd"


@pytest.mark.parametrize(("key", "gone"), [("plus", "added"), ("tilde", "modified"), ("minus", "removed")])
async def test_a_kind_of_change_is_hidden_and_the_title_says_so(key, gone):
    sign = {"added": "+", "modified": "~", "removed": "-"}[gone]
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "m", "J", "E")
        leaves = {line[0] for line in pane_lines(app, "files")[2:-1] if line and "▾" not in line}
        assert sign in leaves
        await pilot.press(key)
        leaves = {line[0] for line in pane_lines(app, "files")[2:-1] if line and "▾" not in line}
        assert sign not in leaves
        assert f"without {gone}" in pane_lines(app, "files")[-1]


async def test_unmodified_paths_are_shown_on_demand():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "J")
        assert "bin" not in names(app)
        await pilot.press("c")
        assert "usr/bin" in pane_text(app, "files")


async def test_siblings_are_sorted_by_size():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await pilot.press("tab", "a", "s")
        assert "by size" in pane_lines(app, "files")[-1]
        assert names(app) == ["/", "usr/bin", "bash", "etc", "passwd", "hosts", "shadow", "bin → usr/bin"]


async def test_the_size_column_is_headed_by_the_order_that_it_measures():
    async with exploring(small_app(), size=(160, 60)) as (app, pilot):
        await pilot.press("J", "tab")
        heads = []
        for _ in range(5):
            heads.append(pane_lines(app, "files")[1].split()[2])
            await pilot.press("s")
    assert heads == ["+size", "+size", "+size", "wasted", "pull"]


async def test_a_tree_whose_pull_is_unknown_is_not_sorted_by_it():
    async with exploring(small_app(), size=(160, 60)) as (app, pilot):
        app.session.image = exported(app.session.image)
        await pilot.press("J", "tab", "s", "s", "s", "s")
        assert pane_lines(app, "files")[1].split()[2] == "+size"
        assert "pull" not in pane_lines(app, "files")[1]


async def test_the_details_tell_size_pull_and_waste_of_a_directory_apart():
    async with exploring(small_app(), size=(160, 60)) as (app, pilot):
        await pilot.press("J", "tab", "C", "end", "s", "s", "s")
        wasted = row(app, "▸ var").split()[3:5]
        await pilot.press("s")
        pull = row(app, "▸ var").split()[3:5]
        details = pane_text(app, "details")
    assert "size        20.0 kB shown below it" in details
    assert f"pull        about {' '.join(pull)} for the files shown below it" in details
    assert f"wasted      {' '.join(wasted)}, in versions below it that are not live" in details


async def test_deleted_files_are_shown_as_ghosts():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "J", "tab", "a", "E")
        assert "shadow" in names(app)
        await pilot.press("ctrl+l", "c")
        await pilot.press("g")
        assert row(app, "shadow").startswith("-")


async def test_sizes_of_directories_add_up_what_is_shown():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J")
        assert "70.0 kB" in row(app, "▾ /")
        await pilot.press("c")
        assert "82.0 kB" in row(app, "▾ /")


async def test_attributes_can_be_hidden():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await pilot.press("ctrl+b")
        assert "-rw-r--r--" not in pane_text(app, "files")


async def test_a_layer_that_changed_nothing_says_so():
    from support.images import build_image

    async with exploring(build_image([[("a", b"1")], []])) as (app, pilot):
        await pilot.press("J")
        assert "nothing changed here" in pane_text(app, "files")


async def test_a_layer_that_removes_more_than_it_adds_shows_both_sizes():
    layers = ([file("app/model", b"m" * 60_000)], [file("app/.wh.model"), file("app/sum", b"1234")])
    async with exploring(small_app(layers=layers, steps=(("COPY", False), ("RUN", False))), size=(160, 40)) as (
        app,
        pilot,
    ):
        await pilot.press("J", "tab")
        assert pane_lines(app, "files")[1].split()[2:5] == ["+size", "-size", "pull"]
        assert row(app, "▾ /").split()[3:7] == ["4", "B", "60.0", "kB"]
        assert row(app, "model").split()[3:5] == ["60.0", "kB"]
        details = pane_text(app, "details")
    assert "removed     60.0 kB below it" in details
    assert "about 60.0 kB" not in details


async def test_if_filters_hide_all_changes_the_pane_says_which_and_0_clears_them():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("plus")
        assert "added paths are hidden here; 0 clears all filters" in pane_text(app, "files")
        await pilot.press("0")
        assert "passwd" in names(app)


async def test_0_clears_the_search_too():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("plus", "slash", *"passwd", "enter")
        await until(
            pilot, lambda: "nothing that is shown matches `passwd`" in " ".join(pane_text(app, "files").split())
        )
        await pilot.press("0")
        assert "passwd" in names(app)
        assert app.browser.state.search is None


async def test_a_title_over_unmodified_paths_does_not_say_that_they_changed():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "c")
        assert "Files: layer 1, with unmodified paths" in pane_lines(app, "files")[0]


async def test_enter_follows_a_symlink_and_the_way_back_is_kept():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "j")
        assert app.browser.state.cursor == b"bin"
        await pilot.press("enter")
        assert app.browser.files.cursor_path == b"usr/bin"
        await pilot.press("B")
        assert app.browser.state.cursor == b"bin"


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("n",), "there is no search"),
        (("j", "full_stop"), "no higher layer wrote"),
        (("B",), "there is no earlier jump"),
    ],
)
async def test_a_key_that_has_nothing_to_do_says_so(keys, answer):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("2", *keys)
        await until(pilot, lambda: answer in screen_text(app))


async def test_a_name_far_down_shows_how_far():
    paths = ["d/" * depth + "file" for depth in range(30)]
    built = small_app(layers=([file(path, b"1") for path in paths],), steps=(("COPY", False),))
    async with exploring(built, size=(80, 80)) as (app, pilot):
        await pilot.press("E")
        undrawn = [int(line.split("│ +")[1].split()[0]) for line in pane_lines(app, "files") if "│ +" in line]
    assert len(undrawn) > 5
    assert undrawn[: max(undrawn)] == list(range(1, max(undrawn) + 1))
