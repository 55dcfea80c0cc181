"""The exit codes besides 0."""

CHECK_FAILED = 1
"""A check found what it looks for."""
TROUBLE = 2
"""Everything that is neither success nor a failed check."""
