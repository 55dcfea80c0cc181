"""Exit codes other than 0."""

CHECK_FAILED = 1
"""A check failed, or two images differ."""
TROUBLE = 2
"""Every other error."""
