"""The digest, size, creation time and platforms of tags."""

import math
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from layerscope.blobs.resolve import Descent
from layerscope.blobs.verified import Document, read
from layerscope.errors import Cancelled, LayerscopeError, NoMatchingPlatform
from layerscope.oci import Digest, ImageConfig, Index, Manifest, Platform, Reference
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.client import RegistryClient

TAGS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class TagSummary:
    """A tag: the digest of its manifest or index, and the pull size in bytes and the creation time of its image.

    The image of an index is the one for the requested platform. Without it, `size` is None and `created` is empty.
    `layers` are the sizes of its blobs in bytes; a blob that a manifest lists twice is pulled once.
    """

    tag: str
    digest: Digest
    media_type: str
    size: int | None
    created: str
    platforms: tuple[str, ...]
    layers: Mapping[Digest, int] = field(default_factory=dict)

    @property
    def time(self) -> float:
        """The creation time of the image in seconds since the epoch; minus infinity if it is unknown."""
        try:
            moment = datetime.fromisoformat(self.created)
        except ValueError:
            return -math.inf
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def read_tags(
    client: RegistryClient, repository: Reference, tags: Iterable[str], platform: Platform | None = None
) -> Iterator[tuple[str, TagSummary | LayerscopeError]]:
    """Each tag with its summary or its error, in the order of `tags`; several are read at once."""

    def read_one(tag: str) -> tuple[str, TagSummary | LayerscopeError]:
        try:
            return tag, read_tag(client, repository.with_tag(tag), platform)
        except Cancelled:
            raise
        except LayerscopeError as error:
            return tag, error

    with ThreadPoolExecutor(TAGS_AT_ONCE, thread_name_prefix="tags") as pool:
        yield from pool.map(read_one, tags)


def read_tag(client: RegistryClient, reference: Reference, platform: Platform | None = None) -> TagSummary:
    """The summary of one tag, from its manifest and config; raises what `blobs.resolve.resolve` raises.

    It is no error if the tag does not have the platform.
    """
    store = RegistryStore(reference, client)
    documents = list(_documents_to_image(store, platform))
    descriptor, last = documents[0].descriptor, documents[-1].value
    platforms = next(filter(None, map(_platforms, documents)), ())
    size, created, layers = None, "", {}
    if isinstance(last, Manifest):
        size = sum(layer.size for layer in last.layers)
        layers = {layer.digest: layer.size for layer in last.layers}
    if isinstance(last, Manifest) and last.is_image:
        config = ImageConfig.parse(read(store, last.config, f"the config {last.config.digest.short}").checked())
        created, platforms = config.created, platforms or (str(config.platform),)
    return TagSummary(reference.tag or "", descriptor.digest, descriptor.media_type, size, created, platforms, layers)


def _documents_to_image(store: RegistryStore, platform: Platform | None) -> Iterator[Document]:
    """The root, then the documents between it and the image for the platform, as far as they exist."""
    with suppress(NoMatchingPlatform):
        for visit in Descent(store, platform).visits():
            yield visit.checked()


def _platforms(document: Document) -> tuple[str, ...]:
    """The platforms that an index names."""
    if not isinstance(document.value, Index):
        return ()
    return tuple(dict.fromkeys(str(entry.platform) for entry in document.value.images if entry.platform))
