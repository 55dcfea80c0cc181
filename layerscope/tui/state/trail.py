"""Where the user is, and where from: a registry, a repository, an image."""

from __future__ import annotations

from dataclasses import dataclass, field

from layerscope.oci.collection import Registry, Repository, has_target
from layerscope.oci.reference import Reference


@dataclass(frozen=True, slots=True)
class ImagePlace:
    """An image by what names it; `reference` is None where that is nothing in a registry."""

    text: str
    reference: Reference | None = None

    @classmethod
    def of(cls, reference: Reference) -> ImagePlace:
        """An image in a registry, named in a way that means nothing else, whatever files there are."""
        return cls(f"docker://{reference}", reference)

    @property
    def name(self) -> str:
        """What to call it until it says so itself; it need not be safe."""
        return str(self.reference) if self.reference else self.text


Place = Registry | Repository | ImagePlace


def place_name(place: Place) -> str:
    """What to call a place; it need not be safe."""
    return place.name if isinstance(place, ImagePlace) else str(place).removesuffix("/")


def parent(place: Place) -> Place | None:
    """What a place is in: an image in its repository, a repository in its registry, all else in nothing."""
    if isinstance(place, Repository):
        return place.registry
    if isinstance(place, ImagePlace) and place.reference:
        return Repository.of(place.reference)
    return None


def name_within(place: Place) -> str:
    """What a place is called in the list of its parent; empty for an image without a tag."""
    if isinstance(place, ImagePlace):
        return (place.reference.tag if place.reference else None) or ""
    return place.name if isinstance(place, Repository) else ""


def named_place(domain: str, text: str) -> Place:
    """The repository, or with a tag or digest the image, that a user calls so; raises `InvalidReference`."""
    name = text.strip().removeprefix(f"{domain}/").removesuffix("/")
    reference = Reference.parse(f"{domain}/{name}")
    return ImagePlace.of(reference) if has_target(name) else Repository.of(reference)


@dataclass
class Trail:
    """The places that are open, never empty, at most one of a kind; the user is at the last one."""

    places: list[Place] = field(default_factory=list)

    @property
    def here(self) -> Place:
        """Where the user is."""
        return self.places[-1]

    @property
    def can_go_back(self) -> bool:
        """Whether the user came from somewhere."""
        return len(self.places) > 1

    def go(self, place: Place) -> None:
        """Go there; another place of its kind is left for good."""
        self.places = [other for other in self.places if type(other) is not type(place)] + [place]

    def back(self) -> None:
        """Leave this place for the one before."""
        if self.can_go_back:
            self.places.pop()

    def up(self) -> None:
        """Go to what this place is in; from there the way back leads on, if the user came that way."""
        above = parent(self.here)
        if above in self.places:
            del self.places[self.places.index(above) + 1 :]
        elif above is not None:
            self.go(above)
