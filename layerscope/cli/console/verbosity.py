"""`-v`: the log of layerscope's own rooms on standard error, one safe line a message, each said once."""

from __future__ import annotations

import logging

from layerscope.cli.console import talk
from layerscope.display import display

_MAX_REMEMBERED = 10_000
"""Lines that are remembered: no command has that many that differ and matter."""


class _Handler(logging.Handler):
    """A rule decides for each request anew, and is one thing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        line = display(record.getMessage())
        if line not in self.seen:
            if len(self.seen) < _MAX_REMEMBERED:
                self.seen.add(line)
            talk.note(record.levelname.lower(), line)


_LOGGER = logging.getLogger("layerscope")
_HANDLER = _Handler()


def be_verbose(count: int) -> None:
    """Show messages of level INFO, with a count of 2 or more also DEBUG. Other packages' logs stay unseen."""
    _LOGGER.setLevel(logging.INFO if count == 1 else logging.DEBUG)
    if _HANDLER not in _LOGGER.handlers:
        _LOGGER.addHandler(_HANDLER)


def be_quiet() -> None:
    """Show no more messages: the command that asked for them has ended."""
    _LOGGER.setLevel(logging.NOTSET)
    _HANDLER.seen.clear()
    _LOGGER.removeHandler(_HANDLER)
