"""Waste and savings, in the place of the tree."""

import pytest

from support.images import build_image
from support.memory_source import MemorySource
from support.package_files import dpkg_files
from support.screens import exploring, listing_of, pane_lines, pane_text, screen_text, until
from support.small_app import small_app
from support.tars import file


async def open_listing(pilot, app, key):
    await pilot.press(key)
    await until(pilot, lambda: listing_of(app) is not None)


async def test_waste_is_listed_biggest_first_with_layer_and_killer():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await open_listing(pilot, app, "w")
        lines = pane_lines(app, "listing")
    assert "Waste: 20.0 kB that no container sees" in lines[0]
    assert lines[2].split()[:2] == ["20.0", "kB"]
    assert "deleted" in lines[2]
    assert any("metadata only" in line and "/etc/passwd" in line for line in lines)


async def test_the_cause_of_waste_is_shown_with_both_instructions():
    async with exploring(small_app(), size=(160, 60)) as (app, pilot):
        await open_listing(pilot, app, "w")
        text = pane_text(app, "details")
    assert "Shipped by layer 1" in text
    assert "&& apt-get install -y openjdk" in text
    assert "Ended by layer 2" in text


async def test_a_wasted_path_leads_to_its_place_in_the_tree():
    async with exploring(small_app()) as (app, pilot):
        await open_listing(pilot, app, "w")
        await pilot.press("down", "enter")
        assert app.browser.files.cursor_path == b"etc/passwd"
        assert "what layer 0 changed" in pane_lines(app, "files")[0]
        assert app.explorer.pane is app.explorer.panes["files"]


async def test_enter_on_a_package_lists_its_files_and_the_way_back_leads_to_the_package():
    database = [file(one.path, one.content) for one in dpkg_files(("a", "1", ["/usr/a", "/usr/b"]))]
    async with exploring(build_image([[file("usr/a", b"1" * 9000), file("usr/b", b"2"), *database], [file("c")]])) as (
        app,
        pilot,
    ):
        await open_listing(pilot, app, "u")
        assert pane_lines(app, "listing")[2].startswith("9.00 kB")
        await pilot.press("y")
        assert app.clipboard == "a"
        await pilot.press("enter")
        await until(pilot, lambda: "2 paths" in pane_text(app, "listing"))
        assert rows(app) == ["/usr/a", "/usr/b"]
        assert "pkg:a" in screen_text(app)
        await pilot.press("B")
        await until(pilot, lambda: "Packages: 1" in pane_text(app, "listing"))
        assert app.browser.state.search is None
        await pilot.press("down", "enter")
        await until(pilot, lambda: "/c" in rows(app))
        assert "/usr/a" not in rows(app)


async def test_savings_are_listed_with_advice():
    async with exploring(small_app(), size=(160, 50)) as (app, pilot):
        await open_listing(pilot, app, "W")
        assert "Savings:" in pane_lines(app, "listing")[0]
        assert "20.0 kB" in pane_lines(app, "listing")[2]
        assert "RUN apt-get update" in pane_text(app, "details")


async def test_the_same_key_or_escape_brings_the_tree_back():
    async with exploring(small_app()) as (app, pilot):
        await open_listing(pilot, app, "w")
        await pilot.press("w")
        assert "passwd" in pane_text(app, "files")
        await pilot.press("w", "escape")
        assert "passwd" in pane_text(app, "files")


async def test_a_listing_waits_until_all_layers_are_read():
    source = MemorySource(small_app())
    gate = source.hold(1)
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: app.session.stack is not None)
        await pilot.press("w")
        assert "once all layers are read" in pane_text(app, "listing")
        gate.set()
        await until(pilot, lambda: listing_of(app) is not None)
        assert "20.0 kB" in pane_text(app, "listing")


async def test_an_image_without_waste_says_so():
    async with exploring(small_app(layers=([("a", b"1")],), steps=(("COPY a /", False),))) as (app, pilot):
        await open_listing(pilot, app, "w")
        assert "nothing is wasted" in pane_text(app, "listing")


async def test_on_a_small_screen_the_end_of_every_wasted_path_can_be_read():
    async with exploring(small_app(), size=(80, 24)) as (app, pilot):
        await open_listing(pilot, app, "w")
        lines = pane_lines(app, "listing")
    assert any("passwd" in line for line in lines)


