"""What the keys do: one function an action, named in the keymap."""

from layerscope.tui.actions import copying, moving, program
from layerscope.tui.actions.registry import ACTIONS
from layerscope.tui.panes.files import find_keys, keys as tree_keys, saving
from layerscope.tui.panes.layers import keys as layer_keys

__all__ = ["ACTIONS", "copying", "find_keys", "layer_keys", "moving", "program", "saving", "tree_keys"]
