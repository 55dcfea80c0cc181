"""Take the pictures in this directory anew: the real explorer, on the real sample image, driven by its keys."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from layerscope.blobs.store import BlobStore
from layerscope.demo.serving import serve_sample_image
from layerscope.oci import Platform
from layerscope.registry.client import RegistryClient
from layerscope.registry.http.events import Listener
from layerscope.sources.open import open_store
from layerscope.tui.app import ExplorerApp
from layerscope.tui.opener import Opener
from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.panes.listing.lister import Lister
from layerscope.tui.state.trail import ImageLocation

HERE = Path(__file__).parent
NAME = "localhost:5000/hello-world-java:latest"
"""In the place of the free port that the sample registry got, so that the pictures change only with the program."""

SIZE = (132, 36)


@dataclass(frozen=True)
class Picture:
    """A name, the keys that lead there, the theme, and the columns and rows of the terminal."""

    name: str
    keys: str
    theme: str = "layerscope"
    size: tuple[int, int] = SIZE


SIGNS = {"/": "slash", "*": "asterisk", ".": "full_stop", "?": "question_mark", ">": "greater_than_sign"}
"""The names of keys that are signs."""
PICTURES = (
    Picture("explorer", "tab s > tab J"),
    Picture("find", "J J J a tab / j a v a enter n"),
    Picture("waste", "w"),
    Picture("savings", "W"),
    Picture("range", "J m J J c tab >", theme="layerscope-light"),
    Picture("content", "J J J tab / l o g g enter enter"),
    Picture("small", "J J tab >", size=(80, 24)),
)


class Renamed:
    """The store of the sample image, with another name for the eyes."""

    def __init__(self, store: BlobStore) -> None:
        self.name = NAME
        self.roots, self.open, self.stamp, self.close = store.roots, store.open, store.stamp, store.close


async def take(picture: Picture, reference: str) -> None:
    """Drive the explorer to what the picture shows, and write it."""
    opener = Opener(lambda text, _listener: Renamed(open_store(text)), _connect, Platform("linux", "amd64"))
    app = ExplorerApp(ImageLocation(reference), opener)
    app.theme = picture.theme
    async with app.run_test(size=picture.size) as pilot:
        explorer = app.screen
        await settled(pilot, lambda: explorer.session.is_complete)
        for key in picture.keys.split():
            await pilot.press(SIGNS.get(key, key))
        await settled(pilot, lambda: not explorer.browser.is_searching)
        await settled(
            pilot, lambda: explorer.browser.state.listing is None or explorer.part(Lister).listing is not None
        )
        await settled(pilot, lambda: explorer.browser.state.preview.tab is None or explorer.part(Previewer).page)
        await pilot.pause(0.6)
        (HERE / f"{picture.name}.svg").write_text(app.export_screenshot(title="layerscope", simplify=True))
        app.stop()


def _connect(_domain: str, _listener: Listener) -> RegistryClient:
    raise NotImplementedError  # no picture shows a registry


async def settled(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Wait until the workers have brought it."""
    while not condition():
        await pilot.pause(0.02)


def main() -> None:
    """All pictures, one after the other."""
    with serve_sample_image() as reference:
        for picture in PICTURES:
            asyncio.run(take(picture, reference))
            print(f"screenshots/{picture.name}.svg")


if __name__ == "__main__":
    main()
