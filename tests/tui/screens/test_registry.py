"""Registries and repositories in the explorer, over real HTTP."""

import json
import re
import threading
from contextlib import contextmanager

import pytest

from layerscope.demo.serving import serve_sample_image
from layerscope.oci import Reference, media_types
from layerscope.oci.collection import Registry, Repository
from layerscope.registry.api.listing import PAGE_COUNT
from layerscope.report.table import natural_size
from layerscope.tui.keymap import key_name
from layerscope.tui.panes.names.tag_reader import TAGS_AT_ONCE
from layerscope.tui.screens.image import ImageScreen
from layerscope.tui.screens.names import KEYMAP
from layerscope.tui.state.trail import ImageLocation
from support.fake_registry import FakeRegistry, Reply
from support.images import build_image, build_index
from support.screens import browsing, exploring, pane_lines, pane_text, screen_lines, screen_text, type_at_once, until
from support.small_app import small_app

CATALOG, TAGS = "/v2/_catalog", "/v2/app/tags/list"
SMALL = build_image(created="2024-01-01T00:00:00Z")
LARGE = build_image([[("big", bytes(range(256)) * 40)], [("b", b"y")]], created="2023-06-01T00:00:00Z")


def listed(*names, key="tags", link=None):
    headers = {"Link": f'<{link}>; rel="next"'} if link else {}
    return Reply(body=json.dumps({key: names}).encode(), headers=headers)


def rows(app):
    """The names in the list, top down."""
    lines = pane_lines(app, "names")[1:-1]
    heading = 1 if lines[0].startswith("tag ") else 0
    return [line.split()[0] for line in lines[heading:] if line]


def row(app, name):
    """The line of a name; empty as long as it is not in the list."""
    return next((line for line in pane_lines(app, "names") if line.split()[:1] == [name]), "")


def known_count(app):
    """The number of tags whose details are shown."""
    return pane_text(app, "names").count("linux/amd64")


def seconds_left(app):
    """What the countdown in the footer says; 0 if there is none."""
    found = re.search(r"again in (\d+) s: ", screen_lines(app)[-1])
    return int(found[1]) if found else 0


@pytest.fixture
def registry(fake_registry):
    """A registry with the repositories `app`, which has the tags 1.9 and 1.10, and `ns/empty`."""
    fake_registry.on("GET", CATALOG, listed("ns/empty", "app", key="repositories"))
    fake_registry.on("GET", TAGS, listed("1.10", "1.9"))
    fake_registry.on("GET", "/v2/ns/empty/tags/list", Reply(body=b'{"tags": null}'))
    fake_registry.serve(SMALL, tag="1.9")
    fake_registry.serve(LARGE, tag="1.10")
    return fake_registry


def repository(registry, name="app"):
    return Repository(registry.host, name)


@contextmanager
def held(registry, route, reply):
    """Keep an answer back until the event is set; at the end it is."""
    gate = threading.Event()

    def answer(_request):
        gate.wait(30)
        return reply

    registry.on("GET", route, answer)
    try:
        yield gate
    finally:
        gate.set()


# The way down and back


async def test_from_a_registry_to_its_repositories_their_tags_an_image_and_back(own_registry):
    for tag in ("v1", "v2"):
        own_registry.push(SMALL, "browsed/app", tag)
    async with browsing(Registry(own_registry.host)) as (app, pilot):
        await until(pilot, lambda: "browsed/app" in rows(app))
        while app.screen.browser.cursor_name != "browsed/app":
            await pilot.press("j")
        await pilot.press("enter")
        await until(pilot, lambda: known_count(app) == 2)
        assert rows(app) == ["v1", "v2"]
        await pilot.press("j", "enter")
        await until(pilot, lambda: "hello.txt" in screen_text(app))
        assert screen_lines(app)[0].startswith(f" {own_registry.host}/browsed/app:v2")
        await pilot.press("escape")
        assert app.screen.browser.cursor_name == "v2"
        await pilot.press("escape")
        assert app.screen.browser.cursor_name == "browsed/app"


