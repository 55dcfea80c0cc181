"""Images in an OCI image layout (OCI image-spec image-layout.md), in a directory or inside an archive."""

from layerscope.blobs.store import Root
from layerscope.display import display
from layerscope.errors import NotFound, SourceError
from layerscope.oci import Descriptor, Index, Platform, media_types, parse_manifest
from layerscope.oci.strict_json import parse_object
from layerscope.sources.docker_manifest import MANIFEST_FILE
from layerscope.sources.file_store import FileStore, read_document
from layerscope.sources.local_store import ImageSelector, StoredImage, blob_name, choice_hint

LAYOUT_FILE = "oci-layout"
INDEX_FILE = "index.json"
LAYOUT_VERSION = "1.0.0"
_NAME_ANNOTATIONS = ("org.opencontainers.image.ref.name", "io.containerd.image.name")


def find_in_layout(files: FileStore, selector: ImageSelector, platform: Platform | None) -> StoredImage:
    """The image of a layout that the selector names, or the only image.

    An image that is listed once per platform has several roots; with `platform`, only the root for it is returned.
    A layout that is a docker-archive too is the export of an engine.
    Raises `NotFound`, `NoMatchingPlatform`, `InvalidDocument` or `SourceError`.
    """
    check_layout(files)
    is_export = files.has(MANIFEST_FILE)
    if selector.digest:
        return StoredImage((Root(_by_digest(files, selector), is_export=is_export),))
    index = _read_index(files)
    entries = _candidates(files, selector, index)
    if len(entries) == 1:
        return StoredImage((Root(entries[0], is_export=is_export),))
    if not _differ_in_platform_only(entries):
        raise _ambiguous(files, selector, entries)
    choice = Index(index.media_type, entries, index.annotations)
    chosen = (choice.select(platform),) if platform else entries
    return StoredImage(tuple(Root(entry, is_export=is_export, index=choice) for entry in chosen))


def lists_anything(files: FileStore) -> bool:
    """Whether the files are a layout whose index has entries; Docker 25.0 wrote `"manifests": null` without tags."""
    return files.has(LAYOUT_FILE) and files.has(INDEX_FILE) and bool(_read_index(files).manifests)


def _candidates(files: FileStore, selector: ImageSelector, index: Index) -> tuple[Descriptor, ...]:
    """The distinct images that the selector allows; raises `NotFound` or `SourceError` if there are none."""
    where, position = files.location, selector.position
    if position is not None:
        if position < len(index.manifests):
            return (index.manifests[position],)
        raise NotFound(f"`{where}` has no image {position}: its index has {len(index.manifests)}, counted from 0")
    if not index.images:
        raise SourceError(f"`{where}` has no image{_what_else(index)}")
    chosen = {entry.digest: entry for entry in index.images if selector.matches(_names(entry))}
    if chosen:
        return tuple(chosen.values())
    wanted = display(str(selector.name), limit=100)
    raise NotFound(f"`{where}` has no image `{wanted}`", hint=_listing(files, index.images))


def _read_index(files: FileStore) -> Index:
    """The layout's `index.json`; raises `InvalidDocument`, `NotFound` or `SourceError`."""
    document = parse_manifest(
        read_document(files, INDEX_FILE), media_types.OCI_INDEX, f"`{INDEX_FILE}` in `{files.location}`"
    )
    assert isinstance(document, Index)
    return document


def check_layout(files: FileStore) -> None:
    """Raise `SourceError` if the files are not a layout of the known version."""
    if not files.has(LAYOUT_FILE):
        files.check_complete()
        raise SourceError(f"`{files.location}` is not an OCI image layout: it has no `{LAYOUT_FILE}`")
    version = parse_object(read_document(files, LAYOUT_FILE), f"`{LAYOUT_FILE}`").get("imageLayoutVersion")
    if version != LAYOUT_VERSION:
        shown = display(str(version), limit=40)
        raise SourceError(f"`{files.location}` is an OCI image layout of version `{shown}`, not {LAYOUT_VERSION}")


def _by_digest(files: FileStore, selector: ImageSelector) -> Descriptor:
    """A descriptor for a manifest that an index need not list: its size is the size of the file."""
    assert selector.digest
    wanted = Descriptor("", selector.digest, 0)
    if not files.has(blob_name(wanted)):
        files.check_complete()
        raise NotFound(f"`{files.location}` has no manifest {selector.digest.short}")
    return Descriptor("", selector.digest, files.size(blob_name(wanted)))


def _names(entry: Descriptor) -> frozenset[str]:
    return frozenset(entry.annotations[key] for key in _NAME_ANNOTATIONS if key in entry.annotations)


def _differ_in_platform_only(entries: tuple[Descriptor, ...]) -> bool:
    """Whether these are one image for several platforms, without an index of its own."""
    platforms = {entry.platform for entry in entries if entry.platform}
    return len(platforms) == len(entries) and len({_names(entry) for entry in entries}) == 1


def _ambiguous(files: FileStore, selector: ImageSelector, entries: tuple[Descriptor, ...]) -> SourceError:
    where = files.location
    if selector.name is not None:
        wanted = display(selector.name, limit=100)
        hint = choice_hint(files.layout_transport, where, [f"@{entry.digest}" for entry in entries])
        return SourceError(f"`{where}` has {len(entries)} images named `{wanted}`", hint=hint)
    return SourceError(f"`{where}` has {len(entries)} images", hint=_listing(files, entries))


def _listing(files: FileStore, entries: tuple[Descriptor, ...]) -> str:
    selectors = [
        f":{display(min(names), limit=100)}" if (names := _names(entry)) else f"@{entry.digest}" for entry in entries
    ]
    return choice_hint(files.layout_transport, files.location, selectors)


def _what_else(index: Index) -> str:
    types = sorted({display(entry.media_type, limit=80) for entry in index.manifests})
    return ", only " + ", ".join(f"`{media_type}`" for media_type in types[:5]) if types else ": its index is empty"
