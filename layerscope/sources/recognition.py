"""What can be an archive and what is no image at all, told by the first bytes."""

from __future__ import annotations

from layerscope.errors import SourceError
from layerscope.layers.codecs import Codec, codec_of

BLOCK_SIZE = 512
"""Bytes that tell: a tar is made of blocks of that size."""


def recognise(start: bytes, location: str) -> Codec:
    """The compression of what starts like this; raises `SourceError` where it is neither compressed nor a tar."""
    codec = codec_of(start)
    if codec is Codec.PLAIN and not _is_tar_header(start):
        raise not_an_image(location, "it is not a tar archive" if start else "it is empty")
    return codec


def not_an_image(location: str, reason: str) -> SourceError:
    """The error for whatever is no image at all."""
    return SourceError(
        f"`{location}` is not an image: {reason}",
        hint="an image is an OCI layout or an archive made by `docker save` or `skopeo copy`",
    )


def unreadable(location: str, error: OSError) -> SourceError:
    """The error for what the operating system refuses."""
    if isinstance(error, FileNotFoundError):
        return SourceError(f"`{location}`: no such file or directory")
    return SourceError(f"`{location}` cannot be read: {error.strerror}")


def _is_tar_header(block: bytes) -> bool:
    """Whether a block is the header of a tar entry, of any of the formats: only its checksum tells (POSIX ustar)."""
    if len(block) < BLOCK_SIZE:
        return False
    digits = block[148:156].strip(b" \0")
    if not digits or digits.translate(None, b"01234567"):
        return False
    return int(digits, 8) == sum(block[:148]) + 8 * 0x20 + sum(block[156:BLOCK_SIZE])