async def test_two_tags_are_compared_from_the_marked_one_to_the_one_under_the_cursor(registry):
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: known_count(app) == 2)
        await pilot.press("down", "m", "up", "D")
        await until(pilot, lambda: isinstance(app.screen, ImageScreen) and app.screen.session.is_complete)
        host = registry.host
        assert screen_lines(app)[0].startswith(f" {host}/app:1.10 → {host}/app:1.9 ")
        await pilot.press("escape")
        assert (app.screen.browser.cursor_name, app.screen.browser.state.mark) == ("1.9", "1.10")


async def test_without_a_mark_a_tag_is_compared_with_the_one_before_it(registry):
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: known_count(app) == 2)
        await pilot.press("D")
        assert "no tag is before this one" in screen_text(app)
        await pilot.press("down")
        growth = natural_size(
            sum(x["size"] for x in LARGE.manifest["layers"]) - sum(x["size"] for x in SMALL.manifest["layers"])
        )
        assert f"+{growth}" in row(app, "1.10")
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, ImageScreen) and app.screen.session.is_complete)
        assert screen_lines(app)[0].startswith(f" {registry.host}/app:1.9 → {registry.host}/app:1.10 ")


async def test_what_is_opened_is_what_the_cursor_is_on_however_fast_one_types(registry):
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: rows(app) == ["app", "ns/empty"])
        type_at_once(app, "j", "enter")
        await until(pilot, lambda: "there are no tags" in screen_text(app))


async def test_backspace_goes_back_as_well(registry):
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: rows(app) == ["app", "ns/empty"])
        await pilot.press("enter")
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])
        await pilot.press("enter")
        await until(pilot, lambda: "hello.txt" in screen_text(app))
        await pilot.press("backspace")
        assert rows(app) == ["1.9", "1.10"]
        await pilot.press("backspace")
        assert rows(app) == ["app", "ns/empty"]
        await pilot.press("backspace", "escape")
        assert rows(app) == ["app", "ns/empty"]


async def test_tags_of_a_repository_lead_up_to_the_registry(registry):
    async with browsing(repository(registry, "ns/empty")) as (app, pilot):
        await until(pilot, lambda: "there are no tags" in screen_text(app))
        await pilot.press("backspace")
        await until(pilot, lambda: rows(app) == ["app", "ns/empty"])
        assert app.screen.browser.cursor_name == "ns/empty"


async def test_from_an_image_to_the_tags_of_its_repository_and_back_without_reading_it_again(registry):
    place = ImageLocation.of(Reference.parse(f"{registry.host}/app:1.10"))
    async with browsing(place) as (app, pilot):
        await until(pilot, lambda: app.session.is_complete)
        explorer = app.screen
        await pilot.press("t")
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])
        assert app.screen.browser.cursor_name == "1.10"
        await pilot.press("escape")
        assert app.screen is explorer
        await pilot.press("t")
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])
        await pilot.press("enter")
        assert app.screen is explorer
        await pilot.press("escape")
        assert rows(app) == ["1.9", "1.10"]


async def test_another_tag_takes_the_place_of_the_image_that_was_open(registry):
    async with browsing(ImageLocation.of(Reference.parse(f"{registry.host}/app:1.10"))) as (app, pilot):
        await until(pilot, lambda: app.session.is_complete)
        await pilot.press("t")
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])
        await pilot.press("k", "enter")
        await until(pilot, lambda: "hello.txt" in screen_text(app))
        await pilot.press("escape", "escape")
        assert rows(app) == ["1.9", "1.10"]


async def test_an_image_that_is_in_no_registry_has_no_list_to_go_to():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: "not in a registry" in screen_text(app))
        assert app.screen is app.explorer


async def test_the_sample_image_has_tags_too():
    with serve_sample_image() as reference:
        async with browsing(ImageLocation.of(Reference.parse(reference))) as (app, pilot):
            await pilot.press("t")
            await until(pilot, lambda: "linux/amd64" in pane_text(app, "names"))
            assert "latest" in rows(app)
            await pilot.press("t")
            await until(pilot, lambda: rows(app) == ["hello-world-java"])


