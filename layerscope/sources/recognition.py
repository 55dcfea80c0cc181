"""Recognise archives by their first block, and the errors for files that are not images."""

import posixpath
import shlex

from layerscope.errors import SourceError
from layerscope.layers.codecs import Codec, codec_of
from layerscope.layers.tar.members import is_tar

STDIN_LOCATIONS = ("-", "standard input")
"""The location of standard input, as an argument and in messages."""
_SAVE_HINT = "save an image to a file: `docker save -o image.tar IMAGE`"
PIPE_HINT = "pipe an image in: `docker save IMAGE | layerscope -`"


def named(location: str) -> str:
    """The location in a sentence."""
    return "standard input" if location in STDIN_LOCATIONS else f"`{location}`"


def recognise(start: bytes, location: str) -> Codec:
    """The compression by the first block; raises `SourceError` if the bytes are neither compressed nor a tar."""
    codec = codec_of(start)
    if codec is Codec.PLAIN and not is_tar(start):
        raise not_an_image(location, "it is not a tar archive" if start else "it is empty")
    return codec


def not_an_image(location: str, reason: str) -> SourceError:
    """The error for a file, directory or stream that is not an image."""
    if location in STDIN_LOCATIONS:
        return SourceError(f"standard input is not an image: {reason}", hint=PIPE_HINT)
    is_dockerfile = posixpath.basename(location).startswith(("Dockerfile", "Containerfile"))
    hint = f"build it: `layerscope build -f {shlex.quote(location)} .`" if is_dockerfile else _SAVE_HINT
    return SourceError(f"`{location}` is not an image: {reason}", hint=hint)


def unreadable(location: str, error: OSError) -> SourceError:
    """The error for a file that the operating system refuses to read."""
    if isinstance(error, FileNotFoundError):
        return SourceError(f"`{location}`: no such file or directory")
    if location in STDIN_LOCATIONS:
        return SourceError(f"cannot read standard input: {error.strerror}", hint=PIPE_HINT)
    return SourceError(f"cannot read `{location}`: {error.strerror}")
