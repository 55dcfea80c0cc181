"""Deletes in a registry (distribution-spec, "Content Management").

Deleting a tag never deletes its manifest, because that would delete all other tags of the manifest. A manifest is
deleted only by its digest; `cost_of_deleting` says beforehand what else is lost.
"""

from layerscope.errors import LayerscopeError, NotFound, RegistryError
from layerscope.oci import Descriptor, Digest, Reference
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.problem import Problem

ACTIONS = "pull,push,delete"

_DELETED = frozenset({200, 202, 204})
_CANNOT = frozenset({400, 405, 501})


def delete_tag(client: RegistryClient, reference: Reference) -> Descriptor | None:
    """Remove only a tag; returns what the registry still has at the tag, None if it is deleted.

    Raises `NotFound`, `RegistryError` if the registry cannot do that, and `TransportError`.
    """
    _delete(
        client,
        reference,
        reference.tag or "",
        RegistryError(
            f"`{reference.domain}` cannot delete only the tag `{reference.tag}`",
            status=405,
            hint=f"`layerscope delete --digest {reference}` tries to delete the manifest and all its tags",
        ),
    )
    return find_manifest(client, reference.with_tag(reference.tag or ""))


def delete_manifest(client: RegistryClient, repository: Reference, digest: Digest) -> Descriptor | None:
    """Delete a manifest with all its tags; returns what the registry still has at the digest, None if it is deleted.

    Raises `NotFound`, `RegistryError` if the registry refuses that, and `TransportError`.
    """
    refusal = RegistryError(f"`{repository.domain}` refuses to delete manifests", status=405)
    _delete(client, repository.with_digest(digest), str(digest), refusal)
    return find_manifest(client, repository.with_digest(digest))


def _delete(client: RegistryClient, reference: Reference, target: str, refusal: RegistryError) -> None:
    with client.send(Call.to(reference, "DELETE", f"manifests/{target}", actions=ACTIONS)) as answer:
        if answer.status in _DELETED:
            return
        problem = Problem.read(answer)
        raise _error(problem, reference, refusal)


def _error(problem: Problem, reference: Reference, refusal: RegistryError) -> LayerscopeError:
    if problem.status == 404:
        return NotFound(f"cannot delete `{reference}`: it does not exist{problem.reason}")
    if problem.status in _CANNOT:
        return RegistryError(refusal.message + problem.reason, status=problem.status, hint=refusal.hint)
    return problem.error(f"delete `{reference}`")
