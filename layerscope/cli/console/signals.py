"""Turn signals that end the program into exceptions, so that files are closed and the terminal is restored."""

import os
import signal
from types import FrameType
from typing import NoReturn


class Stopped(BaseException):
    """The program was ended by SIGTERM or SIGHUP."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.message = f"stopped by {signal.Signals(number).name}"
        self.exit_code = 128 + number


def watch_signals() -> None:
    """Raise `Stopped` for SIGTERM and SIGHUP, and KeyboardInterrupt for SIGINT; a second signal ends at once.

    A signal that is ignored stays ignored: `nohup` and background jobs of shells rely on it.
    """
    signalled = False

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        nonlocal signalled
        if signalled:
            os._exit(128 + number)
        signalled = True
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
