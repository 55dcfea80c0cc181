"""`-v`: the log of layerscope on standard error, one line per message, without repetitions."""

import logging

from layerscope.cli.console import talk
from layerscope.display import display

_MAX_REMEMBERED = 10_000
"""Lines that are remembered; later lines may repeat."""


class _Handler(logging.Handler):
    """Prints each line once: many requests log the same one."""

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
    """Show messages of level INFO, with a count of 2 or more also DEBUG. Logs of other packages are not shown."""
    _LOGGER.setLevel(logging.INFO if count == 1 else logging.DEBUG)
    if _HANDLER not in _LOGGER.handlers:
        _LOGGER.addHandler(_HANDLER)


def be_quiet() -> None:
    """Stop showing messages, since the command with `-v` has ended."""
    _LOGGER.setLevel(logging.NOTSET)
    _HANDLER.seen.clear()
    _LOGGER.removeHandler(_HANDLER)
