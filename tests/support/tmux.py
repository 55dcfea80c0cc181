"""A terminal of one's own: a tmux server on a private socket, with the real program in it."""

import os
import shlex
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

from support.waiting import PATIENCE

PROGRAM = str(Path(sys.executable).with_name("layerscope"))


class Terminal:
    """What a person can do at a terminal: type, and look."""

    def __init__(self, socket):
        self._socket = socket

    def type(self, *keys):
        """Keys in tmux's names."""
        self._tmux("send-keys", *keys)

    def resize(self, width, height):
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def lines(self):
        """The screen, top down."""
        return self._tmux("capture-pane", "-p").splitlines()

    def look_for(self, *texts):
        """Wait until all of them are on the screen; the screen's lines."""
        return self.look_until(lambda lines: all(any(text in line for line in lines) for text in texts), *texts)

    def look_until(self, condition, *wanted):
        """Wait until it holds for the screen's lines, which a frame half painted does not count among; those lines."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            lines = self.lines()
            if condition(lines) and lines == self.lines():
                return lines
            time.sleep(0.02)
        raise AssertionError("\n".join(["never seen:", *wanted, "but:", *self.lines()]))

    def mode(self, name):
        """A format of tmux: `alternate_on`, `mouse_any_flag`, `cursor_flag` ..."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip()

    def start(self, *command, width, height, stdin, environment):
        settings = [f"{key}={value}" for key, value in environment.items()]
        redirected = f" < {shlex.quote(str(stdin))}" if stdin else ""
        shell = (
            f"env -u COLUMNS -u LINES {shlex.join(settings)} {shlex.join(command)}{redirected}; echo ENDED WITH $?; cat"
        )
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), shell)

    def kill(self):
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments):
        command = ["tmux", "-L", self._socket, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout


@contextmanager
def terminal(*arguments, width=100, height=30, stdin=None, **environment):
    """The program with these arguments in a terminal, `stdin` a file to read from instead of it; the server is gone at the end."""
    opened = Terminal(f"layerscope-{uuid.uuid4().hex[:12]}")
    told = {"LANG": "C.UTF-8", **{key: os.environ[key] for key in ("HOME",) if key in os.environ}, **environment}
    opened.start(PROGRAM, *arguments, width=width, height=height, stdin=stdin, environment=told)
    try:
        yield opened
    finally:
        opened.kill()