async def test_a_place_that_is_left_lets_go_of_its_connections(registry):
    with held(registry, "/v2/app/manifests/1.9", Reply(404)):
        async with browsing(Registry(registry.host)) as (app, pilot):
            await until(pilot, lambda: rows(app) == ["app", "ns/empty"])
            await pilot.press("enter")
            await until(pilot, lambda: "/v2/app/manifests/1.9" in registry.paths())
            readers = [thread for thread in threading.enumerate() if thread.name == "tags"]
            await pilot.press("escape")
            await until(pilot, lambda: not any(thread.is_alive() for thread in readers))
            assert readers


# What is listed


async def test_tags_show_size_time_platforms_and_digest(registry):
    index = build_index(
        SMALL.descriptor(platform={"os": "linux", "architecture": "amd64"}),
        LARGE.descriptor(platform={"os": "linux", "architecture": "arm64"}),
    )
    for image in (SMALL, LARGE):
        registry.serve(image, tag=image.digest)
    registry.serve_manifest(index, media_types.OCI_INDEX, tag="multi")
    registry.on("GET", TAGS, listed("1.10", "multi"))
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: known_count(app) == 2)
        size = f"{sum(map(len, LARGE.layers))} B"
        assert row(app, "1.10").split() == [
            "1.10",
            *size.split(),
            "2023-06-01",
            "00:00",
            "linux/amd64",
            LARGE.digest[7:19],
        ]
        assert "linux/amd64, linux/arm64" in row(app, "multi")


async def test_tags_are_read_one_by_one(registry):
    with held(registry, "/v2/app/manifests/1.9", Reply(404)) as gate:
        async with browsing(repository(registry)) as (app, pilot):
            await until(pilot, lambda: "linux/amd64" in screen_text(app))
            assert row(app, "1.9") == "1.9"
            gate.set()
            await until(pilot, lambda: "has no tag" in row(app, "1.9"))
            assert "linux/amd64" in row(app, "1.10")


async def test_only_tags_in_sight_are_looked_at(registry):
    tags = [f"t{number:03}" for number in range(300)]
    registry.on("GET", TAGS, listed(*tags))
    for tag in tags:
        registry.serve(SMALL, tag=tag)
    async with browsing(repository(registry), size=(100, 20)) as (app, pilot):
        await until(pilot, lambda: known_count(app) == 15)
        asked = [path for path in registry.paths() if "/manifests/" in path]
        assert len(asked) == 15
        await pilot.press("end")
        await until(pilot, lambda: "linux/amd64" in row(app, "t285") and known_count(app) == 15)
        asked = [path.rpartition("/")[2] for path in registry.paths() if "/manifests/" in path]
        assert set(asked) == {*tags[:15], *tags[-15:]}


async def test_sorted_by_size_all_tags_are_looked_at(registry):
    async with browsing(repository(registry), size=(100, 6)) as (app, pilot):
        await until(pilot, lambda: "linux/amd64" in screen_text(app))
        assert "/v2/app/manifests/1.10" not in registry.paths()
        await pilot.press("s")
        await until(pilot, lambda: rows(app)[:1] == ["1.10"])
        assert "by size" in pane_lines(app, "names")[0]


async def test_names_are_filtered_as_one_types(registry):
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: rows(app) == ["app", "ns/empty"])
        await pilot.press("slash", "e", "m")
        await until(pilot, lambda: rows(app) == ["ns/empty"])
        assert "1 of 2" in screen_lines(app)[-2]
        await pilot.press("enter", "enter")
        await until(pilot, lambda: "there are no tags" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: rows(app) == ["ns/empty"])
        await pilot.press("escape")
        await until(pilot, lambda: rows(app) == ["app", "ns/empty"])


async def test_names_are_looked_for_by_regular_expressions_too(registry):
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])
        await pilot.press("slash", "ctrl+t")
        await until(pilot, lambda: "regex" in screen_text(app) and "ctrl+t for text or a glob" in screen_text(app))
        await pilot.press("0", "dollar_sign")
        await until(pilot, lambda: rows(app) == ["1.10"])
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "nothing matches" in screen_text(app) and " text" in screen_lines(app)[-2])


async def test_keys_are_letters_while_one_types(registry):
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: rows(app) == ["app", "ns/empty"])
        await pilot.press("slash", "q", "t", "s", "backspace")
        assert app.screen.browser.state.search.text == "qt"
        assert "nothing matches" in screen_text(app)


