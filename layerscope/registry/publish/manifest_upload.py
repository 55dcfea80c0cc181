"""Uploads of manifests to a registry, byte for byte (distribution-spec, "Pushing Manifests")."""

from layerscope.errors import InvalidReference, LayerscopeError, RegistryError, TransportError, VerificationError
from layerscope.oci import Descriptor, Digest, Reference, parse_manifest
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.problem import Problem
from layerscope.registry.publish.blob_upload import WRITE


def put_manifest(client: RegistryClient, reference: Reference, data: bytes, media_type: str) -> Digest:
    """Store these bytes as the manifest of a tag, or of their digest; returns the digest.

    Checks the bytes before it sends them. The upload succeeds only if the answer is 201 and does not announce another
    digest. Otherwise the hint of the error says what the registry has now. Raises `InvalidDocument`,
    `VerificationError`, `RegistryError` or `TransportError`.
    """
    parse_manifest(data, media_type)
    digest = Digest.of(data)
    if reference.digest and not reference.digest.matches(data):
        raise VerificationError(f"the manifest for `{reference}` has another digest: {digest}")
    headers = {"Content-Type": media_type}
    call = Call.to(reference, "PUT", f"manifests/{reference.target}", actions=WRITE, headers=headers, content=data)
    try:
        with client.send(call) as answer:
            _check(answer, data, reference)
    except (RegistryError, TransportError) as error:
        error.hint = error.hint or _state(client, reference, digest)
        raise
    return reference.digest or digest


def confirm(client: RegistryClient, reference: Reference, digest: Digest) -> Descriptor:
    """What the registry has at a reference now; raises `VerificationError` if it is not that manifest."""
    found = find_manifest(client, reference)
    if not found or found.digest != digest:
        got = found.digest if found else "nothing"
        raise VerificationError(f"`{reference}` was written with a wrong digest: sent {digest}, found {got}")
    return found


def _check(answer: Answer, data: bytes, reference: Reference) -> None:
    if answer.status != 201:
        raise _problem(answer, reference)
    announced = answer.headers.get("docker-content-digest")
    try:
        kept = not announced or Digest.parse(announced).matches(data)
    except InvalidReference:
        kept = False
    if not kept:
        raise RegistryError(f"`{answer.host}` stored a wrong manifest as `{reference}`", status=201)


def _problem(answer: Answer, reference: Reference) -> LayerscopeError:
    problem = Problem.read(answer)
    if 200 <= problem.status < 400:
        return RegistryError(
            f"`{problem.host}` does not confirm that it stored `{reference}` ({problem.status})", status=problem.status
        )
    missing = f" without {', '.join(problem.digests)}" if problem.digests else ""
    return problem.error(f"store `{reference}`{missing}")


def _state(client: RegistryClient, reference: Reference, digest: Digest) -> str | None:
    """A sentence about what the registry has after a failed write; None if that cannot be read."""
    try:
        found = find_manifest(client, reference)
    except LayerscopeError:
        return None
    if not found:
        return f"`{reference.target}` does not exist"
    if found.digest == digest:
        return f"`{reference.target}` has the manifest that was sent, in spite of the error"
    return f"`{reference.target}` is {found.digest.short}"
