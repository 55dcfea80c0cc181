"""A page in the Chromium of the system, without a window."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright


@contextmanager
def opened_page(path):
    """The page of a file. `said` lists its errors, messages and dialogs, `requested` the URLs that it asked for."""
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not run as root; the page comes from the test
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.said, page.requested = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: page.said.append(dialog.message))
        page.on("request", lambda request: page.requested.append(request.url))
        page.goto(path.as_uri())
        yield page
        browser.close()
