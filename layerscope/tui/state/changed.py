"""What may change on the screen of an image, so that each pane and each job hears of what it follows."""

from __future__ import annotations

from enum import Flag, auto


class Changed(Flag):
    """What is other than it was; several at once are their sum."""

    IMAGE = auto()  # more, or less, of the image is known
    LAYER = auto()  # a layer was read: it can be merged with the others
    TABLE = auto()  # there is another table
    PROGRESS = auto()  # more bytes have come, or the client waits for a second less
    SCOPE = auto()  # another layer or range is looked at
    TREE = auto()  # something in the tree was opened, hidden or sorted
    FOUND = auto()  # a search has come to its end
    SEARCH = auto()  # something else is looked for
    CURSOR = auto()  # the program has put the tree's cursor on another path
    ROW = auto()  # the user has moved the cursor of a pane, which has drawn that already
    LISTING = auto()  # another listing is looked at, or it was made
    SUBJECT = auto()  # the details are about something else
    REGISTRY = auto()  # the registry has said something

    LOADED = IMAGE | LAYER | TABLE
    VIEW = LOADED | SCOPE | TREE  # all that makes another tree
