"""The real program in a real terminal: tmux, with a server on a private socket."""

import os
import shlex
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

from support.waiting import PATIENCE, failure

PROGRAM = str(Path(sys.executable).with_name("layerscope"))


class Terminal:
    """A terminal as a person uses it: type, and look at the screen."""

    def __init__(self, socket):
        self._socket = socket

    def type(self, *keys):
        """Press keys, which have tmux's names."""
        self._tmux("send-keys", *keys)

    def resize(self, width, height):
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def lines(self):
        """The lines of the screen, top down."""
        return self._tmux("capture-pane", "-p").splitlines()

    def look_for(self, *texts):
        """Wait until all of these texts are on the screen; returns its lines."""
        return self.look_until(lambda lines: all(any(text in line for line in lines) for text in texts), *texts)

    def look_until(self, condition, *wanted):
        """Wait until the condition holds for the lines of the screen; returns them. A half-painted frame does not count."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            lines = self.lines()
            if condition(lines) and lines == self.lines():
                return lines
            time.sleep(0.02)
        screen = "\n".join(self.lines())
        raise AssertionError("\n".join([failure(condition, PATIENCE, "screen", screen), "wanted:", *wanted]))

    def mode(self, name):
        """The value of a format of tmux: `alternate_on`, `mouse_any_flag`, `cursor_flag` ..."""
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
    """The program with these arguments in a terminal; `stdin` is a file that it reads instead of the terminal."""
    opened = Terminal(f"layerscope-{uuid.uuid4().hex[:12]}")
    variables = {"LANG": "C.UTF-8", **{key: os.environ[key] for key in ("HOME",) if key in os.environ}, **environment}
    opened.start(PROGRAM, *arguments, width=width, height=height, stdin=stdin, environment=variables)
    try:
        yield opened
    finally:
        opened.kill()