async def test_ten_thousand_tags_are_there_page_by_page(registry):
    tags = [f"t{number:05}" for number in range(10_000)]

    def page(request):
        start = int(request.query.rpartition("last=")[2]) if "last=" in request.query else 0
        end = start + PAGE_COUNT
        return listed(*tags[start:end], link=f"{TAGS}?last={end}" if end < len(tags) else None)

    registry.on("GET", TAGS, page)
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "10,000 tags" in screen_lines(app)[0])
        await pilot.press("end")
        assert rows(app)[-1] == "t09999"


async def test_the_first_page_is_there_while_the_second_is_awaited(registry):
    first, second = listed("a", link=f"{TAGS}?last=a"), listed("b")
    gate = threading.Event()

    def page(request):
        if "last" in request.query:
            gate.wait(30)
            return second
        return first

    registry.on("GET", TAGS, page)
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: rows(app) == ["a"])
        assert "more to come" in pane_lines(app, "names")[0]
        gate.set()
        await until(pilot, lambda: rows(app) == ["a", "b"] and "more to come" not in screen_text(app))


async def test_a_list_that_the_registry_breaks_off_is_labelled(registry):
    registry.on("GET", TAGS, listed("1.9", link="http://elsewhere.example/v2/app/tags/list"))
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "incomplete: " in pane_lines(app, "names")[0])
        assert "another host" in pane_lines(app, "names")[0]
        assert rows(app) == ["1.9"]


async def test_a_list_that_fails_half_way_shows_what_came_and_goes_on_when_asked(registry):
    replies = iter((Reply(410), listed("1.10")))
    registry.on(
        "GET",
        TAGS,
        lambda request: next(replies) if "last" in request.query else listed("1.9", link=f"{TAGS}?last=1.9"),
    )
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "failed, r retries" in screen_lines(app)[-1])
        assert rows(app) == ["1.9"]
        assert "incomplete: " in pane_lines(app, "names")[0]
        await pilot.press("r")
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"] and "incomplete" not in screen_text(app))


async def test_names_that_are_none_are_left_out_and_counted(registry):
    registry.on("GET", CATALOG, listed("app", "\x1b]0;x\x07", "[@click=app.exit]x", "A", key="repositories"))
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: rows(app) == ["app"] and "3 invalid names left out" in pane_lines(app, "names")[0])


# What goes wrong


@pytest.mark.parametrize("status", [401, 403, 404, 405])
async def test_a_registry_without_a_catalog_says_so_and_asks_for_a_name(registry, status):
    registry.on("GET", CATALOG, Reply(status))
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: app.screen.query("Input") and "does not list its repositories" in screen_text(app))
        await pilot.press(*"App", "enter")
        await until(pilot, lambda: "upper-case letters" in screen_text(app))
        app.screen.query_one("Input").value = "app"
        await pilot.press("enter")
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])


async def test_a_catalog_that_wants_a_login_says_so_and_asks_for_a_name(registry):
    registry.on("GET", CATALOG, Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'}))
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: app.screen.query("Input") and "requires a login" in screen_text(app))


async def test_without_a_name_the_reason_for_the_missing_list_stays_visible(registry):
    registry.on("GET", CATALOG, Reply(405))
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: app.screen.query("Input"))
        await pilot.press("escape")
        await until(pilot, lambda: ": name a repository" in screen_text(app))
        assert "does not list its repositories" in pane_text(app, "names")


async def test_an_image_can_be_named_with_its_tag(registry):
    async with browsing(Registry(registry.host)) as (app, pilot):
        await until(pilot, lambda: rows(app) == ["app", "ns/empty"])
        await pilot.press("colon", *"app", "colon", *"1.9", "enter")
        await until(pilot, lambda: "hello.txt" in screen_text(app))


async def test_a_missing_login_is_shown_with_its_hint(registry):
    registry.on("GET", TAGS, Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'}))
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "requires a login" in screen_text(app))
        assert "hint: log in with" in screen_text(app)


async def test_an_unknown_repository_is_shown_and_is_the_result_of_the_explorer(registry):
    async with browsing(repository(registry, "gone")) as (app, pilot):
        await until(pilot, lambda: "has no repository `gone`" in screen_text(app))
        await pilot.press("q")
        await until(pilot, lambda: app.return_value)
    assert "has no repository `gone`" in app.return_value.problems[0].message


