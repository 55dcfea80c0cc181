"""What the keys of the layers do."""

from functools import partial

from layerscope.tui.keymap import Key, Section, in_section
from layerscope.tui.panes import marking
from layerscope.tui.panes.copying import copy, say
from layerscope.tui.panes.layers.loader import Loader
from layerscope.tui.panes.pane import Explorer
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.listing_look import LIST
from layerscope.tui.state.view_state import LayerOrder


def toggle_whole(explorer: Explorer) -> None:
    """Show everything up to the layer, or only what it changed."""
    state = explorer.browser.state
    if state.listing not in (None, LIST):
        explorer.has_no_meaning("whole")
        return
    state.whole = not state.whole
    explorer.changed(Changed.SCOPE)


def show_this_layer(explorer: Explorer) -> None:
    """Show only what the selected layer changed; of two images, only what differs."""
    state = explorer.browser.state
    state.whole, state.anchor = False, None
    explorer.changed(Changed.SCOPE)


def toggle_range(explorer: Explorer) -> None:
    """Start a range at the selected layer, or go back to one layer."""
    state = explorer.browser.state
    if state.is_on_pair and state.anchor is None:
        say(explorer.app, "this row is the whole comparison; m starts a range at a layer")
        return
    state.anchor = None if state.anchor is not None else state.layer
    state.whole = False
    explorer.changed(Changed.SCOPE)


def go_by(steps: int, explorer: Explorer) -> None:
    """Go this many layers up or down."""
    layer = explorer.browser.layer_beside(steps)
    if layer is not None:
        explorer.browser.select_layer(layer)
        explorer.changed(Changed.SCOPE)


async def ask_for_layer(explorer: Explorer) -> None:
    """Go to a layer by its number, or by a part of its instruction."""
    from layerscope.tui.panes.ask import AskScreen  # noqa: PLC0415 - rarely used

    def go(text: str | None) -> None:
        layer = explorer.browser.layer_called(text) if text else None
        if layer is not None:
            explorer.browser.select_layer(layer)
            explorer.changed(Changed.SCOPE)
        elif text:
            say(explorer.app, "no layer has this number, or this text in its instruction")

    if explorer.browser.session.layer_count:
        await explorer.app.push_screen(
            AskScreen("Go to layer", "The number of a layer, or a part of its instruction", ""), go
        )


def sort(explorer: Explorer) -> None:
    """Sort the layers by the next order; by the pull only if it is known."""
    image, state = explorer.browser.session.image, explorer.browser.state
    orders = [order for order in LayerOrder if order is not LayerOrder.PULL or image is None or image.is_pull_known]
    state.layer_order = orders[(orders.index(state.layer_order) + 1) % len(orders)]
    explorer.changed(Changed.SCOPE)


def copy_digest(explorer: Explorer) -> None:
    """Copy the digest of the selected layer."""
    session, number = explorer.browser.session.place(explorer.browser.state.layer)
    if explorer.browser.state.is_on_pair:
        say(explorer.app, "this row is the comparison of two images, and has no digest")
    elif session.image is not None and session.image.layers:
        copy(explorer.app, str(session.image.layers[number].descriptor.digest))


def mark_layer(explorer: Explorer) -> None:
    """Mark the layer of the step to be dropped, or remove the mark."""
    browser = explorer.browser
    layer = browser.history[browser.state.step].layer if browser.history else None
    if layer is None:
        say(explorer.app, "this step made no layer")
    else:
        marking.toggle(explorer, layer)


def mark_base(explorer: Explorer) -> None:
    """Say that the base image ends at this layer, or take that back."""
    browser = explorer.browser
    layer = browser.history[browser.state.step].layer if browser.history else None
    if browser.state.in_pair:
        say(explorer.app, "no base can be marked in a comparison; open one image alone")
    elif layer is None:
        say(explorer.app, "this step made no layer")
    else:
        browser.state.last_of_base = None if browser.state.last_of_base == layer else layer
        explorer.changed(Changed.MARKED)


def go_to_files(explorer: Explorer) -> None:
    """Go from a layer to its files."""
    explorer.go_to(explorer.main.NAME)


def retry(explorer: Explorer) -> None:
    """Read again what failed or was stopped, or read what is only listed."""
    explorer.part(Loader).retry()


KEYS = (
    *in_section(
        Section.LAYERS,
        Key("whole", ("a",), toggle_whole, "show all files up to this layer, or only its changes", "all files", 7),
        Key("this_layer", ("ctrl+l",), show_this_layer, "show only what this layer changed"),
        Key(
            "range",
            ("m",),
            toggle_range,
            "start a range: show the changes from this layer to the selected layer",
            "range",
            9,
            words="diff, compare",
        ),
        Key("ask_for_layer", ("L",), ask_for_layer, "go to a layer by its number, or by a part of its instruction"),
        Key("next_layer", ("J", "shift+down"), partial(go_by, 1), "next layer, from any pane"),
        Key("previous_layer", ("K", "shift+up"), partial(go_by, -1), "previous layer, from any pane"),
    ),
    Key("whole", ("ctrl+a",), toggle_whole, here=True),
    Key("open", ("right", "l"), go_to_files, here=True),
    Key("toggle", ("enter",), go_to_files, here=True),
    Key("mark", ("space",), mark_layer, here=True),
    *in_section(
        Section.WHAT_IF,
        Key(
            "squash",
            ("Q",),
            marking.squash,
            "mark a range to squash into one layer; the header shows what that saves",
            order=1,
        ),
        Key(
            "copy_plan",
            ("e",),
            marking.copy_plan,
            "copy the plan: what is marked, what that saves, how to change the build",
            order=2,
            words="dockerfile, export",
        ),
        Key("clear_marks", ("U",), marking.clear_all, "remove all marks", order=3),
    ),
    Key(
        "mark_base",
        ("b",),
        mark_base,
        "mark the last layer of the base image; the header shows base and mine",
        here=True,
    ),
    Key("sort", ("s", "ctrl+o"), sort, here=True),
    Key("copy_digest", ("Y",), copy_digest, "copy the digest of the layer", order=2),
    Key("retry", ("r",), retry, "read the failed or stopped layers again; read layers that are only listed", order=7),
    Key("stop", ("S",), lambda explorer: explorer.cancel(), "stop reading", order=8),
)
