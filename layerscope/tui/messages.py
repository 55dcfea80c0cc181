"""Where the user wants to go: messages from screens and panes to the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from layerscope.tui.state.trail import Location


@dataclass
class LocationWanted(Message):
    """To a registry, a repository or an image."""

    location: Location


class LeaveWanted(Message):
    """Out of the program."""


class BackWanted(Message):
    """Back to the location before, if there is one."""


class ParentWanted(Message):
    """From an image to its repository, or from that to its registry."""
