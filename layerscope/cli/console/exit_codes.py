"""Exit codes other than 0."""

CHECK_FAILED = 1
"""A check failed."""
TROUBLE = 2
"""Every other error."""
