"""Files of a big layer, read in the explorer from a real registry: how much is fetched, and what if that fails."""

import random
from contextlib import asynccontextmanager

import pytest

from layerscope.cache.layer_cache import LayerCache
from layerscope.sources.open import open_store
from layerscope.tui.opener import Opener
from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.trail import ImageLocation
from support.images import build_image
from support.relay import Relay
from support.screens import Explored, PatientPilot, connect, pane_text, until
from support.tars import file, gzip_fast

pytestmark = pytest.mark.real("docker-registry")


@pytest.fixture(scope="module")
def image():
    noise = random.Random(1)
    big = [file(f"big/{number:02}", noise.randbytes(5_000_000)) for number in range(12)]
    return build_image([[*big, file("last", b"the last file\n"), file("next", b"the next file\n")]], compress=gzip_fast)


@pytest.fixture
def relay(real_registry, image):
    real_registry.push(image, "explored")
    with Relay(real_registry.host) as relay:
        yield relay


@asynccontextmanager
async def exploring(relay, cache):
    def open_image(text, _listener):
        return open_store(text, connect=connect)

    app = Explored(ImageLocation(f"{relay.host}/explored:latest"), Opener(open_image, connect, memory=lambda: cache))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        try:
            await until(pilot, lambda: app.session.is_complete)
            relay.sent_size = 0
            yield app, PatientPilot(app)
        finally:
            app.stop()


async def show(app, pilot, path):
    app.browser.state.cursor = path
    app.explorer.changed(Changed.CURSOR)
    await pilot.press("V")
    previewer = app.explorer.part(Previewer)
    await until(pilot, lambda: previewer.page is not None and previewer.is_current)


async def test_nothing_is_fetched_for_a_file_of_an_image_that_was_just_loaded(relay, tmp_path):
    async with exploring(relay, LayerCache(tmp_path / "cache")) as (app, pilot):
        await show(app, pilot, b"last")
        assert "1  the last file" in pane_text(app, "content")
        assert relay.sent_size == 0


async def test_little_is_fetched_for_a_file_of_an_image_whose_layers_were_read_before(relay, tmp_path):
    cache = LayerCache(tmp_path / "cache")
    async with exploring(relay, cache) as (app, pilot):
        await until(pilot, lambda: list(cache.path.glob("*.checkpoints")))
        assert relay.sent_size == 0
    async with exploring(relay, cache) as (app, pilot):
        for path in (b"last", b"next", b"last"):
            relay.sent_size = 0
            await show(app, pilot, path)
            assert f"1  the {path.decode()} file" in pane_text(app, "content")
            assert "MB fetched" in pane_text(app, "content")
            assert relay.sent_size < 8_000_000


@pytest.mark.parametrize("after", [0, 1_000_000], ids=["before", "in the middle of"])
async def test_if_the_connection_breaks_the_pane_says_so_and_the_tree_lives_on(relay, tmp_path, after):
    cache = LayerCache(tmp_path / "cache")
    async with exploring(relay, cache):
        pass
    async with exploring(relay, cache) as (app, pilot):
        relay.unplug(after)
        await show(app, pilot, b"last")
        text = pane_text(app, "content")
        assert relay.is_unplugged
        assert relay.host in text
        assert "the last file" not in text
        await pilot.press("shift+tab", "home")
        assert app.browser.files.cursor_path == b""
