"""What can happen to a path, and why it counts as modified."""

from enum import IntEnum, IntFlag


class Change(IntEnum):
    """What happened to a path between two snapshots."""

    ABSENT = 0
    """It is in neither."""
    UNMODIFIED = 1
    TOUCHED = 2
    """It was written again, and only its modification time changed."""
    ADDED = 3
    MODIFIED = 4
    REMOVED = 5
    UNKNOWN = 6
    """It was written again: its content may have changed, and nothing else except its modification time."""


class Reason(IntFlag):
    """Why a path counts as modified (OCI image-spec layer.md, "Change Types")."""

    CONTENT = 1
    MODE = 2
    OWNER = 4
    MTIME = 8
    LINK = 16
    XATTR = 32
    TYPE = 64
    DEVICE = 128
    CONTENT_UNKNOWN = 256
    """The contents have the same size and cannot be compared."""
    HARDLINK = 512
    """Only in one of two images it shares its content with another path; `compare` never sets it."""
