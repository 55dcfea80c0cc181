"""`Highlighter`: the parts of a source text, found in a process that is ended if it takes too long."""

import json
import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

STYLES = ("", "comment", "keyword", "string", "number", "name")
"""The styles by their numbers."""
MAX_SIZE = 1 << 18
"""Characters from the beginning that get a style."""
TIMEOUT = 3.0

Parts = list[list[tuple[int, str]]]
"""For each line the lengths and styles of its parts."""

_PROGRAM = Path(__file__).with_name("highlighter.py")
_MAX_ANSWER_SIZE = 1 << 24

_log = logging.getLogger(__name__)


class Highlighter:
    """Starts its process when it is first needed. Its methods may be called from any thread, `parts` from one only."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self._lock = threading.Lock()

    def parts(self, name: str, lines: Sequence[str]) -> Parts:
        """The parts of the first lines; empty if the language is not known, or if it takes too long."""
        text = "".join(f"{line}\n" for line in _beginning(lines))
        process = self._running()
        if process is None:
            return []
        try:
            answer = self._ask(process, json.dumps({"name": name, "text": text}).encode() + b"\n")
            rows = json.loads(answer) if answer else []
        except (OSError, ValueError) as error:
            _log.info("the text is shown without colours: %s", error)
            rows = None
        if not rows and rows != []:
            self._end()
            return []
        return [[(length, STYLES[style]) for length, style in row] for row in rows]

    def close(self) -> None:
        """End the process."""
        self._is_closed = True
        self._end()

    def _ask(self, process: subprocess.Popen[bytes], request: bytes) -> bytes:
        """The line that the process answers; raises `OSError` or `ValueError` if there is none in time."""
        assert process.stdin
        assert process.stdout
        deadline = time.monotonic() + self._timeout
        process.stdin.write(request)
        process.stdin.flush()
        answer = bytearray()
        while not answer.endswith(b"\n"):
            if not select.select([process.stdout], [], [], max(deadline - time.monotonic(), 0))[0]:
                raise TimeoutError("it took too long")
            part = os.read(process.stdout.fileno(), 1 << 16)
            if not part or len(answer) > _MAX_ANSWER_SIZE:
                raise ValueError("the process ended")
            answer += part
        return bytes(answer)

    def _running(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._process is None and not self._is_closed:
                self._process = subprocess.Popen(  # noqa: S603 - our own program, and no argument from outside
                    [sys.executable, "-P", str(_PROGRAM)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            return self._process

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()


def _beginning(lines: Sequence[str]) -> list[str]:
    """The first lines, of at most `MAX_SIZE` characters."""
    size = 0
    for number, line in enumerate(lines):
        size += len(line) + 1
        if size > MAX_SIZE:
            return list(lines[:number])
    return list(lines)
