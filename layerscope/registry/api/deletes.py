"""Deletes in a registry (distribution-spec, "Content Management").

A tag is removed as a tag, or not at all: if its manifest were deleted instead, all other tags of the manifest would
vanish. A manifest is deleted only by its digest, and `cost_of_deleting` says beforehand what that costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError, NotFound, RegistryError
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.client import Call
from layerscope.registry.http.problem import Problem

if TYPE_CHECKING:
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.digest import Digest
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient

ACTIONS = "pull,push,delete"

_DELETED = frozenset({200, 202, 204})
_CANNOT = frozenset({400, 405, 501})


def delete_tag(client: RegistryClient, reference: Reference) -> Descriptor | None:
    """Remove a tag and nothing else; returns what the registry has at the tag afterwards, None if it is gone.

    Raises `NotFound`, `RegistryError` if the registry cannot do that, and `TransportError`.
    """
    _delete(
        client,
        reference,
        reference.tag or "",
        RegistryError(
            f"`{reference.domain}` cannot remove a tag by itself",
            status=405,
            hint="`--digest` deletes its manifest, with all other tags of it",
        ),
    )
    return find_manifest(client, reference.with_tag(reference.tag or ""))


def delete_manifest(client: RegistryClient, repository: Reference, digest: Digest) -> Descriptor | None:
    """Delete a manifest with all its tags; returns what the registry has at the digest afterwards, None if it is gone.

    Raises `NotFound`, `RegistryError` if the registry does not allow that, and `TransportError`.
    """
    refusal = RegistryError(f"`{repository.domain}` does not allow to delete manifests", status=405)
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
        return NotFound(f"there is no `{reference}` to delete{problem.said}")
    if problem.status in _CANNOT:
        return RegistryError(refusal.message + problem.said, status=problem.status, hint=refusal.hint)
    return problem.error(f"delete `{reference}`")