@pytest.mark.parametrize(("key", "name"), [("w", "Waste"), ("W", "Savings")])
async def test_a_listing_says_which_layer_is_not_there_in_the_place_of_a_sum(key, name):
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(160, 50)) as (app, pilot):
        await open_listing(pilot, app, key)
        assert f"{name}, incomplete: layer 1 is truncated ─" in pane_lines(app, "listing")[0]


async def test_an_image_that_is_not_whole_is_not_said_to_be_without_waste():
    source = MemorySource(small_app(layers=([("a", b"1")], [("b", b"2")]), steps=(("COPY", False), ("COPY", False))))
    source.fail(1)
    async with exploring(None, source=source) as (app, pilot):
        await open_listing(pilot, app, "w")
        assert "no waste was found in the parts that were read" in pane_text(app, "listing")


def rows(app):
    return [line.strip("▌ ").split()[-1] for line in pane_lines(app, "listing")[2:-1] if line.strip("▌ ")]


@pytest.mark.parametrize(
    "key", ["a", "g", "greater_than_sign", "C", "asterisk", "tilde", "plus", "n", "full_stop", "b"]
)
async def test_a_key_of_the_tree_changes_nothing_behind_a_listing_and_says_so(key):
    async with exploring(small_app()) as (app, pilot):
        await open_listing(pilot, app, "w")
        before = names_and_state(app)
        await pilot.press(key)
        await until(pilot, lambda: "does nothing in this list" in screen_text(app))
        assert names_and_state(app) == before


def names_and_state(app):
    state = app.browser.state
    opened = sorted(app.browser.files.tree.expanded.nonzero()[0].tolist())
    return state.whole, state.ghosts, state.columns, state.sort, set(state.hidden), opened, state.layer, state.cursor


async def test_the_path_of_the_row_is_copied_and_the_digest_of_its_layer():
    async with exploring(small_app()) as (app, pilot):
        await open_listing(pilot, app, "w")
        await pilot.press("y")
        assert app.clipboard == "/var/lib/apt/lists/Packages"
        await pilot.press("Y")
        assert app.clipboard == str(app.session.image.layers[1].descriptor.digest)


async def test_the_path_of_the_row_is_saved_as_its_layer_left_it(tmp_path):
    async with exploring(small_app()) as (app, pilot):
        await open_listing(pilot, app, "w")
        await pilot.press("x")
        await until(pilot, lambda: "Packages as it is after layer 1" in " ".join(screen_text(app).split()))
        app.screen.query_one("Input").value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: "1 file written to" in screen_text(app))
    assert (tmp_path / "Packages").read_bytes() == b"p" * 20_000


async def test_a_listing_is_sorted_by_its_columns_and_keeps_its_row():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await open_listing(pilot, app, "w")
        assert rows(app) == ["/var/lib/apt/lists/Packages", "/etc/passwd", "/etc/hosts", "/etc/shadow"]
        await pilot.press("down", "s", "s", "s")
        assert "by path" in pane_lines(app, "listing")[-1]
        assert rows(app) == ["/etc/hosts", "/etc/passwd", "/etc/shadow", "/var/lib/apt/lists/Packages"]
        await pilot.press("y")
        assert app.clipboard == "/etc/passwd"


async def test_a_listing_shows_only_rows_that_match_until_escape_brings_all_back():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await open_listing(pilot, app, "w")
        await pilot.press("slash", *"etc")
        assert rows(app) == ["/etc/passwd", "/etc/hosts", "/etc/shadow"]
        assert "3 rows" in screen_text(app)
        await pilot.press("enter", "down", "y")
        assert app.clipboard == "/etc/hosts"
        await pilot.press("escape")
        assert app.explorer.main.line_count == 4
        await pilot.press("slash", *"zzz")
        assert "no row matches; esc shows all again" in pane_text(app, "listing")


async def test_the_search_of_the_tree_waits_behind_a_listing():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("slash", *"pass", "enter", "w")
        await until(pilot, lambda: listing_of(app) is not None)
        assert "matches" not in screen_text(app)
        await pilot.press("escape")
        assert "matching text pass" in pane_text(app, "files")


async def test_the_details_never_describe_the_hidden_tree():
    async with exploring(small_app()) as (app, pilot):
        await open_listing(pilot, app, "w")
        titles = []
        for _ in range(4):
            titles.append(pane_lines(app, "details")[0].strip("─ "))
            await pilot.press("i")
    assert titles == ["Details", "Image", "Layer 0", "Details"]
