"""What is attached to an image: what refers to it in the registry, and the attestations that its index lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.oci.descriptor import REFERS_TO
from layerscope.oci.manifest import Index
from layerscope.registry.api.manifests import fetch_manifest
from layerscope.registry.api.referrers import Referrer, list_referrers

if TYPE_CHECKING:
    from layerscope.oci.platform import Platform
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient

ATTESTATION = "attestation"


def find_attachments(client: RegistryClient, reference: Reference, platform: Platform | None) -> list[Referrer]:
    """All that is attached to what the reference names, or to its image for a platform.

    Raises `NotFound`, `NoMatchingPlatform`, `InvalidDocument`, `RegistryError` or `TransportError`.
    """
    fetched = fetch_manifest(client, reference)
    subject = fetched.descriptor.digest
    listed: list[Referrer] = []
    if isinstance(fetched.document, Index):
        if platform:
            subject = fetched.document.select(platform).digest
        listed = [
            Referrer(entry, ATTESTATION)
            for entry in fetched.document.manifests
            if entry.is_attestation and (not platform or entry.annotations.get(REFERS_TO) == str(subject))
        ]
    return list_referrers(client, reference, subject) + listed
