"""Ten thousand random keys, clicks and sizes: nothing that a user does ends the program or tears the screen."""

from random import Random

import pytest
from textual.events import Key, MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp, Resize
from textual.geometry import Size

from layerscope.tui.screens.explorer import KEYMAP
from support.images import build_image
from support.memory_source import MemorySource
from support.screens import Explored, exploring, screen_lines, screen_text
from support.small_app import small_app
from support.tars import directory, file

SEED = 20_240_501
EVENTS = 2_500
BURST = 50
"""Events that are sent at once, before the program can handle the first."""
SIZES = ((100, 30), (80, 24), (60, 15), (60, 3), (140, 40), (200, 55), (20, 5), (76, 12), (1, 1))
LEAVING = {"q", "ctrl+c", "ctrl+q", "ctrl+z"}
KEYS = sorted({*KEYMAP.keys, *"aeilostz.*/(", "enter", "escape", "pageup", "pagedown", "ctrl+w"} - LEAVING)
HASTY = (
    "ctrl+p",
    "T",
    "question_mark",
    *["escape"] * 6,
    "enter",
    "tab",
    "slash",
    "w",
    "z",
    "J",
    "down",
    "pagedown",
    "home",
)
"""Keys that change what the next key means; they come more often than the others."""


def damaged():
    source = MemorySource(small_app())
    source.fail(1, times=1000)
    return source


def many():
    deep = [directory("/".join(["d"] * depth)) for depth in range(1, 40)]
    files = [file(f"dir{number % 40:02}/全{number:04}.so.{number}", b"x" * (number % 7)) for number in range(1200)]
    removed = [file(f"dir{number:02}/.wh..wh..opq") for number in range(0, 40, 3)]
    return MemorySource(build_image([[*deep, *files], removed, [file("a/b/c", b"1")]] * 4))


IMAGES = {
    "small": lambda: MemorySource(small_app()),
    "damaged": damaged,
    "many": many,
    "empty": lambda: MemorySource(build_image([])),
}


@pytest.mark.parametrize("image", IMAGES)
async def test_no_sequence_of_keys_clicks_and_sizes_ends_the_program(image, monkeypatch):
    monkeypatch.setattr(Explored, "exit", lambda *_args, **_more: None)
    for writer in ("extraction.extract", "output_file.replace_file_by_chunks"):
        monkeypatch.setattr(f"layerscope.content.{writer}", lambda *_args, **_more: None)
    random, sent = Random(f"{SEED} {image}"), []
    async with exploring(None, source=IMAGES[image](), size=SIZES[0]) as (app, pilot):
        for _ in range(EVENTS // BURST):
            sent += [send(app, random) for _ in range(BURST)]
            await pilot.pause()
            assert app.crash is None, told(app, sent)
            assert len(screen_lines(app)) == app.size.height, told(app, sent)
            assert max(map(len, screen_lines(app))) <= app.size.width, told(app, sent)


def send(app, random):
    """Send one random event; returns what it was."""
    kind = random.choices(("key", "hasty", "mouse", "size"), (75, 18, 6, 1))[0]
    if kind == "size":
        size = random.choice(SIZES)
        app._driver._size = size
        app.post_message(resize(size))
        return size
    if kind == "mouse":
        return click(app, random)
    key = random.choice(KEYS if kind == "key" else HASTY)
    app.post_message(Key(key, key if len(key) == 1 else None))
    return key


def resize(size):
    return Resize(Size(*size), Size(*size))


def click(app, random):
    x, y = random.randrange(app.size.width), random.randrange(app.size.height)
    events = random.choice(
        ((MouseDown, MouseUp), (MouseDown, MouseUp), (MouseScrollDown,), (MouseScrollUp,), (MouseMove,))
    )
    for event in events:
        app.post_message(event(app.screen, x, y, 0, 0, 1, shift=False, meta=False, ctrl=False))
    return events[0].__name__, x, y


def told(app, sent):
    """What a person needs to see why."""
    return f"{app.crash!r} after {len(sent)} events, the last of them {sent[-2 * BURST :]}\n{screen_text(app)}"
