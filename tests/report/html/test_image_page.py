"""The page of an image, in a headless Chromium: it can be explored, needs no network, and takes names as text."""

import re

import pytest

from layerscope.insight.analysis import Analysis
from layerscope.loading import load
from layerscope.report.html.image_page import image_page
from layerscope.report.table import natural_size
from support.images import build_image
from support.memory_source import MemorySource
from support.tars import file
from support.web_page import opened_page

HOSTILE = "</script><script>document.title='broken'</script><img src=x onerror=document.title='broken'>"
NAME = "<img src=x onerror=document.title='broken'><b>&amp;"
LAYERS = (
    [
        ("usr/lib/big", b"b" * 500_000),
        ("usr/lib/old", b"o" * 200_000),
        (f"opt/{NAME}", b"h" * 90_000),
        (f"opt/{HOSTILE}", b"x" * 2000),
    ],
    [file("usr/lib/.wh.old"), ("usr/share/new", b"n" * 50_000), ("opt/{{data}}", b"m" * 1000)],
)
HISTORY = [{"created_by": f"RUN {HOSTILE} {{{{data}}}}"}, {"created_by": "RUN second"}]


@pytest.fixture(scope="module")
def analysis():
    loaded = load(MemorySource(build_image(LAYERS, HISTORY)))
    return Analysis.of(loaded.image, loaded.contents)


@pytest.fixture(scope="module")
def page(analysis, tmp_path_factory):
    """The page in a browser, and what it said and requested."""
    path = tmp_path_factory.mktemp("page") / "image.html"
    path.write_text(image_page(analysis))
    with opened_page(path) as page:
        page.wait_for_selector("body[data-ready]")
        yield page


@pytest.fixture(autouse=True)
def at_the_root(page):
    while page.inner_text("#here").partition(":")[0] != "/":
        page.press("#tree", "Backspace")


def children(page):
    return [row.inner_text().split("\t") for row in page.query_selector_all("#children tr")[1:]]


@pytest.mark.real("chromium")
def test_a_click_into_the_icicle_opens_a_directory_and_shows_its_figures(page, analysis):
    assert page.inner_text("#here") == f"/: {natural_size(analysis.accounting.image.size)}, wasted 200 kB, layer 0"
    page.click("#tree g.slice:has-text('usr')", position={"x": 5, "y": 5})
    page.wait_for_function("() => document.getElementById('here').textContent.startsWith('/usr:')")
    assert page.inner_text("#here") == "/usr: 750 kB, wasted 200 kB, layer 0"
    assert children(page) == [["700 kB", "200 kB", "0", "lib/"], ["50.0 kB", "0 B", "1", "share/"]]


@pytest.mark.real("chromium")
def test_the_page_can_be_explored_with_the_keyboard(page):
    page.focus("#tree")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.inner_text("#here").startswith("/usr: ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.inner_text("#here").startswith("/usr/lib: ")
    page.keyboard.press("Backspace")
    assert page.inner_text("#here").startswith("/usr: ")


@pytest.mark.real("chromium")
def test_a_hostile_name_is_text_and_the_page_needs_no_network(page):
    page.click("#children button:has-text('opt/')")
    assert [row[3] for row in children(page)] == [NAME, "</", "{{data}}"]
    assert page.locator("#tree text", has_text=NAME).count() == 1
    assert HOSTILE in page.inner_text("td.code >> nth=0")
    assert page.title() == "localhost:5000/app:latest"
    assert page.query_selector_all("img") == []
    assert page.said == []
    assert {re.match(r"[a-z]+:", url)[0] for url in page.requested} <= {"file:", "blob:", "data:"}
    assert len(page.requested) == 1


@pytest.mark.real("chromium")
def test_the_text_of_pictures_follows_dark_mode_and_print(page):
    def colours():
        return page.evaluate(
            "() => [...document.querySelectorAll('#figure2 .xtick text')].map((text) => getComputedStyle(text).fill)"
        )

    light = set(colours())
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "() => document.querySelector('#figure2').layout.font.color === getComputedStyle(document.body).color"
    )
    dark = set(colours())
    page.emulate_media(color_scheme="light")
    assert (len(light), len(dark)) == (1, 1)
    assert light != dark
