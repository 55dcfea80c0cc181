"""The attachments of an image: its referrers in the registry, and the attestations that its index lists."""

from layerscope.blobs.tree import Walk
from layerscope.oci import REFERS_TO, Digest, Image, Index, Platform, Reference
from layerscope.registry.api.referrers import Referrer, list_referrers
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.client import RegistryClient

ATTESTATION = "attestation"


def find_attachments(client: RegistryClient, reference: Reference, platform: Platform | None) -> list[Referrer]:
    """The attachments of the manifest or index that the reference names, or of its image for a platform.

    Raises `NotFound`, `NoMatchingPlatform`, `InvalidDocument`, `VerificationError`, `RegistryError` or
    `TransportError`.
    """
    store = RegistryStore(reference, client)
    (root,) = store.roots(platform)
    visits = list(Walk(store, reads_manifests=False).visits(root, platform))
    indexes = [visit.checked().value for visit in visits if visit.error or visit.document]
    subject = (visits[-1] if platform else visits[0]).entry.digest
    listed = {
        entry.digest: Referrer(entry, ATTESTATION)
        for index in indexes
        if isinstance(index, Index)
        for entry in index.manifests
        if entry.is_attestation and (not platform or entry.annotations.get(REFERS_TO) == str(subject))
    }
    return list_referrers(client, reference, subject) + list(listed.values())


def attachments_of(image: Image, client: RegistryClient | None, reference: Reference | None) -> list[Referrer]:
    """The attachments of an image that is open, and of its index; without a client, only the attestations of its index.

    Raises the same errors.
    """
    found = {entry.digest: Referrer(entry, ATTESTATION) for entry in image.attestations}
    if client and reference and image.descriptor:
        subjects = [image.descriptor.digest, *([Digest.of(image.index_bytes)] if image.index_bytes else [])]
        referrers = [referrer for subject in subjects for referrer in list_referrers(client, reference, subject)]
        found |= {referrer.descriptor.digest: referrer for referrer in referrers}
    return list(found.values())
