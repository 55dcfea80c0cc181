"""Facts of an ELF file: programs and libraries of Linux (System V ABI, chapters 4 and 5)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from layerscope.content.preview.model import Facts, Source

MAGIC = b"\x7fELF"
MAX_COUNT = 4096
"""Program headers, sections and dynamic entries that are read, at most."""
MAX_NEEDED = 100
_LONGEST = 4096
_TYPES = {1: "object file", 2: "program", 3: "shared object", 4: "core dump"}
_MACHINES = {
    2: "SPARC",
    3: "x86",
    8: "MIPS",
    20: "PowerPC",
    21: "PowerPC 64",
    22: "S390",
    40: "ARM",
    43: "SPARC 64",
    62: "x86-64",
    183: "AArch64",
    243: "RISC-V",
    247: "BPF",
    258: "LoongArch",
}
_LOAD, _DYNAMIC, _INTERPRETER = 1, 2, 3
_NEEDED, _STRINGS, _NAME, _RPATH, _RUNPATH = 1, 5, 14, 15, 29
_SYMBOLS = 2
"""The type of the section that `strip` removes."""


@dataclass(frozen=True, slots=True)
class _Segment:
    type: int
    offset: int
    address: int
    size: int


def elf_kind(head: bytes) -> str:
    """Program, shared object, object file or core dump."""
    order = ">" if head[5:6] == b"\x02" else "<"
    number = struct.unpack_from(f"{order}H", head, 16)[0] if len(head) >= 18 else 0
    return f"ELF {_TYPES.get(number, 'file')}"


def elf_facts(source: Source) -> Facts:
    """What can be read of the headers, however damaged they are."""
    head = source.read(0, 64)
    if len(head) < 52 or head[4] not in (1, 2) or (head[4] == 2 and len(head) < 64):
        return ()
    reader = _Reader(source, head)
    return (("machine", reader.machine), *reader.dynamic_facts(), *reader.section_facts())


class _Reader:
    """Reads the tables of the file; `is_64` decides their layout."""

    def __init__(self, source: Source, head: bytes) -> None:
        self._source = source
        self._is_64 = head[4] == 2
        self._order = ">" if head[5] == 2 else "<"
        self._word = "Q" if self._is_64 else "I"
        self._machine = struct.unpack_from(f"{self._order}H", head, 18)[0]
        layout = f"{self._order}{self._word * 3}I6H"
        _, self._segments_at, self._sections_at, _, _, *counts = struct.unpack_from(layout, head, 24)
        self._segment_size, self._segment_count, self._section_size, self._section_count, _ = counts

    @property
    def machine(self) -> str:
        """The processor, the size of a word, and the order of bytes."""
        bits, order = 64 if self._is_64 else 32, "big" if self._order == ">" else "little"
        return f"{_MACHINES.get(self._machine, f'number {self._machine}')}, {bits} bits, {order} endian"

    def dynamic_facts(self) -> Iterator[tuple[str, str]]:
        """The interpreter, and what the dynamic linker reads."""
        segments = list(self._segments())
        for segment in segments:
            if segment.type == _INTERPRETER:
                yield "interpreter", self._text(segment.offset)
        dynamic = next((segment for segment in segments if segment.type == _DYNAMIC), None)
        if dynamic is None:
            yield from [("linked", "statically")] if segments else []
            return
        entries = list(self._rows(self._word * 2, dynamic.offset, dynamic.size))
        address = next((value for tag, value in entries if tag == _STRINGS), 0)
        strings = next((s.offset + address - s.address for s in segments if _has(s, address)), None)
        if strings is not None:
            yield from self._names(entries, strings)

    def section_facts(self) -> Iterator[tuple[str, str]]:
        """Whether the file has symbols."""
        count = min(self._section_count, MAX_COUNT)
        if not count or self._section_size < 8:
            yield from [("symbols", "stripped, without a section table")] if self._source.is_whole else []
            return
        table = self._source.read(self._sections_at, count * self._section_size)
        if len(table) == count * self._section_size:
            starts = range(4, len(table), self._section_size)
            types = {struct.unpack_from(f"{self._order}I", table, start)[0] for start in starts}
            yield "symbols", "not stripped" if _SYMBOLS in types else "stripped"

    def _names(self, entries: list[tuple[int, ...]], strings: int) -> Iterator[tuple[str, str]]:
        for label, wanted in (("name", _NAME), ("rpath", _RPATH), ("runpath", _RUNPATH)):
            yield from ((label, self._text(strings + value)) for tag, value in entries if tag == wanted)
        needed = [self._text(strings + value) for tag, value in entries if tag == _NEEDED][:MAX_NEEDED]
        if needed:
            yield "needs", ", ".join(needed)

    def _segments(self) -> Iterator[_Segment]:
        size = self._segment_size * min(self._segment_count, MAX_COUNT)
        layout = "IIQQQQ" if self._is_64 else "IIIII"
        for kind, *numbers in self._rows(layout, self._segments_at, size, self._segment_size):
            offset, address, length = (
                (numbers[1], numbers[2], numbers[4]) if self._is_64 else (numbers[0], numbers[1], numbers[3])
            )
            yield _Segment(kind, offset, address, length)

    def _rows(self, layout: str, offset: int, size: int, step: int = 0) -> Iterator[tuple[int, ...]]:
        row = struct.Struct(self._order + layout)
        step = step or row.size
        table = self._source.read(offset, min(size, MAX_COUNT * step)) if step >= row.size else b""
        for start in range(0, len(table) - row.size + 1, step):
            yield row.unpack_from(table, start)

    def _text(self, offset: int) -> str:
        return self._source.read(offset, _LONGEST).partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _has(segment: _Segment, address: int) -> bool:
    return segment.type == _LOAD and segment.address <= address < segment.address + segment.size
