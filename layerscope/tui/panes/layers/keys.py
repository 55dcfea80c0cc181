"""What the keys of the layers do."""

from functools import partial

from layerscope.tui.keymap import Key, Section, in_section
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
    state.whole, state.mark = False, None
    explorer.changed(Changed.SCOPE)


def mark(explorer: Explorer) -> None:
    """Mark the selected layer as one end of a range, or remove the mark."""
    state = explorer.browser.state
    if state.is_on_pair and state.mark is None:
        say(explorer.app, "this row is the whole comparison; m marks a layer")
        return
    state.mark = None if state.mark is not None else state.layer
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
    """Sort the layers by the next order."""
    orders, state = list(LayerOrder), explorer.browser.state
    state.layer_order = orders[(orders.index(state.layer_order) + 1) % len(orders)]
    explorer.changed(Changed.SCOPE)


def copy_digest(explorer: Explorer) -> None:
    """Copy the digest of the selected layer."""
    session, number = explorer.browser.session.place(explorer.browser.state.layer)
    if explorer.browser.state.is_on_pair:
        say(explorer.app, "this row is the comparison of two images, and has no digest")
    elif session.image is not None and session.image.layers:
        copy(explorer.app, str(session.image.layers[number].descriptor.digest))


def go_to_files(explorer: Explorer) -> None:
    """Go from a layer to its files."""
    explorer.go_to(explorer.main.NAME)


def retry(explorer: Explorer) -> None:
    """Read again what failed or was stopped."""
    explorer.part(Loader).retry()


KEYS = (
    *in_section(
        Section.LAYERS,
        Key(
            "whole", ("a",), toggle_whole, "switch between all files up to this layer and only its changes", "whole", 7
        ),
        Key("this_layer", ("ctrl+l",), show_this_layer, "only what this layer changed"),
        Key(
            "mark",
            ("m",),
            mark,
            "mark a layer: show the changes from it to the selected layer",
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
    Key("toggle", ("enter", "space"), go_to_files, here=True),
    Key("sort", ("s", "ctrl+o"), sort, here=True),
    Key("copy_digest", ("Y",), copy_digest, "copy the digest of the layer", order=2),
    Key("retry", ("r",), retry, "read the failed or stopped layers again", order=7),
    Key("stop", ("S",), lambda explorer: explorer.cancel(), "stop reading", order=8),
)
