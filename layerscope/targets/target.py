"""Where on this machine an image is written to, and what will be written."""

from dataclasses import dataclass
from typing import Protocol

from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.copying import OnProgress
from layerscope.blobs.store import BlobStore
from layerscope.oci import Digest, media_types


class Target(Protocol):
    """A layout or an archive. Nothing of it looks whole before it is whole."""

    @property
    def name(self) -> str:
        """The target as the user would name it, safe for display."""

    @property
    def takes_index(self) -> bool:
        """Whether it can have the images of several platforms."""

    @property
    def names_in_index(self) -> bool:
        """Whether an `index.json` has the tag of the image."""

    def current(self) -> Digest | None:
        """The digest that the target's tag has now; None if the target or the tag is new.

        Raises `LayerscopeError` if the image cannot be written to the target.
        """

    def write(self, store: BlobStore, contents: CopySet, on_progress: OnProgress) -> None:
        """Write an image; every byte is verified.

        `on_progress` is called from several threads, and may raise. Raises `VerificationError`, `LayerscopeError` for a
        full disk, and what `BlobStore.open` raises.
        """


@dataclass(frozen=True, slots=True)
class Plan:
    """What a copy will do: write `contents` from a store to a target, whose tag has the digest `current` now."""

    store: BlobStore
    target: Target
    contents: CopySet
    current: Digest | None
    is_tag = False

    @property
    def reference(self) -> str:
        """The target as the user would name it."""
        return self.target.name

    @property
    def digest(self) -> Digest:
        """The digest of the manifest or index that is copied."""
        return self.contents.root.descriptor.digest

    @property
    def is_done(self) -> bool:
        """Whether the target already has this manifest."""
        return self.current == self.digest

    @property
    def replaced(self) -> Digest | None:
        """The digest that loses the tag, if any."""
        return None if self.is_done else self.current

    @property
    def is_hidden(self) -> bool:
        """Whether other tools ignore the tag, as containers/image does for a Docker manifest in a layout."""
        is_docker = self.contents.root.descriptor.media_type in (media_types.DOCKER_MANIFEST, media_types.DOCKER_INDEX)
        return is_docker and self.target.names_in_index

    def write(self, on_progress: OnProgress) -> None:
        """Carry out the plan; raises what `Target.write` raises."""
        self.target.write(self.store, self.contents, on_progress)
