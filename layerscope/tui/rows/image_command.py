"""Command lines that print the image or a listing of it, safe to paste into a shell."""

import re

from layerscope.oci import Digest
from layerscope.sources.open import registry_reference
from layerscope.tui.state.preview_look import Tab
from layerscope.tui.state.session import Session

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_LISTINGS = {"waste": ("waste", ()), "savings": ("waste", ("--savings",)), "packages": ("packages", ())}


def quoted(text: str) -> str:
    """The text as one word of a command line."""
    return text if _PLAIN.fullmatch(text) else _quoted(text.encode("utf-8", "surrogateescape"))


def quoted_path(path: bytes) -> str:
    """An absolute path as one word; unprintable bytes are written in `$'...'`."""
    text = "/" + path.decode("utf-8", "surrogateescape")
    return text if _PLAIN.fullmatch(text) else _quoted(b"/" + path)


def _quoted(text: bytes) -> str:
    try:
        readable = text.decode()
    except UnicodeDecodeError:
        readable = "\n"
    if readable.isprintable():
        return "'" + readable.replace("'", "'\\''") + "'"
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(byte: int) -> str:
    char = chr(byte)
    if char in "\\'":
        return "\\" + char
    return char if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"


def layers_command(session: Session) -> str:
    """For the layers."""
    return command_line(session, "layers")


def pair_command(session: Session, *words: str) -> str:
    """For the comparison of two images, on the platforms and after the layers that were asked for."""
    assert session.base
    both = (("a", session.base), ("b", session))
    platforms = {str(image.platform) for _, image in both if image.platform}
    if len(platforms) == 1 and all(image.platform for _, image in both):
        options = [("--platform", *platforms)]
    else:
        options = [(f"--platform-{side}", str(image.platform)) for side, image in both if image.platform]
    options += [(f"--layer-{side}", str(image.last_layer)) for side, image in both if image.last_layer is not None]
    names = [quoted(image.name) for _, image in both]
    chosen = [word for option in options for word in option]
    return " ".join(("layerscope diff", *names, *words, *chosen, *map(quoted, session.options)))


def listing_command(session: Session, listing: str) -> str:
    """For a listing that is shown instead of the tree."""
    command, options = _LISTINGS[listing]
    return command_line(session, command, *options)


def command_line(session: Session, command: str, *words: str) -> str:
    """For this image, on the requested platform, with the same connection."""
    platform = ("--platform", str(session.platform)) if session.platform else ()
    return " ".join(("layerscope", command, quoted(session.name), *words, *platform, *map(quoted, session.options)))


def image_command(session: Session, tab: Tab, *, inside: Digest | bool) -> str:
    """For a page about the image; `inside` is the digest of an attachment, or says that the source is shown."""
    if tab is Tab.DOCKERFILE:
        return command_line(session, "dockerfile", *(("--source",) if inside else ()))
    reference = registry_reference(session.name) if tab is Tab.REFERRERS else None
    if reference is None:
        return command_line(session, "config" if tab is Tab.CONFIG else "inspect")
    if not isinstance(inside, Digest):
        return command_line(session, "referrers")
    return " ".join(("layerscope manifest", str(reference.with_digest(inside)), *map(quoted, session.options)))
