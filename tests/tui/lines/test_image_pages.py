"""The pages about an image, whatever is in its config, and the sizes beside the steps of a Dockerfile."""

import json

from hypothesis import given, settings, strategies as st

from layerscope.blobs.resolve import resolve
from layerscope.tui.lines.previews.body import View
from layerscope.tui.lines.previews.dockerfile_page import dockerfile_page
from layerscope.tui.lines.previews.image_pages import config_page
from layerscope.tui.lines.spans import line_width, plain
from layerscope.tui.lines.step_margin import margin_heading, margin_width, step_margin
from layerscope.tui.rows.browser import LayerRow
from layerscope.tui.state.preview_look import PreviewLook
from support.images import build_image
from support.memory_store import MemoryStore

LAYER = LayerRow(3, "RUN make", 5_940_000, 5_940_000, 20_000_000, 17_000_000, 40_000_000)


def test_a_step_has_as_many_figures_as_the_pane_has_room_for():
    assert [margin_heading(width).split() for width in (40, 60, 70)] == [
        ["#", "size"],
        ["#", "pull", "size"],
        ["#", "pull", "size", "wasted"],
    ]
    assert plain(step_margin(LAYER, 70)).split() == ["3", "5.94", "MB", "20.0", "MB", "3.00", "MB"]
    assert line_width(step_margin(LAYER, 70)) == margin_width(70) - 2


def test_a_large_part_of_the_image_stands_out():
    assert [span.style for span in step_margin(LAYER, 70)] == ["number", "size", "bad", "warning"]
    cold = LayerRow(3, "RUN make", 1000, 1000, 2000, 2000, 40_000_000)
    assert [span.style for span in step_margin(cold, 60)] == ["number", "size", "size"]


def test_a_layer_that_is_not_read_shows_how_much_of_it_has_arrived():
    assert plain(step_margin(LayerRow(0, "", 200, 50), 40)).split() == ["0", "25", "%"]
    assert plain(step_margin(LayerRow(0, "", 200, failure="missing"), 40)).split() == ["0", "missing"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**400), 10**400) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["Env", "Cmd", "Labels", "ExposedPorts", "Healthcheck", "OnBuild", "Odd\x1b"])
HEALTH = st.fixed_dictionaries({"Test": VALUES, "Interval": VALUES})


@settings(max_examples=40)
@given(st.dictionaries(NAMES, VALUES | HEALTH, max_size=4) | VALUES, st.integers(1, 90))
def test_no_config_breaks_the_pages_or_reaches_the_terminal_raw(run, width):
    built = build_image(config=json.loads(json.dumps(run)), history=[{"created_by": str(run)}])
    image = resolve(MemoryStore().holding(built), None)
    view = View(width, PreviewLook(), [LAYER] * len(image.steps))
    page = config_page(image)
    for body in (page.body, page.as_bytes, dockerfile_page(image).body):
        for row in range(body.count(view)):
            text = plain(body.line(row, view))
            assert text.isprintable() or not text
