"""The target that the user names: `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]` or `docker-archive:FILE[:REFERENCE]`."""

import re
from pathlib import Path

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.oci import Reference
from layerscope.sources.local_store import split_selector
from layerscope.targets.archive import DockerMembers, LayoutMembers, NewArchive
from layerscope.targets.layout import LayoutDirectory
from layerscope.targets.target import Target

_TARGET = re.compile(r"(?P<kind>oci|oci-archive|docker-archive):(?P<details>.+)", re.DOTALL)
_COMPONENT = r"[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*"
_TAG = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
"""The grammar of `org.opencontainers.image.ref.name` (image-spec annotations.md)."""


def local_target(text: str, source: Reference | None) -> Target | None:
    """The target; None if the text names no target on this machine.

    Without a name of its own, a docker-archive has the name of the `source`, if that is a tag. Raises `UsageError`.
    """
    match = _TARGET.fullmatch(text)
    if not match:
        return None
    path, selector = split_selector(match["details"])
    if selector.digest or selector.position is not None or "\0" in path:
        raise UsageError(
            f"`{display(text, limit=200)}` cannot be written", hint="a destination is, for example, `oci:DIR:TAG`"
        )
    if match["kind"] == "docker-archive":
        own = str(Reference.parse(selector.name)) if selector.name else None
        tagged = str(source) if source and not source.digest else None
        return NewArchive(DockerMembers(), Path(path), own or tagged)
    if selector.name and not _TAG.fullmatch(selector.name):
        raise UsageError(f"`{display(selector.name, limit=200)}` is not a name for an image in a layout")
    if match["kind"] == "oci":
        return LayoutDirectory(Path(path), selector.name)
    return NewArchive(LayoutMembers(), Path(path), selector.name)
