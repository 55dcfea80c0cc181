"""How it looks, colours included: pictures that are kept beside this file, and compared to the last letter.

`LAYERSCOPE_TAKE_LOOKS=1 pytest tests/tui/screens/test_looks.py` takes them anew, after somebody has looked at them.
"""

import os
from importlib.metadata import version
from pathlib import Path

import pytest

from support.screens import exploring, listing_of, until
from support.small_app import small_app

LOOKS = Path(__file__).with_name("looks")
DRAWN_BY = "textual " + ".".join(version("textual").split(".")[:2])
SIZE = (110, 28)


@pytest.mark.parametrize(
    ("name", "theme", "keys"),
    [
        ("layer", "layerscope", ["J"]),
        ("path", "layerscope-light", ["J", "J", "tab", "j", "j"]),
        ("found", "layerscope", ["tab", "a", "slash", *"ss", "enter"]),
        ("waste", "nord", ["w"]),
    ],
)
async def test_it_looks_as_it_did(name, theme, keys):
    async with exploring(small_app(compress=lambda tar: tar), size=SIZE) as (app, pilot):
        app.theme = theme
        await pilot.press(*keys)
        await until(pilot, lambda: not app.browser.is_searching)
        await until(pilot, lambda: not app.browser.state.listing or listing_of(app))
        await pilot.pause()
        look = f"<!-- {DRAWN_BY} -->\n{app.export_screenshot(title=name, simplify=True)}"
    kept = LOOKS / f"{name}.svg"
    if os.environ.get("LAYERSCOPE_TAKE_LOOKS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(look)
    if not kept.read_text().startswith(f"<!-- {DRAWN_BY} -->"):
        pytest.skip(f"the looks were taken with another version than {DRAWN_BY}, whose colours may differ")
    assert look == kept.read_text()
