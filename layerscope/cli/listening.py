"""What a registry client tells while it works, on standard error."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from layerscope.cli import talk
from layerscope.registry.events import Notice, Waiting
from layerscope.registry.rate_limit import in_words

if TYPE_CHECKING:
    from layerscope.registry.events import RegistryEvent

_log = logging.getLogger(__name__)


def tell(event: RegistryEvent) -> None:
    """Say what the user should know of; a rate limit only with `-v`. Called from any thread."""
    if isinstance(event, Notice):
        talk.warning(event.text)
    elif isinstance(event, Waiting):
        talk.warning(f"`{event.host}` {event.reason}: trying again in {max(round(event.seconds), 1)} s")
    else:
        _log.info("`%s` limits requests %s", event.host, in_words(event))
