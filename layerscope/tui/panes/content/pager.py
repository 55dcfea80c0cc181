"""Open a file in the user's own pager or editor: the job that writes it to disk, and the program that shows it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from layerscope.errors import Cancelled, LayerscopeError, SourceError
from layerscope.tui.lines.spans import safe
from layerscope.tui.panes.content.sides import side_of
from layerscope.tui.panes.copying import say
from layerscope.tui.panes.pane import Cancellable, Job

if TYPE_CHECKING:
    from layerscope.content.path_diff import Watch
    from layerscope.loading import Cancellation
    from layerscope.tui.rows.target import Target

_LONGEST_NAME = 80
_UNSAFE = re.compile(rb"[^\w.+-]|^[-.]")
_OWN = {"LESSSECURE": "1"}
"""The file is hostile: less must neither run programs for it, nor write files."""
_NOT_PASSED = ("LESSOPEN", "LESSCLOSE", "LESS")
"""They let less run programs that read the file, or send its escape sequences to the terminal."""


@dataclass(frozen=True, eq=False)
class OpenRequest:
    """A file, and a function that opens its bytes; it gets a watch over the chunks."""

    path: bytes
    open_file: Callable[[Watch], AbstractContextManager[Iterable[bytes]]]
    cancellation: Cancellation


class Pager(Cancellable, Job[OpenRequest, "Path | LayerscopeError"]):
    """Writes a file into a private directory, and removes it when the program that shows it has ended."""

    name = "pager"

    def open(self, target: Target) -> None:
        """Begin to write a file of the image."""
        session = self.explorer.browser.session
        if session.store and session.image:
            side = side_of(session, target, target.version)
            self._begin(target.path, partial(side.open_file, session.memory()))

    def open_bytes(self, name: bytes, data: bytes) -> None:
        """Begin to write a document."""
        self._begin(name, lambda _watch: nullcontext([data]))

    def _begin(self, path: bytes, open_file: Callable[[Watch], AbstractContextManager[Iterable[bytes]]]) -> None:
        if program_for(os.environ) is None:
            say(self.explorer.app, "no pager was found; set PAGER")
            return
        self.cancel()
        self.ask(OpenRequest(path, open_file, self.new_cancellation()))

    def work(self, request: OpenRequest) -> Path | LayerscopeError | None:
        """The file on disk, or the error; None if it was cancelled."""
        directory = Path(tempfile.mkdtemp(prefix="layerscope-"))
        path = directory / _file_name(request.path)
        watch = request.cancellation.watch
        try:
            with request.open_file(watch) as chunks, path.open("xb") as file:
                for chunk in watch(chunks):
                    file.write(chunk)
            path.chmod(0o400)
        except (LayerscopeError, OSError) as error:
            shutil.rmtree(directory, ignore_errors=True)
            if isinstance(error, OSError):
                return SourceError(f"the file cannot be written to disk: {error.strerror}")
            return None if isinstance(error, Cancelled) else error
        return path

    def take(self, result: Path | LayerscopeError) -> None:
        """Show the file; the explorer waits."""
        app = self.explorer.app
        if isinstance(result, LayerscopeError):
            app.notify(safe(result.message), severity="error", markup=False, timeout=8)
            return
        try:
            with app.suspend():
                problem = show(result, os.environ)
        except SuspendNotSupported:
            problem = "the terminal cannot be given to another program"
        finally:
            shutil.rmtree(result.parent, ignore_errors=True)
        if problem:
            say(app, problem)


def program_for(environ: Mapping[str, str]) -> list[str] | None:
    """The command of the user's pager or editor, or less; None if there is none."""
    for name in ("PAGER", "VISUAL", "EDITOR"):
        if words := _words(environ.get(name, "")):
            return words
    return ["less"] if shutil.which("less") else None


def show(path: Path, environ: Mapping[str, str]) -> str:
    """Show a file until the user has seen it; returns what went wrong, in words."""
    words = program_for(environ) or ["less"]
    passed = {name: value for name, value in environ.items() if name not in _NOT_PASSED}
    try:
        subprocess.run([*words, path.name], cwd=path.parent, env=passed | _OWN, check=False)  # noqa: S603 - the user's
    except OSError as error:
        return f"{safe(words[0])} cannot be started: {error.strerror}"
    return ""


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _file_name(path: bytes) -> str:
    """The last part of a path without anything that a program may take for more than a name."""
    return _UNSAFE.sub(b"_", path.rpartition(b"/")[2][-_LONGEST_NAME:]).decode("ascii", "replace") or "file"
