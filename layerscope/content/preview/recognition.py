"""What a file is, and what is in it."""

from layerscope.content.preview.elf import MAGIC as ELF, elf_facts, elf_kind
from layerscope.content.preview.java_class import class_facts, is_class
from layerscope.content.preview.model import HEAD_SIZE, Bytes, Content, Facts, Preview, Source
from layerscope.content.preview.pictures import picture_facts, picture_kind
from layerscope.content.preview.sqlite import MAGIC as SQLITE, sqlite_facts
from layerscope.content.preview.tar_archive import tar_members
from layerscope.content.preview.text import is_text, line_ends, text_of
from layerscope.content.preview.zip_archive import MAGICS as ZIP, zip_facts, zip_members
from layerscope.layers.tar.members import is_tar

_JARS = (b".jar", b".war", b".ear", b".aar", b".jmod")
_TAR_PROBE = 512


def is_plain(head: bytes) -> bool:
    """Whether the beginning of a file is enough to show it: it is no archive, and no file of several parts."""
    return not (head.startswith((ELF, *ZIP)) or _is_tar(head))


def preview_of(source: Source) -> Preview:
    """The kind, the facts and the content of a file that is not compressed."""
    head = source.head
    if head.startswith(ZIP):
        return Preview(_zip_kind(source.name), zip_facts(source), zip_members(source), head)
    if _is_tar(head):
        return Preview("tar archive", (), tar_members(source), head)
    kind, facts = _known(source, head)
    if kind or not is_text(head):
        return Preview(kind or ("binary file" if head else "empty file"), facts, _bytes(source, head), head)
    facts = (("line ends", line_ends(head)),) if line_ends(head) else ()
    content: Content = text_of(head, is_cut=source.size > len(head))
    return Preview("text" if head else "empty file", facts, content, head)


def _known(source: Source, head: bytes) -> tuple[str, Facts]:
    """The kind and facts of a binary file; an empty kind if it is not known."""
    if head.startswith(ELF):
        return elf_kind(head), elf_facts(source)
    if is_class(head):
        return "Java class", class_facts(head)
    if head.startswith(SQLITE):
        return "SQLite database", sqlite_facts(head)
    return picture_kind(head), picture_facts(head)


def _bytes(source: Source, head: bytes) -> Bytes:
    return Bytes(head, "it is longer" if source.size > min(len(head), HEAD_SIZE) else "")


def _zip_kind(name: bytes) -> str:
    return "jar" if name.lower().endswith(_JARS) else "zip archive"


def _is_tar(head: bytes) -> bool:
    return is_tar(head[:_TAR_PROBE])
