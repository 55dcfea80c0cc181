"""Points in time as people read them."""

from datetime import UTC, datetime


def time_text(created: str) -> str:
    """RFC 3339 text as `2024-05-01 12:30:00 UTC`; anything else unchanged."""
    try:
        return _spell(datetime.fromisoformat(created))
    except (ValueError, OverflowError):
        return created


def mtime_text(seconds: int) -> str:
    """Seconds since the epoch in the same form; a number outside the calendar stays a number."""
    try:
        return _spell(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s since 1970"


def _spell(moment: datetime) -> str:
    if moment.tzinfo is None:
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
