"""`-v`: the log of layerscope's own rooms on standard error, one safe line a message."""

from __future__ import annotations

import logging

from layerscope.cli import talk
from layerscope.display import display


class _Handler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        talk.note(record.levelname.lower(), display(record.getMessage()))


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
    _LOGGER.removeHandler(_HANDLER)
