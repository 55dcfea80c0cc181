"""The lists in the place of the tree, as lines."""

import pytest

from layerscope.filesystem.patterns import PathPattern
from layerscope.tui.lines.listings import LISTINGS
from layerscope.tui.lines.spans import line_width, plain
from layerscope.tui.state.listing_look import ListingLook, ListingOrder
from support.browsers import browser_of, exported
from support.images import build_image
from support.layer_indexes import file
from support.package_files import dpkg_files
from support.tars import file as tar_file


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


@pytest.mark.parametrize("name", ["waste", "savings"])
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


def packages_of(*layers):
    return LISTINGS["packages"](browser_of(build_image([[as_tar(one) for one in layer] for layer in layers])).session)


def as_tar(one):
    return tar_file(one.path, one.content)


def test_packages_and_the_unowned_files_add_up_to_the_image():
    listing = packages_of(
        [file("usr/a", b"1" * 500), file("srv/x", b"2" * 70), *dpkg_files(("a", "1", ["/usr/a"]))],
        [file("usr/a", b"3" * 900), *dpkg_files(("a", "2", ["/usr/a"]))],
    )
    by_name = {row.name: row for row in listing.rows}
    assert shown(listing)[0].split()[:2] == ["900", "B"]
    assert shown(listing)[0].endswith("500 B      1  dpkg     a 2")
    assert listing.titles[0] == f"Packages: 1 with 900 B, {by_name[b'unowned files'].size} B unowned"
    assert by_name[b"unowned files"].wasted_size > 0
    assert sum(row.size for row in listing.rows) == 900 + by_name[b"unowned files"].size


def test_a_package_is_found_by_its_name_and_sorted_by_its_waste():
    listing = packages_of(
        [
            file("usr/a", b"1" * 500),
            file("usr/b", b"2" * 900),
            *dpkg_files(("a", "1", ["/usr/a"]), ("b", "1", ["/usr/b"])),
        ],
        [file("usr/a", b"3" * 10)],
    )
    names = [listing.rows[number].name for number in listing.arranged(ListingLook(ListingOrder.WASTED))]
    assert names[0] == b"a"
    found = listing.arranged(ListingLook(search=PathPattern("unowned")))
    assert [listing.rows[number].name for number in found] == [b"unowned files"]


def test_a_package_with_a_hostile_name_is_shown_safely_and_its_search_means_that_name_only():
    (row, *_) = packages_of([file("usr/a", b"1" * 9000), *dpkg_files(("a*[x] \x1b[31m", "1", ["/usr/a"]))]).rows
    assert "\x1b" not in plain(row.line(80)) + "".join(map(plain, row.details(60)))
    assert row.query == "pkg:a[*][[]x]?\x1b[[]31m"
