"""The files of the tree as a flat list."""

import shlex

import pytest
from textual.keys import _character_to_key as character_to_key

from layerscope.tui.state.listing_look import ListingOrder
from support.screens import exploring, listing_of, names, pane_lines, pane_text, screen_text, until
from support.small_app import small_app


async def open_list(pilot, app):
    await pilot.press("v")
    await shown(pilot, app)


async def shown(pilot, app):
    await until(pilot, lambda: not app.browser.is_searching and listing_of(app) is not None)
    await pilot.pause()


async def ask(pilot, app, text):
    await pilot.press("slash", *(character_to_key(char) for char in text))
    await until(pilot, lambda: not app.browser.is_searching)


def paths(app):
    return [word for line in pane_lines(app, "listing")[2:-1] for word in line.split() if word.startswith("/")]


async def test_a_key_switches_between_the_tree_and_the_list_of_its_files():
    async with exploring(small_app()) as (app, pilot):
        await open_list(pilot, app)
        assert paths(app) == [
            "/usr/bin/bash",
            "/etc/passwd",
            "/etc/hosts",
            "/etc/shadow",
            "/bin",
            "/etc",
            "/usr",
            "/usr/bin",
        ]
        assert "List: what layer 0 changed · 8 paths, 12.0 kB" in pane_lines(app, "listing")[0]
        await pilot.press("v")
        assert "passwd" in names(app)


async def test_the_list_is_sorted_by_size_if_the_order_of_another_list_does_not_fit():
    async with exploring(small_app()) as (app, pilot):
        app.browser.state.listing_look.order = ListingOrder.WASTED
        await open_list(pilot, app)
        assert paths(app)[:2] == ["/usr/bin/bash", "/etc/passwd"]
        assert "wasted" not in pane_lines(app, "listing")[-1]


async def test_the_list_has_only_the_files_that_match_biggest_first():
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, "type:f etc")
        await pilot.press("enter")
        await open_list(pilot, app)
        assert paths(app) == ["/etc/passwd", "/etc/hosts", "/etc/shadow"]
        assert "matching query type:f etc" in pane_lines(app, "listing")[-1]


async def test_the_total_of_the_list_counts_the_content_of_links_once():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await pilot.press("J")
        await ask(pilot, app, ">40k")
        await pilot.press("enter")
        await open_list(pilot, app)
        assert "2 paths, 50.0 kB" in pane_lines(app, "listing")[0]
        assert "2 paths" in screen_text(app).splitlines()[-2]


async def test_the_list_follows_the_query_as_one_types():
    async with exploring(small_app()) as (app, pilot):
        await open_list(pilot, app)
        await ask(pilot, app, "pass")
        await until(pilot, lambda: paths(app) == ["/etc/passwd"])
        assert "1 path, 1 more in layer 2" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: len(paths(app)) == 8)


async def test_the_list_follows_the_layer_and_the_view_of_all_layers():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await open_list(pilot, app)
        await pilot.press("J", "J")
        await until(pilot, lambda: "what layer 2 changed" in pane_text(app, "listing"))
        assert paths(app) == ["/var/lib/apt/lists/Packages", "/etc/passwd", "/etc/shadow"]
        assert "deleted by layer 2" in pane_text(app, "listing")
        await pilot.press("a")
        await until(pilot, lambda: "/usr/lib/jvm/java" in paths(app))


async def test_the_list_is_sorted_by_each_of_its_columns():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "J", "a")
        await open_list(pilot, app)
        orders = []
        for _ in range(5):
            await pilot.press("s")
            orders.append(pane_lines(app, "listing")[-1].strip("─ "))
        assert orders == ["by pull", "by layer", "by path", "by time", ""]
        await pilot.press("s", "s", "s")
        assert paths(app) == sorted(paths(app))


async def test_the_path_of_the_row_is_copied_and_described():
    async with exploring(small_app()) as (app, pilot):
        await open_list(pilot, app)
        await pilot.press("down", "y")
        assert app.clipboard == "/etc/passwd"
        assert "overwritten by layer 2" in pane_text(app, "details")


async def test_the_file_of_the_row_is_saved_as_it_is_shown(tmp_path):
    async with exploring(small_app()) as (app, pilot):
        await open_list(pilot, app)
        await pilot.press("x")
        await until(pilot, lambda: "bash as it is after layer 0" in " ".join(screen_text(app).split()))
        app.screen.query_one("Input").value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: "1 file written to" in screen_text(app))
    assert (tmp_path / "bash").read_bytes() == b"#" * 12_000


