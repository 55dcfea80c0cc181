"""Facts of an SQLite database, from its header (sqlite.org, "Database File Format", section 1.3)."""

import struct

from layerscope.content.preview.model import Facts

MAGIC = b"SQLite format 3\0"
_HEADER_SIZE = 100
_ENCODINGS = {1: "UTF-8", 2: "UTF-16, little endian", 3: "UTF-16, big endian"}


def sqlite_facts(head: bytes) -> Facts:
    """Pages, text encoding, and the versions that the header has."""
    if len(head) < _HEADER_SIZE:
        return ()
    page_size = struct.unpack_from(">H", head, 16)[0]
    page_count, encoding, user_version, application, writer = (
        struct.unpack_from(">I", head, offset)[0] for offset in (28, 56, 60, 68, 96)
    )
    facts = [
        ("pages", f"{page_count:,} of {65536 if page_size == 1 else page_size:,} bytes"),
        ("texts", _ENCODINGS.get(encoding, f"encoding {encoding}")),
        ("version", f"{user_version}" if user_version else ""),
        ("application", f"{application:#010x}" if application else ""),
        ("written by", f"SQLite {writer // 1_000_000}.{writer // 1000 % 1000}.{writer % 1000}" if writer else ""),
    ]
    return tuple((label, value) for label, value in facts if value)
