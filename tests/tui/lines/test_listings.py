"""The lists in the place of the tree, as lines."""

import pytest

from layerscope.tui.lines.listings import LISTINGS
from layerscope.tui.lines.spans import line_width, plain
from support.browsers import browser_of, exported
from support.images import build_image


def shown(listing, width=100):
    return [plain(row.line(width)).rstrip() for row in listing.rows]


def test_waste_is_listed_biggest_first_with_who_shipped_and_who_ended_it():
    listing = LISTINGS["waste"](browser_of().session)
    assert listing.titles == ("Waste: 20.0 kB that no container sees",)
    first = shown(listing)[0].split()
    assert (first[:2], first[4:]) == (["20.0", "kB"], ["1", "2", "deleted", "/var/lib/apt/lists/Packages"])
    assert (listing.rows[0].path, listing.rows[0].layer) == (b"var/lib/apt/lists/Packages", 1)
    details = "\n".join(map(plain, listing.rows[0].details(60)))
    assert "Shipped by layer 1" in details
    assert "Ended by layer 2" in details


def test_savings_add_up_to_what_their_title_says():
    listing = LISTINGS["savings"](browser_of().session)
    assert listing.titles[0].startswith("Savings: 20.0 kB in ")
    assert " of the pull)" in "\n".join(map(plain, listing.rows[0].details(60)))


@pytest.mark.parametrize("name", LISTINGS)
def test_an_unknown_pull_is_a_question_mark_and_said_in_the_details(name):
    session = browser_of().session
    session.image = exported(session.image)
    listing = LISTINGS[name](session)
    assert shown(listing)[0].split()[2] == "?"
    assert "unknown" in "\n".join(map(plain, listing.rows[0].details(60)))


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_of_an_image_that_is_not_whole_says_so_in_the_place_of_a_sum(name):
    listing = LISTINGS[name](browser_of(broken=[1]).session)
    assert listing.titles == (
        f"{name.capitalize()}, incomplete: layer 1 is truncated",
        f"{name.capitalize()}, incomplete",
    )


@pytest.mark.parametrize("name", LISTINGS)
def test_an_image_without_waste_has_no_rows_and_says_so(name):
    listing = LISTINGS[name](browser_of(build_image([[("a", b"1")]])).session)
    assert not listing.rows
    assert listing.empty in ("nothing is wasted", "no savings were found")


@pytest.mark.parametrize("name", LISTINGS)
def test_no_line_is_wider_than_the_pane_and_every_head_stands_over_its_column(name):
    listing = LISTINGS[name](browser_of().session)
    for width in range(40, 120, 9):
        assert line_width(listing.heading(width)) <= width
        for row in listing.rows:
            assert line_width(row.line(width)) <= width, width