async def test_enter_goes_to_the_path_in_the_tree_which_keeps_its_search_and_the_key_goes_back():
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, "type:f etc")
        await pilot.press("enter")
        await open_list(pilot, app)
        await pilot.press("down", "enter")
        assert app.browser.files.cursor_path == b"etc/hosts"
        assert names(app) == ["/", "etc", "hosts", "passwd", "shadow"]
        await open_list(pilot, app)
        await pilot.press("y")
        assert app.clipboard == "/etc/hosts"
        await pilot.press("escape", "escape")
        assert app.browser.state.search is None


async def test_files_that_are_no_longer_there_are_listed_of_all_layers_and_enter_goes_to_their_layer():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await pilot.press("J", "J", "a")
        await ask(pilot, app, "fate:deleted type:f")
        assert "1 of 1, 1 more in layer 1" in screen_text(app)
        await pilot.press("enter")
        await open_list(pilot, app)
        assert paths(app) == ["/var/lib/apt/lists/Packages", "/etc/shadow"]
        assert "List: all layers · 2 paths" in pane_lines(app, "listing")[0]
        await pilot.press("enter")
        assert "what layer 1 changed" in pane_lines(app, "files")[0]
        assert app.browser.files.cursor_path == b"var/lib/apt/lists/Packages"
        await pilot.press("B")
        await shown(pilot, app)
        assert paths(app) == ["/var/lib/apt/lists/Packages", "/etc/shadow"]


async def test_0_clears_the_search_of_the_list():
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, "pass")
        await pilot.press("enter")
        await open_list(pilot, app)
        await pilot.press("0")
        await until(pilot, lambda: len(paths(app)) == 8)


async def test_an_empty_list_says_which_words_emptied_it():
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, "nosuch")
        await pilot.press("enter")
        await open_list(pilot, app)
        assert "no path matches `nosuch`; esc shows all again" in pane_text(app, "listing")


@pytest.mark.parametrize(
    ("keys", "query", "words"),
    [
        ("", "etc type:f", ["layer:0 etc type:f", "--after", "0"]),
        ("JJa", "java", ["java"]),
        ("a", "-x", ["* -x", "--after", "0"]),
        ("", "", ["layer:0", "--after", "0"]),
        ("JJ", "fate:deleted", ["fate:deleted"]),
    ],
)
async def test_the_command_of_the_list_finds_the_same(keys, query, words):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press(*keys)
        if query:
            await ask(pilot, app, query)
            await pilot.press("enter")
        await open_list(pilot, app)
        await pilot.press("ctrl+y")
        assert shlex.split(app.clipboard) == ["layerscope", "find", "localhost:5000/app:latest", *words]


async def test_what_layers_removed_has_a_command_of_its_own():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "J")
        await open_list(pilot, app)
        await pilot.press("ctrl+y")
        name = "localhost:5000/app:latest"
        assert app.clipboard == f"layerscope find {name} layer:2 && layerscope find {name} 'change:removed layer:2'"


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_the_list_shows_the_end_of_every_path_at_each_size(size):
    async with exploring(small_app(), size=size) as (app, pilot):
        await pilot.press("J", "J", "a")
        await open_list(pilot, app)
        lines = pane_lines(app, "listing")
    assert lines[1].split() == ["size", "pull", "layer", "time", "path"]
    assert any(line.endswith("lib/jvm/java") for line in lines)


@pytest.mark.parametrize(
    ("keys", "query", "found"),
    [
        (["end", "a"], "mode:x >1k", ["/usr/lib/jvm/java", "/usr/lib/jvm/jre", "/usr/bin/bash"]),
        (["end", "a"], ">30k", ["/usr/lib/jvm/java", "/usr/lib/jvm/jre"]),
        ([], "fate:deleted", ["/var/lib/apt/lists/Packages", "/etc/shadow"]),
    ],
)
async def test_the_keys_of_the_readme_list_what_it_says(keys, query, found):
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await pilot.press(*keys)
        await ask(pilot, app, query)
        await pilot.press("enter")
        await open_list(pilot, app)
        assert paths(app) == found


async def test_the_biggest_file_is_three_keys_away():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("end", "a")
        await open_list(pilot, app)
        await pilot.press("y")
        assert app.clipboard == "/usr/lib/jvm/java"


async def test_an_image_without_files_has_an_empty_list_for_every_query():
    async with exploring(small_app(layers=([],), steps=(("COPY", False),))) as (app, pilot):
        await ask(pilot, app, ">10")
        await pilot.press("enter")
        await open_list(pilot, app)
        assert "no path matches `>10`" in pane_text(app, "listing")
        await pilot.press("0", "y")
        await until(pilot, lambda: "no path is selected" in screen_text(app))
