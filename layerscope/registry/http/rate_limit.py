"""The rate limit in an answer: `ratelimit-limit: 100;w=21600`, as Docker Hub sends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layerscope.registry.http.events import RateLimit

if TYPE_CHECKING:
    from layerscope.registry.http.answer import Answer

_FIELD = re.compile(r"\s*([0-9]{1,9})(?:\s*;\s*w=([0-9]{1,9}))?.*", re.DOTALL)


def rate_limit(answer: Answer) -> RateLimit | None:
    """The limit; None if the answer has none."""
    limit = _FIELD.fullmatch(answer.headers.get("ratelimit-limit", ""))
    if not limit:
        return None
    remaining = _FIELD.fullmatch(answer.headers.get("ratelimit-remaining", ""))
    return RateLimit(answer.host, int(limit[1]), int(remaining[1]) if remaining else None, int(limit[2] or 0))


def in_words(limit: RateLimit) -> str:
    """As in `to 100 in 6 h, 3 left`."""
    hours, minutes = divmod(limit.window // 60, 60)
    span = f" in {hours} h" if hours and not minutes else f" in {limit.window // 60} min" if limit.window >= 60 else ""
    left = "" if limit.remaining is None else f", {limit.remaining} left"
    return f"to {limit.limit}{span}{left}"
