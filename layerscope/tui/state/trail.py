"""Where the user is, and the way back: a registry, a repository, an image, two images."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from layerscope.errors import UsageError
from layerscope.oci import Platform, Reference
from layerscope.oci.collection import Registry, Repository, has_target
from layerscope.sources.open import OF_ENGINES, OF_PATHS, STDIN, named_collection, registry_reference


@dataclass(frozen=True, slots=True)
class ImageLocation:
    """An image by its name; `reference` is None if the image is not in a registry.

    With `platform` it is the image for that platform, with `layer` the image as it was after that layer. `cursor` is
    the path that the cursor goes to; it does not make another location.
    """

    text: str
    reference: Reference | None = None
    platform: Platform | None = None
    layer: int | None = None
    cursor: bytes = field(default=b"", compare=False, repr=False)

    @classmethod
    def of(cls, reference: Reference) -> ImageLocation:
        """An image in a registry, named so that no local file is meant."""
        return cls(f"docker://{reference}", reference)

    @property
    def name(self) -> str:
        """What to call the image until it is opened; not yet safe."""
        return str(self.reference) if self.reference else self.text


@dataclass(frozen=True, slots=True)
class PairLocation:
    """Two images that are compared: from `before` (A) to `after` (B)."""

    before: ImageLocation
    after: ImageLocation

    @property
    def name(self) -> str:
        """What to call the comparison; not yet safe."""
        return f"{self.before.name} and {self.after.name}"


@dataclass(frozen=True, slots=True)
class Start:
    """The list of what can be opened, if the user named nothing."""


Location = Start | Registry | Repository | ImageLocation | PairLocation


def location_name(location: Location) -> str:
    """What to call a location; not yet safe."""
    if isinstance(location, Start):
        return "layerscope"
    if isinstance(location, PairLocation):
        return location.name
    return location.name if isinstance(location, ImageLocation) else str(location).removesuffix("/")


def location_of(text: str) -> Location:
    """What the user names: an image, or, with `/` at the end, a repository or registry.

    Raises `InvalidReference` or `UsageError`.
    """
    return named_collection(text) or ImageLocation(text, registry_reference(text))


def lasting_name(location: Location) -> str:
    """The text that opens a location again, from any directory; empty if there is none. It never has a login."""
    if not isinstance(location, ImageLocation):
        return "" if isinstance(location, Start | PairLocation) else str(location)
    if location.reference or location.text == STDIN:
        return str(location.reference or "")
    transport, colon, path = location.text.partition(":")
    if colon and transport in OF_ENGINES:
        return location.text
    if colon and transport in OF_PATHS:
        return f"{transport}:{os.path.abspath(path.removeprefix('//'))}"  # noqa: PTH100 - it may end with `:TAG`
    return os.path.abspath(location.text)  # noqa: PTH100 - the same


def registry_of(text: str) -> str:
    """The text that opens the registry of what `text` names; empty if that is not in a registry."""
    try:
        reference = registry_reference(text.removesuffix("/"))
    except UsageError:  # a host alone, or a name of former versions
        return ""
    return f"{reference.domain}/" if reference else ""


def parent(location: Location) -> Location | None:
    """The repository of an image, or the registry of a repository; None for all else.

    The parent of a comparison is that of its second image.
    """
    if isinstance(location, PairLocation):
        return parent(location.after)
    if isinstance(location, Repository):
        return location.registry
    if isinstance(location, ImageLocation) and location.reference:
        return Repository.of(location.reference)
    return None


def name_within(location: Location) -> str:
    """The name of a location in the list of its parent; empty for an image without a tag."""
    if isinstance(location, PairLocation):
        return name_within(location.after)
    if isinstance(location, ImageLocation):
        return (location.reference.tag if location.reference else None) or ""
    return location.name if isinstance(location, Repository) else ""


def named_location(domain: str, text: str) -> Location:
    """The repository of this name, or the image if it has a tag or digest; raises `InvalidReference`."""
    name = text.strip().removeprefix(f"{domain}/").removesuffix("/")
    reference = Reference.parse(f"{domain}/{name}")
    return ImageLocation.of(reference) if has_target(name) else Repository.of(reference)


def named_beside(location: ImageLocation, text: str) -> ImageLocation:
    """The image that is named beside another one; `:TAG` and `@DIGEST` are of the same repository.

    Raises `InvalidReference` or `UsageError`.
    """
    if text == STDIN:
        raise UsageError("an image from standard input cannot be opened here")
    if text[:1] in (":", "@") and location.reference:
        return ImageLocation.of(Reference.parse(location_name(Repository.of(location.reference)) + text))
    return ImageLocation(text, registry_reference(text))


@dataclass
class Trail:
    """The locations that are open, never empty, at most one of a kind; the user is at the last one."""

    locations: list[Location] = field(default_factory=list)

    @property
    def here(self) -> Location:
        """Where the user is."""
        return self.locations[-1]

    @property
    def can_go_back(self) -> bool:
        """Whether the user came from somewhere."""
        return len(self.locations) > 1

    def go(self, location: Location) -> None:
        """Go to a location; another location of its kind is closed."""
        self.locations = [other for other in self.locations if type(other) is not type(location)] + [location]

    def back(self) -> None:
        """Leave this location for the one before."""
        if self.can_go_back:
            self.locations.pop()

    def up(self) -> None:
        """Go to the parent of this location; if the user came from there, go back to it."""
        above = parent(self.here)
        if above in self.locations:
            del self.locations[self.locations.index(above) + 1 :]
        elif above is not None:
            self.go(above)
