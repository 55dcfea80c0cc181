"""An image as the explorer knows it, without a screen."""

from dataclasses import replace

from layerscope.filesystem.stack import Stack
from layerscope.insight.accounting import Accounting
from layerscope.insight.changes import change_counts
from layerscope.loading import load
from layerscope.tui.rows.browser import Browser
from layerscope.tui.rows.tree_browser import TreeBrowser
from layerscope.tui.state.read_layer import ReadLayer
from layerscope.tui.state.session import Session
from support.memory_source import MemorySource
from support.small_app import small_app


def empty_session(name="app"):
    return Session(name, open_image=None)


def exported(image):
    """The image as an engine exports it: the pull of its layers is unknown."""
    return replace(image, layers=tuple(replace(layer, is_pull_known=False) for layer in image.layers))


def browser_of(built=None, *, broken=(), unread=(), **look):
    """The browser of an image that is read, but for some layers; `look` is set in its state."""
    source = MemorySource(built or small_app())
    for number in broken:
        source.fail(number)
    loaded = load(source)
    browser = Browser(empty_session())
    session = browser.session
    session.image, session.name, session.stopped = loaded.image, loaded.image.reference, bool(unread)
    browser.image_known()
    for number, content in enumerate(loaded.contents):
        if number not in unread:
            session.contents[number] = ReadLayer.of(content)
    merge(browser)
    for name, value in look.items():
        setattr(browser.state, name, value)
    if "layer" in look:
        browser.select_layer(look["layer"])
    return browser


def merge(browser):
    """What the job does that merges."""
    session = browser.session
    indexes = session.indexes()
    stack = Stack.of(indexes)
    is_last = None not in indexes
    accounting = Accounting.of(stack) if is_last else None
    session.take(stack, sum(map(bool, indexes)), accounting, change_counts(stack) if is_last else ())
    browser.files = TreeBrowser(stack, session, browser.state)
