"""Where the user wants to go: messages from screens and panes to the program."""

from dataclasses import dataclass

from textual.message import Message

from layerscope.tui.state.trail import Location


@dataclass
class LocationWanted(Message):
    """The user goes to a registry, a repository or an image."""

    location: Location


@dataclass
class LocationOpened(Message):
    """A location could be opened: something is known of what is there."""

    location: Location


class LeaveWanted(Message):
    """The user leaves the program."""


class BackWanted(Message):
    """The user goes back to the location before, if there is one."""


class ParentWanted(Message):
    """The user goes from an image to its repository, or from a repository to its registry."""