async def test_what_a_registry_says_is_never_markup(registry):
    said = {"errors": [{"code": "DENIED", "message": "[@click=app.exit]x[/] \x1b]0;PWNED\x07[b]"}]}
    registry.on("GET", TAGS, Reply(403, json.dumps(said).encode()))
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "failed" in screen_text(app))
        said = pane_text(app, "names").replace("\n", " ")
        assert "[@click=app.exit]x[/] \\x1b]0;PWNED\\x07[b]" in said


async def test_a_tag_that_failed_is_read_again_when_asked(registry):
    registry.on("GET", "/v2/app/manifests/1.9", Reply(404))
    async with browsing(repository(registry), size=(100, 40)) as (app, pilot):
        await until(pilot, lambda: "has no tag" in row(app, "1.9") and "hint: " in pane_text(app, "tag-details"))
        registry.serve(SMALL, tag="1.9")
        await pilot.press("r")
        await until(pilot, lambda: "linux/amd64" in row(app, "1.9"))


async def test_a_registry_that_limits_requests_is_not_asked_again(registry):
    tags = [f"t{number}" for number in range(50)]
    registry.on("GET", TAGS, listed(*tags))
    for tag in tags:
        registry.on("GET", f"/v2/app/manifests/{tag}", Reply(429, headers={"Retry-After": "0"}))
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "reading stopped, r continues" in screen_lines(app)[-1])
        assert len({path for path in registry.paths() if "/manifests/" in path}) <= TAGS_AT_ONCE


async def test_a_wait_is_counted_down_and_can_be_given_up(registry):
    registry.on("GET", TAGS, Reply(503, headers={"Retry-After": "3600"}))
    async with browsing(repository(registry), size=(160, 20)) as (app, pilot):
        await until(pilot, lambda: seconds_left(app) and "is overloaded" in screen_lines(app)[-1])
        first = seconds_left(app)
        await until(pilot, lambda: seconds_left(app) < first)
        await pilot.press("S")
        await until(pilot, lambda: "reading stopped" in screen_lines(app)[-1])
        registry.on("GET", TAGS, listed("1.9"))
        await pilot.press("r")
        await until(pilot, lambda: rows(app) == ["1.9"])


async def test_a_wait_for_an_image_is_counted_down_too(registry):
    manifest = "/v2/app/manifests/1.9"
    registry.on("GET", manifest, Reply(429, headers={"Retry-After": "86400"}))
    async with browsing(ImageLocation.of(registry.reference("app:1.9")), size=(100, 30)) as (app, pilot):
        await until(pilot, lambda: seconds_left(app) and "limits the rate" in screen_lines(app)[-1])
        first = seconds_left(app)
        assert first <= 60
        await until(pilot, lambda: 0 < seconds_left(app) < first)
        await pilot.press("q")
    assert app.return_value.problems == ()


async def test_a_wait_for_a_layer_is_counted_down_and_over_when_it_comes(registry):
    blob = f"/v2/app/blobs/{SMALL.manifest['layers'][0]['digest']}"
    registry.on("GET", blob, Reply(503, headers={"Retry-After": "1"}), Reply(body=SMALL.layers[0]))
    async with browsing(ImageLocation.of(registry.reference("app:1.9"))) as (app, pilot):
        await until(pilot, lambda: seconds_left(app) == 1)
        await until(pilot, lambda: app.session.is_complete)
        assert seconds_left(app) == 0


async def test_an_image_shows_the_warning_and_the_limit_of_its_registry(registry):
    told = {"Warning": '299 - "moving [b]soon"', "RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "97;w=21600"}
    reply = Reply(body=SMALL.manifest_bytes, headers={"Content-Type": SMALL.media_type, **told})
    registry.on("GET", "/v2/app/manifests/1.9", reply)
    async with browsing(ImageLocation.of(registry.reference("app:1.9")), size=(160, 50)) as (app, pilot):
        await until(pilot, lambda: "warns: moving [b]soon" in screen_text(app))
        await until(pilot, lambda: app.session.is_complete)
        await pilot.press("i", "i")
        await until(pilot, lambda: "limited to 100 in 6 h, 97 left" in pane_text(app, "details"))


async def test_a_limit_that_the_registry_reports_is_shown(registry):
    headers = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "97;w=21600"}
    registry.on("GET", TAGS, Reply(body=b'{"tags": []}', headers=headers))
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "limited to 100 in 6 h, 97 left" in screen_lines(app)[0])


