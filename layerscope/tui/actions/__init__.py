"""What the keys do: one function an action, named in the keymap."""

from layerscope.tui.actions import copying, finding, layers, moving, program, saving, tree
from layerscope.tui.actions.registry import ACTIONS

__all__ = ["ACTIONS", "copying", "finding", "layers", "moving", "program", "saving", "tree"]
