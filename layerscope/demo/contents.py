"""The content of the sample image's files: generated, always the same, and as compressible as real files."""

import hashlib

_BLOCK = 1024
_SENTENCES = tuple(
    f"{subject} {verb} {thing}.\n".encode()
    for subject in ("A layer", "The image", "This step", "Every file")
    for verb in ("keeps", "carries", "shows", "hides")
    for thing in ("what the next one needs", "more than it says", "its own small history", "the bytes of yesterday")
)


def words(text: str) -> tuple[str, ...]:
    """The words of a text, for long lists of names."""
    return tuple(text.split())


def noise(seed: str, size: int) -> bytes:
    """`size` bytes that do not compress, always the same for a seed."""
    return hashlib.shake_128(seed.encode()).digest(size)


def binary(seed: str, size: int) -> bytes:
    """`size` bytes that look like a program: an ELF magic number, then blocks that compress to about a third."""
    random = noise(seed, size // 3 + _BLOCK)
    blocks = (random[start : start + _BLOCK] * 3 for start in range(0, len(random), _BLOCK))
    return (b"\x7fELF\x02\x01\x01" + bytes(9) + b"".join(blocks))[:size]


def prose(seed: str, size: int) -> bytes:
    """About `size` bytes of English, in whole lines."""
    lines = (_SENTENCES[byte % len(_SENTENCES)] for byte in noise(seed, size // 30 + 1))
    return b"".join(lines)


def between(seed: str, low: int, high: int) -> int:
    """A number from `low` to `high`, always the same for a seed."""
    return low + int.from_bytes(noise(seed, 4), "big") % (high - low + 1)
