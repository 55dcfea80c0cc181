"""`HelloWorld.class` and `greetings.jar`: small, but true to their formats."""

import io
import struct
import zipfile

from layerscope.demo.contents import prose

GREETINGS = {
    "de": "Hallo, Welt!", "en": "Hello, World!", "es": "¡Hola, mundo!", "fr": "Bonjour, le monde !",
    "it": "Ciao, mondo!", "ja": "こんにちは世界", "nl": "Hallo, wereld!", "pl": "Witaj, świecie!",
    "pt": "Olá, mundo!", "sv": "Hej, världen!",
}  # fmt: skip


def class_file() -> bytes:
    """The class file of a `main` with `System.out.println("Hello, World!")` (JVM specification, chapter 4)."""
    constants = [
        _reference(10, 2, 3), _index(7, 4), _reference(12, 5, 6), _utf8("java/lang/Object"), _utf8("<init>"),
        _utf8("()V"), _reference(9, 8, 9), _index(7, 10), _reference(12, 11, 12), _utf8("java/lang/System"),
        _utf8("out"), _utf8("Ljava/io/PrintStream;"), _index(8, 14), _utf8(GREETINGS["en"]), _reference(10, 16, 17),
        _index(7, 18), _reference(12, 19, 20), _utf8("java/io/PrintStream"), _utf8("println"),
        _utf8("(Ljava/lang/String;)V"), _index(7, 22), _utf8("HelloWorld"), _utf8("Code"), _utf8("main"),
        _utf8("([Ljava/lang/String;)V"),
    ]  # fmt: skip
    constructor = _method(1, 5, 6, 1, 1, bytes.fromhex("2ab70001b1"))
    main = _method(9, 24, 25, 2, 1, bytes.fromhex("b20007120db6000fb1"))
    head = struct.pack(">IHHH", 0xCAFEBABE, 0, 61, len(constants) + 1)
    shape = struct.pack(">HHHHHH", 0x21, 21, 2, 0, 0, 2)
    return head + b"".join(constants) + shape + constructor + main + struct.pack(">H", 0)


def greetings_jar() -> bytes:
    """A jar of messages in several languages; it is not compressed, so that its bytes are always the same."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as jar:
        _add(jar, "META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\nMain-Class: HelloWorld\r\n\r\n")
        for language, greeting in GREETINGS.items():
            body = f"greeting={greeting}\n".encode() + prose(f"messages {language}", 24_000)
            _add(jar, f"messages_{language}.properties", body)
    return buffer.getvalue()


def _add(jar: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, (2024, 5, 14, 10, 0, 0))
    member.create_system = 3
    jar.writestr(member, data)


def _utf8(text: str) -> bytes:
    return struct.pack(">BH", 1, len(text.encode())) + text.encode()


def _index(tag: int, first: int) -> bytes:
    return struct.pack(">BH", tag, first)


def _reference(tag: int, first: int, second: int) -> bytes:
    return struct.pack(">BHH", tag, first, second)


def _method(access: int, name: int, descriptor: int, max_stack: int, max_locals: int, code: bytes) -> bytes:  # noqa: PLR0913, PLR0917 - the fields of method_info, in their order
    attribute = struct.pack(">HHI", max_stack, max_locals, len(code)) + code + struct.pack(">HH", 0, 0)
    return struct.pack(">HHHHHI", access, name, descriptor, 1, 23, len(attribute)) + attribute
