"""The units of work. A task has names, digests and an address, never a login; its result is small.

Each task is called with the client of the process that it runs in. Errors of registries are part of the result;
an error of the storage is raised, because it ends the survey.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from layerscope.errors import Cancelled, LayerscopeError
from layerscope.insight.analysis import Analysis
from layerscope.insight.savings import find_savings
from layerscope.layers.layer_content import LayerContent
from layerscope.loading import Cancellation, load_layers
from layerscope.oci import Image, Platform, Reference
from layerscope.registry.api.listing import list_tags
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.client import RegistryClient
from layerscope.report.row import Row
from layerscope.report.rows import document_fields, image_row, layer_rows
from layerscope.report.waste import saving_rows
from layerscope.survey import documents, layer_file
from layerscope.survey.plan import FILES, IMAGES, LayerWork, PlannedImage, bare, image_name, layer_key
from layerscope.survey.schema import Record, to_record
from layerscope.survey.storage import Storage, StorageError
from layerscope.survey.tags import TagChoice


@dataclass(frozen=True, slots=True)
class Listed:
    """The images of a repository to read, or the problem of the list."""

    references: tuple[str, ...] = ()
    problem: str = ""


def list_repository(client: RegistryClient, choice: TagChoice, name: str) -> Listed:
    """The references of the chosen tags of a repository."""
    repository = Reference.parse(name)
    try:
        listing = list_tags(client, repository)
        tags = choice.of(client, repository, listing.items)
    except Cancelled:
        raise
    except LayerscopeError as error:
        return Listed(problem=error.message)
    return Listed(tuple(str(repository.with_tag(tag)) for tag in tags), listing.incomplete)


def plan_image(client: RegistryClient, storage: Storage, platform: Platform | None, reference: str) -> PlannedImage:
    """The digest and the layers of an image."""
    try:
        image = documents.resolve(RegistryStore(Reference.parse(reference), client), storage, platform)
    except (Cancelled, StorageError):
        raise
    except LayerscopeError as error:
        return PlannedImage(reference, problem=error.message)
    assert image.descriptor
    layers = () if image.artifact_type else tuple(map(bare, image.layers))
    return PlannedImage(reference, str(image.descriptor.digest), layers)


def read_layer(client: RegistryClient, storage: Storage, with_files: bool, work: LayerWork) -> int:  # noqa: FBT001 - tasks have arguments by position
    """Read a layer, unless it is in the storage; returns the bytes that were fetched."""
    content = layer_file.load(storage, work.key)
    fetched = 0
    if not content.is_sound:
        content = _fetch(client, work)
        fetched = content.blob_size
        layer_file.save(storage, work.key, content)
    if with_files:
        from layerscope.survey.tables import write_files

        write_files(storage, f"{FILES}/{work.key}.parquet", work.key, content.index)
    return fetched


def measure(_client: RegistryClient, storage: Storage, digest: str) -> bool:
    """Write the records of an image, from its documents and layers; returns whether it is whole."""
    image = documents.read(storage, digest)
    if image.artifact_type:
        is_whole, records = True, {"images": [_artifact_record(image)]}
    else:
        contents = [layer_file.load(storage, layer_key(bare(layer))) for layer in image.layers]
        analysis = Analysis.of(image, contents)
        is_whole, records = analysis.is_whole, image_records(analysis)
    storage.write_json(f"{IMAGES}/{image_name(digest)}{'' if is_whole else '.incomplete'}", records)
    return is_whole


def image_records(analysis: Analysis) -> dict[str, list[Record]]:
    """The records of an image by table. The reference is added later, as several may have this digest."""
    image = analysis.image
    own = {"image": _digest(image)}
    savings = [
        row | own | {"fileCount": len(row["paths"]), "path": row["paths"][0]}
        for row in saving_rows(analysis, find_savings(analysis.accounting))
    ]
    layers = [row | own for row in _layer_rows(analysis)]
    return {
        "images": [to_record(image_row(analysis) | {"layerCount": len(image.layers)}, "images")],
        "layers": [to_record(row, "layers") for row in layers],
        "image_layers": [to_record(row, "image_layers") for row in layers],
        "waste": [to_record(row, "waste") for row in savings],
    }


def _layer_rows(analysis: Analysis) -> Iterator[Row]:
    parts = zip(layer_rows(analysis), analysis.image.layers, analysis.contents, _chain_ids(analysis.image), strict=True)
    for row, layer, content, chain_id in parts:
        problem = content.problem if content else ""
        yield row | {"layerId": layer_key(bare(layer)), "chainId": chain_id, "problem": problem or None}


def _fetch(client: RegistryClient, work: LayerWork) -> LayerContent:
    """The layer from the first repository that has it whole, or else from the last one."""
    for reference in work.references:
        store = RegistryStore(Reference.parse(reference), client)
        (content,) = load_layers(store, (work.layer,), None, lambda _event: None, Cancellation())
        if content.is_sound:
            break
    return content


def _artifact_record(image: Image) -> Record:
    """An artifact has no files, so it has no sizes but that of its blobs."""
    row = document_fields(image) | {"layerCount": len(image.layers)}
    return to_record(row, "images")


def _digest(image: Image) -> str | None:
    return str(image.descriptor.digest) if image.descriptor else None


def _chain_ids(image: Image) -> Iterator[str]:
    """The ChainID of each layer (OCI image-spec config.md); the digest of the blob stands for an unknown diff_id."""
    chain = ""
    for layer in image.layers:
        own = str(layer.diff_id or layer.descriptor.digest)
        chain = f"sha256:{hashlib.sha256(f'{chain} {own}'.encode()).hexdigest()}" if chain else own
        yield chain
