"""Words for the panes to the right: what is compared, how it is shown, and why a pane is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.tui.keymap import key_of
from layerscope.tui.lines.comparison_lines import same_image_text
from layerscope.tui.lines.find_lines import elsewhere_text
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.spans import safe, shorten
from layerscope.tui.rows.browser import Browser
from layerscope.tui.state.listing_look import LIST, ListingLook, ListingOrder
from layerscope.tui.state.session import Session
from layerscope.tui.state.view_state import Kind, Sort

if TYPE_CHECKING:
    from layerscope.tui.rows.tree_view import TreeView

LONGEST_WORD, MOST_WORDS = 40, 5
"""Cells of a word, and number of words, that are named as the reason why the tree is empty."""
NO_LAYERS = "this image has no layers"


@dataclass(frozen=True, slots=True)
class FilesWords:
    """`titles` say the same, each shorter than the one before; `empty` says why there is no tree, if there is none."""

    titles: tuple[str, ...]
    look: str
    empty: str

    @classmethod
    def of(cls, browser: Browser) -> FilesWords:
        """The words for what the browser shows."""
        return cls(files_titles(browser), look_of(browser), why_empty(browser))


def files_titles(browser: Browser) -> tuple[str, ...]:
    """What is compared and how far it is read; the longest title first, shorter ones for narrow panes."""
    if browser.session.image is None:
        return ("Files",)
    if browser.session.is_same_image:
        return "Files: A and B are the same image", "Files"
    scope, gap = browser.state.scope, _gap(browser)
    title = scope.title
    if not scope.whole and Kind.UNMODIFIED not in browser.state.hidden:
        title = f"{scope.short_title}, with unmodified paths"
    if not gap.progress:
        return f"Files: {title}", f"Files: {scope.short_title}"
    return (
        f"Files: {title} · {gap.progress}",
        f"Files: {scope.short_title} · {gap.progress}",
        f"Files: {scope.short_title} · {gap.word}",
    )


def look_of(browser: Browser) -> str:
    """The sort order and the filters of the tree, if they are not the usual ones; the search comes last."""
    state = browser.state
    parts = []
    if state.sort is not Sort.NAME:
        parts.append(f"by {state.sort.value}")
    return " · ".join(parts + _filters_of(browser))


def _filters_of(browser: Browser) -> list[str]:
    state, parts = browser.state, []
    if state.ghosts:
        parts.append("with ghosts")
    hidden = sorted(kind.name.lower() for kind in state.hidden if kind.value != " ")
    if hidden:
        parts.append(f"without {', '.join(hidden)}")
    if state.search:
        text = browser.files.found.text if browser.files and browser.files.found else state.search
        parts.append(f"matching {text.kind} {safe(text.text.strip())}")
    return parts


def stopped() -> str:
    """That reading was stopped, and the key that continues."""
    return f"reading was stopped; {key_of('retry', 'r')} continues"


def why_empty(browser: Browser) -> str:
    """Why there is no tree; empty if there is one."""
    session = browser.session
    if session.problem:
        return "nothing could be read"
    if session.image is None and session.stopped:
        return stopped()
    if session.image is None:
        return "opening the images" if session.base else "opening the image"
    if session.base:
        return _why_no_comparison(browser, session)
    if not session.layer_count:
        return NO_LAYERS
    return _why_no_files(browser)


def _why_no_comparison(browser: Browser, session: Session) -> str:
    """Why there is no tree of two images; empty if there is one."""
    if session.base is None or session.base.image is None:
        return "opening the images"
    assert session.image
    if session.is_same_image:
        return same_image_text(session.image)
    if browser.tree is None:
        return stopped() if session.stopped else "reading the layers of both images"
    if browser.tree.compared.scope.compares_images:
        return _why_nothing_differs(browser, browser.tree)
    return _why_no_files(browser) if session.place(browser.state.layer)[0].layer_count else NO_LAYERS


def why_no_listing(browser: Browser) -> str:
    """Why a listing is not made yet."""
    if browser.state.listing == LIST:
        return why_empty(browser) or "listing the files"
    if browser.session.is_same_image:
        return why_empty(browser)
    return stopped() if browser.session.stopped else "the list is shown once all layers are read"


def look_of_listing(browser: Browser, orders: Sequence[ListingOrder]) -> str:
    """The order and the search of a listing, if they are not the usual ones; the list of files has that of the tree."""
    look = browser.state.listing_look
    order = look.order_in(orders)
    parts = [] if order is ListingOrder.SIZE else [f"by {order.value}"]
    if browser.state.listing == LIST:
        return " · ".join(parts + _filters_of(browser))
    if look.search:
        parts.append(f"matching {look.search.kind} {safe(look.search.text)}")
    return " · ".join(parts)


def why_listing_is_empty(reason: str, look: ListingLook) -> str:
    """Why a listing shows no row: because of its search, or for the reason of the listing."""
    return "no row matches; esc shows all again" if look.search else reason


def _why_no_files(browser: Browser) -> str:
    image, number = browser.session.place(browser.state.layer)
    tree, content = browser.tree, image.contents.get(number)
    if tree is not None and tree.wanted[1:].any():
        return ""
    if tree is not None and tree.found:
        return _why_no_match(tree)
    if content is None and browser.session.stopped:
        return stopped()
    if tree is None or content is None:
        return "reading the layer"
    if content.problem:
        return f"the layer could not be read: {safe(content.problem)}"
    return _why_layer_is_empty(browser)


def _why_nothing_differs(browser: Browser, tree: TreeView) -> str:
    if tree.wanted[1:].any():
        return ""
    if tree.found:
        return _why_no_match(tree)
    if any(session.image and session.image.artifact_type for session in browser.session.images):
        return "an artifact has no file system; the details say what differs"
    if filters := _filters_that_hide(browser):
        return f"{filters} are hidden here; 0 clears all filters"
    return "no file differs from A to B; press c to show unmodified paths"


def _why_layer_is_empty(browser: Browser) -> str:
    """Why a layer shows nothing; an artifact's layer may be no changeset."""
    image, number = browser.session.place(browser.state.layer)
    assert image.image
    layer = image.image.layers[number]
    if not layer.is_changeset:
        media_type = safe(layer.descriptor.media_type)
        return f"a blob of type {media_type}, not a file system: `layerscope blob` prints it"
    if filters := _filters_that_hide(browser):
        return f"{filters} are hidden here; {key_of('clear', '0')} clears all filters"
    return (
        "nothing to show"
        if browser.state.whole
        else f"nothing changed here; press {key_of('unmodified', 'c')} to show unmodified paths"
    )


def _why_no_match(tree: TreeView) -> str:
    """Which words emptied the tree, and the key that clears them or the filter that hides what they find."""
    words = " and ".join(f"`{safe(shorten(word, LONGEST_WORD))}`" for word in tree.words_without_hit[:MOST_WORDS])
    if tree.hidden_match_count:
        return f"nothing that is shown matches {words}; {key_of('clear', '0')} clears all filters and the search"
    if tree.elsewhere:
        return f"nothing here matches {words}, but {elsewhere_text(tree)}; esc shows all again"
    return f"no path matches {words}; esc shows all again"


def _filters_that_hide(browser: Browser) -> str:
    """The kinds of change that would be shown here but for the filters; empty if there are none."""
    hidden = browser.tree.hidden_kinds(browser.state) if browser.tree else []
    return " and ".join(f"{kind.name.lower()} paths" for kind in hidden)


def _gap(browser: Browser) -> Gap:
    """The gap among the compared layers and those below; waste depends on those above too."""
    session, state = browser.session, browser.state
    if state.scope.compares_images:
        return Gap.of(session)
    session, after = session.place(state.scope.after)
    return Gap.of(session, range(session.layer_count if state.sort is Sort.WASTED else after + 1))
