"""Requests for manifests and indexes (distribution-spec, "Pulling Manifests"); the reader has to verify them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from layerscope.blobs.store import Root
from layerscope.blobs.verified import verify
from layerscope.display import display
from layerscope.errors import InvalidReference, LayerscopeError, NotFound, RegistryError
from layerscope.oci import Descriptor, Digest, Reference, parse_manifest
from layerscope.oci.media_types import ACCEPT_MANIFESTS, LEGACY, without_parameters
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.problem import Problem

_SIZE = re.compile(r"[0-9]{1,18}")


@contextmanager
def open_manifest(client: RegistryClient, reference: Reference, *, mirrors: bool = True) -> Iterator[Answer]:
    """The answer with a manifest, its body unread.

    Raises `NotFound`, `RegistryError` or `TransportError`.
    """
    call = Call.to(reference, "GET", f"manifests/{reference.target}", headers={"Accept": ACCEPT_MANIFESTS})
    with client.read(call, by_digest=reference.digest is not None) if mirrors else client.send(call) as answer:
        if answer.status != 200:
            raise _problem(Problem.read(answer), reference)
        if "html" in answer.content_type:
            raise RegistryError(
                f"`{answer.host}` answers with a web page instead of a manifest",
                hint="is this the address of a registry?",
            )
        yield answer


def fetch_root(client: RegistryClient, reference: Reference, *, mirrors: bool = True) -> tuple[Root, bytes]:
    """The root of an image that a reference names, and its bytes: at most 4 MiB, not verified.

    The root has the digest of the reference, else the digest of the bytes; if the registry announces another digest,
    the root says so. Without `mirrors` only the registry itself is asked. Raises `NotFound`, `InvalidDocument` for a
    manifest of Docker schema 1, `RegistryError` or `TransportError`.
    """
    with open_manifest(client, reference, mirrors=mirrors) as answer:
        data = _read(answer)
    media_type = without_parameters(answer.content_type) or ""
    announced = _announced_digest(answer)
    if reference.digest:
        return Root(Descriptor(media_type, reference.digest, len(data))), data
    promise = Descriptor(media_type, announced, len(data)) if announced and not announced.matches(data) else None
    warnings = _digest_warnings(answer, data)
    return Root(Descriptor(media_type, Digest.of(data), len(data)), promise, warnings=warnings), data


def read_manifest(client: RegistryClient, reference: Reference, *, mirrors: bool = True) -> bytes:
    """The bytes of a manifest or index, at most 4 MiB and not verified; raises as `fetch_root` does."""
    with open_manifest(client, reference, mirrors=mirrors) as answer:
        return _read(answer)


def find_manifest(client: RegistryClient, reference: Reference) -> Descriptor | None:
    """What the registry has at a reference now, without mirrors; None if there is nothing.

    The manifest is fetched only if the header fields do not describe it. Raises `InvalidDocument`, `VerificationError`,
    `RegistryError` or `TransportError`.
    """
    call = Call.to(reference, "HEAD", f"manifests/{reference.target}", headers={"Accept": ACCEPT_MANIFESTS})
    with client.send(call) as answer:
        if answer.status == 404:
            return None
        if answer.status == 200:
            return _announced(answer) or _verified(*fetch_root(client, reference, mirrors=False))
        raise Problem.read(answer).error(f"look up `{reference}`")


def _verified(root: Root, data: bytes) -> Descriptor:
    verify(data, root.descriptor, f"the manifest {root.descriptor.digest.short}")
    return root.descriptor


def _read(answer: Answer) -> bytes:
    data = answer.read(MAX_DOCUMENT_SIZE, "the manifest")
    if without_parameters(answer.content_type) in LEGACY:
        parse_manifest(data, answer.content_type)  # refused: its digest covers only a part of it (JWS)
    return data


def _announced(answer: Answer) -> Descriptor | None:
    """The descriptor in the header fields; None if they do not have all of it."""
    size = _SIZE.fullmatch(answer.headers.get("content-length", ""))
    digest = _announced_digest(answer)
    return Descriptor(answer.content_type, digest, int(size[0])) if size and digest else None


def _announced_digest(answer: Answer) -> Digest | None:
    try:
        return Digest.parse(answer.headers.get("docker-content-digest"))
    except InvalidReference:
        return None


def _digest_warnings(answer: Answer, data: bytes) -> tuple[str, ...]:
    """A warning if the Docker-Content-Digest field is not the digest of the bytes; the bytes decide."""
    announced, digest = answer.headers.get("docker-content-digest"), _announced_digest(answer)
    if not announced or (digest and digest.matches(data)):
        return ()
    return (f"`{answer.host}` announces the digest `{display(announced, limit=90)}`, but sends {Digest.of(data)}",)


def _problem(problem: Problem, reference: Reference) -> LayerscopeError:
    if problem.status != 404 or problem.is_html:
        return problem.error(f"read `{reference}`")
    if "NAME_UNKNOWN" in problem.codes:
        return NotFound(
            f"`{problem.host}` has no repository `{reference.repository}`",
            hint=f"`layerscope catalog {reference.domain}` lists its repositories",
        )
    what = f"no manifest {reference.digest.short}" if reference.digest else f"no tag `{reference.target}`"
    return NotFound(
        f"`{reference.name}` has {what}, or the repository does not exist{problem.reason}",
        hint=f"`layerscope tags {reference.name}` lists its tags",
    )
