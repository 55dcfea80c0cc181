"""What stands behind each tag of a repository: digest, size, age and platforms."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from layerscope.errors import Cancelled, LayerscopeError, NoMatchingPlatform
from layerscope.oci.image_config import ImageConfig
from layerscope.oci.manifest import MAX_INDEX_DEPTH, Index, Manifest
from layerscope.registry.api.blobs import fetch_blob
from layerscope.registry.api.manifests import fetch_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layerscope.oci.digest import Digest
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient

TAGS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class TagFacts:
    """A tag: the digest of its manifest or index, and of its image the size of a pull in bytes, and when it was made.

    Of an index, size and age are those of the image for the wanted platform, None and empty where it has none.
    """

    tag: str
    digest: Digest
    media_type: str
    size: int | None
    created: str
    platforms: tuple[str, ...]

    @property
    def time(self) -> float:
        """Seconds since the epoch at which the image was made; minus infinity where that is not known."""
        try:
            moment = datetime.fromisoformat(self.created)
        except ValueError:
            return -math.inf
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def read_tags(
    client: RegistryClient, repository: Reference, tags: Iterable[str], platform: Platform | None = None
) -> Iterator[tuple[str, TagFacts | LayerscopeError]]:
    """The facts of several tags, in their order, or why they cannot be had; several are read at once."""

    def read(tag: str) -> tuple[str, TagFacts | LayerscopeError]:
        try:
            return tag, read_tag(client, repository.with_tag(tag), platform)
        except Cancelled:
            raise
        except LayerscopeError as error:
            return tag, error

    with ThreadPoolExecutor(TAGS_AT_ONCE, thread_name_prefix="tags") as pool:
        yield from pool.map(read, tags)


def read_tag(client: RegistryClient, reference: Reference, platform: Platform | None = None) -> TagFacts:
    """The facts of one tag: its manifest and config are fetched; raises what that raises."""
    fetched = fetch_manifest(client, reference)
    platforms, image = _images_of(client, reference, fetched.document, platform)
    size, created = None, ""
    if image:
        size = sum(layer.size for layer in image.layers)
    if image and image.is_image:
        config = ImageConfig.parse(fetch_blob(client, reference, image.config))
        created, platforms = config.created, platforms or (str(config.platform),)
    descriptor = fetched.descriptor
    return TagFacts(reference.tag or "", descriptor.digest, descriptor.media_type, size, created, platforms)


def _images_of(
    client: RegistryClient, reference: Reference, document: Manifest | Index, platform: Platform | None
) -> tuple[tuple[str, ...], Manifest | None]:
    """The platforms that an index names, and the image to tell of: that of the wanted platform, if there is one."""
    platforms: tuple[str, ...] = ()
    for _ in range(MAX_INDEX_DEPTH):
        if isinstance(document, Manifest):
            return platforms, document
        platforms = platforms or tuple(
            dict.fromkeys(str(entry.platform) for entry in document.images if entry.platform)
        )
        try:
            entry = document.select(platform)
        except NoMatchingPlatform:
            break
        document = fetch_manifest(client, reference.with_digest(entry.digest)).document
    return platforms, None
