"""The start of the explorer, if the user named nothing."""

import threading

import pytest

from layerscope.errors import SourceError
from layerscope.oci.collection import Repository
from layerscope.sources.engines.listing import Engine
from layerscope.tui.screens import start
from layerscope.tui.state.trail import ImageLocation, Start
from support.fake_registry import Reply
from support.images import build_image
from support.screens import browsing, pane_lines, screen_lines, screen_text, type_at_once, until

RECENT = ["localhost:5000/java:v1", "/tmp/image.tar", "localhost:5000/app/"]


def rows(app):
    return [tuple(part.strip() for part in line.split("  ") if part) for line in pane_lines(app, "names")[1:-1] if line]


def starting(*, recent=(), engines=(), **more):
    names = list(recent)
    return browsing(
        Start(), recent=lambda: names, engines=lambda: engines, remember=lambda name: names.insert(0, name), **more
    )


async def test_recent_images_come_first_then_those_of_engines_then_registries():
    engine = Engine("docker", lambda _closed: ["docker-daemon:app:v1", "docker-daemon:\x1b[31m"])
    async with starting(recent=RECENT, engines=[engine]) as (app, pilot):
        await until(pilot, lambda: "docker: 2 images" in screen_text(app))
        assert rows(app) == [
            ("localhost:5000/java:v1", "recent"),
            ("/tmp/image.tar", "recent"),
            ("localhost:5000/app/", "recent"),
            ("docker-daemon:app:v1", "docker"),
            ("localhost:5000/", "registry"),
        ]


async def test_an_engine_that_is_off_is_one_word_and_a_slow_one_delays_nothing():
    def refuse(_closed):
        raise SourceError("no container engine is running")

    released = threading.Event()

    def wait(_closed):
        released.wait()
        return ["podman:app:v1"]

    async with starting(recent=RECENT, engines=[Engine("docker", refuse), Engine("podman", wait)]) as (app, pilot):
        await until(pilot, lambda: "docker: off · podman: asking" in screen_text(app))
        assert rows(app)[0] == ("localhost:5000/java:v1", "recent")
        released.set()
        await until(pilot, lambda: "podman: 1 image" in screen_text(app))
        assert ("podman:app:v1", "podman") in rows(app)


async def test_typing_filters_and_what_is_typed_is_the_last_row():
    async with starting(recent=RECENT) as (app, pilot):
        await until(pilot, lambda: app.screen.is_typing)
        await pilot.press(*"java")
        assert rows(app) == [("localhost:5000/java:v1", "recent"), ("java", "open this name")]
        assert "enter opens localhost:5000/java:v1" in screen_lines(app)[-2]
        await pilot.press(*"x:1")
        assert rows(app) == [("javax:1", "open this name")]
        assert "enter opens javax:1" in screen_lines(app)[-2]


async def test_what_enter_opens_is_apart_from_the_hint_on_a_narrow_screen():
    async with starting(recent=["registry.example.com/a-team/a-long-name/of-an-image:v1.2.3"], size=(80, 24)) as (
        app,
        pilot,
    ):
        await until(pilot, lambda: app.screen.is_typing and "enter opens" in screen_text(app))
        assert "a name, or a part of one enter opens" in screen_lines(app)[-2]


async def test_enter_opens_what_is_typed_and_the_way_back_leads_to_the_start(fake_registry):
    fake_registry.serve(build_image())
    name = str(fake_registry.reference())
    async with starting() as (app, pilot):
        await until(pilot, lambda: app.screen.is_typing)
        type_at_once(app, *name, "enter")
        await until(pilot, lambda: "hello.txt" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: (name, "recent") in rows(app))
        assert (f"{fake_registry.host}/", "registry") in rows(app)


async def test_what_is_typed_before_the_first_frame_counts():
    async with starting(recent=RECENT) as (app, pilot):
        type_at_once(app, *"java")
        await until(pilot, lambda: ("java", "open this name") in rows(app))


async def test_down_goes_to_the_list_and_enter_opens_its_row(fake_registry):
    fake_registry.serve(build_image())
    async with starting(recent=["other:1", str(fake_registry.reference())]) as (app, pilot):
        await until(pilot, lambda: app.screen.is_typing)
        await pilot.press("down", "j", "enter")
        await until(pilot, lambda: "hello.txt" in screen_text(app))


async def test_a_name_that_is_none_is_refused_and_can_be_changed():
    async with starting() as (app, pilot):
        await until(pilot, lambda: app.screen.is_typing)
        await pilot.press(*"a/Upper", "enter")
        await until(pilot, lambda: "has upper-case letters" in screen_text(app))
        assert app.screen.is_typing


async def test_a_repository_that_was_listed_is_remembered(fake_registry):
    fake_registry.on("GET", "/v2/app/tags/list", Reply(body=b'{"tags": ["v1"]}'))
    seen = []
    async with browsing(Repository(fake_registry.host, "app"), remember=seen.append) as (_, pilot):
        await until(pilot, lambda: seen)
    assert seen == [f"{fake_registry.host}/app/"]


async def test_an_image_that_cannot_be_opened_is_not_remembered(fake_registry):
    seen = []
    async with browsing(ImageLocation.of(fake_registry.reference()), remember=seen.append) as (app, pilot):
        await until(pilot, lambda: "cannot be opened" in screen_text(app))
    assert seen == []


@pytest.mark.parametrize("size", [(20, 5), (60, 15), (140, 40)])
async def test_without_names_it_says_what_to_type_at_every_size(size):
    async with starting(size=size) as (app, pilot):
        await until(pilot, lambda: "type the name" in screen_text(app) or size == (20, 5))
        await pilot.press("escape", "q")
        assert not app.is_running


async def test_the_footer_of_the_start_shows_keys_that_work_while_typing():
    async with starting(recent=RECENT) as (app, pilot):
        await until(pilot, lambda: screen_lines(app)[-1].split() == ["f1", "help", "ctrl+c", "quit"])
        await pilot.press("f1")
        await until(pilot, lambda: "this help, also while you type" in screen_text(app))
        await pilot.press("escape")
        await pilot.press("down", "down")
        await until(pilot, lambda: "? help  q quit" in screen_lines(app)[-1])


async def test_the_help_of_the_start_has_only_keys_that_mean_something():
    actions = {entry.action for entry in start.KEYMAP.entries}
    assert {"find", "toggle", "quit", "theme"} <= actions
    assert not actions & set(start.WITHOUT_MEANING)