@pytest.mark.parametrize(("key", "problems"), [("q", []), ("ctrl+c", ["interrupted"])])
async def test_one_can_leave_while_a_registry_is_silent(registry, key, problems):
    with held(registry, CATALOG, Reply()):
        async with browsing(Registry(registry.host)) as (app, pilot):
            await until(pilot, lambda: registry.requests)
            listers = [thread for thread in threading.enumerate() if thread.name == "names"]
            await pilot.press(key)
            await until(pilot, lambda: app.return_value)
        assert [problem.message for problem in app.return_value.problems] == problems
        for thread in listers:
            thread.join(10)
        assert listers
        assert not any(thread.is_alive() for thread in listers)


async def test_an_image_that_cannot_be_opened_leads_back_to_the_tags(registry):
    registry.on("GET", "/v2/app/manifests/1.9", Reply(404))
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "has no tag" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "The image cannot be opened" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])


@pytest.mark.parametrize("key", ["t", "backspace"])
async def test_an_image_that_is_not_there_leads_to_the_tags_that_are(registry, key):
    place = ImageLocation.of(registry.reference("app:latest"))
    async with browsing(place, size=(100, 30)) as (app, pilot):
        await until(pilot, lambda: "t tags" in screen_text(app) and "esc back" not in screen_text(app))
        await pilot.press(key)
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])
        await pilot.press("escape")
        await until(pilot, lambda: "The image cannot be opened" in screen_text(app))
        await pilot.press(key)
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])
        await pilot.press("enter")
        await until(pilot, lambda: "hello.txt" in screen_text(app))


async def test_from_a_missing_image_the_user_returns_to_the_tags_shown_before(registry):
    registry.on("GET", "/v2/app/manifests/1.9", Reply(404))
    async with browsing(repository(registry)) as (app, pilot):
        await until(pilot, lambda: "has no tag" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "t tags" in screen_text(app) and "esc back" in screen_text(app))
        await pilot.press("t")
        await until(pilot, lambda: rows(app) == ["1.9", "1.10"])
        await pilot.press("escape")
        assert rows(app) == ["1.9", "1.10"]


async def test_a_registry_that_is_not_there_is_tried_again():
    with FakeRegistry() as registry:
        host = registry.host
    async with browsing(Registry(host)) as (app, pilot):
        await until(pilot, lambda: "failed, r retries" in screen_lines(app)[-1])
        assert "refuse" in pane_text(app, "names")
        with FakeRegistry(port=int(host.rpartition(":")[2])) as registry:
            registry.on("GET", CATALOG, listed("app", key="repositories"))
            await pilot.press("r")
            await until(pilot, lambda: rows(app) == ["app"])


# Keys


async def test_the_help_of_the_lists_shows_their_keys(registry):
    async with browsing(Registry(registry.host), size=(120, 60)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Help" in screen_text(app))
        text = screen_text(app)
    for entry in KEYMAP.entries:
        assert ", ".join(map(key_name, entry.keys)) in text
    assert "ghosts" not in text


async def test_name_digest_and_command_are_copied(registry):
    async with browsing(repository(registry), options=("--plain-http", registry.host)) as (app, pilot):
        await until(pilot, lambda: known_count(app) == 2)
        for key, text in (
            ("y", f"{registry.host}/app:1.9"),
            ("Y", SMALL.digest),
            ("ctrl+y", f"layerscope tags {registry.host}/app --plain-http {registry.host}"),
        ):
            await pilot.press(key)
            assert app.clipboard == text


async def test_details_are_shown_and_hidden(registry):
    async with browsing(repository(registry), size=(100, 24)) as (app, pilot):
        await until(pilot, lambda: "linux/amd64" in screen_text(app))
        assert SMALL.digest not in screen_text(app)
        await pilot.press("i")
        await until(pilot, lambda: SMALL.digest in screen_text(app))
        await pilot.press("i")
        await until(pilot, lambda: SMALL.digest not in screen_text(app))
