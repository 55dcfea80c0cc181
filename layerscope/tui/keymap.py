"""The one keymap: bindings, footer, help and command palette all come from here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Part(StrEnum):
    """Where a key works; also the titles of the help, in its order."""

    MOVING = "Moving"
    LAYERS = "Layers"
    TREE = "Tree"
    LISTS = "Lists of a registry"
    FINDING = "Finding"
    ANYWHERE = "Anywhere"


@dataclass(frozen=True, slots=True)
class Key:
    """An action, its keys in Textual's names, and what it does. `short` is its word in the footer, if it is there.

    `in_layers` are further keys that mean this while the layers pane has the focus. Actions of a `family` are one line
    of the help, which says this of all of them.
    """

    action: str
    keys: tuple[str, ...]
    help: str
    part: Part = Part.ANYWHERE
    short: str = ""
    in_layers: tuple[str, ...] = ()
    family: str = ""


TO_LEVEL = "open the tree to this level"

KEYMAP = (
    Key("up", ("up", "k"), "one line up", Part.MOVING),
    Key("down", ("down", "j"), "one line down", Part.MOVING),
    Key("page_up", ("pageup", "u"), "one page up", Part.MOVING),
    Key("page_down", ("pagedown", "d"), "one page down", Part.MOVING),
    Key("top", ("home",), "to the first line", Part.MOVING),
    Key("bottom", ("end",), "to the last line", Part.MOVING),
    Key("next_pane", ("tab",), "next pane", Part.MOVING, "pane"),
    Key("previous_pane", ("shift+tab",), "previous pane", Part.MOVING),
    Key("whole", ("a",), "everything up to this layer, or only what it changed", Part.LAYERS, "whole", ("ctrl+a",)),
    Key("this_layer", ("ctrl+l",), "only what this layer changed", Part.LAYERS),
    Key("mark", ("m",), "mark a layer: show what changed from there to the selected one", Part.LAYERS, "range"),
    Key("next_layer", ("J", "shift+down"), "next layer, from any pane", Part.LAYERS),
    Key("previous_layer", ("K", "shift+up"), "previous layer, from any pane", Part.LAYERS),
    Key("open", ("right", "l"), "open the directory, or go into it", Part.TREE),
    Key("close", ("left", "h"), "close the directory, or go to its parent", Part.TREE),
    Key("toggle", ("enter", "space"), "open or close the directory", Part.TREE),
    Key("open_all", ("E", "asterisk"), "open all directories", Part.TREE),
    Key("close_all", ("C", "ctrl+@"), "close all directories", Part.TREE),
    *(
        Key(f"level_{level}", (str(level),), f"open the tree to level {level}", Part.TREE, family=TO_LEVEL)
        for level in range(1, 10)
    ),
    Key("open_below", ("O",), "open the directory and all below it", Part.TREE),
    Key("sort", ("s", "ctrl+o"), "sort by name, size, change, waste or pull size", Part.TREE, "sort"),
    Key("ghosts", ("g",), "show files that earlier layers deleted, as ghosts", Part.TREE, "ghosts"),
    Key("attributes", ("b", "ctrl+b"), "show or hide mode and owner", Part.TREE),
    Key("added", ("plus", "ctrl+a"), "show or hide added paths", Part.TREE),
    Key("modified", ("tilde", "ctrl+m"), "show or hide modified paths", Part.TREE),
    Key("removed", ("minus", "ctrl+r"), "show or hide removed paths", Part.TREE),
    Key("unmodified", ("c", "ctrl+u"), "show or hide unmodified paths", Part.TREE, "unchanged"),
    Key(
        "find",
        ("slash", "f", "ctrl+f"),
        "show only paths that match: text, glob or regex",
        Part.FINDING,
        "find",
    ),
    Key("regex", ("ctrl+t",), "find by regular expressions, or by text and globs again", Part.FINDING),
    Key("go_to", ("colon", "p"), "go to a path by a few of its letters", Part.FINDING, "go to"),
    Key("next_match", ("n",), "next match", Part.FINDING),
    Key("previous_match", ("N",), "previous match", Part.FINDING),
    Key("next_change", ("right_square_bracket",), "next changed path", Part.FINDING),
    Key("previous_change", ("left_square_bracket",), "previous changed path", Part.FINDING),
    Key("next_version", ("full_stop",), "next layer that wrote or removed this path", Part.FINDING),
    Key("previous_version", ("comma",), "previous layer that wrote or removed this path", Part.FINDING),
    Key("waste", ("w",), "what is wasted, with its cause; enter goes to the path", Part.FINDING, "waste"),
    Key("savings", ("W",), "what can be saved, and how", Part.FINDING, "savings"),
    Key("escape", ("escape",), "back: from a maximised pane, a listing, a search, a range, to the list of tags"),
    Key("parent", ("t", "backspace"), "all tags of the image's repository", Part.ANYWHERE, "tags"),
    Key("copy_path", ("y",), "copy the path"),
    Key("copy_digest", ("Y",), "copy the digest of the layer"),
    Key("copy_command", ("ctrl+y",), "copy the command line that prints what is looked at"),
    Key("save", ("x", "ctrl+e"), "save the file or directory to disk"),
    Key("facts", ("i",), "details of the layer, the path or the image", Part.ANYWHERE, "details"),
    Key("maximise", ("z",), "give the whole screen to this pane, or take it back"),
    Key("palette", ("ctrl+p",), "the command palette: every action by name"),
    Key("theme", ("T",), "choose a theme"),
    Key("retry", ("r",), "read again what failed or was stopped"),
    Key("stop", ("S",), "stop reading"),
    Key("help", ("question_mark", "f1"), "this help", Part.ANYWHERE, "help"),
    Key("quit", ("q",), "quit; so does ctrl+c, at any moment", Part.ANYWHERE, "quit"),
)

FOOTER = (
    *("next_pane", "find", "go_to", "waste", "savings", "sort", "whole", "unmodified", "mark", "ghosts", "facts"),
    *("parent", "help", "quit"),
)
"""The actions in the footer; where there is no room for all, those before the last two go, from the end."""

_IN_LISTS = {
    "up": ("", ""),
    "down": ("", ""),
    "page_up": ("", ""),
    "page_down": ("", ""),
    "top": ("", ""),
    "bottom": ("", ""),
    "open": ("", "open the repository or image"),
    "close": ("", "back to where you were"),
    "toggle": ("open", "open the repository or image"),
    "sort": ("sort", "sort tags by name, pull size or time"),
    "find": ("find", "list only names that match: text, glob or regex"),
    "regex": ("", ""),
    "go_to": ("name", "open a repository or image by its name"),
    "escape": ("back", "back: from a search, to where you were"),
    "parent": ("up", "from the tags to the repositories of the registry"),
    "copy_path": ("", "copy the name"),
    "copy_digest": ("", "copy the digest of the tag"),
    "copy_command": ("", "copy the command line that prints the list"),
    "facts": ("details", "show or hide the details of the tag"),
    "palette": ("", ""),
    "theme": ("", ""),
    "retry": ("", ""),
    "stop": ("", ""),
    "help": ("help", ""),
    "quit": ("quit", ""),
}
"""What works in the lists of a registry: the word in the footer, and the help where it is another one there."""


def _in_lists(entry: Key) -> Key:
    short, text = _IN_LISTS[entry.action]
    part = Part.LISTS if entry.part is Part.TREE else entry.part
    return replace(entry, short=short, help=text or entry.help, part=part)


LIST_KEYMAP = tuple(_in_lists(entry) for entry in KEYMAP if entry.action in _IN_LISTS)
LIST_FOOTER = ("toggle", "find", "sort", "go_to", "escape", "parent", "facts", "help", "quit")
"""The same as the footer above, for the lists of a registry."""

_NAMES = {
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "minus": "-",
    "tilde": "~",
    "asterisk": "*",
    "ctrl+@": "ctrl+space",
    "pageup": "pgup",
    "pagedown": "pgdn",
}


def key_name(key: str) -> str:
    """A key as people call it: `?` for `question_mark`."""
    return _NAMES.get(key, key)


def entry_of(action: str, keymap: tuple[Key, ...] = KEYMAP) -> Key:
    """The keymap's entry for an action."""
    return next(entry for entry in keymap if entry.action == action)
