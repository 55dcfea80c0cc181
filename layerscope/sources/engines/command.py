"""Images and containers that a command such as `podman save` writes to its standard output."""

import re
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from select import select
from typing import BinaryIO

from layerscope.display import display
from layerscope.errors import LayerscopeError, NotFound, SourceError
from layerscope.sources.file_store import CHUNK_SIZE

_LOOK_SECONDS = 0.2
_MAX_MESSAGE_SIZE = 64 * 1024
_UNKNOWN = (
    "image not known",
    "No such image",
    "no such image",
    "no such container",
    "does not resolve to an image ID",
    "no container with name or ID",
)
"""How podman, buildah, skopeo and nerdctl say that they do not have something."""
_NOT_FOUND = ": not found"
"""How `ctr` says it, at the end of the line."""
_NO_CONTAINERD = re.compile(r"containerd\.sock.*(connection refused|no such file|connection error)|failed to dial")
"""How `ctr` and nerdctl say that the service is not there."""
_START = "start it, for example with `sudo systemctl start containerd`"
_ANSWER_SECONDS = 30.0


@contextmanager
def output_of(command: Sequence[str], name: str, closed: threading.Event) -> Iterator[Iterator[bytes]]:
    """The output of a command that saves what has this name, in chunks; setting `closed` ends the command.

    Raises `SourceError` if the command cannot be started. At the end of the iteration, raises `NotFound` if the command
    knows no such name, `SourceError` if it failed otherwise.
    """
    with tempfile.TemporaryFile() as messages:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=messages)  # noqa: S603 - no shell, and no argument can be an option by accident
        except OSError as error:
            raise SourceError(f"`{command[0]}` cannot be run: {error.strerror}") from error
        with process:
            try:
                yield _chunks(process, closed, lambda: _failure(command, name, messages))
            finally:
                process.terminate()


def succeeds(command: Sequence[str]) -> bool:
    """Whether a command that only answers by its exit code says yes; a command that cannot be run does not."""
    try:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=_ANSWER_SECONDS)  # noqa: S603 - as above
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _chunks(
    process: subprocess.Popen[bytes], closed: threading.Event, failure: Callable[[], LayerscopeError]
) -> Iterator[bytes]:
    assert process.stdout
    while not closed.is_set():
        if not select([process.stdout], [], [], _LOOK_SECONDS)[0]:
            continue
        if chunk := process.stdout.read1(CHUNK_SIZE):  # type: ignore[attr-defined]
            yield chunk
        elif process.wait():
            raise failure()
        else:
            return
    raise SourceError("the engine was stopped")


def _failure(command: Sequence[str], name: str, messages: BinaryIO) -> LayerscopeError:
    messages.seek(0)
    lines = messages.read(_MAX_MESSAGE_SIZE).decode("utf-8", "replace").strip().splitlines()
    reason = display(lines[-1].removeprefix("Error: "), limit=300) if lines else "it does not say why"
    if any(words in reason for words in _UNKNOWN) or reason.endswith(_NOT_FOUND):
        kind = "container" if command[1] == "export" else "image"
        listing = "ps --all" if kind == "container" else "images ls" if command[0] == "ctr" else "images"
        hint = None if command[0] == "skopeo" else f"`{command[0]} {listing}` lists its {kind}s"
        return NotFound(f"`{command[0]}` has no {kind} `{display(name, limit=200)}`", hint=hint)
    if _NO_CONTAINERD.search(reason):
        return SourceError(f"containerd is not running: `{command[0]}` cannot reach it", hint=_START)
    return SourceError(f"`{command[0]} {command[1]}` failed: {reason}")
