"""`-v`: the log of layerscope's own rooms on standard error, one safe line a message."""

from __future__ import annotations

import logging
import sys

from layerscope.display import display


class _SafeFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{record.levelname.lower()}: {display(record.getMessage())}"


def be_verbose(count: int) -> None:
    """Show messages of level INFO, with a count of 2 or more also DEBUG. Other packages' logs stay unseen."""
    logger = logging.getLogger("layerscope")
    logger.setLevel(logging.INFO if count == 1 else logging.DEBUG)
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_SafeFormatter())
        logger.addHandler(handler)
        logger.propagate = False
