"""Which image of several: the part after the path of a layout or an archive (containers-transports(5))."""

import os
import re
from dataclasses import dataclass

from layerscope.display import display
from layerscope.errors import InvalidReference
from layerscope.oci import Digest, Reference

_DIGEST = re.compile(r"(?P<path>.+)@(?P<digest>[a-z0-9+._-]+:[a-zA-Z0-9=_-]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ImageSelector:
    """A `name`, a `digest`, a position counted from 0, or none of them for the only image."""

    name: str | None = None
    digest: Digest | None = None
    position: int | None = None

    def matches(self, names: frozenset[str]) -> bool:
        """Whether one of an image's names is the selected one, literally or with Docker's defaults filled in."""
        if self.name is None:
            return True
        return self.name in names or _canonical(self.name) in {_canonical(name) for name in names}

    def __str__(self) -> str:
        if self.digest:
            return f"@{self.digest}"
        if self.position is not None:
            return f":@{self.position}"
        return f":{display(self.name, limit=200)}" if self.name is not None else ""


def split_selector(text: str) -> tuple[str, ImageSelector]:
    """Path and selector of `PATH`, `PATH:NAME`, `PATH:@POSITION` or `PATH@DIGEST`.

    A path with a colon is taken whole if it exists. Else the path ends at the first colon with an existing path before
    it, or at the first colon. Raises `InvalidReference` if a digest does not follow its grammar.
    """
    if os.path.lexists(text):
        return text, ImageSelector()
    if match := _DIGEST.fullmatch(text):
        return match["path"], ImageSelector(digest=Digest.parse(match["digest"]))
    cuts = [cut.start() for cut in re.finditer(":", text) if cut.start()]
    if not cuts:
        return text, ImageSelector()
    cut = next((cut for cut in cuts if os.path.lexists(text[:cut])), cuts[0])
    return text[:cut], _parse(text[cut + 1 :])


def _parse(text: str) -> ImageSelector:
    if re.fullmatch(r"@[0-9]{1,9}", text):
        return ImageSelector(position=int(text[1:]))
    return ImageSelector(name=text or None)


def _canonical(name: str) -> str:
    try:
        return str(Reference.parse(name))
    except InvalidReference:
        return name
