"""What is attached to an image: signatures, SBOMs, attestations (distribution-spec, "Listing Referrers").

Registries without the referrers API have the same list under the tag `sha256-DIGITS`. Cosign, which is older, has one
tag for each kind.
"""

import re
from dataclasses import dataclass

from layerscope.blobs.resolve import read_root
from layerscope.errors import InvalidDocument, NotFound
from layerscope.oci import Descriptor, Digest, Index, Reference, parse_manifest
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.api.paging import pages
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.problem import Problem

MAX_TAG_LENGTH = 128
COSIGN_KINDS = {"sig": "signature", "att": "attestation", "sbom": "SBOM"}


_TAG = re.compile(rf"sha256-[a-f0-9]{{64}}(?:\.(?:{'|'.join(COSIGN_KINDS)}))?")


def is_tag_of_referrers(tag: str) -> bool:
    """Whether a tag has no image, but what is attached to one."""
    return bool(_TAG.fullmatch(tag))


@dataclass(frozen=True, slots=True)
class Referrer:
    """Something attached to an image; `kind` is its artifact type, or a kind of cosign; `tag` may be empty."""

    descriptor: Descriptor
    kind: str
    tag: str = ""


def list_referrers(client: RegistryClient, repository: Reference, subject: Digest) -> list[Referrer]:
    """What refers to the manifest with that digest, by the API or the fallback tag, and by tags of cosign.

    Raises `InvalidDocument`, `VerificationError`, `RegistryError` or `TransportError`.
    """
    entries = _from_api(client, repository, subject)
    if entries is None:
        entries = _from_tag(client, repository, subject)
    found = [Referrer(entry, entry.artifact_type or entry.media_type) for entry in entries]
    return found + _from_cosign(client, repository, subject)


class _NoApi(Exception):
    """The registry does not have the referrers API."""


def _from_api(client: RegistryClient, repository: Reference, subject: Digest) -> list[Descriptor] | None:
    """The entries of the index that the API returns; None if the registry does not have the API."""
    entries: dict[Digest, Descriptor] = {}
    try:
        for page in pages(client, Call.to(repository, "GET", f"referrers/{subject}"), _check):
            entries.update((entry.digest, entry) for entry in _entries(page.data) if page.data)
    except (_NoApi, InvalidDocument):
        return None
    return list(entries.values())


def _check(answer: Answer) -> None:
    if answer.status in (400, 404, 405, 406, 410, 501):
        raise _NoApi
    if answer.status != 200:
        raise Problem.read(answer).error("list the referrers of an image")


def _from_tag(client: RegistryClient, repository: Reference, subject: Digest) -> list[Descriptor]:
    """The entries of the index under the fallback tag (distribution-spec, "Referrers Tag Schema")."""
    tag = f"{subject.algorithm[:32]}-{subject.encoded[:64]}"
    try:
        document = read_root(RegistryStore(repository.with_tag(tag), client, mirrors=False)).value
    except NotFound:
        return []
    return list(document.manifests) if isinstance(document, Index) else []


def _from_cosign(client: RegistryClient, repository: Reference, subject: Digest) -> list[Referrer]:
    found = []
    for suffix, kind in COSIGN_KINDS.items():
        tag = f"{subject.algorithm}-{subject.encoded}.{suffix}"
        if len(tag) <= MAX_TAG_LENGTH:
            descriptor = find_manifest(client, repository.with_tag(tag))
            if descriptor:
                found.append(Referrer(descriptor, kind, tag))
    return found


def _entries(data: bytes) -> tuple[Descriptor, ...]:
    document = parse_manifest(data)
    if not isinstance(document, Index):
        raise InvalidDocument("the list of referrers is not an image index")
    return document.manifests
