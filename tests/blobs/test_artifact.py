"""What is in a signature, an SBOM or an attestation."""

import base64
import json

from layerscope.blobs.artifact import MOST_PARTS, artifact_parts
from layerscope.oci import Descriptor
from support.memory_store import MemoryStore


def entry_of(store, *layers):
    return Descriptor.parse(store.manifest(layers=layers), "the entry")


def test_an_artifact_is_its_manifest_and_its_parts_and_a_signed_envelope_is_opened():
    store = MemoryStore()
    envelope = {"payloadType": "a", "payload": base64.b64encode(b"{}").decode(), "signatures": []}
    parts = artifact_parts(store, entry_of(store, store.put(envelope, "json"), store.put(b"text", "text")))
    assert [part.data for part in parts[1:]] == [b"{}", b"text"]
    assert json.loads(parts[0].data)["schemaVersion"] == 2


def test_a_part_that_is_missing_wrong_or_too_large_has_a_problem_and_the_others_are_there():
    store = MemoryStore()
    missing, wrong, last = (store.put(data, "json") for data in (b"1", b"22", b"3"))
    del store.blobs[missing["digest"]]
    store.cut_short.add(wrong["digest"])
    huge = store.put(b"4", "json") | {"size": 1 << 40}
    parts = artifact_parts(store, entry_of(store, missing, wrong, huge, last))[1:]
    assert [bool(part.problem) for part in parts] == [True, True, True, False]


def test_of_many_parts_only_the_first_are_read():
    store = MemoryStore()
    layer = store.put(b"{}", "json")
    parts = artifact_parts(store, entry_of(store, *[layer] * 100))
    assert len(parts) == MOST_PARTS + 2
    assert len(store.opened) == MOST_PARTS + 1
