"""How long people wait for the explorer: the real program on a pseudo-terminal, from key press to painted frame."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from big_image import big_image
from figures import Row, percentile

PROBE = Path(__file__).with_name("explorer_probe.py")
FILES = int(os.environ.get("LAYERSCOPE_BENCHMARK_FILES", "500000"))
SIZE = (160, 48)
REST = 0.12
"""Seconds between key presses: the frame for one key is painted before the next key."""
HELD = 0.05
"""Seconds between two presses of a held key. Progress is always being painted, so the screen is never still."""
QUIET = 8
"""Seconds without a frame after which everything is read; merging big layers paints nothing for some seconds."""
FEW = 15
FILTERS = {"text": "lib", "regex": "n[0-3]+"}
"""Texts for the find bar; every valid prefix of them matches many thousand paths."""
LOOK = 0.6
"""Seconds between two letters: the matches of the first are shown before the second, so that both are measured."""


def measure() -> Iterator[Row]:
    image = f"oci:{big_image(FILES)}"
    loading = run(image, ["j", "k"] * 60, wait=False)
    yield Row("start to first frame", since_start(loading, loading["frames"][0]), "ms")
    yield Row("start to layers and history", since_start(loading, loading["history"]), "ms")
    busy = answers(loading, "jk", until="complete")
    yield Row("key press while layers load, p95", percentile(busy, 95), "ms", f"{len(busy)} presses")
    yield Row(f"start to all of {FILES:,} files", since_start(loading, loading["complete"]), "ms")
    idle = run(image, scenario(), then=looking())
    moves = answers(idle, ["j", "k", "pagedown", "pageup", "end", "home"])
    yield Row("key press that moves in the open tree, p95", percentile(moves, 95), "ms", f"{len(moves)} presses")
    for name, keys in (("layer switch", "JK"), ("open all", "E"), ("close all", "C"), ("sort", "s")):
        yield Row(f"{name}, slowest", max(settled(idle, keys)), "ms")
    for name, letters in FILTERS.items():
        slow = max(found(idle, name))
        yield Row(f"filter by {name} `{letters}`, slowest letter", slow, "ms")
    yield Row("memory at most", idle["memory"] / 1e6, "MB")


def scenario() -> list[str]:
    """Show all layers with all directories open: a row for every file."""
    moving = ["j"] * FEW + ["k"] * FEW + ["\x1b[6~"] * FEW + ["\x1b[5~"] * FEW + ["\x1b[F", "\x1b[H"] * 3
    return ["\t", "c", "E", *moving, *["J", "J", "J", "K", "K", "K"] * 2, "C", "E", "s", "s", "s"]


def looking() -> list[str]:
    """Type a text filter and a regular expression into the find bar."""
    return ["/", *FILTERS["text"], "\x1b", "/", "\x14", *FILTERS["regex"], "\x1b"]


def run(image: str, keys: list[str], *, then: Sequence[str] = (), wait: bool = True) -> dict:
    """The probe's figures after these keys and, typed more slowly, those of `then`; `wait`: when all is read."""
    with tempfile.NamedTemporaryFile() as target, terminal() as (master, slave):
        command = [sys.executable, str(PROBE), image, target.name]
        process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        screen = Drain(master)
        if wait:
            screen.wait_quiet(QUIET)
        else:
            screen.wait_for(b"instruction")
        for key in keys:
            os.write(master, key.encode())
            time.sleep(REST if wait else HELD)
            if wait:
                screen.wait_quiet(REST)
        for key in then:
            os.write(master, key.encode())
            time.sleep(LOOK)
        if not wait:
            screen.wait_quiet(QUIET)
        os.write(master, b"q")
        process.wait(30)
        return json.loads(Path(target.name).read_text())


@contextlib.contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    try:
        yield master, slave
    finally:
        os.close(slave)
        os.close(master)


class Drain:
    """Reads all that the program paints, so that the program never waits for the terminal."""

    def __init__(self, master: int) -> None:
        self.seen = b""
        self.last = time.monotonic()
        self._master = master
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while select.select([self._master], [], []):
                self.seen = self.seen[-4096:] + os.read(self._master, 1 << 16)
                self.last = time.monotonic()

    def wait_quiet(self, seconds: float, longest: float = 120) -> None:
        start = time.monotonic()
        while time.monotonic() - max(self.last, start) < seconds and time.monotonic() - start < longest:
            time.sleep(0.01)

    def wait_for(self, text: bytes) -> None:
        while text not in self.seen:
            time.sleep(0.005)


def since_start(figures: dict, moment: float) -> float:
    return (moment - figures["started"]) * 1e3


def answers(figures: dict, keys: str | list[str], until: str = "") -> list[float]:
    """From each of these keys to the first frame after it, in milliseconds."""
    return [(frames[0] - heard) * 1e3 for key, heard, frames in presses(figures, until) if key in keys and frames]


def settled(figures: dict, keys: str) -> list[float]:
    """From each of these keys to the last frame before the next."""
    return [(frames[-1] - heard) * 1e3 for key, heard, frames in presses(figures, "") if key in keys and frames]


def found(figures: dict, name: str) -> list[float]:
    """From each letter that makes a valid filter to the frame with its matches, in milliseconds.

    A letter without such a frame is an error, because it would be the slowest.
    """
    text, typed = FILTERS[name], looking()
    start = len(scenario()) + (1 if name == "text" else len(typed) - 1 - len(text))
    answers = []
    for place in range(len(text)):
        prefix, (key, heard) = text[: place + 1], figures["keys"][start + place]
        with contextlib.suppress(re.error):
            re.compile(prefix)
            assert key == prefix[-1] or len(key) > 1, (key, prefix)
            answers.append((figures["found"][prefix] - heard) * 1e3)
    return answers


def presses(figures: dict, until: str) -> Iterator[tuple[str, float, list[float]]]:
    keys, end = figures["keys"], figures.get(until, float("inf"))
    for (key, heard), (_, following) in zip(keys, [*keys[1:], (None, float("inf"))], strict=True):
        if heard < end:
            yield key, heard, [frame for frame in figures["frames"] if heard < frame < following]
