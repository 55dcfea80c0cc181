"""Facts of a Java class file (JVM specification, chapter 4)."""

import struct

from layerscope.content.preview.model import Facts

MAGIC = b"\xca\xfe\xba\xbe"
_FIRST_MAJOR = 45
"""Lower numbers are those of fat Mach-O files, which begin with the same bytes."""
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
_UTF8, _CLASS = 1, 7


def is_class(head: bytes) -> bool:
    """Whether a file that begins so is a Java class."""
    return head.startswith(MAGIC) and len(head) >= 10 and int.from_bytes(head[6:8], "big") >= _FIRST_MAJOR


def class_facts(head: bytes) -> Facts:
    """The release of Java that it was compiled for, and its names."""
    minor, major, count = struct.unpack_from(">3H", head, 4)
    facts = [("made for", f"Java {major - 44} (class file {major}.{minor})")]
    try:
        facts += _names(head, count)
    except (struct.error, KeyError, IndexError):
        facts.append(("damaged", "the constant pool is not valid"))
    return tuple(facts)


def _names(head: bytes, count: int) -> list[tuple[str, str]]:
    """The class and its superclass."""
    texts: dict[int, tuple[int, int]] = {}
    classes: dict[int, int] = {}
    position, number = 10, 1
    while number < count:
        tag = head[position]
        if tag == _UTF8:
            size = struct.unpack_from(">H", head, position + 1)[0]
            texts[number] = position + 3, position + 3 + size
            position += 3 + size
        else:
            if tag == _CLASS:
                classes[number] = struct.unpack_from(">H", head, position + 1)[0]
            position += 1 + _SIZES[tag]
        number += 2 if tag in (5, 6) else 1
    _, own, above = struct.unpack_from(">3H", head, position)
    named = [("class", own), ("extends", above)]
    return [(label, _text(head, texts[classes[number]])) for label, number in named if number]


def _text(head: bytes, span: tuple[int, int]) -> str:
    return head[slice(*span)].replace(b"/", b".").decode("utf-8", "surrogateescape")
