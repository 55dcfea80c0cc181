"""Clicks on the heads of columns."""

import pytest

from support.screens import exploring, listing_of, pane_lines, screen_text, until
from support.small_app import small_app

SIZE = (200, 50)


async def click_head(app, pilot, pane, head):
    view = app.screen.query_one(f"#{pane}")
    line = "".join(span.text for span in view.heading(view.scrollable_content_region.width))
    left = view.scrollable_content_region.x - view.region.x
    await pilot.click(view, offset=(left + line.index(head), 1))


@pytest.mark.parametrize(
    ("pane", "key", "head", "look"),
    [
        ("files", "J", "size", "by size"),
        ("files", "J", "pull", "by pull"),
        ("layers", "J", "size", "by size"),
        ("layers", "J", "pull", "by pull"),
        ("listing", "v", "layer", "by layer"),
        ("listing", "v", "time", "by time"),
        ("listing", "w", "path", "by path"),
        ("listing", "W", "pull", "by pull"),
    ],
)
async def test_a_click_on_the_head_of_a_column_sorts_by_it(pane, key, head, look):
    async with exploring(small_app(), size=SIZE) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: pane != "listing" or listing_of(app))
        await click_head(app, pilot, pane, head)
        assert look in pane_lines(app, pane)[-1]


async def test_a_second_click_on_the_shares_sorts_layers_by_waste_and_the_number_restores_their_order():
    async with exploring(small_app(), size=SIZE) as (app, pilot):
        await click_head(app, pilot, "layers", "share")
        await click_head(app, pilot, "layers", "share")
        assert "by waste" in pane_lines(app, "layers")[-1]
        await click_head(app, pilot, "layers", "#")
        assert "by" not in pane_lines(app, "layers")[-1]


async def test_a_click_on_a_column_that_nothing_is_sorted_by_says_so():
    async with exploring(small_app(), size=SIZE) as (app, pilot):
        await click_head(app, pilot, "files", "owner")
        await until(pilot, lambda: "nothing is sorted by owner" in screen_text(app))
