"""What may change on the screen of an image: each pane and each job says what it follows."""

from enum import Flag, auto


class Changed(Flag):
    """What changed; several changes are combined with `|`."""

    IMAGE = auto()  # more, or less, of the image is known
    LAYER = auto()  # a layer was read: it can be merged with the others
    TABLE = auto()  # there is another table
    PROGRESS = auto()  # more bytes arrived, or the countdown of a wait went on
    SCOPE = auto()  # another layer or range is selected
    TREE = auto()  # something in the tree was opened, hidden or sorted
    FOUND = auto()  # a search has ended
    SEARCH = auto()  # something else is looked for
    CURSOR = auto()  # the program has put the tree's cursor on another path
    ROW = auto()  # the user has moved the cursor of a pane, which has drawn that already
    LISTING = auto()  # another listing is shown, or was made
    PREVIEW = auto()  # something else of a file is shown, or has been read
    SUBJECT = auto()  # the details are about something else
    REGISTRY = auto()  # the registry reported a wait or a limit
    MARKED = auto()  # something was marked, or is no longer
    OWNERS = auto()  # it is known which package each file belongs to
    SAVED = auto()  # it is known what the marked changes save

    LOADED = IMAGE | LAYER | TABLE
    VIEW = LOADED | SCOPE | TREE  # everything that changes the tree
