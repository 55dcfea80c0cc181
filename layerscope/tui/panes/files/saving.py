"""Saving files of the image to disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.actions.copying import say_none
from layerscope.tui.actions.registry import action
from layerscope.tui.lines.spans import safe
from layerscope.tui.messages import SaveWanted

if TYPE_CHECKING:
    from layerscope.tui.screens.explorer import ExplorerScreen


@action
async def save(explorer: ExplorerScreen) -> None:
    """Save the file or directory under the cursor, as it is shown, to a directory that is asked for."""
    from layerscope.tui.panes.ask import AskScreen  # noqa: PLC0415 - rarely used

    tree, node = explorer.browser.tree, explorer.browser.cursor_node
    if tree is None or node is None or tree.versions[node] < 0:
        say_none(explorer)
        return
    table = tree.facts.table
    path = table.nodes.path(node)
    version = int(tree.versions[node])
    lives = table.versions.died[version] > tree.facts.scope.after
    layer = tree.facts.scope.after if lives else int(table.versions.died[version]) - 1

    def write(directory: str | None) -> None:
        if directory is not None:
            explorer.post_message(SaveWanted(path, layer, directory))

    question = f"Write /{safe(path)} as it is after layer {layer}, below this directory:"
    await explorer.app.push_screen(AskScreen("Save", question, "."), write)
