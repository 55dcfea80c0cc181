"""The location of the user, and the ways from there."""

import pytest

from layerscope.errors import InvalidReference
from layerscope.oci import Reference
from layerscope.oci.collection import Registry, Repository
from layerscope.tui.state.trail import ImageLocation, Trail, location_name, name_within, named_location, parent

REGISTRY = Registry("localhost:5000")
APP, OTHER = Repository("localhost:5000", "app"), Repository("localhost:5000", "other")
IMAGE = ImageLocation.of(Reference.parse("localhost:5000/app:1"))
NEXT_IMAGE = ImageLocation.of(Reference.parse("localhost:5000/app:2"))


def test_back_leads_to_where_the_user_came_from():
    trail = Trail([REGISTRY])
    trail.go(APP)
    trail.go(IMAGE)
    trail.back()
    assert trail.here == APP
    trail.back()
    assert trail.here == REGISTRY


def test_back_from_the_first_place_leads_nowhere():
    trail = Trail([IMAGE])
    trail.back()
    assert (trail.here, trail.can_go_back) == (IMAGE, False)


def test_up_from_an_image_that_was_opened_by_itself_leaves_it_open_to_come_back_to():
    trail = Trail([IMAGE])
    trail.up()
    trail.up()
    assert trail.locations == [IMAGE, APP, REGISTRY]


def test_up_the_way_one_came_closes_what_is_left():
    trail = Trail([REGISTRY, APP, IMAGE])
    trail.up()
    assert trail.locations == [REGISTRY, APP]


def test_up_from_a_registry_or_a_file_leads_nowhere():
    for location in (REGISTRY, ImageLocation("oci:dir")):
        trail = Trail([location])
        trail.up()
        assert trail.locations == [location]


def test_another_image_takes_the_place_of_the_one_that_is_open():
    trail = Trail([IMAGE, APP])
    trail.go(NEXT_IMAGE)
    assert trail.locations == [APP, NEXT_IMAGE]


def test_the_image_that_is_open_stays_open_when_it_is_chosen_again():
    trail = Trail([IMAGE, APP])
    trail.go(IMAGE)
    assert trail.locations == [APP, IMAGE]


@pytest.mark.parametrize(
    ("location", "name", "within", "above"),
    [
        (REGISTRY, "localhost:5000", "", None),
        (APP, "localhost:5000/app", "app", REGISTRY),
        (IMAGE, "localhost:5000/app:1", "1", APP),
        (ImageLocation("oci:dir"), "oci:dir", "", None),
    ],
)
def test_locations_have_names_and_parents(location, name, within, above):
    assert (location_name(location), name_within(location), parent(location)) == (name, within, above)


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("other", OTHER),
        (" other/ ", OTHER),
        ("localhost:5000/other", OTHER),
        ("app:2", NEXT_IMAGE),
        ("app@sha256:" + "a" * 64, ImageLocation.of(Reference.parse("localhost:5000/app@sha256:" + "a" * 64))),
    ],
)
def test_what_a_user_types_names_a_repository_or_with_a_tag_an_image(text, location):
    assert named_location("localhost:5000", text) == location


def test_names_of_one_word_are_official_ones_on_docker_hub():
    assert named_location("docker.io", "alpine") == Repository("docker.io", "library/alpine")


def test_what_is_no_name_is_refused():
    with pytest.raises(InvalidReference):
        named_location("localhost:5000", "App")
