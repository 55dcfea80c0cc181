"""Open a file in the user's own pager or editor: the job that writes it to disk, and the program that shows it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from layerscope.errors import Cancelled, LayerscopeError, SourceError
from layerscope.tui.lines.spans import safe
from layerscope.tui.panes.content.sides import side_of
from layerscope.tui.panes.copying import say
from layerscope.tui.panes.pane import Cancellable, Job

if TYPE_CHECKING:
    from layerscope.cache.layer_cache import LayerCache
    from layerscope.content.path_diff import Side
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
    """A file, and the source of its bytes."""

    path: bytes
    side: Side
    memory: LayerCache | None
    cancellation: Cancellation


class Pager(Cancellable, Job[OpenRequest, "Path | LayerscopeError"]):
    """Writes a file into a private directory, and removes it when the program that shows it has ended."""

    name = "pager"

    def open(self, target: Target) -> None:
        """Begin to write."""
        session = self.explorer.browser.session
        if program_for(os.environ) is None:
            say(self.explorer.app, "no pager was found; set PAGER")
        elif session.store and session.image:
            self.cancel()
            side = side_of(session, target, target.version)
            self.ask(OpenRequest(target.path, side, session.memory(), self.new_cancellation()))

    def work(self, request: OpenRequest) -> Path | LayerscopeError | None:
        """The file on disk, or the error; None if it was cancelled."""
        directory = Path(tempfile.mkdtemp(prefix="layerscope-"))
        path = directory / _file_name(request.path)
        watch = request.cancellation.watch
        try:
            with request.side.open_file(request.memory, watch) as chunks, path.open("xb") as file:
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
