"""Uploads of blobs to a registry (distribution-spec, "Pushing Blobs").

A blob that the repository has is not sent. A blob of another repository of the registry is mounted. All others are
uploaded: small ones in one piece, large ones in chunks. A write is never repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin, urlsplit

from layerscope.blobs.copying import BlobOutcome
from layerscope.blobs.store import BlobStore
from layerscope.blobs.verified import open_verified, unverifiable
from layerscope.errors import Cancelled, LayerscopeError, RegistryError, UsageError, VerificationError
from layerscope.oci import Descriptor, Reference
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.addresses import origin
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.problem import Problem

CHUNK_SIZE = 16 * 1024 * 1024
MAX_CHUNK_SIZE = 256 * 1024 * 1024
"""Bytes; the limit for the chunk size that a registry may demand (`OCI-Chunk-Min-Length`)."""
WRITE = "pull,push"


def has_blob(client: RegistryClient, repository: Reference, descriptor: Descriptor) -> bool:
    """Whether the repository has the blob; raises `RegistryError` or `TransportError`."""
    with client.send(Call.to(repository, "HEAD", f"blobs/{descriptor.digest}", actions=WRITE)) as answer:
        if answer.status in (200, 404):
            return answer.status == 200
        raise Problem.read(answer).error(f"look up the blob {descriptor.digest.short} in `{repository.name}`")


@dataclass(frozen=True, slots=True)
class Destination:
    """The tag that an image is written to; `mount_from` is another repository of the registry that has the blobs.

    Raises `UsageError` if the reference has a digest or no tag.
    """

    client: RegistryClient
    repository: Reference
    mount_from: str = ""

    def __post_init__(self) -> None:
        if self.repository.digest or not self.repository.tag:
            raise UsageError(f"`{self.repository}` has a digest: an upload needs a tag")

    @property
    def mounted_repository(self) -> str:
        """The name of `mount_from` on the host of the upload; empty if it is on another host."""
        if not self.mount_from:
            return ""
        hosts, domain = self.client.hosts, self.repository.domain
        source = hosts.endpoint(domain, self.mount_from)
        return source.repository if source.url == hosts.endpoint(domain, self.repository.repository).url else ""


def push_blob(
    destination: Destination,
    descriptor: Descriptor,
    store: BlobStore,
    on_sent: Callable[[int], None] = lambda _size: None,
    check: Callable[[], None] = lambda: None,
) -> BlobOutcome:
    """Copy a blob from a store to a repository.

    `on_sent` is called with the number of bytes sent so far; `check` is called for each chunk of the store and may
    raise. Raises `VerificationError` if the bytes do not match the descriptor, `RegistryError`, `TransportError`, and
    what `BlobStore.open` raises.
    """
    problem = unverifiable(descriptor.digest, f"the blob {descriptor.digest.short}")
    if problem:
        raise VerificationError(problem)
    if has_blob(destination.client, destination.repository, descriptor):
        return BlobOutcome.PRESENT
    upload = _start(destination, descriptor)
    if not upload:
        return BlobOutcome.MOUNTED
    try:
        with open_verified(store, descriptor) as chunks:
            upload.send(_checked(chunks, check), on_sent)
    except Cancelled:
        raise
    except LayerscopeError:
        upload.abandon()
        raise
    return BlobOutcome.UPLOADED


def _checked(chunks: Iterator[bytes], check: Callable[[], None]) -> Iterator[bytes]:
    for chunk in chunks:
        check()
        yield chunk


def _start(destination: Destination, descriptor: Descriptor) -> _Upload | None:
    """Open an upload; None if the registry mounted the blob instead."""
    client, repository, mount_from = destination.client, destination.repository, destination.mounted_repository
    query = "?" + urlencode({"mount": str(descriptor.digest), "from": mount_from}) if mount_from else ""
    scopes = (f"repository:{mount_from}:pull",) if mount_from else ()
    call = Call.to(repository, "POST", f"blobs/uploads/{query}", actions=WRITE, more_scopes=scopes)
    with client.send(call) as answer:
        if answer.status == 201 and mount_from:
            return None
        if answer.status != 202:
            raise Problem.read(answer).error(f"upload a blob to `{repository.name}`")
        return _Upload(client, repository, descriptor, answer)


class _Upload:
    """An upload that a registry has opened; each answer has the URL of the next request."""

    def __init__(self, client: RegistryClient, repository: Reference, descriptor: Descriptor, answer: Answer) -> None:
        self._client = client
        self._repository = repository
        self._descriptor = descriptor
        self._sent = 0
        self._chunk_size = max(CHUNK_SIZE, _least_chunk(answer))
        self._location = ""
        self._follow(answer)

    def send(self, chunks: Iterator[bytes], on_sent: Callable[[int], None]) -> None:
        """Send the whole blob and finish the upload; `chunks` raises at its end if the bytes are wrong."""
        buffer = bytearray()
        for chunk in chunks:
            buffer += chunk
            while len(buffer) > self._chunk_size:
                self._send_chunk(bytes(buffer[: self._chunk_size]))
                del buffer[: self._chunk_size]
                on_sent(self._sent)
        if self._sent and buffer:
            self._send_chunk(bytes(buffer))
            buffer.clear()
        self._finish(bytes(buffer))
        on_sent(self._descriptor.size)

    def abandon(self) -> None:
        """Cancel the upload; if that fails too, the registry drops the upload some time later."""
        with suppress(LayerscopeError):
            self._client.send(self._call("DELETE", self._location)).close()

    def _send_chunk(self, chunk: bytes) -> None:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"{self._sent}-{self._sent + len(chunk) - 1}",
        }
        with self._client.send(self._call("PATCH", self._location, chunk, headers)) as answer:
            if answer.status not in (202, 204):
                raise self._problem(answer)
            self._follow(answer)
        self._sent += len(chunk)

    def _finish(self, rest: bytes) -> None:
        separator = "&" if "?" in self._location else "?"
        path = f"{self._location}{separator}digest={quote(str(self._descriptor.digest), safe='')}"
        headers = {"Content-Type": "application/octet-stream"}
        with self._client.send(self._call("PUT", path, rest, headers)) as answer:
            if answer.status != 201:
                raise self._problem(answer)

    def _call(
        self, method: str, path: str, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Call:
        return Call.to(self._repository, method, path, actions=WRITE, headers=headers or {}, content=content)

    def _follow(self, answer: Answer) -> None:
        """Keep the URL of the next request; another host would get the credentials of this one, so it is refused."""
        endpoint = self._client.hosts.endpoint(self._repository.domain, self._repository.repository)
        try:
            target = urljoin(f"{endpoint.url}/", answer.headers.get("location", ""))
            parts = urlsplit(target)
            usable = origin(target) == origin(endpoint.url) and parts.path.startswith("/v2/")
        except ValueError:
            usable = False
        if not usable:
            raise RegistryError(f"`{answer.host}` sent no usable URL to continue the upload", status=answer.status)
        self._location = f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _problem(self, answer: Answer) -> LayerscopeError:
        shown = f"the blob {self._descriptor.digest.short} to `{self._repository.name}`"
        return Problem.read(answer).error(f"upload {shown}")


def _least_chunk(answer: Answer) -> int:
    field = answer.headers.get("oci-chunk-min-length", "")
    return min(int(field), MAX_CHUNK_SIZE) if field.isascii() and field.isdecimal() and len(field) < 19 else 0
