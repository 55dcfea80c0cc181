"""Events of registry clients on standard error: lines, and a countdown during a wait."""

import logging

from layerscope.cli.console import talk
from layerscope.registry.http.events import Countdown, Notice, RegistryEvent, Waiting, in_words

_log = logging.getLogger(__name__)
_countdown = Countdown()


def show_event(event: RegistryEvent) -> None:
    """Print the event; rate limits only with `-v`. May be called from any thread."""
    if isinstance(event, Notice):
        talk.warning(event.text)
    elif isinstance(event, Waiting):
        _wait(event)
    else:
        _log.info("`%s` limits requests %s", event.host, in_words(event))


def waiting_lines() -> list[str]:
    """The progress lines of a running wait: one line, or none."""
    return [words] if (words := _countdown.words) else []


def _wait(event: Waiting) -> None:
    """Start a countdown on a terminal; elsewhere print one warning."""
    if talk.progress_width() is not None:
        _countdown.start(event)
    else:
        talk.warning(f"`{event.host}` {event.reason}: trying again in {max(round(event.seconds), 1)} s")
