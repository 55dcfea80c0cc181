"""What the keys do: one function an action, named in the keymap."""

from layerscope.tui.actions import finding, layers, moving, program, tree
from layerscope.tui.actions.registry import ACTIONS

__all__ = ["ACTIONS", "finding", "layers", "moving", "program", "tree"]
