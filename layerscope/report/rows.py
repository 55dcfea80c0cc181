"""Rows with the names of the JSON contract, version 1; every report and listing is made from them.

Sizes are bytes. If `pullKnown` is false, the layers were exported without compression, and `compressedSize` is not
the size of a pull. `layer`, `killedBy` and `index` are layer numbers from 0; `command` is the raw `created_by` of the
history. If a layer was not read whole, a report says so, because its figures then do not describe the whole image.
"""

from __future__ import annotations

import base64

import numpy as np

from layerscope.display import display
from layerscope.filesystem.versions import Fate
from layerscope.insight.accounting import FateSizes
from layerscope.insight.analysis import Analysis
from layerscope.insight.fates import FATE_NAMES
from layerscope.oci import Image
from layerscope.report.failures import failures
from layerscope.report.row import Row


def gap_of(analysis: Analysis) -> str:
    """Which layers of an image were not read whole; empty if all of them were."""
    return failures({number: content.failure for number, content in enumerate(analysis.contents) if content})


def listed_row(analysis: Analysis) -> Row | None:
    """The layers that their tables of contents list, and how much of them was fetched; None if there are none."""
    listed = {number: content for number, content in enumerate(analysis.contents) if content and content.is_listed}
    if not listed:
        return None
    return {
        "layers": list(listed),
        "fetchedSize": sum(content.blob_size for content in listed.values()),
        "compressedSize": sum(analysis.image.layers[number].descriptor.size for number in listed),
    }


def unread_layers(analysis: Analysis) -> frozenset[int]:
    """The layers without a single entry that could be read: their unpacked size is unknown."""
    contents = enumerate(analysis.contents)
    return frozenset(number for number, content in contents if content and content.failure and not content.index.count)


def image_row(analysis: Analysis) -> Row:
    """The image: reference, platform, sizes and fates. No figure includes the layers that `incomplete` names."""
    image, account = analysis.image, analysis.accounting
    return {
        **document_fields(image),
        "size": account.image.size,
        "entryCount": analysis.entry_count,
        **_fates(account.image),
        "metadataOnlySize": account.image.metadata_only_size,
        "wastedSize": account.image.wasted_size,
        "wastedCompressedSize": account.compressed_image.wasted_size,
        "efficiency": account.image.efficiency,
        "incomplete": gap_of(analysis) or None,
        "listed": listed_row(analysis),
        "afterLayer": analysis.last_layer,
    }


def document_fields(image: Image) -> Row:
    """What the documents say of the image, before any layer is read."""
    return {
        "reference": image.reference,
        "digest": str(image.descriptor.digest) if image.descriptor else None,
        "mediaType": image.manifest.media_type,
        "platform": str(image.platform),
        "artifactType": image.artifact_type or None,
        "created": image.config.created,
        "compressedSize": image.compressed_size,
        "pullKnown": image.is_pull_known,
    }


def layer_rows(analysis: Analysis) -> list[Row]:
    """Each layer, lowest first."""
    return [_layer_row(analysis, number) for number in range(len(analysis.image.layers))]


def history_rows(analysis: Analysis) -> list[Row]:
    """The history steps of the config, oldest first, each with the sizes of the layer that it made.

    Layers without a history entry follow, without a command.
    """
    layers = layer_rows(analysis)
    copied = (
        "status",
        "compressedSize",
        "pullKnown",
        "size",
        "liveSize",
        "overwrittenSize",
        "deletedSize",
        "shadowedSize",
    )
    return [
        {
            "command": step.entry.created_by,
            "created": step.entry.created,
            "emptyLayer": step.entry.empty_layer,
            "layer": step.layer,
            **({name: layers[step.layer][name] for name in copied} if step.layer is not None else {}),
        }
        for step in analysis.image.steps
    ]


def waste_rows(analysis: Analysis) -> list[Row]:
    """The dead file versions, biggest first; `command` made the killer, `layerCommand` the layer with the file."""
    payloads = analysis.accounting.payloads
    dead = np.flatnonzero(payloads.dead)
    dead = dead[np.lexsort((payloads.nodes[dead], -payloads.sizes[dead]))]
    return [_waste_row(analysis, int(number)) for number in dead]


def warnings(analysis: Analysis) -> list[str]:
    """The warnings about the image, and the problem of each layer that has one."""
    damaged = [
        f"layer {number} {content.status_phrase}: {content.problem}"
        for number, content in enumerate(analysis.contents)
        if content and content.problem
    ]
    return [*analysis.image.warnings, *damaged]


def path_fields(path: bytes) -> Row:
    """An absolute path for JSON; a path that is not UTF-8 is escaped, and its bytes are added in base64."""
    try:
        return {"path": "/" + path.decode()}
    except UnicodeDecodeError:
        return {"path": "/" + display(path), "pathBytes": base64.b64encode(b"/" + path).decode()}


def _layer_row(analysis: Analysis, number: int) -> Row:
    layer, content = analysis.image.layers[number], analysis.contents[number]
    sizes, changes = analysis.accounting.layers[number], analysis.change_counts[number]
    return {
        "index": number,
        "digest": str(layer.descriptor.digest),
        "diffId": str(layer.diff_id) if layer.diff_id else None,
        "mediaType": layer.descriptor.media_type,
        "status": str(content.status) if content else None,
        "warnings": list(content.warnings) + ([content.problem] if content.problem else []) if content else [],
        "command": layer.command,
        "created": layer.history.created if layer.history else "",
        "compressedSize": layer.descriptor.size,
        "pullKnown": layer.is_pull_known,
        "size": sizes.size,
        "entryCount": content.index.count if content else 0,
        **_fates(sizes),
        "addedCount": changes.added_count,
        "modifiedCount": changes.modified_count,
        "removedCount": changes.removed_count,
    }


def _waste_row(analysis: Analysis, number: int) -> Row:
    payloads = analysis.accounting.payloads
    layer, killer = int(payloads.layers[number]), int(payloads.killers[number])
    return {
        **path_fields(analysis.stack.nodes.path(int(payloads.nodes[number]))),
        "size": int(payloads.sizes[number]),
        "compressedSize": int(payloads.compressed_sizes[number]),
        "pullKnown": analysis.image.layers[layer].is_pull_known,
        "fate": FATE_NAMES[Fate(int(payloads.fates[number]))],
        "layer": layer,
        "killedBy": killer,
        "command": analysis.command(killer),
        "layerCommand": analysis.command(layer),
        "metadataOnly": bool(payloads.metadata_only[number]),
    }


def _fates(sizes: FateSizes) -> Row:
    return {
        "liveSize": sizes.live_size,
        "overwrittenSize": sizes.overwritten_size,
        "deletedSize": sizes.deleted_size,
        "shadowedSize": sizes.shadowed_size,
    }
