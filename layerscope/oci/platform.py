"""Platforms: `os/architecture[/variant]` (OCI image-spec image-index.md, "platform")."""

from __future__ import annotations

import platform as host
import re
from dataclasses import dataclass

from layerscope.display import display
from layerscope.errors import InvalidReference

_PART = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")
_ALIASES = {
    "x86_64": ("amd64", ""), "x86-64": ("amd64", ""), "i386": ("386", ""), "i686": ("386", ""),
    "aarch64": ("arm64", ""), "armhf": ("arm", "v7"), "armv7l": ("arm", "v7"), "armel": ("arm", "v6"),
    "armv6l": ("arm", "v6"),
}  # fmt: skip
_USUAL_VARIANTS = {"amd64": "v1", "arm64": "v8", "arm": "v7"}


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform that an image runs on; a part that is not specified is empty."""

    os: str
    architecture: str
    variant: str = ""

    @classmethod
    def parse(cls, text: str) -> Platform:
        """The platform in `text`, with aliases of architectures resolved; raises `InvalidReference`."""
        parts = text.split("/")
        if not 2 <= len(parts) <= 3 or not all(_PART.fullmatch(part) for part in parts):
            raise InvalidReference(
                f"`{display(text, limit=100)}` is not a platform",
                hint="write `os/architecture[/variant]`, for example `linux/arm64`",
            )
        os, architecture, *variant = (part.lower() for part in parts)
        architecture, usual = _ALIASES.get(architecture, (architecture, ""))
        return cls(os, architecture, variant[0] if variant else usual)

    @classmethod
    def of_host(cls) -> Platform:
        """Linux on the architecture of this machine, as containers of other systems are rare."""
        machine = host.machine().lower()
        return cls("linux", *_ALIASES.get(machine, (machine or "amd64", "")))

    @property
    def is_unknown(self) -> bool:
        """Whether it is `unknown/unknown`, BuildKit's platform for manifests that cannot be run."""
        return (self.os, self.architecture) == ("unknown", "unknown")

    def satisfies(self, wanted: Platform) -> bool:
        """Whether this is the wanted platform; if no variant is wanted, any variant matches."""
        same_machine = (self.os, self.architecture) == (wanted.os, wanted.architecture)
        return same_machine and (not wanted.variant or self.has_variant_of(wanted))

    def has_variant_of(self, wanted: Platform) -> bool:
        """Whether the variants are the same; an empty variant means the usual one of the architecture."""
        return self._usual_variant() == wanted._usual_variant()

    def _usual_variant(self) -> str:
        return self.variant or _USUAL_VARIANTS.get(self.architecture, "")

    def __str__(self) -> str:
        return display("/".join(part for part in (self.os, self.architecture, self.variant) if part))
