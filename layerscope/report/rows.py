"""Facts as plain rows under the names of the JSON contract, version 1; every report and listing is made from these.

Sizes are bytes; `layer`, `killedBy` and `index` are layer numbers from 0; `command` is the history's raw `created_by`.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from layerscope.display import display, is_utf8
from layerscope.filesystem.versions import Ending
from layerscope.insight.fates import FATE_NAMES
from layerscope.oci.image import HistoryStep
from layerscope.oci.image_config import HistoryEntry
from layerscope.report.gaps import gap_of

if TYPE_CHECKING:
    from layerscope.insight.accounting import FateSizes
    from layerscope.insight.image_facts import ImageFacts

Row = dict[str, Any]


def image_row(facts: ImageFacts) -> Row:
    """The image: reference, platform, sizes and fates; `incomplete` says what was not read, and is in no figure."""
    image, account = facts.image, facts.accounting
    return {
        "reference": image.reference,
        "digest": str(image.descriptor.digest) if image.descriptor else None,
        "mediaType": image.manifest.media_type,
        "platform": str(image.platform),
        "artifactType": image.artifact_type or None,
        "created": image.config.created,
        "compressedSize": image.compressed_size,
        "size": account.image.size,
        "entryCount": facts.entry_count,
        **_fates(account.image),
        "metadataOnlySize": account.image.metadata_only_size,
        "wastedSize": account.image.wasted_size,
        "wastedCompressedSize": account.compressed_image.wasted_size,
        "efficiency": account.image.efficiency,
        "incomplete": gap_of(facts) or None,
    }


def layer_rows(facts: ImageFacts) -> list[Row]:
    """Each layer, lowest first."""
    return [_layer_row(facts, number) for number in range(len(facts.image.layers))]


def history_rows(facts: ImageFacts) -> list[Row]:
    """Each history step, oldest first, as the config has them; with the sizes of the layer that it made.

    Layers that the history does not tell of follow, without a command.
    """
    layers = layer_rows(facts)
    copied = ("status", "compressedSize", "size", "liveSize", "overwrittenSize", "deletedSize", "shadowedSize")
    told = [step.layer for step in facts.image.history]
    untold = [HistoryStep(HistoryEntry(), number) for number in range(len(layers)) if number not in told]
    return [
        {
            "command": step.entry.created_by,
            "created": step.entry.created,
            "emptyLayer": step.entry.empty_layer,
            "layer": step.layer,
            **({name: layers[step.layer][name] for name in copied} if step.layer is not None else {}),
        }
        for step in (*facts.image.history, *untold)
    ]


def waste_rows(facts: ImageFacts) -> list[Row]:
    """Each dead file version, biggest first; `command` is the killer's, `layerCommand` that of the file's own layer."""
    payloads = facts.accounting.payloads
    dead = np.flatnonzero(payloads.dead)
    dead = dead[np.lexsort((payloads.nodes[dead], -payloads.sizes[dead]))]
    return [_waste_row(facts, int(place)) for place in dead]


def warnings(facts: ImageFacts) -> list[str]:
    """What was noticed about the image as a whole, and every layer that is not as it should be."""
    damaged = [
        f"layer {number} is {content.phrase}: {content.problem}"
        for number, content in enumerate(facts.contents)
        if content and content.problem
    ]
    return [*facts.image.warnings, *damaged]


def path_fields(path: bytes) -> Row:
    """A path as JSON can hold it: absolute, escaped where it is not UTF-8, and then also whole in base64."""
    if is_utf8(path):
        return {"path": "/" + path.decode()}
    return {"path": "/" + display(path), "pathBytes": base64.b64encode(b"/" + path).decode()}


def _layer_row(facts: ImageFacts, number: int) -> Row:
    layer, content = facts.image.layers[number], facts.contents[number]
    sizes, changes = facts.accounting.layers[number], facts.change_counts[number]
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
        "size": sizes.size,
        "entryCount": content.index.count if content else 0,
        **_fates(sizes),
        "addedCount": changes.added_count,
        "modifiedCount": changes.modified_count,
        "removedCount": changes.removed_count,
    }


def _waste_row(facts: ImageFacts, place: int) -> Row:
    payloads = facts.accounting.payloads
    layer, killer = int(payloads.layers[place]), int(payloads.killers[place])
    return {
        **path_fields(facts.stack.nodes.path(int(payloads.nodes[place]))),
        "size": int(payloads.sizes[place]),
        "compressedSize": int(payloads.compressed_sizes[place]),
        "fate": FATE_NAMES[Ending(int(payloads.fates[place]))],
        "layer": layer,
        "killedBy": killer,
        "command": facts.command(killer),
        "layerCommand": facts.command(layer),
        "metadataOnly": bool(payloads.metadata_only[place]),
    }


def _fates(sizes: FateSizes) -> Row:
    return {
        "liveSize": sizes.live_size,
        "overwrittenSize": sizes.overwritten_size,
        "deletedSize": sizes.deleted_size,
        "shadowedSize": sizes.shadowed_size,
    }
