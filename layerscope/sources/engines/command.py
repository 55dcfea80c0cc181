"""Images that a command such as `podman save` writes to its standard output."""

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
_UNKNOWN_IMAGE = ("image not known", "No such image", "no such image")


@contextmanager
def output_of(command: Sequence[str], image: str, closed: threading.Event) -> Iterator[Iterator[bytes]]:
    """The output of a command that saves `image`, in chunks; setting `closed` ends the command.

    Raises `SourceError` if the command cannot be started. At the end of the iteration, raises `NotFound` if the command
    knows no such image, `SourceError` if it failed otherwise.
    """
    with tempfile.TemporaryFile() as messages:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=messages)  # noqa: S603 - no shell, and no argument can be an option by accident
        except OSError as error:
            raise SourceError(f"`{command[0]}` cannot be run: {error.strerror}") from error
        with process:
            try:
                yield _chunks(process, closed, lambda: _failure(command, image, messages))
            finally:
                process.terminate()


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


def _failure(command: Sequence[str], image: str, messages: BinaryIO) -> LayerscopeError:
    messages.seek(0)
    lines = messages.read(_MAX_MESSAGE_SIZE).decode("utf-8", "replace").strip().splitlines()
    reason = display(lines[-1].removeprefix("Error: "), limit=300) if lines else "it does not say why"
    if any(words in reason for words in _UNKNOWN_IMAGE):
        return NotFound(f"`{command[0]}` has no image `{display(image, limit=200)}`")
    return SourceError(f"`{command[0]} {command[1]}` failed: {reason}")
