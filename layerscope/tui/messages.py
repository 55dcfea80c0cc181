"""Where the user wants to go: messages from screens and panes to the program."""

from dataclasses import dataclass

from textual.message import Message

from layerscope.oci import Platform
from layerscope.tui.state.trail import Location


@dataclass
class LocationWanted(Message):
    """The user goes to a registry, a repository or an image."""

    location: Location


@dataclass
class LocationOpened(Message):
    """A location could be opened: something is known of what is there."""

    location: Location


@dataclass
class PlatformWanted(Message):
    """The user goes to the image for another platform."""

    platform: Platform


class LeaveWanted(Message):
    """The user leaves the program."""


class BackWanted(Message):
    """The user goes back to the location before, if there is one."""


class ParentWanted(Message):
    """The user goes from an image to its repository, or from a repository to its registry."""
