"""The size of a picture: PNG, GIF and JPEG."""

import struct

from layerscope.content.preview.model import Facts

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
GIF = b"GIF8"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG that have the size."""
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length."""


def picture_kind(head: bytes) -> str:
    """PNG, JPEG or GIF picture; empty if it is none."""
    kinds = {PNG: "PNG picture", JPEG: "JPEG picture", GIF: "GIF picture"}
    return next((kind for magic, kind in kinds.items() if head.startswith(magic)), "")


def picture_facts(head: bytes) -> Facts:
    """The width and height; nothing if they cannot be read."""
    size = None
    if head.startswith(PNG) and len(head) >= 24:
        size = struct.unpack_from(">2I", head, 16)
    elif head.startswith(GIF) and len(head) >= 10:
        size = struct.unpack_from("<2H", head, 6)
    elif head.startswith(JPEG):
        size = _jpeg_size(head)
    return (("picture", f"{size[0]:,} x {size[1]:,} pixels"),) if size else ()


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 <= len(head) and head[position] == 0xFF:
        marker = head[position + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">2H", head, position + 5)
            return width, height
        if marker == 0xFF:
            position += 1
        elif marker in _ALONE:
            position += 2
        else:
            position += 2 + int.from_bytes(head[position + 2 : position + 4], "big")
    return None
