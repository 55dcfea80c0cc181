"""What each tag of a repository is: several are looked at at once, without their layers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.oci.digest import Digest
from layerscope.sources.registry_source import RegistrySource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layerscope.oci.image import Image
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient

LOOKS_AT_ONCE = 4


def look_at_tags(
    client: RegistryClient, repository: Reference, tags: Sequence[str], check: Callable[[], None]
) -> list[dict[str, Any]]:
    """A row for each tag, in their order; `check` is called before each and may raise.

    A row has `tag`, `digest`, `mediaType`, `compressedSize` (bytes of the layers of one platform), `created`,
    `platforms` and `problem`: why the rest of them is None.
    """

    def look(tag: str) -> dict[str, Any]:
        check()
        return _look(client, repository.with_tag(tag), tag)

    with ThreadPoolExecutor(LOOKS_AT_ONCE, thread_name_prefix="tags") as pool:
        return list(pool.map(look, tags))


def _look(client: RegistryClient, reference: Reference, tag: str) -> dict[str, Any]:
    try:
        image = RegistrySource(reference, client).resolve(None)
    except Cancelled:
        raise
    except LayerscopeError as error:
        unknown = dict.fromkeys(("digest", "mediaType", "compressedSize", "created"))
        return {"tag": tag, **unknown, "platforms": [], "problem": error.message}
    return {"tag": tag, **_facts(image), "problem": None}


def _facts(image: Image) -> dict[str, Any]:
    assert image.descriptor
    entries = image.index.images if image.index else ()
    return {
        "digest": str(Digest.of(image.index_bytes) if image.index else image.descriptor.digest),
        "mediaType": image.index.media_type if image.index else image.descriptor.media_type,
        "compressedSize": image.compressed_size,
        "created": image.config.created or None,
        "platforms": [str(entry.platform) for entry in entries if entry.platform] or _own_platform(image),
    }


def _own_platform(image: Image) -> list[str]:
    return [str(image.platform)] if image.platform.os else []
