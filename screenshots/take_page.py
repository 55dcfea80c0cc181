"""Take the picture of the page that `export --format html` writes of the sample image, in Chromium."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright

from layerscope.demo.serving import serve_sample_image
from layerscope.insight.analysis import Analysis
from layerscope.loading import load
from layerscope.report.html.image_page import image_page
from layerscope.sources.open import open_store

HERE = Path(__file__).parent
NAME = "localhost:5000/hello-world-java:latest"
SIZE = {"width": 1100, "height": 900}


def main() -> None:
    """Write `page.png`."""
    with serve_sample_image() as reference:
        loaded = load(open_store(reference))
    analysis = Analysis.of(replace(loaded.image, reference=NAME), loaded.contents)
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        path = Path(directory, "page.html")
        path.write_text(image_page(analysis))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="dark")
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-ready]")
        page.screenshot(path=HERE / "page.png")
        browser.close()
    print("page.png")


if __name__ == "__main__":
    main()
